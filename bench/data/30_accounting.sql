-- Seven in ten confirmed orders of the first company are invoiced, 3 % of those credited, nearly all old ones paid.
CREATE TEMP TABLE invoice AS
SELECT {account_move} - 1 + row_number() OVER (ORDER BY day, kind, i) AS id, row_number() OVER (PARTITION BY kind ORDER BY day, i) AS number, *
  FROM (SELECT o.i, o.n, o.partner_id, o.user_id, price * lines AS amount, kind,
               (o.day + CASE kind WHEN 'out_refund' THEN interval '20 days' ELSE interval '2 days' END)::date AS day,
               kind = 'out_invoice' AND bench.u(o.i, 'paid') < CASE WHEN o.day < timestamp '{today}' - interval '60 days' THEN .95 ELSE .4 END AS paid
          FROM orders o, unnest(ARRAY['out_invoice', 'out_refund']) kind
         WHERE o.state = 'sale' AND o.company_id = {company1} AND bench.u(o.i, 'invoiced') < CASE kind WHEN 'out_refund' THEN .02 ELSE .7 END) v
 WHERE day <= date '{today}';

INSERT INTO account_move (id, name, sequence_prefix, sequence_number, journal_id, company_id, partner_id, commercial_partner_id, partner_shipping_id,
       currency_id, invoice_user_id, state, move_type, auto_post, payment_reference, payment_state, invoice_partner_display_name,
       date, invoice_date, invoice_date_due, invoice_currency_rate, amount_untaxed, amount_tax, amount_total, amount_residual,
       amount_untaxed_signed, amount_total_signed, amount_total_in_currency_signed, amount_residual_signed, always_tax_exigible,
       checked, posted_before, made_sequence_gap, is_manually_modified, is_move_sent, team_id, create_uid, write_uid, create_date, write_date)
SELECT v.id, title, prefix, number, {sale_journal}, {company1}, v.partner_id, c.id, v.partner_id,
       {currency}, v.user_id, 'posted', kind, 'no', title, CASE WHEN paid THEN 'paid' ELSE 'not_paid' END, c.name,
       day, day, day + 30, 1, amount, 0, amount, CASE WHEN paid THEN 0 ELSE amount END,
       amount * sign, amount * sign, amount * sign, CASE WHEN paid THEN 0 ELSE amount * sign END, false,
       true, true, false, false, true, bench.pick({teams}, bench.u(v.n, 'team')), v.user_id, v.user_id, day, day
  FROM (SELECT *, CASE kind WHEN 'out_refund' THEN 'RBENCH/' ELSE 'BENCH/' END AS prefix, CASE kind WHEN 'out_refund' THEN -1 ELSE 1 END AS sign,
               CASE kind WHEN 'out_refund' THEN 'RBENCH/' ELSE 'BENCH/' END || lpad(number::text, 8, '0') AS title FROM invoice) v
  JOIN customer c USING (n) ORDER BY v.id;

INSERT INTO account_move_line (id, move_id, journal_id, company_id, company_currency_id, currency_id, sequence, account_id, partner_id, move_name,
       parent_state, name, display_type, date, invoice_date, date_maturity, debit, credit, balance, amount_currency, amount_residual,
       amount_residual_currency, quantity, price_unit, price_subtotal, price_total, discount, is_storno, reconciled, no_followup,
       deductible_amount, create_uid, write_uid, create_date, write_date)
SELECT {account_move_line} - 1 + row_number() OVER (ORDER BY v.id, account), v.id, {sale_journal}, {company1}, {currency}, {currency}, 10, account,
       c.id, 'BENCH', 'posted', 'Goods', type, day, day, CASE type WHEN 'payment_term' THEN day + 30 END, greatest(balance, 0), greatest(-balance, 0),
       balance, balance, residual, residual, 1, amount, amount, amount, 0, false, type = 'payment_term' AND paid, false,
       100, 1, 1, day, day
  FROM invoice v JOIN customer c USING (n),
       LATERAL (SELECT CASE kind WHEN 'out_refund' THEN -amount ELSE amount END AS total) t,
       LATERAL (VALUES ({receivable}, 'payment_term', total, CASE WHEN paid THEN 0 ELSE total END), ({income}, 'product', -total, 0)) l (account, type, balance, residual);

-- A payment and its journal entry, a few weeks after the invoice.
CREATE TEMP TABLE payment AS
SELECT {account_payment} - 1 + row_number() OVER (ORDER BY day, i) AS id, (SELECT max(id) FROM invoice) + row_number() OVER (ORDER BY day, i) AS move_id, p.*
  FROM (SELECT i, n, partner_id, amount, least(day + (45 * bench.u(i, 'paid after'))::int, date '{today}' - 1) AS day FROM invoice WHERE paid) p;

INSERT INTO account_move (id, name, sequence_prefix, sequence_number, journal_id, company_id, partner_id, commercial_partner_id, currency_id, state,
       move_type, auto_post, payment_state, date, amount_untaxed, amount_tax, amount_total, amount_residual, amount_total_signed,
       always_tax_exigible, checked, posted_before, made_sequence_gap, is_manually_modified, origin_payment_id, create_uid, write_uid, create_date, write_date)
SELECT move_id, 'PBENCH/' || lpad(p.id::text, 8, '0'), 'PBENCH/', p.id, {bank_journal}, {company1}, p.partner_id, c.id, {currency}, 'posted',
       'entry', 'no', 'not_paid', day, 0, 0, amount, 0, amount, false, true, true, false, false, p.id, 1, 1, day, day
  FROM payment p JOIN customer c USING (n);

INSERT INTO account_payment (id, name, move_id, journal_id, company_id, payment_method_line_id, payment_method_id, currency_id, partner_id, state,
       payment_type, partner_type, memo, date, amount, amount_company_currency_signed, is_reconciled, is_matched, is_sent,
       create_uid, write_uid, create_date, write_date)
SELECT id, 'PBENCH/' || lpad(id::text, 8, '0'), move_id, {bank_journal}, {company1}, {payment_method_line}, {payment_method}, {currency}, partner_id, 'paid',
       'inbound', 'customer', 'Invoice ' || i, day, amount, amount, true, true, false,
       1, 1, day, day
  FROM payment ORDER BY id;
