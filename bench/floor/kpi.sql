-- 30 KPIs of one company in UTC by hand, each in one statement: documents by month, sums by month, team and channel, values and evidence
-- written, one transaction. No time zones, no other companies, no change of calendar, no definitions, no revisions.
-- %(kpi)s is the KPI, %(n)s its number, %(since)s and %(until)s the first and the last day of its months, %(running)s the first of the running one.

-- name: periods
INSERT INTO crm_sync_kpi_period (kpi_id, company_id, calendar, period_start, period_end, tz, at_start, at_end, state, source, closes_at, closed_at, revision)
SELECT %(kpi)s, %(company)s, 'month', day, (day + interval '1 month')::date - 1, 'UTC', day, day + interval '1 month',
       CASE WHEN day < %(running)s THEN 'closed' ELSE 'running' END, CASE WHEN day < %(running)s THEN 'backfill' ELSE 'auto' END,
       day + interval '1 month 3 days', CASE WHEN day < %(running)s THEN %(now)s END, 1
  FROM generate_series(%(since)s::timestamp, %(running)s::timestamp, interval '1 month') day;

-- name: turnover
SELECT id, amount_untaxed::float8 AS numerator, 1::float8 AS denominator, date_order AS at, team_id, 'c' || mod(id, 15) AS channel, partner_id AS subject_id
  FROM sale_order WHERE company_id = %(company)s AND state = 'sale' AND date_order >= %(since)s AND date_order < %(until)s AND mod(id, 10) != %(n)s

-- name: won
SELECT id, CASE won_status WHEN 'won' THEN 1 ELSE 0 END::float8 AS numerator, 1::float8 AS denominator, create_date AS at, team_id,
       'c' || mod(id, 15) AS channel, partner_id AS subject_id
  FROM crm_lead WHERE company_id = %(company)s AND create_date >= %(since)s AND create_date < %(until)s AND mod(id, 10) != %(n)s

-- name: buyers
SELECT id, 1::float8 AS numerator, 1::float8 AS denominator, date_order AS at, team_id, 'c' || mod(id, 15) AS channel, partner_id AS subject_id
  FROM sale_order WHERE company_id = %(company)s AND state = 'sale' AND date_order >= %(since)s AND date_order < %(until)s AND mod(id, 10) != %(n)s

-- name: history
WITH month AS MATERIALIZED (SELECT id, period_start, period_end, at_start, at_end, state, source FROM crm_sync_kpi_period WHERE kpi_id = %(kpi)s),
     doc AS MATERIALIZED (SELECT m.id AS period_id, m.period_start, m.state, d.* FROM ({documents}) d
                            JOIN month m ON m.period_start = date_trunc('month', d.at)::date),
     summed AS (SELECT period_id, min(period_start) AS period_start,
                       CASE WHEN GROUPING(team_id) = 0 THEN 'team:' || team_id WHEN GROUPING(channel) = 0 THEN 'channel:' || channel ELSE 'company' END AS key,
                       team_id, {numerator} AS numerator, sum(denominator) AS denominator, count(*) AS count
                  FROM doc GROUP BY GROUPING SETS ((period_id), (period_id, team_id), (period_id, channel))
                HAVING NOT (GROUPING(team_id) = 0 AND team_id IS NULL)),
     scope AS (SELECT key, team_id, CASE key WHEN 'company' THEN '-infinity' ELSE min(period_start) END AS since FROM summed GROUP BY 1, 2),
     proof AS (INSERT INTO crm_sync_kpi_evidence (period_id, company_id, revision, res_model, count, res_ids, numerators, denominators, subject_ids, team_ids, channels)
               SELECT period_id, %(company)s, 1, %(model)s, count(*), array_agg(id), array_agg(numerator), array_agg(denominator),
                      array_agg(subject_id), array_agg(team_id), array_agg(channel)
                 FROM (SELECT * FROM doc WHERE state = 'closed' ORDER BY period_id, id) d GROUP BY period_id)
INSERT INTO crm_sync_kpi_value (kpi_id, period_id, company_id, currency_id, unit, additivity, scope_kind, scope_key, scope_name, scope_id, calendar,
       period_start, period_end, tz, at_start, at_end, revision, is_first, is_current, state, source, definition_hash, computed_at, closed_at,
       value, is_empty, numerator, denominator, count)
SELECT %(kpi)s, id, %(company)s, %(currency)s, %(unit)s, %(additivity)s, split_part(key, ':', 1), key, name, team_id, 'month',
       period_start, period_end, 'UTC', at_start, at_end, 1, TRUE, TRUE, state, source, %(hash)s, %(now)s, CASE state WHEN 'closed' THEN %(now)s END,
       value, value IS NULL, numerator, denominator, count
  FROM (SELECT m.*, s.key, s.team_id, COALESCE(t.name->>'en_US', s.key) AS name, COALESCE(x.count, 0) AS count, COALESCE(x.numerator, 0) AS numerator,
               {denominator} AS denominator, {value} AS value
          FROM month m JOIN scope s ON m.period_start >= s.since
          LEFT JOIN summed x ON x.period_id = m.id AND x.key = s.key
          LEFT JOIN crm_team t ON t.id = s.team_id
         WHERE x.key IS NOT NULL OR s.key = 'company' OR %(additivity)s != 'ratio') f;

-- name: told
SELECT k.code, v.scope_kind, v.state, v.source, count(*), round(sum(v.value)::numeric, 2), sum(v.count), round(sum(v.denominator)::numeric, 2),
       (SELECT sum(e.count) FROM crm_sync_kpi_evidence e JOIN crm_sync_kpi_period p ON p.id = e.period_id WHERE p.kpi_id = k.id)
  FROM crm_sync_kpi_value v JOIN crm_sync_kpi k ON k.id = v.kpi_id GROUP BY k.id, k.code, 2, 3, 4 ORDER BY 1, 2, 3, 4;

-- name: written
SELECT count(*) FILTER (WHERE xmin::text::bigint >= %(before)s OR xmax::text::bigint >= %(before)s) FROM crm_sync_kpi_value;
