-- Surveys: 0.4 for each customer, 200 of the largest; somewhat more than half are answered.
INSERT INTO survey_user_input (id, survey_id, partner_id, state, access_token, invite_token, email, test_entry, scoring_success, scoring_total,
       scoring_percentage, survey_first_submitted, is_session_answer, start_datetime, end_datetime, create_uid, write_uid, create_date, write_date)
SELECT {survey_user_input} + i, {survey}, partner_id, state, md5('answer ' || i), md5('invite ' || i), 'p' || partner_id || '@example.com', false, false, 0,
       0, state = 'done', false, day, CASE state WHEN 'done' THEN day + interval '5 minutes' END, 1, 1, day - interval '1 day', day
  FROM (SELECT i, bench.pick(f.ids, bench.u(i, 'answer by')) AS partner_id, bench.moment(i, 'answer') AS day,
               CASE WHEN bench.u(i, 'answered') < .55 THEN 'done' ELSE 'new' END AS state
          FROM generate_series(0, {customers} * 4 / 10 + 199) i
          JOIN family f ON f.n = CASE WHEN i < 200 THEN 0 ELSE bench.customer(i, 'customer') END) s;

-- Loyalty: three in ten customers hold a card and earn a point for every ten of a confirmed order.
CREATE TEMP TABLE card AS
SELECT {loyalty_card} - 1 + row_number() OVER (ORDER BY n) AS id, n FROM customer WHERE n = 0 OR bench.u(n, 'card') < .3;
CREATE TEMP TABLE points AS
SELECT c.id AS card_id, o.id AS order_id, floor(price * lines / 10) AS issued, 0::float8 AS used, day FROM card c JOIN orders o USING (n) WHERE state = 'sale'
UNION ALL
SELECT c.id, o.id, 0, floor(price * lines / 30), day + interval '1 minute' FROM card c JOIN orders o USING (n) WHERE state = 'sale' AND bench.u(i, 'redeem') < .2;

INSERT INTO loyalty_card (id, program_id, company_id, partner_id, code, active, points, create_uid, write_uid, create_date, write_date)
SELECT c.id, {program}, {company1}, p.id, 'bench' || c.id, true, COALESCE(balance, 0), 1, 1, p.since, p.since
  FROM card c JOIN customer p USING (n)
  LEFT JOIN (SELECT card_id, sum(issued - used) AS balance FROM points GROUP BY 1) b ON b.card_id = c.id;
INSERT INTO loyalty_history (id, card_id, order_id, order_model, description, issued, used, create_uid, write_uid, create_date, write_date)
SELECT {loyalty_history} - 1 + row_number() OVER (ORDER BY day, order_id, used), card_id, order_id, 'sale.order',
       CASE WHEN used > 0 THEN 'Redeemed' ELSE 'Order' END, issued, used, 1, 1, day, day FROM points;
