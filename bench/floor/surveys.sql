-- What the jobs of surveys write, by hand: no rights, no companies, no rules that are switched off, one transaction.

-- name: plan
INSERT INTO crm_sync_survey_invitation (program_id, company_id, state, partner_id, commercial_partner_id, wave, origin_key, planned_at, due_at,
       reminded, nonce, create_uid, create_date, write_uid, write_date)
SELECT %(program)s, %(company)s, 'planned', id, commercial_partner_id, %(wave)s, %(wave)s || ':' || id, %(now)s, %(now)s, 0,
       replace(gen_random_uuid()::text, '-', ''), 1, %(now)s, 1, %(now)s
  FROM res_partner WHERE active AND partner_share AND name LIKE 'Survey Contact %%' ORDER BY id

-- name: sift
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT i.id, p.email_normalized AS email, p.lang,
       CASE WHEN EXISTS (SELECT FROM mail_blacklist b WHERE b.active AND b.email = p.email_normalized) THEN 'opted_out'
            WHEN p.message_bounce >= %(bounces)s THEN 'bounced'
            WHEN p.email_normalized IS NULL THEN 'no_address'
            WHEN EXISTS (SELECT FROM crm_sync_case c WHERE c.partner_id = p.id AND c.kind = 'complaint' AND c.is_open) THEN 'open_complaint'
            WHEN EXISTS (SELECT FROM crm_sync_contact_sent s WHERE s.partner_id = p.id AND s.at > %(since)s AND s.purpose = 'survey') THEN 'asked_recently'
            END AS reason
  FROM crm_sync_survey_invitation i JOIN res_partner p ON p.id = i.partner_id WHERE i.state = 'planned' AND i.due_at <= %(now)s;
UPDATE decided SET reason = 'duplicate'
  FROM (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS number FROM decided WHERE reason IS NULL) d
 WHERE d.id = decided.id AND d.number > 1;
ANALYZE decided;
INSERT INTO crm_sync_survey_event (invitation_id, at, user_id, old_state, new_state, create_uid, create_date, write_uid, write_date)
SELECT id, %(now)s, 1, 'planned', CASE WHEN reason IS NULL THEN 'queued' ELSE 'suppressed' END, 1, %(now)s, 1, %(now)s FROM decided ORDER BY id;
UPDATE crm_sync_survey_invitation i SET state = CASE WHEN reason IS NULL THEN 'queued' ELSE 'suppressed' END, suppressed_by = reason, write_uid = 1,
       write_date = %(now)s, queued_at = CASE WHEN reason IS NULL THEN %(now)s::timestamp END, email = CASE WHEN reason IS NULL THEN d.email END,
       lang = CASE WHEN reason IS NULL THEN d.lang END, expires_at = CASE WHEN reason IS NULL THEN %(now)s::timestamp + %(days)s * interval '1 day' END
  FROM decided d WHERE d.id = i.id

-- name: told
SELECT state, suppressed_by, count(*), sum(hashtextextended(ROW(partner_id, origin_key, email, lang)::text, 0))
  FROM crm_sync_survey_invitation GROUP BY 1, 2 ORDER BY 1, 2
