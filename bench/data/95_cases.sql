-- Cases of 36 months until now: 3 % are open, half a per cent are of the largest customer, 2 % of nobody known. Their clocks, their
-- history, the message that opened each, and who follows it.
CREATE TEMP TABLE stage AS
SELECT DISTINCT ON (kind, step) kind, step, s.id FROM crm_sync_case_stage s, unnest(string_to_array(kinds, ',')) kind
 ORDER BY kind, step, sequence;

CREATE TEMP TABLE path (kind text, is_open bool, steps text[]);
INSERT INTO path VALUES
    ('complaint', true, ARRAY['new', 'new', 'acknowledged', 'assessed', 'investigating', 'investigating', 'waiting_customer', 'waiting_third',
                              'proposed', 'escalated']),
    ('question', true, ARRAY['new', 'new', 'new', 'acknowledged', 'acknowledged', 'investigating', 'waiting_customer']),
    ('praise', true, ARRAY['new', 'acknowledged']),
    ('suggestion', true, ARRAY['new', 'new', 'triaged', 'planned', 'done']),
    ('complaint', false, ARRAY['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'rejected']),
    ('question', false, ARRAY['closed']),
    ('praise', false, ARRAY['closed']),
    ('suggestion', false, ARRAY['told', 'declined']);

CREATE TEMP TABLE told AS
SELECT {crm_sync_case} - 1 + row_number() OVER (ORDER BY day, i)::int AS id, c.*, s.id AS stage_id,
       c.step IN ('new', 'acknowledged', 'assessed', 'investigating', 'proposed', 'escalated', 'triaged', 'planned') AS is_running,
       c.step IN ('waiting_customer', 'waiting_third') AS is_paused,
       -- The deadline of what is not resolved: 30 % of them are over.
       CASE WHEN c.is_open THEN date_trunc('second', timestamp '{now}' + interval '10 days' * (bench.u(i, 'due') - .3)) END AS due,
       CASE WHEN NOT c.is_open THEN least(day + interval '12 days' * bench.u(i, 'lasts'), timestamp '{now}') END AS closed,
       bench.u(i, 'late') < .1 AS was_late
  FROM (SELECT k.*, p.steps[1 + floor(bench.u(i, 'step') * cardinality(p.steps))::int] AS step
          FROM (SELECT i, CASE WHEN bench.u(i, 'unknown') >= .02 THEN bench.pick(ids, bench.u(i, 'case of')) END AS partner_id,
                       bench.pick(ARRAY['complaint', 'complaint', 'complaint', 'complaint', 'complaint', 'question', 'question', 'question',
                                        'praise', 'suggestion'], bench.u(i, 'case kind')) AS kind,
                       bench.u(i, 'open') < .03 AS is_open, bench.pick({users}, bench.u(i, 'case by')) AS user_id,
                       CASE WHEN bench.u(i, 'open') < .03 THEN date_trunc('second', timestamp '{now}' - interval '40 days' * bench.u(i, 'age'))
                            ELSE bench.moment(i, 'case') - interval '1 day' END AS day,
                       bench.pick(ARRAY['lens', 'frame', 'display', 'cable', 'battery', 'housing', 'lamp', 'motor', 'invoice', 'delivery', 'hinge',
                                        'software', 'charger', 'manual', 'seal', 'sensor', 'pump', 'filter', 'handle', 'label'], bench.u(i, 'thing')) AS thing,
                       bench.pick(ARRAY['is broken', 'came late', 'is scratched', 'does not fit', 'makes a noise', 'is missing', 'has the wrong colour',
                                        'gets hot', 'leaks', 'is not what was ordered', 'fails after a week', 'costs more than agreed'],
                                  bench.u(i, 'trouble')) AS trouble,
                       bench.pick(ARRAY['镜片', '镜架', '显示屏', '电缆', '电池', '外壳', '灯', '发票', '交货', '说明书'], bench.u(i, 'chinese thing'))
                       || bench.pick(ARRAY['坏了', '来晚了', '有划痕', '不合适', '有噪音', '缺失', '颜色不对', '发热'], bench.u(i, 'chinese trouble')) AS chinese
                  FROM generate_series(1, {cases}) i
                  JOIN (SELECT p.commercial_partner_id - {res_partner} AS n, array_agg(p.id ORDER BY p.id) AS ids
                          FROM res_partner p WHERE p.commercial_partner_id >= {res_partner} GROUP BY 1) f
                    ON f.n = CASE WHEN mod(i, 200) = 0 THEN 0 ELSE bench.customer(i, 'case customer') END) k
          JOIN path p USING (kind, is_open)) c
  JOIN stage s USING (kind, step);

INSERT INTO crm_sync_case (id, number, name, kind, description, remedy, channel, partner_id, commercial_partner_id, email_from, partner_name, lang,
       severity, impact, is_safety, tier_weight, priority, department_id, user_id, company_id, stage_id, step, is_open, cycle, opened_at,
       first_opened_at, acknowledged_at, answered_at, resolved_at, closed_at, last_customer_at, stage_since, cause_id, decision, decision_note, verdict,
       vote_count, active, deadline, clock_state, is_breached, create_uid, write_uid, create_date, write_date)
SELECT t.id, 'B/' || extract(year FROM day) || '/' || lpad(i::text, 7, '0'),
       CASE WHEN bench.u(i, 'chinese') < .2 THEN chinese || '，订单' || mod(i, 9973) ELSE 'The ' || thing || ' ' || trouble || ', order ' || mod(i, 9973) END,
       kind, '<p>' || CASE WHEN bench.u(i, 'chinese') < .2 THEN chinese || '，请尽快处理。' || repeat('我们已经等了很久。', (6 * bench.u(i, 'words'))::int)
                           ELSE 'The ' || thing || ' ' || trouble || '. ' || repeat('We have told your colleague so. ', (8 * bench.u(i, 'words'))::int) END || '</p>',
       bench.pick(ARRAY['repair', 'replacement', 'refund', 'answer'], bench.u(i, 'remedy')), bench.pick(ARRAY['email', 'email', 'web', 'portal', 'call'], bench.u(i, 'channel')),
       t.partner_id, p.commercial_partner_id, COALESCE(p.email, 'stranger' || i || '@example.com'), COALESCE(p.name, 'Stranger ' || i), 'en_US',
       '1', '0', bench.u(i, 'safety') < .01, 0, bench.pick(ARRAY['0', '0', '0', '1', '1', '2', '3'], bench.u(i, 'priority')), u.sync_department_id,
       CASE WHEN is_open AND bench.u(i, 'nobody') < .1 THEN NULL ELSE t.user_id END, {company1}, stage_id, step, is_open, 1, day, day,
       CASE WHEN step <> 'new' THEN day + interval '1 hour' END, CASE WHEN NOT is_open OR step IN ('proposed', 'investigating') THEN day + interval '3 hours' END,
       closed, closed, day, CASE WHEN is_open THEN day + interval '4 hours' ELSE closed END,
       CASE WHEN NOT is_open AND kind = 'complaint' THEN bench.pick({causes}, bench.u(i, 'cause')) END,
       CASE WHEN step = 'closed' AND kind = 'complaint' THEN bench.pick(ARRAY['upheld', 'partly_upheld', 'not_upheld'], bench.u(i, 'decision')) END,
       CASE WHEN step = 'closed' THEN 'A new ' || thing || ' was sent.' END,
       CASE WHEN NOT is_open AND bench.u(i, 'verdict') < .3 THEN bench.pick(ARRAY['1', '2', '4', '5', '5'], bench.u(i, 'stars')) END, 0, true,
       CASE WHEN is_running THEN due END,
       CASE WHEN is_running THEN CASE WHEN due < '{now}' THEN 'breached' WHEN due < timestamp '{now}' + interval '1 day' THEN 'warning' ELSE 'on_time' END
            WHEN is_paused THEN 'paused' WHEN NOT is_open AND was_late THEN 'breached' END,
       CASE WHEN is_running THEN due < '{now}' ELSE NOT is_open AND was_late END, 1, 1, day, day
  FROM told t LEFT JOIN res_partner p ON p.id = t.partner_id JOIN res_users u ON u.id = t.user_id ORDER BY t.id;

INSERT INTO crm_sync_case_clock (case_id, cycle, kind, company_id, department_id, target_seconds, warn_seconds, escalate_seconds, consumed_seconds, state,
       is_breached, is_stale, started_at, running_since, due_at, warn_at, escalate_at, warned_at, breached_at, stopped_at, warning_told_at, alarmed_at,
       escalated_at, check_at)
SELECT t.id, 1, k.kind, {company1}, u.sync_department_id, hours * 3600, hours * 2700, hours * 3600 + 14400, hours * 900,
       CASE WHEN NOT runs AND NOT waits THEN CASE WHEN was_late THEN 'breached_done' ELSE 'met' END WHEN waits THEN 'paused'
            WHEN due < '{now}' THEN 'breached_open' ELSE 'running' END,
       runs AND due < '{now}' OR NOT runs AND NOT waits AND was_late, false, day, CASE WHEN runs THEN day END, CASE WHEN runs THEN due ELSE closed END,
       CASE WHEN runs AND due >= timestamp '{now}' + interval '1 day' THEN due - interval '1 day' END, CASE WHEN runs THEN due + interval '4 hours' END,
       CASE WHEN runs AND due < timestamp '{now}' + interval '1 day' THEN due - interval '1 day' END,
       CASE WHEN runs AND due < '{now}' THEN due WHEN NOT runs AND NOT waits AND was_late THEN day END,
       CASE WHEN NOT runs AND NOT waits THEN COALESCE(closed, day + interval '1 hour') END,
       CASE WHEN runs AND due < timestamp '{now}' + interval '1 day' THEN due - interval '1 day' END, CASE WHEN runs AND due < '{now}' THEN due END,
       CASE WHEN runs AND due < '{now}' THEN due END,
       CASE WHEN runs AND due >= timestamp '{now}' + interval '1 day' THEN due - interval '1 day' WHEN runs AND due >= '{now}' THEN due + interval '1 second' END
  FROM told t JOIN res_users u ON u.id = t.user_id,
       LATERAL (VALUES ('acknowledge', 4, is_running AND step = 'new', false), ('answer', 8, is_running AND step IN ('new', 'acknowledged', 'assessed'), false),
                       ('resolve', 40, is_running, is_paused)) k (kind, hours, runs, waits)
 ORDER BY t.id;

INSERT INTO crm_sync_case_event (case_id, cycle, kind, at, user_id, new_step, create_uid, write_uid, create_date, write_date)
SELECT id, 1, e.kind, e.at, user_id, e.step, 1, 1, e.at, e.at
  FROM told t, LATERAL (VALUES ('opened', day, 'new'), (CASE WHEN is_open THEN 'assigned' ELSE 'closed' END, COALESCE(closed, day), step)) e (kind, at, step)
 ORDER BY id;

INSERT INTO mail_message (id, model, res_id, record_company_id, message_type, subtype_id, author_id, subject, body, email_from, reply_to, message_id,
       is_internal, email_add_signature, date, create_uid, write_uid, create_date, write_date)
SELECT {mail_message} - 1 + row_number() OVER (ORDER BY id), 'crm.sync.case', id, {company1}, 'email', {subtype_comment}, partner_id,
       'The ' || thing || ' ' || trouble, '<p>The ' || thing || ' ' || trouble || '. Please help.</p>', '"Customer" <customer@example.com>',
       '"Service" <service@example.com>', '<case' || i || '@bench>', false, true, day, 1, 1, day, day
  FROM told ORDER BY id;

INSERT INTO mail_followers (res_model, res_id, partner_id)
SELECT 'crm.sync.case', t.id, u.partner_id FROM told t JOIN res_users u ON u.id = t.user_id ORDER BY t.id;

INSERT INTO mail_activity (id, res_model_id, res_model, res_id, activity_type_id, user_id, date_deadline, summary, active, automated,
       create_uid, write_uid, create_date, write_date)
SELECT {mail_activity} - 1 + row_number() OVER (ORDER BY id), {case_model}, 'crm.sync.case', id, {activity_todo}, user_id,
       date '{now}' + (10 * bench.u(i, 'to do') - 4)::int, 'Call back', true, false, 1, 1, day, day
  FROM told WHERE is_open AND bench.u(i, 'has to do') < .3 ORDER BY id;

-- Who waits for his customer, or for his word, is asked some days from now.
UPDATE crm_sync_case SET silence_at = date_trunc('second', timestamp '{now}' + interval '10 days' * bench.u(id, 'silence') + interval '1 hour')
 WHERE step IN ('waiting_customer', 'proposed');
