-- Opportunities: 0.8 for each customer, 400 of the largest, 60 of the one with many contacts.
CREATE TEMP TABLE lead AS
SELECT {crm_lead} - 1 + row_number() OVER (ORDER BY created, i) AS id, *, COALESCE(f_user, bench.pick({users}, bench.u(i, 'lead seller'))) AS user_id,
       CASE WHEN created > timestamp '{today}' - interval '60 days' OR bench.u(i, 'lead open') < .1 THEN 'pending'
            WHEN bench.u(i, 'lead won') < .4 THEN 'won' ELSE 'lost' END AS won_status,
       least(created + interval '1 day' * (3 + 90 * bench.u(i, 'lead days')), timestamp '{today}') AS closed,
       (500 + 20000 * power(bench.u(i, 'lead revenue'), 4))::numeric(12, 2) AS revenue
  FROM (SELECT i, f.n, f.user_id AS f_user, bench.pick(f.ids, power(bench.u(i, 'lead contact'), 2)) AS partner_id,
               CASE WHEN f.n = 0 AND bench.u(i, 'lead company') < .03 THEN {company2} ELSE f.company_id END AS company_id,
               bench.moment(i, 'lead') AS created
          FROM generate_series(0, {customers} * 8 / 10 + 459) i
          JOIN family f ON f.n = CASE WHEN i < 400 THEN 0 WHEN i < 460 THEN 1 ELSE bench.customer(i, 'customer') END) l;

INSERT INTO crm_lead (id, name, type, partner_id, user_id, team_id, company_id, stage_id, lost_reason_id, priority, won_status, active,
       expected_revenue, prorated_revenue, probability, automated_probability, country_id, email_from, email_normalized,
       message_bounce, color, date_open, date_closed, date_last_stage_update, date_conversion, create_uid, write_uid, create_date, write_date)
SELECT id, bench.pick(ARRAY['Quote','Renewal','Replacement','Tender','Interest'], bench.u(i, 'lead name')) || ' ' || i, 'opportunity',
       partner_id, user_id, bench.pick({teams}, bench.u(n, 'team')), company_id,
       CASE won_status WHEN 'won' THEN {won_stage} ELSE bench.pick({stages}, bench.u(i, 'lead stage')) END,
       CASE won_status WHEN 'lost' THEN bench.pick({lost_reasons}, bench.u(i, 'lead reason')) END, '1', won_status, won_status <> 'lost',
       revenue, revenue / 3, CASE won_status WHEN 'won' THEN 100 WHEN 'lost' THEN 0 ELSE 30 END, 30, {country},
       'p' || partner_id || '@example.com', 'p' || partner_id || '@example.com', 0, 0, created,
       CASE WHEN won_status <> 'pending' THEN closed END, closed, created, user_id, user_id, created, closed
  FROM lead ORDER BY id;

-- Orders: one for each customer, 500 of the largest, 60 of the one with many contacts; 85 % are confirmed.
CREATE TEMP TABLE orders AS
SELECT {sale_order} - 1 + row_number() OVER (ORDER BY day, i) AS id, *, COALESCE(f_user, bench.pick({users}, bench.u(i, 'order seller'))) AS user_id,
       CASE WHEN bench.u(i, 'order state') < .85 THEN 'sale' WHEN bench.u(i, 'order state') < .9 THEN 'cancel'
            WHEN bench.u(i, 'order state') < .95 THEN 'sent' ELSE 'draft' END AS state,
       (20 + 3000 * power(bench.u(i, 'order amount'), 3))::numeric(12, 2) AS price, 1 + floor(3 * bench.u(i, 'order lines'))::int AS lines
  FROM (SELECT i, f.n, f.user_id AS f_user, bench.pick(f.ids, power(bench.u(i, 'order contact'), 2)) AS partner_id,
               CASE WHEN f.n = 0 AND bench.u(i, 'order company') < .03 THEN {company2} ELSE f.company_id END AS company_id,
               bench.moment(i, 'order') AS day
          FROM generate_series(0, {customers} + 559) i
          JOIN family f ON f.n = CASE WHEN i < 500 THEN 0 WHEN i < 560 THEN 1 ELSE bench.customer(i, 'customer') END) o;

INSERT INTO sale_order (id, name, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id, user_id, team_id, state,
       invoice_status, currency_rate, amount_untaxed, amount_tax, amount_total, locked, require_signature, require_payment,
       prepayment_percent, date_order, create_uid, write_uid, create_date, write_date)
SELECT id, 'B' || lpad(i::text, 8, '0'), company_id, partner_id, partner_id, partner_id, {currency}, user_id, bench.pick({teams}, bench.u(n, 'team')),
       state, CASE state WHEN 'sale' THEN 'to invoice' ELSE 'no' END, 1, price * lines, 0, price * lines, false, true, false,
       1, day, user_id, user_id, day - interval '2 days' * bench.u(i, 'quoted'), day
  FROM orders ORDER BY id;

INSERT INTO sale_order_line (id, order_id, sequence, company_id, currency_id, order_partner_id, salesman_id, product_id, product_uom_id, state,
       qty_delivered_method, invoice_status, name, product_uom_qty, price_unit, discount, price_subtotal, price_tax, price_total,
       price_reduce_taxexcl, price_reduce_taxinc, qty_delivered, qty_invoiced, qty_to_invoice, untaxed_amount_invoiced,
       untaxed_amount_to_invoice, is_downpayment, is_expense, technical_price_unit, customer_lead, create_uid, write_uid, create_date, write_date)
SELECT {sale_order_line} - 1 + row_number() OVER (ORDER BY o.id, line), o.id, 10 * line, company_id, {currency}, partner_id, user_id, {product}, {uom}, state,
       'manual', CASE state WHEN 'sale' THEN 'to invoice' ELSE 'no' END, 'Goods', 1, price, 0, price, 0, price,
       price, price, 0, 0, 1, 0, price, false, false, price, 0, user_id, user_id, day, day
  FROM orders o, generate_series(1, lines) line;
