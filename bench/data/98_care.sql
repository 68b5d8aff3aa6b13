-- Customers who are cared for: birthdays spread over the year, clocks of five places, owners, and when somebody spoke with them last. Of a hundred
-- three have no telephone, two do not want to be called, two do not want to be cared for; every fifth has a rhythm of his own.
CREATE TEMP TABLE cared AS
SELECT i, {res_partner} - 1 + i AS id, bench.u(i, 'cared') AS lot, date '2001-01-01' + floor(365 * bench.u(i, 'born'))::int AS born,
       bench.pick(ARRAY['Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'Pacific/Auckland', NULL], bench.u(i, 'clock')) AS tz,
       bench.pick({users}, bench.u(i, 'owner')) AS user_id, '+1202' || lpad(i::text, 7, '0') AS phone,
       date_trunc('second', timestamp '{now}' - interval '400 days' * bench.u(i, 'quiet')) AS quiet_since
  FROM generate_series(1, {members}) i;

INSERT INTO res_partner (id, name, complete_name, commercial_partner_id, is_company, lang, tz, type, email, email_normalized, phone, phone_sanitized, user_id,
       active, partner_share, employee, message_bounce, color, supplier_rank, customer_rank, autopost_bills, calendar_last_notif_ack,
       sync_birth_month, sync_birth_day, sync_birth_calendar, sync_contact_days, create_uid, write_uid, create_date, write_date)
SELECT id, 'Care Member ' || i, 'Care Member ' || i, id, false, 'en_US', tz, 'contact', 'c' || i || '@example.org', 'c' || i || '@example.org',
       CASE WHEN lot >= .03 THEN phone END, CASE WHEN lot >= .03 THEN phone END, user_id, true, true, false, 0, 0, 0, 1, 'ask', '{now}',
       extract(month FROM born)::int, extract(day FROM born)::int, 'solar', CASE WHEN lot >= .8 THEN 30 + mod(i, 3) * 30 END,
       1, 1, timestamp '{now}' - interval '3 years', '{now}'
  FROM cared ORDER BY id;

INSERT INTO crm_sync_customer (partner_id, user_id, active, last_contact_at, quiet_since, last_channel, last_direction)
SELECT id, user_id, true, quiet_since, quiet_since, 'email', 'out' FROM cared ORDER BY id;

INSERT INTO phone_blacklist (number, active, create_uid, write_uid, create_date, write_date)
SELECT phone, true, 1, 1, '{now}', '{now}' FROM cared WHERE lot BETWEEN .03 AND .05;

INSERT INTO crm_sync_contact_preference (partner_id, purpose, is_allowed, at, source, create_uid, write_uid, create_date, write_date)
SELECT id, 'care', false, timestamp '{now}' - interval '30 days', 'portal', 1, 1, '{now}', '{now}' FROM cared WHERE lot BETWEEN .05 AND .07;
