-- Last contact, owner and department in charge of every customer, written where they differ.
-- One pass over each table; the newest contact of each customer is found by hashing, nothing is sorted; the result is
-- counted (ANALYZE) before it is joined, since a planner that guesses takes nested loops.
CREATE TEMP TABLE contact_fact ON COMMIT DROP AS
WITH staff AS MATERIALIZED (
    SELECT partner_id, min(id) AS user_id, min(sync_department_id) AS department_id
      FROM res_users WHERE NOT share AND id != 1 GROUP BY partner_id),
activity AS MATERIALIZED (SELECT id, category FROM mail_activity_type),
document AS (
    SELECT 'res.partner' AS model, 2 AS source, id AS res_id, id AS partner_id, company_id FROM res_partner
    UNION ALL SELECT 'crm.lead', 3, id, partner_id, company_id FROM crm_lead
    UNION ALL SELECT 'sale.order', 4, id, partner_id, company_id FROM sale_order
    UNION ALL SELECT 'account.move', 5, id, partner_id, company_id FROM account_move)
SELECT p.commercial_partner_id AS customer_id, f.at, f.source, f.id, f.user_id, f.channel, f.direction, f.company_id
  FROM (
    SELECT 0 AS source, t.id, t.partner_id, t.occurred_at AS at, t.user_id, t.channel, t.direction, t.company_id
      FROM crm_sync_touch t LEFT JOIN crm_sync_touch c ON c.corrects_id = t.id WHERE c.id IS NULL
    UNION ALL
    SELECT 1, e.id, r.res_partner_id, e.start, e.user_id, 'meeting', 'out', NULL
      FROM calendar_event e JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
      JOIN res_partner q ON q.id = r.res_partner_id AND q.partner_share
     WHERE e.active AND e.stop <= (now() AT TIME ZONE 'UTC')
    UNION ALL
    SELECT d.source, m.id, d.partner_id, m.date, s.user_id,
           CASE a.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'email' END,
           CASE WHEN s.user_id IS NULL THEN 'in' ELSE 'out' END, d.company_id
      FROM mail_message m JOIN document d ON d.model = m.model AND d.res_id = m.res_id
      JOIN res_partner q ON q.id = d.partner_id AND q.partner_share
      LEFT JOIN staff s ON s.partner_id = m.author_id
      LEFT JOIN activity a ON a.id = m.mail_activity_type_id
     WHERE a.category IN ('phonecall', 'meeting') OR m.message_type = 'email'
        OR m.message_type = 'comment' AND m.subtype_id = %(comment)s AND m.is_internal IS NOT TRUE
  ) f JOIN res_partner p ON p.id = f.partner_id;
