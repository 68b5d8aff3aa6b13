-- What the jobs of care write, by hand: no rights, no companies, no rules that are switched off, nothing that was merged or corrected, one transaction.
-- %(first)s to %(last)s are the days that are due; %(most)s is NULL where all are planned.

-- name: birthday
INSERT INTO crm_sync_care_occasion (rule_id, company_id, partner_id, commercial_partner_id, action, day, due_on, due_at, occasion_key, state,
       create_uid, create_date, write_uid, write_date)
SELECT %(rule)s, %(company)s, p.id, p.commercial_partner_id, %(action)s, d.day, d.day, d.at, %(rule)s || ':' || p.id || ':' || d.year,
       'planned', 1, %(now)s, 1, %(now)s
  FROM (SELECT day::date AS day, extract(month FROM day)::int AS month, extract(day FROM day)::int AS number, extract(year FROM day)::text AS year, tz,
               (day::date + time '09:00') AT TIME ZONE tz AT TIME ZONE 'UTC' AS at
          FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') day CROSS JOIN unnest(%(zones)s) tz) d
  JOIN res_partner p ON p.sync_birth_month = d.month AND p.sync_birth_day = d.number AND COALESCE(p.tz, %(tz)s) = d.tz
 WHERE p.active AND p.partner_share AND p.name LIKE 'Care Member %%' ORDER BY p.id

-- name: holiday
INSERT INTO crm_sync_care_occasion (rule_id, company_id, partner_id, commercial_partner_id, action, day, due_on, due_at, occasion_key, state,
       create_uid, create_date, write_uid, write_date)
SELECT %(rule)s, %(company)s, p.id, p.commercial_partner_id, %(action)s, d.day, d.day, d.at, %(rule)s || ':' || p.id || ':' || d.day,
       'planned', 1, %(now)s, 1, %(now)s
  FROM (SELECT %(last)s::date AS day, tz, (%(last)s::date + time '09:00') AT TIME ZONE tz AT TIME ZONE 'UTC' AS at FROM unnest(%(zones)s) tz) d
  JOIN res_partner p ON COALESCE(p.tz, %(tz)s) = d.tz
 WHERE p.active AND p.partner_share AND p.name LIKE 'Care Member %%' ORDER BY p.id LIMIT %(most)s

-- name: silence
INSERT INTO crm_sync_care_occasion (rule_id, company_id, partner_id, commercial_partner_id, action, day, due_on, due_at, occasion_key, state,
       create_uid, create_date, write_uid, write_date)
SELECT %(rule)s, %(company)s, p.id, p.commercial_partner_id, %(action)s, d.day, d.due, d.at, %(rule)s || ':' || p.id || ':' || d.day,
       'planned', 1, %(now)s, 1, %(now)s
  FROM (SELECT day::date - %(days)s AS day, day::date AS due, tz, (day::date + time '09:00') AT TIME ZONE tz AT TIME ZONE 'UTC' AS at,
               (day::date - %(days)s)::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC' AS since,
               (day::date - %(days)s + 1)::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC' AS until
          FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') day CROSS JOIN unnest(%(zones)s) tz) d
  JOIN crm_sync_customer c ON c.quiet_since >= d.since AND c.quiet_since < d.until
  JOIN res_partner p ON p.id = c.partner_id AND COALESCE(p.tz, %(tz)s) = d.tz
 WHERE p.active AND p.partner_share AND p.name LIKE 'Care Member %%' ORDER BY p.id

-- name: sift
CREATE TEMP TABLE sifted ON COMMIT DROP AS
SELECT o.id, p.email_normalized AS email,
       CASE WHEN EXISTS (SELECT FROM phone_blacklist b WHERE b.active AND b.number = p.phone_sanitized) THEN 'opted_out'
            WHEN EXISTS (SELECT FROM crm_sync_contact_preference f WHERE f.partner_id = p.id AND f.purpose = 'care' AND NOT f.is_allowed) THEN 'preference'
            WHEN COALESCE(p.phone, '') = '' THEN 'no_address' END AS reason
  FROM crm_sync_care_occasion o JOIN res_partner p ON p.id = o.partner_id WHERE o.state = 'planned' AND o.due_at <= %(now)s;
ANALYZE sifted;
UPDATE crm_sync_care_occasion o SET state = CASE WHEN s.reason IS NULL THEN 'done' ELSE 'held' END, reason = s.reason, done_at = %(now)s, write_date = %(now)s,
       handed_at = CASE WHEN s.reason IS NULL THEN %(now)s::timestamp END, email = CASE WHEN s.reason IS NULL THEN s.email END
  FROM sifted s WHERE s.id = o.id

-- name: rhythm
DELETE FROM crm_sync_care_rhythm r WHERE NOT EXISTS (SELECT FROM res_partner p WHERE p.id = r.partner_id AND p.sync_contact_days > 0 AND p.active);
CREATE TEMP TABLE fresh ON COMMIT DROP AS
SELECT c.partner_id, c.company_id, c.user_id, c.department_id, p.sync_contact_days AS days, c.quiet_since + make_interval(days => p.sync_contact_days) AS due_at
  FROM crm_sync_customer c JOIN res_partner p ON p.id = c.partner_id WHERE p.sync_contact_days > 0 AND c.active AND p.sync_is_deceased IS NOT TRUE;
ANALYZE fresh;
UPDATE crm_sync_care_rhythm r SET company_id = f.company_id, user_id = f.user_id, department_id = f.department_id, days = f.days, tier_id = NULL, due_at = f.due_at
  FROM fresh f WHERE f.partner_id = r.partner_id
   AND (r.company_id, r.user_id, r.department_id, r.days, r.tier_id, r.due_at) IS DISTINCT FROM (f.company_id, f.user_id, f.department_id, f.days, NULL, f.due_at);
INSERT INTO crm_sync_care_rhythm (partner_id, company_id, user_id, department_id, days, due_at)
SELECT * FROM fresh f WHERE NOT EXISTS (SELECT FROM crm_sync_care_rhythm r WHERE r.partner_id = f.partner_id) ORDER BY partner_id

-- name: told
SELECT state, reason, count(*), sum(hashtextextended(ROW(partner_id, commercial_partner_id, day, due_on, due_at, email, action)::text, 0))
  FROM crm_sync_care_occasion GROUP BY 1, 2 ORDER BY 1, 2

-- name: rhythms
SELECT count(*), sum(hashtextextended(ROW(partner_id, company_id, user_id, department_id, days, tier_id, due_at)::text, 0)) FROM crm_sync_care_rhythm

-- name: written
SELECT count(*) FROM crm_sync_care_rhythm WHERE greatest(xmin::text::bigint, xmax::text::bigint) >= %(before)s
