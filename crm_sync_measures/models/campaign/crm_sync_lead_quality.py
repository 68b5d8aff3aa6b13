from odoo import fields, models
from odoo.tools import SQL

from .campaign_sql import flush, lead_company, order_revenue
from .words import COLLECTED_AT


class CrmSyncLeadQuality(models.Model):
    """How good leads are, by where they come from: a view with one row for each lead, archived ones too.

    Rates are per cent and empty where nothing is to be said: ``win_rate`` of a lead that is neither won nor lost is no part
    of an average. ``revenue`` is that of its confirmed orders, untaxed, in the currency of the company it counts for, each
    order at its own rate (orders of other companies are left out). Nothing of the customer stands here.
    """

    _name = "crm.sync.lead.quality"
    _description = "Lead Quality"
    _auto = False
    _order = "created_at desc, id desc"
    _rec_name = "source_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", "Lead Source", readonly=True)
    medium_id = fields.Many2one("utm.medium", "Marketing Medium", readonly=True)
    collected_at = fields.Selection(COLLECTED_AT, readonly=True)
    collector_id = fields.Many2one("res.partner", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    created_at = fields.Datetime("Created On", readonly=True)
    leads = fields.Integer(readonly=True)
    won_leads = fields.Integer(readonly=True)
    lost_leads = fields.Integer(readonly=True)
    reachable_rate = fields.Float(
        "Reachable (%)", readonly=True, aggregator="avg", help="With an e-mail address or a phone number."
    )
    qualified_rate = fields.Float(
        "Became an Opportunity (%)", readonly=True, aggregator="avg", help="Of all leads, those that were worth work."
    )
    win_rate = fields.Float("Win Rate (%)", readonly=True, aggregator="avg", help="Of those that are won or lost.")
    days_to_win = fields.Float(readonly=True, aggregator="avg", help="From its creation until it was won.")
    revenue = fields.Monetary("Won Revenue", readonly=True)
    revenue_per_lead = fields.Float(readonly=True, aggregator="avg", help="Of all leads, won or not.")

    @property
    def _table_query(self):
        flush(self.env)
        return SQL(
            """SELECT q.*, q.revenue AS revenue_per_lead
                 FROM (SELECT l.id, f.company_id, l.campaign_id, l.source_id, l.medium_id,
                              l.sync_collected_at AS collected_at, l.sync_collector_id AS collector_id, l.team_id, l.user_id,
                              l.create_date AS created_at, 1 AS leads, (l.won_status = 'won')::int AS won_leads,
                              (l.won_status = 'lost')::int AS lost_leads,
                              CASE WHEN COALESCE(l.email_normalized, l.phone, '') != '' THEN 100.0 ELSE 0.0 END AS reachable_rate,
                              CASE WHEN l.type = 'opportunity' THEN 100.0 ELSE 0.0 END AS qualified_rate,
                              CASE l.won_status WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END AS win_rate,
                              CASE WHEN l.won_status = 'won'
                                   THEN extract(epoch FROM l.date_closed - l.create_date)::float8 / 86400 END AS days_to_win,
                              COALESCE(o.revenue, 0) AS revenue
                         FROM crm_lead l
                         CROSS JOIN LATERAL (SELECT %(company)s AS company_id) f
                         LEFT JOIN (SELECT s.opportunity_id, s.company_id, sum(%(revenue)s) AS revenue
                                      FROM sale_order s
                                     WHERE s.state = 'sale' AND s.opportunity_id IS NOT NULL
                                     GROUP BY s.opportunity_id, s.company_id) o
                           ON o.opportunity_id = l.id AND o.company_id = f.company_id) q""",
            company=lead_company("l"),
            revenue=order_revenue("s"),
        )

    def action_open_lead(self):
        """The lead itself, if the reader may see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
