-- When the ball was with us, and how that ended: one row for each time, written where it differs, and only there.
-- One pass over the messages, hash joins, one sort of narrow rows, hours looked up by index. Without companies of documents
-- that name none, rights, merges, optional modules, or anything that is not in the data of the bench.
CREATE TEMP TABLE said ON COMMIT DROP AS
WITH staff AS MATERIALIZED (
    SELECT partner_id, min(id) AS user_id FROM res_users WHERE NOT share AND id != 1 GROUP BY partner_id),
spoken AS MATERIALIZED (SELECT id FROM mail_activity_type WHERE category IN ('phonecall', 'meeting')),
reached AS MATERIALIZED (
    SELECT DISTINCT n.mail_message_id AS id FROM mail_notification n LEFT JOIN res_partner r ON r.id = n.res_partner_id
     WHERE n.notification_status NOT IN ('bounce', 'exception', 'canceled') AND COALESCE(r.partner_share, n.mail_email_address > '')),
message AS MATERIALIZED (
    SELECT m.id, m.model, m.res_id, m.date AS at, s.user_id, m.message_type
      FROM mail_message m LEFT JOIN staff s ON s.partner_id = m.author_id LEFT JOIN spoken a ON a.id = m.mail_activity_type_id
      LEFT JOIN reached r ON r.id = m.id
     WHERE m.model IN ('res.partner', 'crm.lead', 'sale.order', 'account.move')
       AND CASE WHEN a.id IS NOT NULL THEN s.user_id IS NOT NULL
                WHEN m.is_internal IS NOT TRUE AND m.author_id IS DISTINCT FROM %(robot)s
                     AND (m.message_type = 'email' AND m.subtype_id IS DISTINCT FROM %(note)s
                          OR m.message_type = 'comment' AND m.subtype_id = %(comment)s)
                THEN s.user_id IS NULL OR r.id IS NOT NULL OR m.outgoing_email_to > '' END)
SELECT 0::smallint AS thread, d.commercial_partner_id AS thread_id, 0::smallint AS doc, d.id AS doc_id, m.at, 2::smallint AS source, m.id,
       m.message_type AS channel, m.user_id IS NOT NULL AS is_answer, m.user_id
  FROM message m JOIN res_partner d ON d.id = m.res_id WHERE m.model = 'res.partner' AND d.partner_share
UNION ALL
SELECT 1, d.id, 1, d.id, m.at, 2, m.id, m.message_type, m.user_id IS NOT NULL, m.user_id
  FROM message m JOIN crm_lead d ON d.id = m.res_id WHERE m.model = 'crm.lead'
UNION ALL
SELECT CASE WHEN d.opportunity_id IS NULL THEN 2 ELSE 1 END, COALESCE(d.opportunity_id, d.id), 2, d.id, m.at, 2, m.id, m.message_type,
       m.user_id IS NOT NULL, m.user_id
  FROM message m JOIN sale_order d ON d.id = m.res_id WHERE m.model = 'sale.order'
UNION ALL
SELECT 3, d.id, 3, d.id, m.at, 2, m.id, m.message_type, m.user_id IS NOT NULL, m.user_id
  FROM message m JOIN account_move d ON d.id = m.res_id
 WHERE m.model = 'account.move' AND d.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
UNION ALL
SELECT CASE WHEN t.lead_id IS NOT NULL THEN 1 WHEN t.order_id IS NOT NULL THEN CASE WHEN o.opportunity_id IS NULL THEN 2 ELSE 1 END ELSE 0 END,
       CASE WHEN t.lead_id IS NOT NULL THEN t.lead_id WHEN t.order_id IS NOT NULL THEN COALESCE(o.opportunity_id, o.id) ELSE p.commercial_partner_id END,
       CASE WHEN t.lead_id IS NOT NULL THEN 1 WHEN t.order_id IS NOT NULL THEN 2 ELSE 0 END, COALESCE(t.lead_id, t.order_id, t.partner_id),
       t.occurred_at, 3, t.id, t.channel, NOT (t.direction = 'in' AND t.outcome = 'call_back'), t.user_id
  FROM crm_sync_touch t JOIN res_partner p ON p.id = t.partner_id LEFT JOIN sale_order o ON o.id = t.order_id
 WHERE (t.direction = 'in' OR t.outcome IS DISTINCT FROM 'not_reached') AND (t.lead_id IS NOT NULL OR t.order_id IS NOT NULL OR p.partner_share)
   AND NOT EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = t.id)
UNION ALL
SELECT 1, d.id, 1, d.id, date_trunc('second', d.create_date), 0, d.id, 'web', FALSE, NULL
  FROM crm_lead d WHERE d.create_uid IN (SELECT id FROM res_users WHERE share) OR d.create_uid = 1 AND d.medium_id = %(website)s
UNION ALL
SELECT CASE r.res_model WHEN 'res.partner' THEN 0 WHEN 'crm.lead' THEN 1 WHEN 'sale.order' THEN CASE WHEN o.opportunity_id IS NULL THEN 2 ELSE 1 END ELSE 3 END,
       CASE r.res_model WHEN 'res.partner' THEN p.commercial_partner_id WHEN 'sale.order' THEN COALESCE(o.opportunity_id, o.id) ELSE r.res_id END,
       CASE r.res_model WHEN 'res.partner' THEN 0 WHEN 'crm.lead' THEN 1 WHEN 'sale.order' THEN 2 ELSE 3 END, r.res_id, r.closed_at, 4, r.id, r.channel, TRUE, NULL
  FROM crm_sync_response r LEFT JOIN res_partner p ON r.res_model = 'res.partner' AND p.id = r.res_id
  LEFT JOIN sale_order o ON r.res_model = 'sale.order' AND o.id = r.res_id
 WHERE r.closed_at IS NOT NULL AND r.kind != 'confirmation';

CREATE TEMP TABLE clock ON COMMIT DROP AS
SELECT c.*, r.id AS response_id, r.company_id, r.department_id
  FROM (
    SELECT doc, doc_id, source, id AS start_id, at AS started_at, CASE channel WHEN 'comment' THEN 'portal' ELSE channel END AS channel,
           before IS NULL AS is_first, ended_at, ended_by, end_source, end_id,
           CASE WHEN ended_at IS NULL THEN 'waiting' WHEN end_source = 4 THEN 'closed' ELSE 'answered' END AS state
      FROM (SELECT b.*, lead(at) OVER same AS ended_at, lead(user_id) OVER same AS ended_by, lead(source) OVER same AS end_source,
                   lead(id) OVER same AS end_id
              FROM (SELECT said.*, lag(is_answer) OVER (PARTITION BY thread, thread_id ORDER BY at, source, id) AS before FROM said) b
             WHERE before IS DISTINCT FROM is_answer
            WINDOW same AS (PARTITION BY thread, thread_id ORDER BY at, source, id)) w
     WHERE NOT is_answer) c
  LEFT JOIN crm_sync_response r ON r.start_source = c.source AND r.start_id = c.start_id
 WHERE r.id IS NULL OR (r.state, r.answered_at, r.answered_by_id, r.answer_message_id) IS DISTINCT FROM
       (c.state, CASE WHEN c.end_source != 4 THEN c.ended_at END, CASE WHEN c.end_source != 4 THEN c.ended_by END,
        CASE WHEN c.end_source = 2 THEN c.end_id END);
ANALYZE clock;

CREATE TEMP TABLE fact ON COMMIT DROP AS
SELECT c.doc_id AS res_id, CASE c.doc WHEN 0 THEN 'res.partner' WHEN 1 THEN 'crm.lead' WHEN 2 THEN 'sale.order' ELSE 'account.move' END AS res_model,
       c.source, c.start_id, c.started_at, c.channel, c.is_first, c.ended_at, c.ended_by, c.end_source, c.end_id, c.state,
       p.id AS partner_id, p.commercial_partner_id, COALESCE(u.id, o.id) AS user_id,
       COALESCE(u.sync_department_id, e.sync_department_id, o.sync_department_id) AS department_id,
       COALESCE(d.company_id, u.company_id, e.company_id, o.company_id, %(main)s) AS company_id, COALESCE(d.priority, '0') AS priority,
       d.lead_id, d.is_over
  FROM clock c JOIN (
    SELECT 0 AS doc, id, id AS partner_id, user_id, company_id, '0' AS priority, NULL::int AS lead_id, NOT active AS is_over FROM res_partner
    UNION ALL SELECT 1, id, partner_id, user_id, company_id, priority, id, NOT active FROM crm_lead
    UNION ALL SELECT 2, id, partner_id, user_id, company_id, '0', opportunity_id, state = 'cancel' FROM sale_order
    UNION ALL SELECT 3, id, partner_id, invoice_user_id, company_id, '0', NULL, state = 'cancel' FROM account_move
  ) d ON d.doc = c.doc AND d.id = c.doc_id
  LEFT JOIN res_partner p ON p.id = d.partner_id
  LEFT JOIN res_partner e ON e.id = p.commercial_partner_id
  LEFT JOIN res_users u ON u.id = d.user_id AND u.active AND NOT u.share
  LEFT JOIN res_users o ON o.id = e.user_id AND o.active AND NOT o.share
 WHERE c.response_id IS NULL;

CREATE TEMP TABLE hours ON COMMIT DROP AS
SELECT company_id, start_at, end_at, sum(seconds) OVER (PARTITION BY company_id ORDER BY start_at) - seconds AS before
  FROM (
    SELECT k.id AS company_id, EXTRACT(EPOCH FROM h.end_at - h.start_at)::int AS seconds, h.start_at, h.end_at
      FROM res_company k JOIN resource_calendar c ON c.id = k.resource_calendar_id
      JOIN resource_calendar_attendance a ON a.calendar_id = c.id AND a.display_type IS NULL AND a.day_period != 'lunch'
     CROSS JOIN generate_series((SELECT min(started_at)::date FROM clock), (%(now)s::timestamp + interval '800 days')::date, '1 day') day
     CROSS JOIN LATERAL (SELECT (day::timestamp + make_interval(secs => a.hour_from * 3600)) AT TIME ZONE c.tz AT TIME ZONE 'UTC' AS start_at,
                                (day::timestamp + make_interval(secs => a.hour_to * 3600)) AT TIME ZONE c.tz AT TIME ZONE 'UTC' AS end_at) h
     WHERE EXTRACT(ISODOW FROM day) - 1 = a.dayofweek::int) w;
CREATE INDEX ON hours (company_id, start_at);
CREATE INDEX ON hours (company_id, before);
ANALYZE hours;

INSERT INTO crm_sync_response (partner_id, commercial_partner_id, res_model, res_id, lead_id, kind, channel, user_id, department_id, company_id, priority,
       started_at, target_seconds, due_at, escalate_at, alarmed_at, start_source, start_id, start_message_id, state, answered_at, answered_by_id, answer_message_id,
       worked_seconds, close_reason, closed_at, is_breached)
SELECT partner_id, commercial_partner_id, res_model, res_id, lead_id, CASE WHEN is_first THEN 'first' ELSE 'rolling' END, channel, user_id, department_id,
       company_id, priority, started_at, target, due_at, CASE WHEN due_at >= %(now)s::timestamp - interval '7 days' THEN escalate_at END,
       CASE WHEN due_at < %(now)s::timestamp - interval '7 days' THEN %(now)s::timestamp END, source, start_id, CASE WHEN source = 2 THEN start_id END,
       CASE WHEN reason IS NULL THEN state ELSE 'closed' END, answered_at, CASE WHEN state = 'answered' THEN ended_by END,
       CASE WHEN end_source = 2 THEN end_id END, until - since, reason, CASE WHEN reason IS NOT NULL THEN %(now)s::timestamp END,
       reason IS NULL AND state != 'closed' AND COALESCE(answered_at, %(now)s::timestamp) > due_at
  FROM (
    SELECT k.*, (SELECT h.start_at + make_interval(secs => since + target - before) FROM hours h
                  WHERE h.company_id = k.company_id AND h.before < since + target ORDER BY h.before DESC LIMIT 1) AS due_at,
           (SELECT h.start_at + make_interval(secs => since + target + escalate - before) FROM hours h
             WHERE h.company_id = k.company_id AND h.before < since + target + escalate ORDER BY h.before DESC LIMIT 1) AS escalate_at
      FROM (
        SELECT f.*, CASE WHEN is_first THEN 4 ELSE 8 END * 3600 AS target, 4 * 3600 AS escalate,
               CASE WHEN f.state = 'answered' THEN f.ended_at END AS answered_at,
               CASE WHEN f.state != 'waiting' THEN NULL WHEN is_over THEN 'over'
                    WHEN f.started_at < %(now)s::timestamp - interval '90 days' THEN 'history' END AS reason,
               COALESCE((SELECT h.before + EXTRACT(EPOCH FROM LEAST(f.started_at, h.end_at) - h.start_at)::int FROM hours h
                          WHERE h.company_id = f.company_id AND h.start_at <= f.started_at ORDER BY h.start_at DESC LIMIT 1), 0) AS since,
               CASE WHEN f.state = 'answered' THEN
               COALESCE((SELECT h.before + EXTRACT(EPOCH FROM LEAST(f.ended_at, h.end_at) - h.start_at)::int FROM hours h
                          WHERE h.company_id = f.company_id AND h.start_at <= f.ended_at ORDER BY h.start_at DESC LIMIT 1), 0) END AS until
          FROM fact f) k) j;

UPDATE crm_sync_response r
   SET state = c.state, worked_seconds = c.until - c.since, answered_at = CASE WHEN c.state = 'answered' THEN c.ended_at END,
       answered_by_id = CASE WHEN c.state = 'answered' THEN c.ended_by END, answer_message_id = CASE WHEN c.end_source = 2 THEN c.end_id END,
       is_breached = r.is_breached OR COALESCE(COALESCE(c.ended_at, %(now)s::timestamp) > r.due_at, FALSE)
  FROM (
    SELECT c.*, COALESCE((SELECT h.before + EXTRACT(EPOCH FROM LEAST(c.started_at, h.end_at) - h.start_at)::int FROM hours h
                           WHERE h.company_id = c.company_id AND h.start_at <= c.started_at ORDER BY h.start_at DESC LIMIT 1), 0) AS since,
           CASE WHEN c.state = 'answered' THEN
           COALESCE((SELECT h.before + EXTRACT(EPOCH FROM LEAST(c.ended_at, h.end_at) - h.start_at)::int FROM hours h
                      WHERE h.company_id = c.company_id AND h.start_at <= c.ended_at ORDER BY h.start_at DESC LIMIT 1), 0) END AS until
      FROM clock c WHERE c.response_id IS NOT NULL) c
 WHERE r.id = c.response_id;
