-- Members of a program: most have bought little, few a lot; on 24 months until now, of twenty purchases one was half refunded, weeks later.
CREATE TEMP TABLE member AS
SELECT i, {res_partner} - 1 + i AS partner_id, {loyalty_card} - 1 + i AS card_id, power(bench.u(i, 'member'), 3) AS size
  FROM generate_series(1, {members}) i;

INSERT INTO res_partner (id, name, complete_name, commercial_partner_id, is_company, lang, type, email, email_normalized, active, partner_share, employee,
       color, supplier_rank, customer_rank, autopost_bills, calendar_last_notif_ack, create_uid, write_uid, create_date, write_date)
SELECT partner_id, 'Tier Member ' || i, 'Tier Member ' || i, partner_id, false, 'en_US', 'contact', 't' || i || '@example.org', 't' || i || '@example.org',
       true, true, false, 0, 0, 1, 'ask', '{now}', 1, 1, timestamp '{now}' - interval '3 years', '{now}'
  FROM member ORDER BY i;

INSERT INTO loyalty_card (id, program_id, company_id, partner_id, code, active, points, sync_position, create_uid, write_uid, create_date, write_date)
SELECT card_id, {tier_program}, {company1}, partner_id, 'tier' || i, true, 0, 0, 1, 1, timestamp '{now}' - interval '1 day' * (750 + mod(i, 300)), '{now}'
  FROM member ORDER BY i;

CREATE TEMP TABLE bought AS
SELECT i, card_id, n, i * 16 + n AS order_id, date '{now}' - (1 + floor(729 * bench.u(i * 16 + n, 'bought')))::int AS day,
       (10 + floor(120 * bench.u(i * 16 + n, 'points') * (1 + 30 * size)))::numeric AS points, bench.u(i * 16 + n, 'refunded') < .05 AS is_refunded
  FROM member CROSS JOIN LATERAL generate_series(1, 1 + floor(8 * size)::int) n;

INSERT INTO crm_sync_loyalty_entry (card_id, program_id, company_id, position, kind, quantity, balance, effective_at, business_date, source_model, source_id,
       user_id, idempotency_key, seal)
SELECT card_id, {tier_program}, {company1}, row_number() OVER (PARTITION BY card_id ORDER BY day, order_id, kind), kind, quantity, 0, day, day, 'sale.order',
       order_id, 1, 'tier-bench:' || order_id || ':' || kind, ''
  FROM (SELECT card_id, order_id, 'earn' AS kind, points AS quantity, day FROM bought
         UNION ALL
        SELECT card_id, order_id, 'reverse_earn', -round(points / 2, 4), LEAST(day + 20, date '{now}') FROM bought WHERE is_refunded) e
 ORDER BY card_id, day;
