-- One page of everything with one customer, newest first: keys only, no rights, no companies.
-- %(customer)s the commercial entity, %(until)s the latest moment, %(skip)s and %(limit)s the page.
-- Each source is reached from the customer's own documents and limited before the sources are merged. The documents are
-- computed once, with what their own events need. ANY(ARRAY(...)) and not IN or JOIN: the planner cannot know how many
-- documents a customer has, and guesses ten; with that guess it takes the index, which is right for every customer.
WITH partners AS MATERIALIZED (SELECT id FROM res_partner WHERE commercial_partner_id = %(customer)s),
leads AS MATERIALIZED (
    SELECT id, create_date, date_closed, won_status FROM crm_lead WHERE partner_id = ANY(ARRAY(SELECT id FROM partners))),
orders AS MATERIALIZED (
    SELECT id, create_date, date_order, state FROM sale_order WHERE partner_id = ANY(ARRAY(SELECT id FROM partners))),
moves AS MATERIALIZED (
    SELECT id, state, invoice_date + time '12:00' AS at FROM account_move
     WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND move_type IN ('out_invoice', 'out_refund', 'out_receipt'))
SELECT at, source, id FROM (
    (SELECT occurred_at AS at, 'touch' AS source, id FROM crm_sync_touch
      WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND occurred_at <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT m.date, 'partner_message', m.id FROM mail_message m
      WHERE m.model = 'res.partner' AND m.res_id = ANY(ARRAY(SELECT id FROM partners))
        AND (m.message_type IN ('email', 'comment') OR m.mail_activity_type_id IS NOT NULL) AND m.date <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT m.date, 'lead_message', m.id FROM mail_message m
      WHERE m.model = 'crm.lead' AND m.res_id = ANY(ARRAY(SELECT id FROM leads))
        AND (m.message_type IN ('email', 'comment') OR m.mail_activity_type_id IS NOT NULL) AND m.date <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT m.date, 'order_message', m.id FROM mail_message m
      WHERE m.model = 'sale.order' AND m.res_id = ANY(ARRAY(SELECT id FROM orders))
        AND (m.message_type IN ('email', 'comment') OR m.mail_activity_type_id IS NOT NULL) AND m.date <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT m.date, 'move_message', m.id FROM mail_message m
      WHERE m.model = 'account.move' AND m.res_id = ANY(ARRAY(SELECT id FROM moves))
        AND (m.message_type IN ('email', 'comment') OR m.mail_activity_type_id IS NOT NULL) AND m.date <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT e.start, 'meeting', e.id FROM calendar_event e
      WHERE e.id = ANY(ARRAY(
            SELECT calendar_event_id FROM calendar_event_res_partner_rel WHERE res_partner_id = ANY(ARRAY(SELECT id FROM partners))
            UNION SELECT id FROM calendar_event WHERE opportunity_id = ANY(ARRAY(SELECT id FROM leads))))
        AND e.active AND e.start <= %(until)s ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT create_date, 'lead', id FROM leads WHERE create_date <= %(until)s ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT date_closed, 'lead_closed', id FROM leads WHERE won_status IN ('won', 'lost') AND date_closed <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT create_date, 'quotation', id FROM orders WHERE create_date <= %(until)s ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT date_order, 'order', id FROM orders WHERE state = 'sale' AND date_order <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT at, 'invoice', id FROM moves WHERE state = 'posted' AND at <= %(until)s ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT date + time '12:00', 'payment', id FROM account_payment
      WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND state IN ('in_process', 'paid') AND partner_type = 'customer'
        AND date + time '12:00' <= %(until)s ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT COALESCE(end_datetime, create_date), 'survey', id FROM survey_user_input
      WHERE partner_id = ANY(ARRAY(SELECT id FROM partners)) AND state = 'done' AND test_entry IS NOT TRUE
        AND COALESCE(end_datetime, create_date) <= %(until)s ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
    UNION ALL
    (SELECT h.effective_at, 'points', h.id FROM crm_sync_loyalty_entry h
      WHERE h.quantity != 0 AND h.card_id = ANY(ARRAY(SELECT id FROM loyalty_card WHERE partner_id = ANY(ARRAY(SELECT id FROM partners))))
        AND h.effective_at <= %(until)s
      ORDER BY 1 DESC, 3 DESC LIMIT %(limit)s + %(skip)s)
) event ORDER BY at DESC, source DESC, id DESC LIMIT %(limit)s OFFSET %(skip)s
