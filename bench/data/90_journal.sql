-- Our own journal, once the addon is there: 0.8 contacts for each customer, 600 of the largest, 3 % corrected.
CREATE TEMP TABLE touch AS
SELECT {crm_sync_touch} - 1 + row_number() OVER (ORDER BY day, i) AS id, *
  FROM (SELECT i, bench.pick(ids, power(bench.u(i, 'touch of'), 2)) AS partner_id, bench.pick({users}, bench.u(i, 'touch by')) AS user_id,
               bench.moment(i, 'touch') AS day
          FROM generate_series(0, {customers} * 8 / 10 + 599) i
          JOIN (SELECT p.commercial_partner_id - {res_partner} AS n, array_agg(p.id ORDER BY p.id) AS ids
                  FROM res_partner p WHERE p.commercial_partner_id >= {res_partner} GROUP BY 1) f
            ON f.n = CASE WHEN i < 600 THEN 0 ELSE bench.customer(i, 'customer') END) t;

INSERT INTO crm_sync_touch (id, partner_id, user_id, department_id, company_id, channel, direction, subject, note, outcome, minutes, occurred_at,
       corrects_id, create_uid, write_uid, create_date, write_date)
SELECT t.id + copy.shift, t.partner_id, t.user_id, u.sync_department_id, {company1},
       bench.pick(ARRAY['call', 'visit', 'shop', 'fair', 'wechat', 'letter', 'other'], power(bench.u(i, 'channel'), 2)),
       CASE WHEN bench.u(i, 'direction') < .6 THEN 'out' ELSE 'in' END, 'Contact ' || i, 'What was said, and what is to be done next.', 'reached', 10,
       t.day, CASE WHEN copy.shift > 0 THEN t.id END, t.user_id, t.user_id, t.day, t.day
  FROM touch t JOIN res_users u ON u.id = t.user_id,
       LATERAL (SELECT 0 AS shift UNION ALL SELECT (SELECT count(*) FROM touch) WHERE bench.u(i, 'corrected') < .03) copy;
