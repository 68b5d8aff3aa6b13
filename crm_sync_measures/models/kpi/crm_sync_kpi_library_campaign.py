from odoo import models
from odoo.tools import SQL

from ..campaign.campaign_sql import order_margin
from .library_sql import LEAD_MODELS, ORDER_MODELS, flush
from .measures import Facts, company_of, kpi_measure

_COST_MODELS = ("crm.sync.campaign.cost", "product.product", "uom.uom", *LEAD_MODELS, *ORDER_MODELS)


class CrmSyncKpiLibrary(models.AbstractModel):
    """What campaigns cost and bring: only those of which actual costs are known, so that nothing looks as if it were free.

    Costs count on their day, at noon by the clock of the period that holds it; what they bring counts when it comes.
    """

    _inherit = "crm.sync.kpi.library"

    @kpi_measure("campaign_return", sequence=50)
    def _measure_campaign_return(self, window):
        """(Margin − cost) / cost: margin of orders of campaigns, less the campaigns' actual cost in the period, of that cost.

        An order is a campaign's by itself, else by its opportunity. Margin is what the campaign report takes for it.
        """
        orders = SQL(
            """SELECT o.company_id, 'sale.order' AS res_model, o.id AS res_id, o.date_order AS at,
                      %(margin)s::float8 AS numerator, 0::float8 AS denominator
                 FROM sale_order o LEFT JOIN crm_lead l ON l.id = o.opportunity_id
                WHERE o.state = 'sale' AND o.date_order >= %(since)s AND o.date_order < %(until)s
                  AND %(has_cost)s""",
            margin=order_margin(self.env, "o"),
            since=window.since,
            until=window.until,
            has_cost=self._has_cost(SQL("COALESCE(o.campaign_id, l.campaign_id)"), SQL("o.company_id")),
        )
        return self._campaign_facts(window, SQL("-c.amount_company"), SQL("c.amount_company"), orders)

    @kpi_measure("cost_per_won_lead", sequence=60)
    def _measure_cost_per_won_lead(self, window):
        """Actual cost of campaigns in the period, for each of their leads that was won in it."""
        won = SQL(
            """SELECT l.company_id, l.res_model, l.res_id, l.at, 0::float8 AS numerator, 1::float8 AS denominator
                 FROM (SELECT %(company)s AS company_id, 'crm.lead' AS res_model, l.id AS res_id, l.date_closed AS at,
                              l.campaign_id
                         FROM crm_lead l
                        WHERE l.won_status = 'won' AND l.campaign_id IS NOT NULL
                          AND l.date_closed >= %(since)s AND l.date_closed < %(until)s) l
                WHERE %(has_cost)s""",
            company=company_of("l"),
            since=window.since,
            until=window.until,
            has_cost=self._has_cost(SQL("l.campaign_id"), SQL("l.company_id")),
        )
        return self._campaign_facts(window, SQL("c.amount_company"), SQL("0"), won)

    def _campaign_facts(self, window, numerator, denominator, brought):
        """One row for each actual cost ``c``, and those of what was ``brought``."""
        flush(self.env, *_COST_MODELS)
        return Facts(
            SQL(
                """SELECT c.company_id, 'crm.sync.campaign.cost' AS res_model, c.id AS res_id,
                          -- Where the company has moved, its first day may begin in the afternoon.
                          GREATEST((c.day + TIME '12:00') AT TIME ZONE z.tz AT TIME ZONE 'UTC', z.since) AS at,
                          (%(numerator)s)::float8 AS numerator, (%(denominator)s)::float8 AS denominator
                     FROM crm_sync_campaign_cost c
                    CROSS JOIN LATERAL (
                          SELECT max(p.tz) AS tz, max(p.at_start) AS since FROM %(periods)s p
                           WHERE p.company_id = c.company_id AND c.day >= p.day_start AND c.day < p.day_end) z
                    WHERE c.kind = 'actual' AND c.day >= %(since)s AND c.day < %(until)s
                    UNION ALL %(brought)s""",
                numerator=numerator,
                denominator=denominator,
                periods=window.periods,
                since=window.day_since,
                until=window.day_until,
                brought=brought,
            ),
            timing="moment",
        )

    def _has_cost(self, campaign, company):
        """Condition: actual costs of the campaign in the company are known, of whatever day."""
        return SQL(
            """EXISTS (SELECT FROM crm_sync_campaign_cost k
                        WHERE k.campaign_id = %s AND k.company_id = %s AND k.kind = 'actual')""",
            campaign,
            company,
        )
