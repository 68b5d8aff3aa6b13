from odoo import api, fields, models
from odoo.tools import SQL

from .campaign_sql import converted, flush, lead_company, order_margin, order_revenue


class CrmSyncCampaignResult(models.Model):
    """What a campaign has cost and brought in one company. A view.

    Leads are those with the campaign. Revenue and margin are of confirmed orders with the campaign, or of an opportunity
    with it, untaxed, in the currency of the order's company at the order's own rate. ``total_…`` is the same in the
    campaign's currency (of its company; without one, of the reader's current company), at the rate of the document's day.
    Ratios are no measures: they are reckoned from the sums.
    """

    _name = "crm.sync.campaign.result"
    _description = "Result of a Campaign"
    _auto = False
    _order = "campaign_id desc, company_id"
    _rec_name = "campaign_id"

    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    planned = fields.Monetary("Planned Cost", readonly=True)
    actual = fields.Monetary("Actual Cost", readonly=True)
    leads = fields.Integer(readonly=True)
    won_leads = fields.Integer(readonly=True)
    won_customers = fields.Integer(
        readonly=True, help="Customers who have ordered by this campaign, or whose opportunity of it was won."
    )
    revenue = fields.Monetary("Won Revenue", readonly=True)
    margin = fields.Monetary("Won Margin", readonly=True)
    return_percent = fields.Float(
        "Return (%)", readonly=True, aggregator=None, help="(Margin − actual cost) / actual cost."
    )
    cost_per_won = fields.Monetary("Cost per Won Customer", readonly=True, aggregator=None)
    total_currency_id = fields.Many2one("res.currency", "Currency of the Campaign", readonly=True)
    total_planned = fields.Monetary("Planned in All", readonly=True, currency_field="total_currency_id")
    total_actual = fields.Monetary("Spent in All", readonly=True, currency_field="total_currency_id")
    total_revenue = fields.Monetary("Revenue in All", readonly=True, currency_field="total_currency_id")
    total_margin = fields.Monetary("Margin in All", readonly=True, currency_field="total_currency_id")

    @property
    def _table_query(self):
        flush(self.env, "crm.sync.campaign.cost")
        in_campaign = {
            name: converted(
                SQL.identifier("f", name),
                SQL("f.company_id"),
                SQL("own.currency_id"),
                SQL("COALESCE(theirs.currency_id, %s)", self.env.company.currency_id.id),
                SQL("f.day"),
            )
            for name in ("planned", "actual", "revenue", "margin")
        }
        return SQL(
            """SELECT r.*, CASE WHEN r.actual > 0 THEN 100.0 * (r.margin - r.actual) / r.actual END AS return_percent,
                      r.actual / NULLIF(r.won_customers, 0) AS cost_per_won
                 FROM (SELECT f.campaign_id::bigint * 100000 + f.company_id AS id, f.campaign_id, f.company_id,
                              own.currency_id, COALESCE(theirs.currency_id, %(currency)s) AS total_currency_id,
                              sum(f.planned) AS planned, sum(f.actual) AS actual, sum(f.leads) AS leads,
                              sum(f.won_leads) AS won_leads, count(DISTINCT f.customer_id) AS won_customers,
                              sum(f.revenue) AS revenue, sum(f.margin) AS margin,
                              sum(%(total_planned)s) AS total_planned, sum(%(total_actual)s) AS total_actual,
                              sum(%(total_revenue)s) AS total_revenue, sum(%(total_margin)s) AS total_margin
                         FROM (%(facts)s) f
                         JOIN res_company own ON own.id = f.company_id
                         JOIN utm_campaign campaign ON campaign.id = f.campaign_id
                         LEFT JOIN res_company theirs ON theirs.id = campaign.company_id
                        GROUP BY f.campaign_id, f.company_id, own.currency_id, theirs.currency_id) r""",
            currency=self.env.company.currency_id.id,
            facts=self._facts_sql(),
            **{f"total_{name}": amount for name, amount in in_campaign.items()},
        )

    def _facts_sql(self):
        """SELECT of (campaign_id, company_id, day, customer_id, leads, won_leads, planned, actual, revenue, margin)."""
        order = SQL(
            """s.company_id, s.date_order::date AS day, buyer.commercial_partner_id AS customer_id, 0 AS leads,
               0 AS won_leads, 0::numeric AS planned, 0::numeric AS actual, %s AS revenue, %s AS margin""",
            order_revenue("s"),
            order_margin(self.env, "s"),
        )
        return SQL(
            """SELECT s.campaign_id, %(order)s
                 FROM sale_order s JOIN res_partner buyer ON buyer.id = s.partner_id
                WHERE s.state = 'sale' AND s.campaign_id IS NOT NULL
               UNION ALL
               SELECT l.campaign_id, %(order)s
                 FROM crm_lead l JOIN sale_order s ON s.opportunity_id = l.id
                 JOIN res_partner buyer ON buyer.id = s.partner_id
                WHERE s.state = 'sale' AND s.campaign_id IS NULL AND l.campaign_id IS NOT NULL
               UNION ALL
               SELECT l.campaign_id, %(lead_company)s, l.create_date::date,
                      CASE WHEN l.won_status = 'won' THEN COALESCE(p.commercial_partner_id, -l.id) END,
                      1, (l.won_status = 'won')::int, 0, 0, 0, 0
                 FROM crm_lead l LEFT JOIN res_partner p ON p.id = l.partner_id
                WHERE l.campaign_id IS NOT NULL
               UNION ALL
               SELECT c.campaign_id, c.company_id, c.day, NULL, 0, 0,
                      CASE WHEN c.kind = 'planned' THEN c.amount_company ELSE 0 END,
                      CASE WHEN c.kind = 'actual' THEN c.amount_company ELSE 0 END, 0, 0
                 FROM crm_sync_campaign_cost c""",
            order=order,
            lead_company=lead_company("l"),
        )

    @api.model
    def _until(self, company, first, last):
        """What campaigns cost and brought in ``company`` up to the day ``last``: of those that something was of since ``first``.

        :return: ``[(campaign id, leads, won customers, actual cost, margin)]`` in the company's currency, the dearest first.
            Leads are won or not as it is known now. It reads for the company whoever asks: callers have checked who that is.
        """
        flush(self.env, "crm.sync.campaign.cost")
        return self.env.execute_query(
            SQL(
                """SELECT f.campaign_id, sum(f.leads), count(DISTINCT f.customer_id), sum(f.actual)::float8, sum(f.margin)::float8
                     FROM (%s) f
                    WHERE f.company_id = %s AND f.day <= %s
                    GROUP BY f.campaign_id
                   HAVING bool_or(f.day >= %s)
                    ORDER BY sum(f.actual) DESC, f.campaign_id DESC""",
                self._facts_sql(),
                company.id,
                last,
                first,
            )
        )

    @api.model
    def _count_won_customers(self, campaigns):
        """``[(campaign id, customers)]``: who has ordered in two companies is one customer. Of the reader's companies."""
        if not campaigns.ids:
            return []
        self.check_access("read")
        flush(self.env, "crm.sync.campaign.cost")
        return self.env.execute_query(
            SQL(
                """SELECT f.campaign_id, count(DISTINCT f.customer_id) FROM (%s) f
                    WHERE f.campaign_id = ANY(%s) AND f.company_id = ANY(%s) GROUP BY f.campaign_id""",
                self._facts_sql(),
                campaigns.ids,
                self.env.companies.ids,
            )
        )
