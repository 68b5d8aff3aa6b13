-- Contacts who may be asked: of a hundred two have bounced, two want no mails, three have no address, one shares his with the next,
-- nine were asked lately and three have an open complaint.
CREATE TEMP TABLE asked AS
SELECT i, {res_partner} - 1 + i AS id, bench.u(i, 'asked') AS lot, 's' || i + CASE WHEN bench.u(i, 'asked') BETWEEN .96 AND .97 THEN mod(i, 2) ELSE 0 END || '@example.org' AS email
  FROM generate_series(1, {contacts}) i;

INSERT INTO res_partner (id, name, complete_name, commercial_partner_id, is_company, lang, type, email, email_normalized, active, partner_share, employee,
       message_bounce, color, supplier_rank, customer_rank, autopost_bills, calendar_last_notif_ack, create_uid, write_uid, create_date, write_date)
SELECT id, 'Survey Contact ' || i, 'Survey Contact ' || i, id, false, 'en_US', 'contact', CASE WHEN lot >= .03 THEN email END, CASE WHEN lot >= .03 THEN email END,
       true, true, false, CASE WHEN lot BETWEEN .03 AND .05 THEN 9 ELSE 0 END, 0, 0, 1, 'ask', '{now}', 1, 1, '{now}', '{now}'
  FROM asked ORDER BY id;

INSERT INTO mail_blacklist (email, active, create_uid, write_uid, create_date, write_date)
SELECT email, true, 1, 1, '{now}', '{now}' FROM asked WHERE lot BETWEEN .05 AND .07;

INSERT INTO crm_sync_contact_sent (partner_id, company_id, at, channel, purpose, source, create_uid, write_uid, create_date, write_date)
-- At midday: whose days of rest end while this is measured would be asked by the one and not by the other.
SELECT id, {company1}, timestamp '{now}' - interval '1 day' * (floor(60 * bench.u(i, 'asked on')) + 0.5), 'email', 'survey', 'Survey', 1, 1, '{now}', '{now}'
  FROM asked WHERE lot BETWEEN .07 AND .16;

INSERT INTO crm_sync_case (number, name, kind, channel, partner_id, commercial_partner_id, severity, impact, tier_weight, priority, department_id, company_id,
       stage_id, step, is_open, cycle, opened_at, first_opened_at, stage_since, vote_count, active, create_uid, write_uid, create_date, write_date)
SELECT 'S/2026/' || lpad(i::text, 7, '0'), 'The lens is broken', 'complaint', 'email', id, id, '1', '0', 0, '0', {department}, {company1}, {stage}, 'new',
       true, 1, '{now}', '{now}', '{now}', 0, true, 1, 1, '{now}', '{now}'
  FROM asked WHERE lot BETWEEN .16 AND .19;
