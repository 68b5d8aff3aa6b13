-- The final months of one KPI held against their documents of now, by hand: one statement, one transaction. What has changed is listed with
-- who changed it. No time zones, no companies, no change of definition, no decisions, no history of a drift.
-- %(kpi)s is the KPI, %(n)s its number, %(from)s the moment since which final months are watched, %(since)s and %(until)s their days.

-- name: watch
WITH month AS MATERIALIZED (
         SELECT p.id, p.company_id, p.period_start, p.revision, v.value, v.is_empty FROM crm_sync_kpi_period p
           JOIN crm_sync_kpi_value v ON v.period_id = p.id AND v.scope_key = 'company' AND v.is_current
          WHERE p.kpi_id = %(kpi)s AND p.state = 'closed' AND p.at_end >= %(from)s),
     held AS (SELECT m.id AS period_id, d.* FROM month m JOIN crm_sync_kpi_evidence e ON e.period_id = m.id AND e.revision = m.revision
               CROSS JOIN LATERAL unnest(e.res_ids, e.numerators, e.denominators, e.subject_ids) d (res_id, numerator, denominator, subject_id)),
     live AS MATERIALIZED (SELECT m.id AS period_id, d.id AS res_id, d.numerator, d.denominator, d.subject_id
                             FROM ({documents}) d JOIN month m ON m.period_start = date_trunc('month', d.at)::date),
     change AS MATERIALIZED (
         SELECT period_id, res_id, CASE WHEN held.numerator IS NULL THEN 'added' WHEN live.numerator IS NULL THEN 'gone' ELSE 'changed' END AS change,
                COALESCE(held.numerator, 0) AS numerator_then, COALESCE(held.denominator, 0) AS denominator_then,
                COALESCE(live.numerator, 0) AS numerator_now, COALESCE(live.denominator, 0) AS denominator_now
           FROM held FULL JOIN live USING (period_id, res_id)
          WHERE (held.numerator, held.denominator, held.subject_id) IS DISTINCT FROM (live.numerator, live.denominator, live.subject_id)),
     drift AS (
         INSERT INTO crm_sync_kpi_drift (period_id, kpi_id, company_id, period_start, revision, closed_value, closed_is_empty, live_value,
                                         live_is_empty, line_count, state, found_at)
         SELECT m.id, %(kpi)s, m.company_id, m.period_start, m.revision, m.value, m.is_empty, {value}, x.period_id IS NULL, c.count, 'found', %(now)s
           FROM month m JOIN (SELECT period_id, count(*) FROM change GROUP BY 1) c ON c.period_id = m.id
           LEFT JOIN (SELECT period_id, {numerator} AS numerator, sum(denominator) AS denominator FROM live GROUP BY 1) x ON x.period_id = m.id
         RETURNING id, period_id)
INSERT INTO crm_sync_kpi_drift_line (drift_id, res_model, res_id, change, numerator_then, denominator_then, numerator_now, denominator_now,
                                     changed_by_id, changed_at)
SELECT d.id, %(model)s, c.res_id, c.change, c.numerator_then, c.denominator_then, c.numerator_now, c.denominator_now, o.write_uid, o.write_date
  FROM change c JOIN drift d ON d.period_id = c.period_id LEFT JOIN {table} o ON o.id = c.res_id;

-- name: told
SELECT k.code, d.period_start, round(d.live_value::numeric, 2), d.line_count, l.change, count(*), round(sum(l.numerator_then)::numeric, 2),
       round(sum(l.numerator_now)::numeric, 2)
  FROM crm_sync_kpi_drift d JOIN crm_sync_kpi k ON k.id = d.kpi_id JOIN crm_sync_kpi_drift_line l ON l.drift_id = d.id
 GROUP BY d.id, k.code, l.change ORDER BY 1, 2, 5;

-- name: change
-- One order in a hundred has another amount, one is cancelled; by one who is no stranger.
UPDATE sale_order SET amount_untaxed = amount_untaxed + 1, write_uid = 2 WHERE mod(id, 100) = 7;
UPDATE sale_order SET state = 'cancel', write_uid = 2 WHERE mod(id, 100) = 8;
