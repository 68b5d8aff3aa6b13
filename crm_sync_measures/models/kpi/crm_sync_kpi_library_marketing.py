from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..tier.crm_sync_tier_result import REPEAT_DAYS
from .library_sql import (
    ORDER_DIMS,
    ORDER_MODELS,
    flush,
    is_customer,
    order_dims,
    orders,
    purchase,
    purchases_of,
)
from .measures import Facts, kpi_measure

#: A lead has so many days to be won; then its source is judged by it.
LEAD_DAYS = 90


class CrmSyncKpiLibrary(models.AbstractModel):
    """Where new business comes from, and whether it lasts."""

    _inherit = "crm.sync.kpi.library"

    # ---------------------------------------------------------------- leads

    @kpi_measure("new_leads", sequence=10)
    def _measure_new_leads(self, window):
        """Leads and opportunities by the moment of their creation, whatever became of them, with a company or without."""
        return self._lead_facts(window, SQL("1"), SQL("l.create_date"), SQL("TRUE"))

    @kpi_measure("lead_quality", sequence=20)
    def _measure_lead_quality(self, window):
        """Won within 90 days of all leads whose 90 days ended in the period.

        A cohort of leads can be judged when it had the time to be won, and each of them equally long: the share of won
        among those of last month would only say how young they are. Undecided after 90 days is not won.
        """
        days = timedelta(days=LEAD_DAYS)
        return self._lead_facts(
            window,
            numerator=SQL("(l.won_status = 'won' AND l.date_closed <= l.create_date + %s)::int", days),
            at=SQL("(l.create_date + %s)", days),
            condition=SQL(
                "l.create_date >= %s AND l.create_date < %s", window.since - days, min(window.until, window.now) - days
            ),
        )

    # ---------------------------------------------------------------- customers

    @kpi_measure("new_customers", sequence=30)
    def _measure_new_customers(self, window):
        """Customers who bought from the company for the first time, by the moment of that order.

        A company with its contacts is one customer. What costs nothing is no purchase.
        """
        earlier = purchases_of(
            SQL("e.commercial_partner_id"), SQL("o.company_id"), SQL("(n.date_order, n.id) < (o.date_order, o.id)")
        )
        return self._purchase_facts(
            window, SQL("o.date_order"), SQL("1"), SQL("NOT EXISTS (SELECT %s)", earlier), window.since, window.until
        )

    @kpi_measure("repeat_purchase_rate", sequence=40)
    def _measure_repeat_purchase_rate(self, window):
        """Followed by another one of the same customer within 180 days, of all purchases whose 180 days ended in the period.

        So each purchase is judged once, when it can be, and a closed period does not change when somebody comes again.
        """
        days = timedelta(days=REPEAT_DAYS)
        again = purchases_of(
            SQL("e.commercial_partner_id"),
            SQL("o.company_id"),
            SQL("n.date_order > o.date_order AND n.date_order <= o.date_order + %s", days),
        )
        return self._purchase_facts(
            window,
            SQL("(o.date_order + %s)", days),
            SQL("EXISTS (SELECT %s)::int", again),
            SQL("TRUE"),
            window.since - days,
            min(window.until, window.now) - days,
        )

    def _purchase_facts(self, window, at, numerator, condition, since, until):
        """One row for each purchase ``o`` of a customer, of orders from ``since`` until ``until``."""
        flush(self.env, *ORDER_MODELS)
        return Facts(
            SQL(
                """SELECT o.company_id, 'sale.order' AS res_model, o.id AS res_id, %(at)s AS at,
                          (%(numerator)s)::float8 AS numerator, 1::float8 AS denominator, %(dims)s
                     FROM %(orders)s
                    WHERE %(purchase)s AND %(is_customer)s AND o.date_order >= %(since)s AND o.date_order < %(until)s
                      AND %(condition)s""",
                at=at,
                numerator=numerator,
                dims=order_dims(window),
                orders=orders(window),
                purchase=purchase("o"),
                is_customer=is_customer("e"),
                since=since,
                until=until,
                condition=condition,
            ),
            timing="moment",
            dims=ORDER_DIMS,
        )
