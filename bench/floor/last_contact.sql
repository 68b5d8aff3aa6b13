-- Last contact, owner and department in charge of every customer: written where they differ, and only there.
-- One pass over each table, hash joins, one sort of narrow rows. The result is counted (ANALYZE) before it is joined,
-- since a planner that guesses takes nested loops. %(comment)s is the id of the subtype "Discussions".
CREATE TEMP TABLE latest ON COMMIT DROP AS
WITH staff AS MATERIALIZED (
    SELECT partner_id, min(id) AS user_id FROM res_users WHERE NOT share AND id != 1 GROUP BY partner_id),
activity AS MATERIALIZED (SELECT id, category FROM mail_activity_type)
SELECT DISTINCT ON (p.commercial_partner_id) p.commercial_partner_id AS customer_id, f.at, f.user_id, f.channel, f.direction,
       CASE f.source WHEN 2 THEN p.company_id ELSE f.company_id END AS company_id
  FROM (
    SELECT 0 AS source, t.id, t.partner_id, t.occurred_at AS at, t.user_id, t.channel, t.direction, t.company_id
      FROM crm_sync_touch t WHERE NOT EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = t.id)
    UNION ALL
    SELECT 1, e.id, r.res_partner_id, e.start, e.user_id, 'meeting', 'out', NULL
      FROM calendar_event e JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
     WHERE e.active AND e.privacy IS DISTINCT FROM 'private' AND e.stop <= (now() AT TIME ZONE 'UTC')
    UNION ALL
    SELECT 2, m.id, m.res_id, m.date, s.user_id,
           CASE a.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'email' END,
           CASE WHEN s.user_id IS NULL THEN 'in' ELSE 'out' END, NULL
      FROM mail_message m LEFT JOIN activity a ON a.id = m.mail_activity_type_id
      LEFT JOIN staff s ON s.partner_id = m.author_id
     WHERE m.model = 'res.partner' AND (a.category IN ('phonecall', 'meeting') OR m.message_type = 'email'
             OR m.message_type = 'comment' AND m.subtype_id = %(comment)s AND m.is_internal IS NOT TRUE)
    UNION ALL
    SELECT 3, m.id, d.partner_id, m.date, s.user_id,
           CASE a.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'email' END,
           CASE WHEN s.user_id IS NULL THEN 'in' ELSE 'out' END, d.company_id
      FROM mail_message m LEFT JOIN activity a ON a.id = m.mail_activity_type_id
      JOIN crm_lead d ON d.id = m.res_id
      LEFT JOIN staff s ON s.partner_id = m.author_id
     WHERE m.model = 'crm.lead' AND (a.category IN ('phonecall', 'meeting') OR m.message_type = 'email'
             OR m.message_type = 'comment' AND m.subtype_id = %(comment)s AND m.is_internal IS NOT TRUE)
    UNION ALL
    SELECT 4, m.id, d.partner_id, m.date, s.user_id,
           CASE a.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'email' END,
           CASE WHEN s.user_id IS NULL THEN 'in' ELSE 'out' END, d.company_id
      FROM mail_message m LEFT JOIN activity a ON a.id = m.mail_activity_type_id
      JOIN sale_order d ON d.id = m.res_id
      LEFT JOIN staff s ON s.partner_id = m.author_id
     WHERE m.model = 'sale.order' AND (a.category IN ('phonecall', 'meeting') OR m.message_type = 'email'
             OR m.message_type = 'comment' AND m.subtype_id = %(comment)s AND m.is_internal IS NOT TRUE)
    UNION ALL
    SELECT 5, m.id, d.partner_id, m.date, s.user_id,
           CASE a.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'email' END,
           CASE WHEN s.user_id IS NULL THEN 'in' ELSE 'out' END, d.company_id
      FROM mail_message m LEFT JOIN activity a ON a.id = m.mail_activity_type_id
      JOIN account_move d ON d.id = m.res_id
      LEFT JOIN staff s ON s.partner_id = m.author_id
     WHERE m.model = 'account.move' AND (a.category IN ('phonecall', 'meeting') OR m.message_type = 'email'
             OR m.message_type = 'comment' AND m.subtype_id = %(comment)s AND m.is_internal IS NOT TRUE)
  ) f JOIN res_partner p ON p.id = f.partner_id AND (f.source = 0 OR p.partner_share)
 ORDER BY p.commercial_partner_id, f.at DESC, f.source, f.id DESC;
CREATE UNIQUE INDEX ON latest (customer_id);
ANALYZE latest;

CREATE TEMP TABLE standing ON COMMIT DROP AS
SELECT p.id AS partner_id, p.user_id, COALESCE(p.sync_department_id, o.sync_department_id) AS department_id, p.company_id, p.active,
       COALESCE(l.at, p.create_date) AS quiet_since, l.at AS last_contact_at, l.channel AS last_channel, l.direction AS last_direction, l.user_id AS contact_user_id,
       l.company_id AS contact_company_id
  FROM res_partner p LEFT JOIN res_users o ON o.id = p.user_id LEFT JOIN latest l ON l.customer_id = p.id
 WHERE p.commercial_partner_id = p.id AND p.partner_share AND p.id NOT IN (SELECT partner_id FROM res_company);
CREATE UNIQUE INDEX ON standing (partner_id);
ANALYZE standing;

DELETE FROM crm_sync_customer WHERE partner_id NOT IN (SELECT partner_id FROM standing);
UPDATE crm_sync_customer c
   SET user_id = s.user_id, department_id = s.department_id, company_id = s.company_id, active = s.active,
       quiet_since = s.quiet_since, last_contact_at = s.last_contact_at, last_channel = s.last_channel, last_direction = s.last_direction,
       contact_user_id = s.contact_user_id, contact_company_id = s.contact_company_id
  FROM standing s
 WHERE s.partner_id = c.partner_id
   AND (c.user_id, c.department_id, c.company_id, c.active, c.quiet_since, c.last_contact_at, c.last_channel, c.last_direction, c.contact_user_id, c.contact_company_id)
       IS DISTINCT FROM (s.user_id, s.department_id, s.company_id, s.active, s.quiet_since, s.last_contact_at, s.last_channel, s.last_direction, s.contact_user_id, s.contact_company_id);
INSERT INTO crm_sync_customer (partner_id, user_id, department_id, company_id, active, quiet_since, last_contact_at, last_channel, last_direction,
                               contact_user_id, contact_company_id)
SELECT * FROM standing WHERE partner_id NOT IN (SELECT partner_id FROM crm_sync_customer);
