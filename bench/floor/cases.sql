-- What the screens of cases show, by hand: no rights, no companies, no words of Odoo.

-- name: list
WITH page AS MATERIALIZED (
    SELECT * FROM crm_sync_case WHERE active IS TRUE AND {where} ORDER BY priority DESC, deadline, id DESC LIMIT %(rows)s)
SELECT c.id, c.number, c.priority, c.kind, c.name, p.complete_name, c.deadline, u.login, d.name, c.first_opened_at, s.name, c.clock_state,
       a.activities
  FROM page c
  LEFT JOIN res_partner p ON p.id = c.commercial_partner_id
  LEFT JOIN res_users u ON u.id = c.user_id
  LEFT JOIN crm_sync_department d ON d.id = c.department_id
  JOIN crm_sync_case_stage s ON s.id = c.stage_id
  LEFT JOIN LATERAL (SELECT array_agg(id) AS activities FROM mail_activity
                      WHERE res_model = 'crm.sync.case' AND res_id = c.id AND active) a ON true
 ORDER BY c.priority DESC, c.deadline, c.id DESC

-- name: count
SELECT count(*) FROM (SELECT FROM crm_sync_case WHERE active IS TRUE AND {where} LIMIT %(counted)s) counted

-- name: cards
SELECT s.id, c.id, c.number, c.name, c.kind, p.complete_name, c.priority, c.deadline, c.clock_state, u.login, a.activities
  FROM crm_sync_case_stage s,
       LATERAL (SELECT * FROM crm_sync_case WHERE stage_id = s.id AND active IS TRUE AND kind <> 'suggestion' AND is_open IS TRUE
                 ORDER BY priority DESC, deadline, id DESC LIMIT %(cards)s) c
  LEFT JOIN res_partner p ON p.id = c.commercial_partner_id
  LEFT JOIN res_users u ON u.id = c.user_id
  LEFT JOIN LATERAL (SELECT array_agg(id) AS activities FROM mail_activity
                      WHERE res_model = 'crm.sync.case' AND res_id = c.id AND active) a ON true
 WHERE s.active AND s.fold IS NOT TRUE
 ORDER BY s.sequence, c.priority DESC, c.deadline, c.id DESC

-- name: columns
SELECT stage_id, clock_state, count(*) FROM crm_sync_case WHERE active IS TRUE AND kind <> 'suggestion' AND is_open IS TRUE GROUP BY 1, 2

-- name: team
SELECT department_id, count(*), count(*) FILTER (WHERE step NOT IN ('waiting_customer', 'waiting_third')), count(*) FILTER (WHERE user_id IS NULL),
       count(*) FILTER (WHERE clock_state = 'breached' OR deadline < now() at time zone 'utc'), count(*) FILTER (WHERE step = 'waiting_customer'),
       count(*) FILTER (WHERE step = 'waiting_third')
  FROM crm_sync_case WHERE active IS TRUE AND is_open IS TRUE GROUP BY 1

-- name: team lately
SELECT department_id, count(*), NULL FROM crm_sync_case
 WHERE active AND resolved_at >= now() at time zone 'utc' - interval '7 days' AND step IN ('accepted', 'closed', 'done', 'told') AND master_id IS NULL GROUP BY 1
UNION ALL
SELECT department_id, count(*), avg(verdict::int) FROM crm_sync_case
 WHERE active AND verdict_at >= now() at time zone 'utc' - interval '30 days' AND verdict IS NOT NULL GROUP BY 1

-- name: causes
SELECT split_part(u.parent_path, '/', 1), count(*)
  FROM crm_sync_case c
  LEFT JOIN crm_sync_case_cause u ON u.id = COALESCE(c.cause_id, (SELECT cause_id FROM crm_sync_case m WHERE m.id = c.master_id))
 WHERE c.kind = 'complaint' AND c.first_opened_at >= %(since)s GROUP BY 1

-- name: stars of causes
SELECT count(*), count(*) FILTER (WHERE s.value >= 4)
  FROM crm_sync_score s JOIN crm_sync_case c ON c.id = s.case_id WHERE c.kind = 'complaint' AND c.first_opened_at >= %(since)s

-- name: value
WITH last AS MATERIALIZED (
    SELECT DISTINCT ON (commercial_partner_id, company_id) id, commercial_partner_id, company_id, COALESCE(closed_at, opened_at)::date AS ended_on,
           CASE WHEN answered_at IS NULL AND verdict IS NULL AND step <> 'rejected' THEN 'unanswered' WHEN step = 'rejected' THEN 'rejected'
                WHEN verdict::int >= 4 THEN 'solved'
                WHEN verdict IS NULL AND EXISTS (SELECT FROM crm_sync_case_event e WHERE e.case_id = c.id AND e.cycle = c.cycle AND e.new_step = 'accepted')
                THEN 'solved' ELSE 'closed' END AS outcome
      FROM crm_sync_case c
     WHERE kind = 'complaint' AND master_id IS NULL AND commercial_partner_id IS NOT NULL
       AND (NOT is_open OR answered_at IS NULL AND opened_at < now() at time zone 'utc' - interval '30 days')
     ORDER BY commercial_partner_id, company_id, COALESCE(closed_at, opened_at) DESC, id DESC),
bought AS (
    SELECT l.id, sum(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date > l.ended_on) AS after,
           sum(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date <= l.ended_on) AS before
      FROM last l
      JOIN res_company o ON o.id = l.company_id
      JOIN account_move m ON m.commercial_partner_id = l.commercial_partner_id AND m.company_id = l.company_id
       AND m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund')
       AND m.invoice_date > l.ended_on - o.sync_case_value_months * interval '1 month'
       AND m.invoice_date <= l.ended_on + o.sync_case_value_months * interval '1 month'
     GROUP BY 1)
SELECT l.outcome, count(*), COALESCE(sum(b.before), 0), COALESCE(sum(b.after), 0), avg(CASE WHEN b.after > 0 THEN 100 ELSE 0 END)
  FROM last l LEFT JOIN bought b USING (id) GROUP BY 1

-- name: form
SELECT c.*, p.complete_name, e.complete_name, u.login, d.name, s.name,
       (SELECT count(*) FROM crm_sync_case o WHERE o.commercial_partner_id = c.commercial_partner_id AND o.active)
  FROM crm_sync_case c
  LEFT JOIN res_partner p ON p.id = c.partner_id
  LEFT JOIN res_partner e ON e.id = c.commercial_partner_id
  LEFT JOIN res_users u ON u.id = c.user_id
  LEFT JOIN crm_sync_department d ON d.id = c.department_id
  JOIN crm_sync_case_stage s ON s.id = c.stage_id
 WHERE c.id = %(case)s

-- name: history
SELECT e.*, u.login FROM crm_sync_case_event e JOIN res_users u ON u.id = e.user_id WHERE case_id = %(case)s ORDER BY at DESC, e.id DESC

-- name: clocks
SELECT * FROM crm_sync_case_clock WHERE case_id = %(case)s ORDER BY id

-- name: portal
SELECT c.id, c.number, c.name, c.kind, c.step, c.first_opened_at, c.description, c.decision_note, p.name
  FROM crm_sync_case c
  LEFT JOIN res_users u ON u.id = c.user_id
  LEFT JOIN res_partner p ON p.id = u.partner_id
 WHERE c.commercial_partner_id = %(customer)s AND c.active
 ORDER BY first_opened_at DESC, c.id DESC LIMIT %(page)s

-- name: portal count
SELECT count(*) FROM crm_sync_case WHERE commercial_partner_id = %(customer)s AND active

-- name: forget
DELETE FROM mail_activity WHERE activity_type_id = %(type)s; DELETE FROM crm_sync_job_failure

-- name: run out
-- What would come due while it is measured waits.
UPDATE crm_sync_case_clock SET check_at = NULL WHERE check_at <= now() at time zone 'utc' + interval '1 day' AND NOT id = ANY(%(ids)s);
UPDATE crm_sync_case_clock
   SET due_at = date_trunc('second', now() at time zone 'utc') - interval '1 hour', warn_at = NULL, warned_at = now() at time zone 'utc' - interval '1 day',
       warning_told_at = now() at time zone 'utc' - interval '1 day', breached_at = NULL, is_breached = false, alarmed_at = NULL, escalated_at = NULL,
       escalate_at = now() at time zone 'utc' + interval '1 day', state = 'running', running_since = now() at time zone 'utc' - interval '2 days',
       consumed_seconds = 3600, check_at = now() at time zone 'utc' - interval '1 minute', stopped_at = NULL
 WHERE id = ANY(%(ids)s)

-- name: show run out
UPDATE crm_sync_case c SET clock_state = 'warning', is_breached = false, deadline = k.due_at
  FROM crm_sync_case_clock k WHERE k.id = ANY(%(ids)s) AND c.id = k.case_id

-- name: watch
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT k.id, k.case_id, k.due_at, c.user_id, d.manager_id, c.number || ' ' || c.name AS name
  FROM crm_sync_case_clock k JOIN crm_sync_case c ON c.id = k.case_id LEFT JOIN crm_sync_department d ON d.id = c.department_id
 WHERE k.check_at <= %(now)s ORDER BY k.id;
ANALYZE late;
UPDATE crm_sync_case_clock k SET state = 'breached_open', is_breached = true, breached_at = k.due_at, alarmed_at = %(now)s, running_since = %(now)s,
       consumed_seconds = consumed_seconds + 28800, check_at = escalate_at + interval '1 second'
  FROM late WHERE late.id = k.id;
UPDATE crm_sync_case c SET clock_state = 'breached', is_breached = true, deadline = late.due_at, write_date = %(now)s, write_uid = 1
  FROM late WHERE late.case_id = c.id;
CREATE TEMP TABLE tell ON COMMIT DROP AS
SELECT nextval('mail_activity_id_seq')::int AS id, late.id AS clock_id, case_id, due_at, name, one.user_id
  FROM late, LATERAL (SELECT late.user_id WHERE late.user_id IS NOT NULL UNION SELECT manager_id WHERE manager_id IS NOT NULL) one;
INSERT INTO mail_activity (id, res_model_id, res_model, res_id, res_name, activity_type_id, user_id, date_deadline, summary, note, active, automated,
       create_uid, write_uid, create_date, write_date)
SELECT id, %(model)s, 'crm.sync.case', case_id, name, %(type)s, user_id, %(now)s::date, 'Too late: Resolve, ' || name, '<p>To be done by ' || due_at || '.</p>',
       true, false, 1, 1, %(now)s, %(now)s FROM tell ORDER BY id;
INSERT INTO crm_sync_case_clock_activity_rel SELECT clock_id, id FROM tell;
INSERT INTO mail_followers (res_model, res_id, partner_id)
SELECT DISTINCT 'crm.sync.case', case_id, u.partner_id FROM tell JOIN res_users u ON u.id = tell.user_id ON CONFLICT DO NOTHING

-- name: told
SELECT (SELECT count(*) FROM crm_sync_case_clock WHERE alarmed_at IS NOT NULL AND state = 'breached_open'),
       (SELECT count(*) FROM crm_sync_case WHERE is_open AND clock_state = 'breached'),
       (SELECT sum(hashtextextended(ROW(res_id, user_id)::text, 0)) FROM mail_activity WHERE activity_type_id = %(type)s)

-- name: quiet
UPDATE crm_sync_case SET silence_at = NULL WHERE silence_at <= now() at time zone 'utc' + interval '1 day';
UPDATE crm_sync_case SET silence_told_at = now() at time zone 'utc' - interval '10 days', stage_since = now() at time zone 'utc' - interval '40 days',
       last_customer_at = now() at time zone 'utc' - interval '40 days', silence_at = now() at time zone 'utc' - interval '1 hour'
 WHERE id IN (SELECT id FROM crm_sync_case WHERE step = 'waiting_customer' AND partner_id IS NOT NULL ORDER BY id LIMIT %(size)s)
