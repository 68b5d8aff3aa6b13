-- Customers 0 (the largest) and 1 (a company with many contacts) are companies; 35 % of the others are.
CREATE TEMP TABLE customer AS
SELECT n, {res_partner} + n AS id, is_company,
       CASE WHEN is_company
            THEN bench.pick(ARRAY['Northern','Blue','Global','United','Prime','Apex','Green','Pacific','Royal','Delta'], bench.u(n, 'name'))
                 || ' ' || bench.pick(ARRAY['Foods','Motors','Systems','Retail','Energy','Marine','Steel','Paper','Design','Tools'], bench.u(n, 'name 2'))
                 || ' ' || n
            ELSE bench.pick(ARRAY['James','Mary','Robert','Linda','Wei','Fang','Carlos','Sofia','Marie','Hans'], bench.u(n, 'name'))
                 || ' ' || bench.pick(ARRAY['Smith','Garcia','Miller','Wang','Li','Zhang','Dubois','Rossi','Tanaka','Kumar'], bench.u(n, 'name 2'))
       END AS name,
       CASE WHEN bench.u(n, 'owner') < .7 OR n < 2 THEN bench.pick({users}, bench.u(n, 'owner 2')) END AS user_id,
       CASE WHEN bench.u(n, 'trades with') < .1 AND n > 1 THEN {company2} ELSE {company1} END AS company_id,
       timestamp '{today}' - interval '1 day' * (30 + 1400 * power(bench.u(n, 'since'), .8)) AS since
  FROM (SELECT n, n < 2 OR bench.u(n, 'is company') < .35 AS is_company FROM generate_series(0, {customers} - 1) n) c;

-- 40 contacts for 100 customers, in few large companies and many small ones; 20 of the largest, 300 of the second.
CREATE TEMP TABLE company AS
SELECT n, row_number() OVER (ORDER BY n) - 1 AS rank FROM customer WHERE is_company AND n > 1;
CREATE TEMP TABLE contact AS
SELECT k, {res_partner} + {customers} + k AS id, CASE WHEN k < 20 THEN 0 WHEN k < 320 THEN 1 ELSE company.n END AS n
  FROM (SELECT k, floor((SELECT count(*) FROM company) * power(bench.u(k, 'contact of'), 1.7))::bigint AS rank
          FROM generate_series(0, {customers} * 4 / 10 + 319) k) drawn
  JOIN company USING (rank);

INSERT INTO res_partner (id, name, complete_name, parent_id, commercial_partner_id, commercial_company_name, is_company,
       user_id, lang, type, street, zip, city, country_id, email, email_normalized, phone, phone_sanitized, function,
       active, partner_share, employee, message_bounce, color, supplier_rank, customer_rank, autopost_bills,
       calendar_last_notif_ack, create_uid, write_uid, create_date, write_date)
SELECT p.id, p.name, concat_ws(', ', c.name, p.name), c.id, COALESCE(c.id, p.id), CASE WHEN p.is_company THEN p.name ELSE c.name END, p.is_company,
       p.user_id, 'en_US', 'contact', (1 + mod(p.id, 300)) || ' Main Street', lpad(mod(p.id * 7, 99999)::text, 5, '0'),
       bench.pick(ARRAY['Springfield','Shanghai','Berlin','Lyon','Austin','Porto'], bench.u(p.id, 'city')), {country},
       'p' || p.id || '@example.com', 'p' || p.id || '@example.com', '+1202' || p.id, '+1202' || p.id, p.function,
       bench.u(p.id, 'archived') > .03 OR c.id IS NULL, true, false, 0, 0, 0, CASE WHEN c.id IS NULL THEN 1 ELSE 0 END, 'ask',
       p.since, 1, 1, p.since, p.since
  FROM (SELECT id, name, NULL::int AS company, is_company, user_id, NULL AS function, since FROM customer
        UNION ALL
        SELECT k.id, 'Contact ' || k.k, k.n, false, NULL,
               bench.pick(ARRAY['Buyer','Director','Accountant','Technician'], bench.u(k.k, 'function')), c.since + interval '9 days'
          FROM contact k JOIN customer c USING (n)) p
  LEFT JOIN customer c ON c.n = p.company
 ORDER BY p.since;

-- Everybody who can have documents for a customer: the customer itself first, then the contacts.
CREATE TEMP TABLE family AS
SELECT c.n, c.user_id, c.company_id, c.id || COALESCE(array_agg(k.id ORDER BY k.k) FILTER (WHERE k.id IS NOT NULL), '{{}}') AS ids
  FROM customer c LEFT JOIN contact k USING (n) GROUP BY 1, 2, 3, c.id;
CREATE UNIQUE INDEX ON family (n);
ANALYZE family;
