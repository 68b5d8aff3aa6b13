"""What :mod:`...rules.tier` says of one customer, as one statement for many: tests compare the two.

Each function gives one relation of a WITH; the comment in :func:`decided` tells how they follow from each other.
"""

from odoo.tools import SQL

#: Columns of the rules of one program on one day, with their types; ``thresholds``, ``tiers`` and ``sequences`` run by rank.
POLICY = {
    "policy_id": "int",
    "program_id": "int",
    "today": "date",
    "timezone": "text",
    "currency_id": "int",
    "program_company_id": "int",
    "is_pooled": "boolean",
    "metric": "text",
    "window_kind": "text",
    "is_lifelong": "boolean",
    "is_for_ever": "boolean",
    "run_from": "date",
    "run_to": "date",
    "through": "date",
    "has_previous": "boolean",
    "holds_periods": "boolean",
    "months": "int",
    "half_months": "int",
    "window_months": "int",
    "grace": "int",
    "downgrade": "text",
    "refund": "text",
    "is_grandfathering": "boolean",
    "thresholds": "numeric[]",
    "tiers": "int[]",
    "sequences": "int[]",
}


def policies(rows):
    """The rules, one row for each program."""
    columns = SQL(", ").join(SQL("%s", SQL.identifier(name)) for name in POLICY)
    selects = [
        SQL(
            "SELECT %s",
            SQL(", ").join(SQL("CAST(%s AS %s)", row[name], _type(kind)) for name, kind in POLICY.items()),
        )
        for row in rows
    ]
    return SQL("policy (%s) AS MATERIALIZED (%s)", columns, SQL(" UNION ALL ").join(selects))


def _type(kind):
    return {
        "int": SQL("int"),
        "date": SQL("date"),
        "text": SQL("text"),
        "boolean": SQL("boolean"),
        "numeric[]": SQL("numeric[]"),
        "int[]": SQL("int[]"),
    }[kind]


def ids(card_ids):
    """The array of these ids. As one text: the server takes longer for 20,000 numbers one by one than for reading their cards."""
    return SQL("%s::int[]", f"{{{','.join(map(str, card_ids))}}}")


def between(column, card_ids):
    """Whether ``column`` lies among these cards: a range of an index, whatever the size of the table."""
    return SQL("%s BETWEEN %s AND %s", column, min(card_ids, default=0), max(card_ids, default=0))


def among(column, card_ids):
    """Whether ``column`` is one of these cards."""
    return SQL("%s AND %s = ANY(%s)", between(column, card_ids), column, ids(card_ids))


def cards(card_ids):
    """The accounts among ``card_ids``: those that hold their points themselves, and belong to somebody."""
    return SQL(
        """tier_card AS MATERIALIZED (
               SELECT c.id AS card_id, c.partner_id, c.program_id, c.create_date AS made_at, p.program_company_id, p.is_pooled, p.currency_id, p.timezone,
                      (COALESCE(c.create_date, now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AT TIME ZONE p.timezone)::date AS made_on
                 FROM loyalty_card c JOIN policy p ON p.program_id = c.program_id
                WHERE %s AND c.active AND c.sync_merged_into_id IS NULL AND c.partner_id IS NOT NULL
                  AND (NOT p.is_pooled OR (
                       SELECT COALESCE(o.commercial_partner_id, o.id) = o.id FROM res_partner o WHERE o.id = c.partner_id))
           )""",
        among(SQL("c.id"), card_ids),
    )


def keys():
    """The cards whose entries count for an account: itself, those merged into it, and those of a wallet's contacts."""
    return SQL(
        """tier_key AS MATERIALIZED (
               SELECT card_id, card_id AS key_id, program_id, made_at FROM tier_card
                UNION SELECT t.card_id, k.id, t.program_id, k.create_date
                        FROM tier_card t JOIN loyalty_card k ON k.sync_merged_into_id = t.card_id
                UNION SELECT t.card_id, key.id, t.program_id, key.create_date
                        FROM tier_card t
                        JOIN res_partner contact ON contact.commercial_partner_id = t.partner_id AND contact.id != t.partner_id
                        JOIN loyalty_card own ON own.partner_id = contact.id AND own.program_id = t.program_id
                       CROSS JOIN LATERAL (SELECT own.id, own.create_date UNION ALL
                                           SELECT id, create_date FROM loyalty_card WHERE sync_merged_into_id = own.id) key
                       WHERE t.is_pooled
           )"""
    )


def owners():
    """The partners whose documents count for an account: its customer, and his contacts who have no card of their own."""
    return SQL(
        """tier_owner AS MATERIALIZED (
               SELECT o.card_id, o.partner_id, t.program_id, t.currency_id, t.program_company_id AS company_id, t.timezone,
                      max(o.entity_id) AS entity_id
                 FROM (SELECT k.card_id, c.partner_id, NULL::int AS entity_id FROM tier_key k JOIN loyalty_card c ON c.id = k.key_id
                        WHERE c.partner_id IS NOT NULL
                        UNION ALL
                       SELECT t.card_id, contact.id, t.partner_id
                         FROM tier_card t
                         JOIN res_partner contact ON contact.commercial_partner_id = t.partner_id AND contact.id != t.partner_id
                        WHERE t.is_pooled OR NOT EXISTS (
                              SELECT FROM loyalty_card own
                               WHERE own.partner_id = contact.id AND own.program_id = t.program_id AND own.active)) o
                 JOIN tier_card t ON t.card_id = o.card_id
                GROUP BY o.card_id, o.partner_id, t.program_id, t.currency_id, t.program_company_id, t.timezone
           )"""
    )


def scope(memberships, card_ids):
    """Each account with the tier it has, and the days between which its facts count.

    :param SQL memberships: the table of memberships, or another relation with the same columns
    """
    return SQL(
        """joined AS (
               SELECT t.*, p.*,
                      CASE WHEN p.window_kind = 'anniversary'
                           THEN extract(year FROM p.today)::int - extract(year FROM t.joined_on)::int
                                - CASE WHEN (t.joined_on + make_interval(years => extract(year FROM p.today)::int
                                             - extract(year FROM t.joined_on)::int))::date > p.today THEN 1 ELSE 0 END END AS years
                 FROM (SELECT x.card_id, x.partner_id, x.program_id AS card_program_id,
                              LEAST(x.made_on, (f.made_at AT TIME ZONE 'UTC' AT TIME ZONE x.timezone)::date) AS joined_on
                         FROM tier_card x
                         LEFT JOIN (SELECT card_id, min(made_at) AS made_at FROM tier_key WHERE key_id != card_id GROUP BY card_id) f
                                ON f.card_id = x.card_id OFFSET 0) t
                 -- Each account has rules; LEFT tells the planner that none is lost.
                 LEFT JOIN policy p ON p.program_id = t.card_program_id OFFSET 0
           ), held AS (
               SELECT j.*,
                      CASE WHEN j.years IS NULL THEN j.run_from
                           ELSE (j.joined_on + make_interval(years => j.years))::date END AS own_from,
                      CASE WHEN j.years IS NULL THEN j.run_to
                           ELSE (j.joined_on + make_interval(years => j.years + 1))::date - 1 END AS own_to,
                      CASE WHEN j.years IS NULL OR NOT j.holds_periods THEN j.through
                           ELSE (j.joined_on + make_interval(years => j.years + 2))::date - 1 END AS own_through,
                      m.id AS membership_id, m.tier_id, m.date_from, m.valid_through, m.reason, m.policy_id AS held_policy_id,
                      COALESCE(m.is_locked, FALSE) AND (m.lock_until IS NULL OR m.lock_until >= j.today) AS is_fixed,
                      COALESCE(m.valid_through, CASE WHEN m.is_locked THEN m.lock_until END) AS ended,
                      COALESCE(width_bucket(tier.sequence, j.sequences), 0) AS held_rank,
                      -- What a tier was given for is asked of refunds only.
                      (m.reason = 'refund' OR j.refund = 'at_once')
                      AND COALESCE(jsonb_typeof(m.evidence) = 'object' AND m.evidence ? 'threshold', FALSE) AS is_known, m.evidence
                 FROM joined j
                 LEFT JOIN %s m ON m.card_id = j.card_id AND m.date_to IS NULL AND %s
                 LEFT JOIN crm_sync_tier tier ON tier.id = m.tier_id OFFSET 0
           ), scope AS MATERIALIZED (
               SELECT h.card_id, h.partner_id, h.program_company_id AS company_id, h.program_id, h.policy_id, h.today, h.metric, h.is_lifelong,
                      h.is_for_ever, h.window_kind, h.has_previous, h.months, h.half_months, h.window_months, h.grace, h.downgrade, h.refund,
                      h.is_grandfathering, h.thresholds, h.tiers, h.joined_on, h.own_from AS run_from, h.own_to AS run_to,
                      h.own_through AS through, h.membership_id, h.tier_id, h.date_from, h.valid_through, h.reason, h.is_fixed, h.ended,
                      h.held_rank, h.is_known,
                      CASE WHEN h.is_known THEN (h.evidence->>'from')::date END AS known_from,
                      CASE WHEN h.is_known THEN (h.evidence->>'to')::date END AS known_to,
                      CASE WHEN h.is_known THEN (h.evidence->>'threshold')::numeric END AS known_threshold,
                      CASE WHEN h.is_known THEN (h.evidence->>'value')::numeric END AS known_value,
                      e.is_entering, e.previous_to IS NOT NULL AS is_previous,
                      CASE WHEN e.is_entering THEN (h.own_from - interval '12 months')::date
                           WHEN h.is_lifelong THEN NULL
                           ELSE (h.ended + 1 - make_interval(months => h.window_months))::date END AS review_from,
                      CASE WHEN e.is_entering THEN e.previous_to ELSE h.ended + h.grace END AS review_to
                 FROM held h CROSS JOIN LATERAL (
                      SELECT x.is_entering, CASE WHEN x.is_entering AND h.has_previous THEN h.own_from - 1 END AS previous_to
                        FROM (SELECT h.membership_id IS NULL
                                     OR (h.held_policy_id IS DISTINCT FROM h.policy_id AND h.held_policy_id IS NOT NULL
                                         AND NOT h.is_fixed) AS is_entering) x) e
           )""",
        memberships,
        between(SQL("m.card_id"), card_ids),
    )


def values(facts):
    """What counts in each window, and the ranks that reaches."""
    return SQL(
        """fact AS (SELECT * FROM (%s) source OFFSET 0), counted AS MATERIALIZED (
               -- What does not count is passed over here: as a condition of the join it would have it planned for a handful of rows.
               SELECT s.card_id,
                      sum(f.value) FILTER (WHERE f.metric = s.metric AND (s.run_from IS NULL OR f.day >= s.run_from)
                                             AND (s.run_to IS NULL OR f.day <= s.run_to)) AS running,
                      sum(f.value) FILTER (WHERE f.metric = s.metric AND f.day <= s.review_to AND (s.review_from IS NULL OR f.day >= s.review_from)) AS review,
                      sum(f.value) FILTER (WHERE f.metric = s.metric AND s.is_known AND (s.known_from IS NULL OR f.day >= s.known_from)
                                             AND (s.known_to IS NULL OR f.day <= s.known_to)) AS qualified
                 FROM scope s JOIN fact f ON f.card_id = s.card_id AND f.day <= s.today
                GROUP BY s.card_id
           ), valued AS (
               SELECT v.*, width_bucket(GREATEST(v.running, 0), v.thresholds) AS run_rank,
                      CASE WHEN v.is_entering AND NOT v.is_previous THEN 0
                           ELSE width_bucket(GREATEST(v.review, 0), v.thresholds) END AS review_rank,
                      width_bucket(GREATEST(v.qualified, 0), v.thresholds) AS known_rank,
                      CASE WHEN v.known_to IS NOT NULL
                           THEN (v.known_to + 1 + make_interval(months => v.months))::date - 1 END AS known_through
                 FROM (SELECT s.*, COALESCE(c.running, 0)::numeric AS running, COALESCE(c.review, 0)::numeric AS review,
                              COALESCE(c.qualified, 0)::numeric AS qualified
                         FROM scope s LEFT JOIN counted c ON c.card_id = s.card_id OFFSET 0) v OFFSET 0
           )""",
        facts,
    )


def decision():
    """What becomes of each: ``rules.tier.decide``, case by case and in its order."""
    return SQL(
        """cased AS (
               SELECT v.*, GREATEST(v.run_rank, v.review_rank) AS best_rank,
                      CASE WHEN v.is_fixed THEN 'stay'
                           WHEN v.membership_id IS NULL THEN CASE WHEN GREATEST(v.run_rank, v.review_rank) > 0 THEN 'join' ELSE 'stay' END
                           WHEN v.is_entering THEN CASE
                                WHEN v.is_grandfathering AND GREATEST(v.run_rank, v.review_rank) <= v.held_rank THEN 'keep_old'
                                ELSE 'rules' END
                           WHEN v.ended + v.grace < v.today THEN CASE
                                WHEN GREATEST(v.run_rank, v.review_rank) < v.held_rank THEN 'fall'
                                WHEN GREATEST(v.run_rank, v.review_rank) > v.held_rank THEN 'review_rise' ELSE 'kept' END
                           WHEN v.run_rank > v.held_rank THEN 'rise'
                           WHEN v.is_known AND v.reason = 'refund' AND v.known_rank > v.held_rank
                                AND COALESCE(v.known_through >= v.today, TRUE) THEN 'back'
                           WHEN v.is_known AND v.refund = 'at_once' AND v.known_value >= v.known_threshold
                                AND GREATEST(v.qualified, 0) < v.known_threshold
                                AND GREATEST(v.known_rank, v.run_rank) < v.held_rank THEN 'refund'
                           ELSE 'stay' END AS mode
                 FROM valued v OFFSET 0
           ), ranked AS (
               SELECT c.*,
                      CASE c.mode WHEN 'stay' THEN c.held_rank WHEN 'keep_old' THEN c.held_rank WHEN 'rise' THEN c.run_rank
                                  WHEN 'back' THEN c.known_rank WHEN 'refund' THEN GREATEST(c.known_rank, c.run_rank)
                                  WHEN 'fall' THEN CASE c.downgrade WHEN 'recompute' THEN c.best_rank ELSE c.held_rank - 1 END
                                  ELSE c.best_rank END AS rank,
                      CASE c.mode WHEN 'join' THEN 'joined' WHEN 'keep_old' THEN 'grandfathered' WHEN 'rules' THEN 'new_rules'
                                  WHEN 'review_rise' THEN 'rise' WHEN 'back' THEN 'rise' ELSE c.mode END AS new_reason,
                      CASE WHEN c.mode IN ('back', 'refund') THEN 'known'
                           WHEN c.mode = 'fall' THEN 'review'
                           WHEN c.mode IN ('join', 'rules') AND c.review_rank > c.run_rank THEN 'review'
                           WHEN c.mode IN ('review_rise', 'kept') AND c.review_rank > c.run_rank THEN 'review'
                           ELSE 'running' END AS proof,
                      CASE WHEN c.is_for_ever THEN NULL
                           ELSE (c.ended + 1 + make_interval(months => c.months))::date - 1 END AS prolonged,
                      CASE WHEN c.is_for_ever THEN NULL
                           WHEN c.downgrade = 'soft_landing' AND c.best_rank < c.held_rank - 1
                           THEN (c.ended + 1 + make_interval(months => c.half_months))::date - 1
                           ELSE (c.ended + 1 + make_interval(months => c.months))::date - 1 END AS fallen_through
                 FROM cased c OFFSET 0
           )
           SELECT r.card_id, r.partner_id, r.company_id, r.program_id, r.policy_id, r.today, r.metric, r.window_kind, r.joined_on,
                  r.membership_id, r.held_rank, r.date_from, r.mode, r.mode != 'stay' AS is_changed, r.new_reason, r.rank,
                  CASE WHEN r.mode != 'stay' THEN r.tiers[r.held_rank + 1:r.rank] END AS passed_tiers,
                  CASE WHEN r.mode IN ('stay', 'keep_old') THEN r.tier_id WHEN r.rank > 0 THEN r.tiers[r.rank] END AS tier_id,
                  CASE WHEN r.mode = 'stay' THEN r.valid_through
                       WHEN r.rank > 0 AND r.thresholds[r.rank] = 0 THEN NULL
                       WHEN r.mode = 'keep_old' THEN COALESCE(r.valid_through, r.through)
                       WHEN r.mode = 'fall' THEN r.fallen_through
                       WHEN r.mode = 'back' THEN r.known_through
                       WHEN r.mode = 'refund' THEN r.valid_through
                       WHEN r.mode IN ('join', 'rules') AND r.proof = 'review' THEN r.run_to
                       WHEN r.mode IN ('kept', 'review_rise') AND r.proof = 'review' THEN r.prolonged
                       WHEN r.mode IN ('kept', 'review_rise') AND r.run_rank = r.review_rank
                       THEN CASE WHEN r.through IS NOT NULL THEN GREATEST(r.through, r.prolonged) END
                       ELSE r.through END AS valid_through,
                  CASE WHEN r.mode != 'stay' THEN jsonb_build_object('metric', r.metric, 'threshold', r.thresholds[r.rank],
                      'value', CASE r.proof WHEN 'known' THEN r.qualified WHEN 'review' THEN r.review ELSE r.running END,
                      'from', CASE r.proof WHEN 'known' THEN r.known_from WHEN 'review' THEN r.review_from ELSE r.run_from END,
                      'to', CASE r.proof WHEN 'known' THEN r.known_to WHEN 'review' THEN r.review_to ELSE r.run_to END) END AS evidence,
                  r.running, r.run_from, r.run_to,
                  CASE WHEN r.rank < cardinality(r.tiers) THEN r.tiers[r.rank + 1] END AS next_tier_id,
                  CASE WHEN r.rank < cardinality(r.tiers)
                       THEN GREATEST(0, r.thresholds[r.rank + 1] - GREATEST(r.running, 0)) ELSE 0 END AS missing,
                  CASE WHEN r.ended IS NOT NULL AND r.rank > 0 AND NOT r.is_entering
                       THEN GREATEST(0, r.thresholds[r.rank] - GREATEST(r.review, 0)) ELSE 0 END AS keep_missing,
                  r.ended + r.grace AS review_on
             FROM ranked r"""
    )


def decided(rows, card_ids, facts, memberships):
    """One row for each account among ``card_ids``: what it has, and what becomes of it today.

    policy → tier_card → tier_key, tier_owner → joined → held → scope → fact → counted → valued → cased → ranked
    """
    relations = (policies(rows), cards(card_ids), keys(), owners(), scope(memberships, card_ids), values(facts))
    return SQL("WITH %s, %s", SQL(", ").join(relations), decision())
