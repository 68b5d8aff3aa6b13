from odoo import models
from odoo.tools import SQL

from ...rules.score import SATISFIED
from .library_days import converted, local_day
from .library_sql import flush, tier_on
from .measures import Facts, kpi_measure

#: A complaint that nobody has answered for so long counts as left unanswered, as in ``crm.sync.case.value``.
_UNANSWERED = "30 days"
_MODELS = ("crm.sync.case", "crm.sync.tier.membership", "res.company")


class CrmSyncKpiLibrary(models.AbstractModel):
    """What complaints cost, how many there are for all that is sold, and what customers buy once theirs is over."""

    _inherit = "crm.sync.kpi.library"

    # ---------------------------------------------------------------- per 100 orders

    @kpi_measure("complaint_rate", sequence=490)
    def _measure_complaint_rate(self, window):
        """Complaints by the moment they were opened, orders by the moment they were confirmed.

        Both are told of who sold: of the order that is complained of, else of who looks after the customer. Orders of the
        shop count where there is a point of sale.
        """
        flush(self.env, "crm.sync.case", "sale.order", "res.partner", "res.users")
        parts = [self._sold_complaints(window), self._sold_orders(window)]
        if "pos.order" in self.env:
            flush(self.env, "pos.order")
            parts.append(self._sold_in_shops(window))
        return Facts(
            select=SQL(" UNION ALL ").join(parts), dims=("user_id", "team_id"), borrowed=("user_id", "team_id")
        )

    def _sold_complaints(self, window):
        return SQL(
            """SELECT c.company_id, 'crm.sync.case'::varchar AS res_model, c.id AS res_id,
                      COALESCE(s.user_id, entity.user_id) AS user_id,
                      CASE WHEN s.id IS NULL THEN seller.sale_team_id ELSE s.team_id END AS team_id,
                      1.0::float8 AS numerator, 0.0::float8 AS denominator, c.first_opened_at AS at
                 FROM crm_sync_case c
                 LEFT JOIN sale_order s ON s.id = c.order_id
                 LEFT JOIN res_partner entity ON entity.id = c.commercial_partner_id
                 LEFT JOIN res_users seller ON seller.id = entity.user_id
                WHERE c.company_id = ANY(%(companies)s) AND c.kind = 'complaint'
                  AND c.first_opened_at >= %(since)s AND c.first_opened_at < %(until)s
                  AND NOT EXISTS (SELECT FROM crm_sync_case same
                                   WHERE same.id = c.master_id AND same.commercial_partner_id = c.commercial_partner_id)""",
            companies=list(window.companies),
            since=window.since,
            until=window.until,
        )

    def _sold_orders(self, window):
        return SQL(
            """SELECT s.company_id, 'sale.order'::varchar, s.id, s.user_id, s.team_id, 0.0::float8, 1.0::float8, s.date_order
                 FROM sale_order s
                WHERE s.company_id = ANY(%(companies)s) AND s.state = 'sale'
                  AND s.date_order >= %(since)s AND s.date_order < %(until)s""",
            companies=list(window.companies),
            since=window.since,
            until=window.until,
        )

    def _sold_in_shops(self, window):
        """Without returns, which the point of sale keeps as orders of less than nothing."""
        return SQL(
            """SELECT o.company_id, 'pos.order'::varchar, o.id, o.user_id, NULL::int, 0.0::float8, 1.0::float8, o.date_order
                 FROM pos_order o
                WHERE o.company_id = ANY(%(companies)s) AND o.state IN ('paid', 'done') AND o.amount_total >= 0
                  AND o.date_order >= %(since)s AND o.date_order < %(until)s""",
            companies=list(window.companies),
            since=window.since,
            until=window.until,
        )

    # ---------------------------------------------------------------- what was given

    @kpi_measure("compensation_cost", sequence=560)
    def _measure_compensation_cost(self, window):
        """By the moment it was given, points at their value and at the rate of that day."""
        flush(self.env, *_MODELS, "crm.sync.case.compensation", "loyalty.card", "loyalty.program", "res.currency.rate")
        flush(self.env, "product.product", "product.template")
        day = local_day(window, SQL("g.decided_at"), SQL("c.company_id"))
        return Facts(
            select=SQL(
                """SELECT c.company_id, 'crm.sync.case.compensation'::varchar AS res_model, g.id AS res_id,
                          g.requester_id AS user_id, g.department_id, t.categ_id AS category_id, %(tier)s AS tier_id,
                          CASE WHEN g.kind = 'points' THEN %(points)s ELSE g.budget_amount END::float8 AS numerator,
                          1.0::float8 AS denominator, g.decided_at AS at
                     FROM crm_sync_case_compensation g
                     JOIN crm_sync_case c ON c.id = g.case_id
                     LEFT JOIN loyalty_card card ON card.id = g.card_id
                     LEFT JOIN loyalty_program worth ON worth.id = card.program_id
                     LEFT JOIN product_product product ON product.id = c.product_id
                     LEFT JOIN product_template t ON t.id = product.product_tmpl_id
                    WHERE c.company_id = ANY(%(companies)s) AND g.state = 'granted'
                      AND g.decided_at >= %(since)s AND g.decided_at < %(until)s""",
                tier=tier_on(SQL("c.partner_id"), SQL("c.commercial_partner_id"), SQL("c.company_id"), day),
                points=converted(
                    SQL("g.amount * COALESCE(worth.sync_point_value, 0)"),
                    SQL("worth.currency_id"),
                    SQL("c.company_id"),
                    day,
                ),
                companies=list(window.companies),
                since=window.since,
                until=window.until,
            ),
            dims=("user_id", "department_id", "category_id", "tier_id"),
        )

    # ---------------------------------------------------------------- what customers buy afterwards

    @kpi_measure("value_of_service", sequence=570)
    def _measure_value_of_service(self, window):
        """Of customers whose complaint was solved: what they bought afterwards, for what they had bought before."""
        return self._value_after_complaints(window, ("solved",))

    @kpi_measure("value_without_service", sequence=571)
    def _measure_value_without_service(self, window):
        """The same of those who were rejected or left unanswered: the baseline."""
        return self._value_after_complaints(window, ("rejected", "unanswered"))

    def _value_after_complaints(self, window, outcomes):
        """Complaints on the day on which the company's months after their end are over.

        Outcomes and revenue are those of ``crm.sync.case.value``. It looks at a customer's last complaint; so do these, as of
        that day: one that was followed by another one within the months does not count, and no purchase counts twice.
        """
        flush(self.env, *_MODELS, "crm.sync.case.event", "account.move")
        return Facts(
            select=SQL(
                """WITH complaint AS (
                       SELECT c.id, c.company_id, c.commercial_partner_id, c.department_id, c.user_id, c.partner_id,
                              COALESCE(c.closed_at, c.opened_at)::date AS ended_on,
                              o.sync_case_value_months * interval '1 month' AS months,
                              CASE WHEN c.answered_at IS NULL AND c.verdict IS NULL AND c.step != 'rejected' THEN 'unanswered'
                                   WHEN c.step = 'rejected' THEN 'rejected'
                                   WHEN c.verdict::int >= %(satisfied)s THEN 'solved'
                                   WHEN c.verdict IS NULL AND EXISTS (
                                        SELECT FROM crm_sync_case_event e
                                         WHERE e.case_id = c.id AND e.cycle = c.cycle AND e.new_step = 'accepted') THEN 'solved'
                                   ELSE 'closed' END AS outcome
                         FROM crm_sync_case c JOIN res_company o ON o.id = c.company_id
                        WHERE c.company_id = ANY(%(companies)s) AND c.kind = 'complaint' AND c.master_id IS NULL
                          AND c.commercial_partner_id IS NOT NULL
                          AND (c.is_open IS NOT TRUE
                               OR c.answered_at IS NULL AND c.opened_at < %(now)s::timestamp - %(unanswered)s::interval)),
                   settled AS (
                       SELECT c.*, (c.ended_on + c.months)::date AS day FROM complaint c
                        WHERE c.outcome IN %(outcomes)s
                          AND c.ended_on + c.months >= %(day_since)s AND c.ended_on + c.months < %(day_until)s
                          AND c.ended_on + c.months < %(now)s::date
                          AND NOT EXISTS (
                              SELECT FROM complaint later
                               WHERE later.commercial_partner_id = c.commercial_partner_id
                                 AND later.company_id = c.company_id AND (later.ended_on, later.id) > (c.ended_on, c.id)
                                 AND later.ended_on <= c.ended_on + c.months))
                   SELECT s.company_id, 'crm.sync.case'::varchar AS res_model, s.id AS res_id, s.user_id, s.department_id,
                          %(tier)s AS tier_id, bought.after::float8 AS numerator, bought.before::float8 AS denominator, s.day
                     FROM settled s
                     CROSS JOIN LATERAL (
                          SELECT COALESCE(sum(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date > s.ended_on), 0) AS after,
                                 COALESCE(sum(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date <= s.ended_on), 0) AS before
                            FROM account_move m
                           WHERE m.commercial_partner_id = s.commercial_partner_id AND m.company_id = s.company_id
                             AND m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund')
                             AND m.invoice_date > s.ended_on - s.months AND m.invoice_date <= s.ended_on + s.months) bought""",
                satisfied=SATISFIED,
                companies=list(window.companies),
                now=window.now,
                unanswered=_UNANSWERED,
                outcomes=outcomes,
                day_since=window.day_since,
                day_until=window.day_until,
                tier=tier_on(
                    SQL("s.partner_id"), SQL("s.commercial_partner_id"), SQL("s.company_id"), SQL("s.ended_on")
                ),
            ),
            timing="day",
            dims=("user_id", "department_id", "tier_id"),
        )
