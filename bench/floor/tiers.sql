-- The review of the tiers of one program with one step down, a calendar year and no locks, by hand: one pass over the entries, memberships and
-- standings written where they differ, one transaction. No accounts that were merged, no wallets, no other programs, no second metric.
-- %(through)s is the last day of a tier reached today; %(levels)s are the thresholds by rank, %(tiers)s the tiers.

-- name: review
CREATE TEMP TABLE member ON COMMIT DROP AS
SELECT c.id AS card_id, c.partner_id, c.company_id, (c.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS joined_on,
       m.id AS membership_id, m.tier_id AS held_id, m.date_from, m.valid_through AS ended, COALESCE(array_position(%(tiers)s, m.tier_id), 0) AS held,
       CASE WHEN m.id IS NULL THEN (%(first)s - interval '1 year')::date ELSE (m.valid_through + 1 - interval '1 year')::date END AS review_from,
       CASE WHEN m.id IS NULL THEN %(first)s - 1 ELSE m.valid_through + %(grace)s END AS review_to
  FROM loyalty_card c LEFT JOIN crm_sync_tier_membership m ON m.card_id = c.id AND m.date_to IS NULL
 WHERE c.program_id = %(program)s AND c.active;
ANALYZE member;
CREATE TEMP TABLE fact ON COMMIT DROP AS
SELECT card_id, COALESCE(min(business_date) FILTER (WHERE kind = 'earn'), min(business_date)) AS day, sum(quantity) AS value
  FROM crm_sync_loyalty_entry WHERE program_id = %(program)s AND kind IN ('earn', 'reverse_earn') GROUP BY card_id, source_model, source_id;
ANALYZE fact;
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT m.*,
       CASE WHEN held = 0 THEN CASE WHEN best > 0 THEN 'joined' END
            WHEN ended + %(grace)s < %(today)s THEN CASE WHEN best < held THEN 'fall' WHEN best > held THEN 'rise' ELSE 'kept' END
            WHEN run_rank > held THEN 'rise' END AS reason
  FROM (SELECT m.*, COALESCE(f.running, 0) AS running, COALESCE(f.review, 0) AS review, width_bucket(GREATEST(COALESCE(f.running, 0), 0), %(levels)s) AS run_rank,
               CASE WHEN m.review_to IS NULL THEN 0 ELSE width_bucket(GREATEST(COALESCE(f.review, 0), 0), %(levels)s) END AS review_rank,
               GREATEST(width_bucket(GREATEST(COALESCE(f.running, 0), 0), %(levels)s),
                        CASE WHEN m.review_to IS NULL THEN 0 ELSE width_bucket(GREATEST(COALESCE(f.review, 0), 0), %(levels)s) END) AS best
          FROM member m LEFT JOIN (SELECT m.card_id, sum(value) FILTER (WHERE day BETWEEN %(first)s AND %(last)s) AS running,
                                          sum(value) FILTER (WHERE day BETWEEN review_from AND review_to) AS review
                                     FROM member m JOIN fact f USING (card_id) WHERE day <= %(today)s GROUP BY 1) f USING (card_id)) m;
ANALYZE decided;
CREATE TEMP TABLE became ON COMMIT DROP AS
SELECT d.*, CASE WHEN levels[rank] = 0 THEN NULL WHEN reason = 'fall' THEN prolonged
                 WHEN by_review THEN CASE WHEN held = 0 THEN %(last)s ELSE prolonged END
                 WHEN held > 0 AND ended + %(grace)s < %(today)s AND run_rank = review_rank THEN GREATEST(%(through)s, prolonged)
                 ELSE %(through)s END AS through,
       jsonb_build_object('metric', 'points', 'threshold', levels[rank], 'value', CASE WHEN by_review THEN review ELSE running END,
                          'from', CASE WHEN by_review THEN review_from ELSE %(first)s END, 'to', CASE WHEN by_review THEN review_to ELSE %(last)s END) AS evidence
  FROM (SELECT d.*, %(levels)s AS levels, CASE reason WHEN 'fall' THEN held - 1 WHEN 'rise' THEN CASE WHEN ended + %(grace)s < %(today)s THEN best ELSE run_rank END
                                                      ELSE best END AS rank,
               (ended + 1 + interval '1 year')::date - 1 AS prolonged,
               reason = 'fall' OR review_rank > run_rank AND (held = 0 OR ended + %(grace)s < %(today)s) AS by_review
          FROM decided d WHERE reason IS NOT NULL) d;
ANALYZE became;
UPDATE crm_sync_tier_membership m SET date_to = %(today)s FROM became b WHERE m.id = b.membership_id;
CREATE TEMP TABLE begun ON COMMIT DROP AS
WITH made AS (INSERT INTO crm_sync_tier_membership (card_id, partner_id, program_id, company_id, tier_id, date_from, valid_through, reason, policy_id, evidence, is_locked)
              SELECT card_id, partner_id, %(program)s, company_id, (%(tiers)s)[rank], %(today)s, through, reason, %(policy)s, evidence, FALSE
                FROM became ORDER BY card_id RETURNING id, card_id)
SELECT id AS membership_id, card_id FROM made;
ANALYZE begun;
CREATE TEMP TABLE later ON COMMIT DROP AS
SELECT b.card_id, sum(f.value) AS review FROM became b JOIN fact f USING (card_id)
 WHERE f.day <= %(today)s AND f.day BETWEEN (b.through + 1 - interval '1 year')::date AND b.through + %(grace)s GROUP BY 1;
CREATE TEMP TABLE standing ON COMMIT DROP AS
SELECT card_id, partner_id, %(program)s AS program_id, company_id, CASE WHEN rank > 0 THEN (%(tiers)s)[rank] END AS tier_id, membership_id, joined_on,
       running AS value, %(first)s AS window_from, %(last)s AS window_to, (%(tiers)s)[rank + 1] AS next_tier_id,
       COALESCE(GREATEST(0, (%(levels)s)[rank + 1] - GREATEST(running, 0)), 0) AS missing,
       CASE WHEN through IS NOT NULL THEN GREATEST(0, (%(levels)s)[rank] - GREATEST(review, 0)) ELSE 0 END AS keep_missing,
       through + %(grace)s AS review_on, rank > 0 AS is_shown
  FROM (SELECT d.card_id, d.partner_id, d.company_id, d.joined_on, d.running, COALESCE(n.membership_id, d.membership_id) AS membership_id,
               COALESCE(b.rank, d.held) AS rank, CASE WHEN b.card_id IS NULL THEN d.ended ELSE b.through END AS through,
               CASE WHEN b.card_id IS NULL THEN d.review ELSE COALESCE(l.review, 0) END AS review
          FROM decided d LEFT JOIN became b USING (card_id) LEFT JOIN begun n USING (card_id) LEFT JOIN later l USING (card_id)) s;
ANALYZE standing;
UPDATE crm_sync_tier_standing s
   SET tier_id = n.tier_id, membership_id = n.membership_id, joined_on = n.joined_on, value = n.value, window_from = n.window_from, window_to = n.window_to,
       next_tier_id = n.next_tier_id, missing = n.missing, keep_missing = n.keep_missing, review_on = n.review_on, is_shown = n.is_shown, as_of = %(now)s
  FROM standing n WHERE n.card_id = s.card_id
   AND (s.tier_id, s.membership_id, s.joined_on, s.value, s.window_from, s.window_to, s.next_tier_id, s.missing, s.keep_missing, s.review_on, s.is_shown)
       IS DISTINCT FROM
       (n.tier_id, n.membership_id, n.joined_on, n.value, n.window_from, n.window_to, n.next_tier_id, n.missing, n.keep_missing, n.review_on, n.is_shown);
INSERT INTO crm_sync_tier_standing (card_id, partner_id, program_id, company_id, tier_id, membership_id, joined_on, value, window_from, window_to, next_tier_id,
       missing, keep_missing, review_on, is_shown, as_of)
SELECT n.*, %(now)s FROM standing n WHERE NOT EXISTS (SELECT FROM crm_sync_tier_standing s WHERE s.card_id = n.card_id) ORDER BY card_id

-- name: told
SELECT 'membership', reason, count(*), sum(hashtextextended(ROW(card_id, tier_id, date_from, date_to, valid_through, evidence->>'from', evidence->>'to',
       (evidence->>'value')::numeric(16, 4), (evidence->>'threshold')::numeric(16, 4))::text, 0))
  FROM crm_sync_tier_membership WHERE program_id = %(program)s GROUP BY reason
 UNION ALL
SELECT 'standing', tier_id::text, count(*), sum(hashtextextended(ROW(card_id, partner_id, joined_on, value::numeric(16, 4), window_from, window_to, next_tier_id,
       missing::numeric(16, 4), keep_missing::numeric(16, 4), review_on, is_shown)::text, 0))
  FROM crm_sync_tier_standing WHERE program_id = %(program)s GROUP BY tier_id
 ORDER BY 1, 2

-- name: written
SELECT (SELECT count(*) FROM crm_sync_tier_standing WHERE greatest(xmin::text::bigint, xmax::text::bigint) >= %(before)s)
     + (SELECT count(*) FROM crm_sync_tier_membership WHERE greatest(xmin::text::bigint, xmax::text::bigint) >= %(before)s)
