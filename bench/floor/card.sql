-- What is to be known before one customer is contacted: rule and document of each finding, at most five for each rule.
-- No rights, no words, no names. %(customer)s the commercial entity, %(now)s, %(since)s for contacts, %(quoted)s for
-- quotations, %(me)s who asks, %(companies)s his companies, %(comment)s and %(note)s subtypes, %(robot)s OdooBot's partner.
-- The customer's contacts and documents are computed once. ANY(ARRAY(...)) for the same reason as in timeline.sql.
WITH partners AS MATERIALIZED (SELECT id FROM res_partner WHERE commercial_partner_id = %(customer)s),
leads AS MATERIALIZED (
    SELECT id, user_id, active, won_status, create_date, sync_dealer_id FROM crm_lead
     WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND (company_id IS NULL OR company_id = ANY(%(companies)s))),
orders AS MATERIALIZED (
    SELECT id, user_id, state, date_order, opportunity_id, currency_id, COALESCE(NULLIF(currency_rate, 0), 1)::float8 AS rate
      FROM sale_order
     WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND (company_id IS NULL OR company_id = ANY(%(companies)s))),
moves AS MATERIALIZED (
    SELECT id, state, move_type, payment_state, invoice_date_due FROM account_move
     WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND company_id = ANY(%(companies)s)
       AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')),
staff AS MATERIALIZED (
    SELECT partner_id, min(id) AS user_id FROM res_users WHERE NOT share AND id NOT IN (1, %(me)s) GROUP BY partner_id),
messages AS (
    SELECT m.date, m.author_id, m.model, m.res_id FROM mail_message m
      LEFT JOIN mail_activity_type a ON a.id = m.mail_activity_type_id
     WHERE (m.model = 'res.partner' AND m.res_id = ANY(ARRAY(SELECT id FROM partners))
            OR m.model = 'crm.lead' AND m.res_id = ANY(ARRAY(SELECT id FROM leads))
            OR m.model = 'sale.order' AND m.res_id = ANY(ARRAY(SELECT id FROM orders))
            OR m.model = 'account.move' AND m.res_id = ANY(ARRAY(SELECT id FROM moves)))
       AND m.date >= %(since)s
       AND (a.category IN ('phonecall', 'meeting')
            OR m.is_internal IS NOT TRUE AND m.author_id IS DISTINCT FROM %(robot)s
               AND (m.message_type = 'email' AND m.subtype_id IS DISTINCT FROM %(note)s
                    OR m.message_type = 'comment' AND m.subtype_id = %(comment)s))),
prices AS (
    SELECT l.product_id, o.id, sum(l.price_subtotal) / sum(l.product_uom_qty * u.factor / b.factor) / o.rate AS price
      FROM orders o
      JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL AND l.product_uom_qty > 0
           AND l.is_downpayment IS NOT TRUE AND l.reward_id IS NULL
      JOIN product_product v ON v.id = l.product_id JOIN product_template t ON t.id = v.product_tmpl_id
      JOIN uom_uom u ON u.id = l.product_uom_id JOIN uom_uom b ON b.id = t.uom_id
     WHERE o.state IN ('draft', 'sent') AND o.date_order >= %(quoted)s
     GROUP BY l.product_id, o.id, o.rate),
works AS (
    SELECT 'crm.lead' AS model, id, create_date AS at, sync_dealer_id AS dealer_id FROM leads WHERE active AND won_status = 'pending'
    UNION ALL
    SELECT 'sale.order', id, date_order, NULL FROM orders
     WHERE state IN ('draft', 'sent') AND opportunity_id IS NULL AND date_order >= %(quoted)s)
(SELECT 'others' AS code, user_id AS id FROM (
    SELECT DISTINCT ON (user_id) user_id, at FROM (
        SELECT occurred_at AS at, user_id FROM crm_sync_touch t
         WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND occurred_at >= %(since)s AND company_id = ANY(%(companies)s)
           AND user_id != %(me)s AND NOT EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = t.id)
        UNION ALL
        SELECT e.start, e.user_id FROM calendar_event_res_partner_rel r JOIN calendar_event e ON e.id = r.calendar_event_id
         WHERE r.res_partner_id = ANY(ARRAY(SELECT id FROM partners)) AND e.active AND e.start >= %(since)s AND e.stop <= %(now)s
           AND e.user_id != %(me)s AND COALESCE(e.privacy, 'public') != 'private'
        UNION ALL
        SELECT m.date, s.user_id FROM messages m JOIN staff s ON s.partner_id = m.author_id) fact
     ORDER BY user_id, at DESC) person
  ORDER BY at DESC, user_id LIMIT 5)
UNION ALL
(SELECT 'promise_broken', id FROM crm_sync_promise
  WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND company_id = ANY(%(companies)s) AND outcome_at IS NULL
    AND (broken_at IS NOT NULL OR binding_due_at < %(now)s) ORDER BY binding_due_at, id LIMIT 5)
UNION ALL
(SELECT 'promise', id FROM crm_sync_promise
  WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND company_id = ANY(%(companies)s) AND outcome_at IS NULL
    AND broken_at IS NULL AND binding_due_at >= %(now)s ORDER BY binding_due_at, id LIMIT 5)
UNION ALL
(SELECT 'waiting', id FROM crm_sync_response
  WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND company_id = ANY(%(companies)s) AND state = 'waiting'
  ORDER BY started_at, id LIMIT 5)
UNION ALL
(SELECT 'price', high FROM (
    SELECT product_id, (array_agg(id ORDER BY price, id))[1] AS low, (array_agg(id ORDER BY price DESC, id DESC))[1] AS high,
           min(price) AS least, max(price) AS most
      FROM prices GROUP BY product_id) pair
  WHERE low != high AND round(least::numeric, 2) != round(most::numeric, 2)
  ORDER BY (most - least) / least DESC, high LIMIT 5)
UNION ALL
(SELECT 'leads', id FROM leads WHERE active AND won_status = 'pending' ORDER BY create_date DESC, id DESC LIMIT 5)
UNION ALL
(SELECT 'channel', id FROM works WHERE (SELECT count(DISTINCT COALESCE(dealer_id, 0)) FROM works) > 1
  ORDER BY at DESC NULLS LAST, id DESC LIMIT 5)
UNION ALL
(SELECT 'overdue', id FROM moves
  WHERE move_type = 'out_invoice' AND state = 'posted' AND payment_state IN ('not_paid', 'partial') AND invoice_date_due < %(now)s::date
  ORDER BY invoice_date_due, id LIMIT 1)
UNION ALL
(SELECT 'unhappy', id FROM (
    SELECT a.id, a.survey_id, a.scoring_percentage FROM survey_user_input a
     WHERE a.partner_id = ANY(ARRAY(SELECT id FROM partners)) AND a.state = 'done' AND a.test_entry IS NOT TRUE
     ORDER BY COALESCE(a.end_datetime, a.create_date) DESC, a.id DESC LIMIT 1) last
  WHERE COALESCE((SELECT CASE WHEN s.scoring_type != 'no_scoring' THEN last.scoring_percentage / 100 END
                    FROM survey_survey s WHERE s.id = last.survey_id),
                 (SELECT avg((l.value_scale - q.scale_min)::float8 / (q.scale_max - q.scale_min))
                    FROM survey_user_input_line l JOIN survey_question q ON q.id = l.question_id
                   WHERE l.user_input_id = last.id AND l.answer_type = 'scale' AND l.skipped IS NOT TRUE)) < 0.5)
UNION ALL
(SELECT 'consent', p.id FROM res_partner p JOIN mail_blacklist b ON b.active AND b.email = p.email_normalized
  WHERE p.id = %(customer)s)
UNION ALL
(SELECT 'budget', count(*)::int FROM crm_sync_contact_sent
  WHERE partner_id = %(customer)s AND channel = 'email' AND company_id = 1 AND at >= %(budget)s)
