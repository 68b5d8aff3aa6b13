"""The patterns of the exploit radar, each a statement over the ledger.

A pattern gives rows of (key, card id, program id, user id, points, times, last day): ``key`` is the id of
the card or entry that tells its rows apart. They use the tables of :func:`patterns_sql`: ``program``
(programs with an account per customer), ``usual`` (what one order earns in a program, where enough is
known) and ``by_hand`` (credits that people gave in the window).
"""

from datetime import date, timedelta

from odoo.tools import SQL

from ...rules import radar
from .loyalty_program import NOMINATIVE

#: The superuser, in whose name programs act.
_ROOT = 1


def patterns_sql(today: date) -> SQL:
    """All patterns as one statement, with number, name and severity of each."""
    since = today - timedelta(days=radar.WINDOW_DAYS)
    return SQL(
        """WITH program AS (
               SELECT p.id, p.currency_id FROM loyalty_program p WHERE %(nominative)s
           ), usual AS (
               SELECT program_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY quantity)::numeric AS points
                 FROM crm_sync_loyalty_entry
                WHERE kind = 'earn' AND business_date > %(year)s
                GROUP BY program_id HAVING count(*) >= %(known)s
           ), by_hand AS (%(by_hand)s)
           %(patterns)s""",
        nominative=NOMINATIVE,
        year=today - timedelta(days=radar.MEDIAN_DAYS),
        known=radar.MEDIAN_FROM,
        by_hand=by_hand_sql(since),
        patterns=SQL(" UNION ALL ").join(
            SQL("SELECT %s, %s::text, %s::text, x.* FROM (%s) x", number, name, severity, statement(since))
            for number, (name, severity, statement) in enumerate(PATTERNS)
        ),
    )


def by_hand_sql(since: date) -> SQL:
    """Credits by hand since then: (entry, card, program, user, quantity, day); the user is who asked for them."""
    return SQL(
        """SELECT e.id, e.card_id, e.program_id, COALESCE(a.requester_id, e.user_id) AS user_id, e.quantity, e.business_date
             FROM crm_sync_loyalty_entry e
             JOIN loyalty_program p ON p.id = e.program_id AND %s
             LEFT JOIN crm_sync_loyalty_adjustment a ON e.source_model = 'crm.sync.loyalty.adjustment' AND a.id = e.source_id
            WHERE e.business_date >= %s AND e.kind IN ('adjust', 'goodwill', 'bonus') AND e.quantity > 0
              AND COALESCE(a.requester_id, e.user_id) != %s AND a.state IS DISTINCT FROM 'reversed'
              AND e.source_model IS DISTINCT FROM 'sale.order'""",
        NOMINATIVE,
        since,
        _ROOT,
    )


def _buy_refund(since):
    """Orders that earned, were taken back, and between the two another one spent points for good."""
    return SQL(
        """SELECT o.card_id AS key, o.card_id, o.program_id, NULL::int, sum(o.taken), count(*), max(o.day)
             FROM (SELECT card_id, program_id, source_model, source_id, sum(quantity) AS kept,
                          max(quantity) FILTER (WHERE kind = 'earn') AS earned,
                          -sum(quantity) FILTER (WHERE kind = 'reverse_earn') AS taken,
                          min(position) FILTER (WHERE kind = 'earn') AS first,
                          max(position) FILTER (WHERE kind = 'reverse_earn') AS last,
                          max(business_date) FILTER (WHERE kind = 'reverse_earn') AS day
                     FROM crm_sync_loyalty_entry
                    WHERE kind IN ('earn', 'reverse_earn') AND source_id IS NOT NULL
                      AND program_id IN (SELECT id FROM program)
                      AND card_id IN (SELECT card_id FROM crm_sync_loyalty_entry
                                       WHERE kind = 'reverse_earn' AND business_date >= %(since)s)
                    GROUP BY card_id, program_id, source_model, source_id) o
            WHERE o.day >= %(since)s AND o.last > o.first AND o.kept <= o.earned * %(kept)s::numeric
              AND EXISTS (
                  SELECT FROM crm_sync_loyalty_entry r
                   WHERE r.card_id = o.card_id AND r.kind = 'redeem' AND r.position BETWEEN o.first AND o.last
                     AND (r.source_model, r.source_id) IS DISTINCT FROM (o.source_model, o.source_id)
                     AND 0 > (SELECT sum(s.quantity) FROM crm_sync_loyalty_entry s
                               WHERE s.card_id = r.card_id AND s.kind IN ('redeem', 'reverse_redeem')
                                 AND s.source_model = r.source_model AND s.source_id = r.source_id))
            GROUP BY o.card_id, o.program_id HAVING count(*) >= %(loops)s""",
        since=since,
        kept=1 - radar.RETURNED_SHARE,
        loops=radar.LOOPS,
    )


def _self_award(is_own):
    """Credits by hand to one's own card, or many points to customers of one's own."""

    def statement(_since):
        # Whose card it is, and who looks after the customer.
        own = SQL("partner.id = me.partner_id OR entity.id = mine.commercial_partner_id")
        owner = SQL("entity.user_id = h.user_id OR partner.user_id = h.user_id")
        enough = SQL(
            "sum(h.quantity) > COALESCE(%s * max(u.points), %s)", radar.OWN_CUSTOMER_TIMES, radar.OWN_CUSTOMER_POINTS
        )
        return SQL(
            """SELECT min(h.id), h.card_id, h.program_id, h.user_id, sum(h.quantity), count(*), max(h.business_date)
                 FROM by_hand h
                 JOIN loyalty_card c ON c.id = h.card_id
                 JOIN res_partner partner ON partner.id = c.partner_id
                 JOIN res_partner entity ON entity.id = partner.commercial_partner_id
                 JOIN res_users me ON me.id = h.user_id
                 JOIN res_partner mine ON mine.id = me.partner_id
                 LEFT JOIN usual u ON u.program_id = h.program_id
                WHERE %s GROUP BY h.card_id, h.program_id, h.user_id HAVING %s""",
            own if is_own else SQL("(%s) AND NOT (%s)", owner, own),
            SQL("TRUE") if is_own else enough,
        )

    return statement


def _windfall(is_foreign):
    """One credit of many times what is usual in the program."""

    def statement(since):
        foreign = SQL("(e.kind = 'earn' AND e.base_currency_id IS NOT NULL AND e.base_currency_id != p.currency_id)")
        return SQL(
            """SELECT e.id, e.card_id, e.program_id, e.user_id, e.quantity, 1, e.business_date
                 FROM crm_sync_loyalty_entry e
                 JOIN program p ON p.id = e.program_id
                 JOIN usual u ON u.program_id = e.program_id
                WHERE e.business_date >= %s AND e.kind IN ('earn', 'bonus', 'goodwill', 'adjust')
                  AND e.quantity > %s * u.points AND %s""",
            since,
            radar.WINDFALL_TIMES,
            foreign if is_foreign else SQL("NOT %s", foreign),
        )

    return statement


def _twin(_since):
    return SQL(
        """SELECT min(c.id), min(c.id), c.program_id, NULL::int, sum(c.points)::numeric, count(*), max(c.create_date)::date
             FROM loyalty_card c JOIN program p ON p.id = c.program_id
            WHERE c.active AND c.sync_merged_into_id IS NULL AND c.partner_id IS NOT NULL
            GROUP BY c.partner_id, c.program_id HAVING count(*) > 1"""
    )


def _arrears(since):
    return SQL(
        """SELECT a.card_id, a.card_id, a.program_id, NULL::int, sum(a.quantity), count(*), max(e.business_date)
             FROM crm_sync_loyalty_arrears a
             JOIN crm_sync_loyalty_entry e ON e.id = a.debit_id
             JOIN program p ON p.id = a.program_id
            WHERE e.business_date >= %s
            GROUP BY a.card_id, a.program_id HAVING count(*) >= %s""",
        since,
        radar.ARREARS,
    )


def _ownerless(_since):
    return SQL(
        """SELECT c.id, c.id, c.program_id, NULL::int, c.points::numeric, 1,
                  (SELECT max(business_date) FROM crm_sync_loyalty_entry WHERE card_id = c.id)
             FROM loyalty_card c JOIN program p ON p.id = c.program_id
            WHERE c.active AND c.partner_id IS NULL AND c.points > 0"""
    )


def _by_hand(_since):
    return SQL(
        """SELECT min(h.id), NULL::int, h.program_id, h.user_id, sum(h.quantity), count(*), max(h.business_date)
             FROM by_hand h GROUP BY h.program_id, h.user_id HAVING count(*) >= %s""",
        radar.BY_HAND,
    )


#: (name, severity, statement); the place in the list is part of the ids of its rows.
PATTERNS = (
    ("buy_refund", "3", _buy_refund),
    ("self_award", "3", _self_award(is_own=True)),
    ("self_award", "2", _self_award(is_own=False)),
    ("windfall", "2", _windfall(is_foreign=False)),
    ("fx_windfall", "3", _windfall(is_foreign=True)),
    ("twin", "1", _twin),
    ("arrears", "2", _arrears),
    ("ownerless", "1", _ownerless),
    ("by_hand", "2", _by_hand),
)
