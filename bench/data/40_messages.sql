-- Six messages for each customer, on partners, opportunities, orders and invoices, between the document's begin and end.
CREATE TEMP TABLE chatter AS
SELECT row_number() OVER () AS i, * FROM (
    SELECT 'res.partner' AS model, p.id AS res_id, p.id AS partner_id, COALESCE(p.user_id, {admin}) AS user_id, p.create_date AS begins,
           timestamp '{today}' AS ends,
           CASE WHEN p.id = {res_partner} THEN 600 WHEN p.id = {res_partner} + 1 THEN 100 ELSE floor(3 * bench.u(p.id, 'messages'))::int END AS messages
      FROM res_partner p WHERE p.id >= {res_partner}
    UNION ALL
    SELECT 'crm.lead', id, partner_id, user_id, created, closed, floor(6.5 * bench.u(id, 'lead messages'))::int FROM lead
    UNION ALL
    SELECT 'sale.order', id, partner_id, user_id, day - interval '2 days', day + interval '10 days', floor(4 * bench.u(id, 'order messages'))::int FROM orders
    UNION ALL
    SELECT 'account.move', id, partner_id, user_id, day, day + interval '20 days', floor(2.5 * bench.u(id, 'move messages'))::int FROM invoice
) d WHERE messages > 0;

-- The kinds as Odoo writes them; the last column is the share up to and including this kind.
CREATE TEMP TABLE message_kind (kind text, message_type text, subtype_id int, activity_type_id int, is_internal bool, by_customer bool, upto float8);
INSERT INTO message_kind VALUES
    ('tracking', 'notification', {subtype_note}, NULL, true, false, .25),
    ('note', 'comment', {subtype_note}, NULL, true, false, .45),
    ('comment', 'comment', {subtype_comment}, NULL, false, false, .65),
    ('incoming', 'email', {subtype_comment}, NULL, false, true, .8),
    ('call', 'notification', {subtype_activity}, {activity_call}, false, false, .88),
    ('meeting', 'notification', {subtype_activity}, {activity_meeting}, false, false, .9),
    ('to do', 'notification', {subtype_activity}, {activity_todo}, false, false, .95),
    ('automatic', 'auto_comment', {subtype_note}, NULL, true, false, 1);

CREATE TEMP TABLE message AS
SELECT d.model, d.res_id, d.partner_id, d.user_id, i * 1024 + k AS i,
       date_trunc('second', least(begins + (ends - begins) * bench.u(i * 1024 + k, 'message'), timestamp '{today}')) AS day
  FROM chatter d, generate_series(1, messages) k;

INSERT INTO mail_message (id, model, res_id, record_company_id, message_type, subtype_id, mail_activity_type_id, author_id, subject, body,
       email_from, reply_to, message_id, is_internal, email_add_signature, date, create_uid, write_uid, create_date, write_date)
SELECT {mail_message} - 1 + row_number() OVER (ORDER BY day, i), model, res_id, {company1}, message_type, subtype_id, activity_type_id,
       CASE WHEN by_customer THEN m.partner_id ELSE u.partner_id END,
       CASE WHEN message_type = 'email' THEN 'Re: order and delivery' END,
       CASE WHEN kind = 'tracking' THEN NULL ELSE '<p>' || bench.pick(ARRAY[
           'Called about the quote, will ring back next week.', 'Asks for a better price and a shorter delivery time.',
           'Please see the attached specification. We need an answer before the end of the month.',
           'Three people present, interest is high.', 'The goods arrived damaged, replacement promised by our service department.'],
           bench.u(i, 'body')) || ' ' || repeat('We wrote down every detail of it. ', (12 * bench.u(i, 'length'))::int) || '</p>' END,
       '"Sales" <sales@example.com>', '"Sales" <sales@example.com>', '<' || i || '@bench>', is_internal, true, day, 1, 1, day, day
  FROM (SELECT m.*, bench.u(i, 'kind') AS kind_u FROM message m) m
  JOIN (SELECT *, COALESCE(lag(upto) OVER (ORDER BY upto), 0) AS above FROM message_kind) k ON kind_u >= above AND kind_u < upto
  JOIN res_users u ON u.id = m.user_id
 ORDER BY 1;

-- What colleagues wrote to a customer was sent to him.
INSERT INTO mail_notification (mail_message_id, res_partner_id, notification_type, notification_status, is_read)
SELECT m.id, c.partner_id, 'email', 'sent', true
  FROM mail_message m JOIN chatter c ON c.model = m.model AND c.res_id = m.res_id
 WHERE m.id >= {mail_message} AND m.message_type = 'comment' AND m.subtype_id = {subtype_comment} AND c.partner_id IS NOT NULL;
