from odoo import fields, models
from odoo.tools import SQL

from .words import ACTIONS, OCCASIONS


class CrmSyncCareResult(models.Model):
    """What became of each occasion, and whether the customer has bought within the rule's days afterwards.

    A view. Who was held out counts from the moment at which he would have had it. As long as those days are not over
    nothing is said of an occasion: ``rate`` is empty then, and no part of any average.
    """

    _name = "crm.sync.care.result"
    _description = "Result of Care"
    _auto = False
    _order = "id desc"
    _rec_name = "partner_id"

    occasion_id = fields.Many2one("crm.sync.care.occasion", "Occasion of Care", readonly=True)
    rule_id = fields.Many2one("crm.sync.care.rule", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    occasion = fields.Selection(OCCASIONS, readonly=True)
    action = fields.Selection(ACTIONS, readonly=True)
    outcome = fields.Selection(
        [
            ("cared", "Done"),
            ("control", "Held Out to Compare"),
            ("held", "Held Back"),
            ("late", "Came Too Late"),
            ("failed", "Failed"),
        ],
        readonly=True,
    )
    reason = fields.Char("Reason Code", readonly=True)
    day = fields.Date("Day of the Occasion", readonly=True)
    done_at = fields.Datetime(readonly=True)
    is_over = fields.Boolean(
        "Days Are Over", readonly=True, help="The days have passed within which a purchase counts as the result."
    )
    has_bought = fields.Boolean(readonly=True)
    compared = fields.Integer(readonly=True, help="Their days are over: so many the purchase rate is of.")
    rate = fields.Float("Purchase Rate (%)", readonly=True, aggregator="avg")
    orders = fields.Integer(readonly=True)
    revenue = fields.Monetary("Untaxed Amount", readonly=True, currency_field="currency_id")

    @property
    def _table_query(self):
        for model in ("crm.sync.care.occasion", "crm.sync.care.rule", "sale.order", "res.partner"):
            self.env[model].flush_model()
        return SQL(
            """SELECT o.id, o.id AS occasion_id, o.rule_id, o.company_id, o.partner_id, o.commercial_partner_id,
                      r.department_id, r.occasion, o.action, o.reason, o.day, o.done_at,
                      CASE WHEN o.state IN ('sent', 'done') THEN 'cared' ELSE o.state END AS outcome,
                      w.is_over, w.is_over::int AS compared, COALESCE(bought.orders, 0) > 0 AS has_bought,
                      CASE WHEN w.is_over THEN CASE WHEN bought.orders > 0 THEN 100.0 ELSE 0.0 END END AS rate,
                      COALESCE(bought.orders, 0) AS orders, COALESCE(bought.revenue, 0) AS revenue
                 FROM crm_sync_care_occasion o
                 JOIN crm_sync_care_rule r ON r.id = o.rule_id
                 CROSS JOIN LATERAL (
                      SELECT o.state IN ('sent', 'done', 'control')
                             AND o.done_at + r.purchase_days * INTERVAL '1 day' < %(now)s AS is_over) w
                 LEFT JOIN LATERAL (
                      SELECT count(*) AS orders, sum(s.amount_untaxed / COALESCE(NULLIF(s.currency_rate, 0), 1)) AS revenue
                        FROM res_partner own JOIN sale_order s ON s.partner_id = own.id
                       WHERE own.commercial_partner_id = o.commercial_partner_id AND s.state = 'sale'
                         AND s.company_id = o.company_id AND s.date_order >= o.done_at
                         AND s.date_order < o.done_at + r.purchase_days * INTERVAL '1 day') bought
                   ON o.state IN ('sent', 'done', 'control')
                WHERE o.state IN ('sent', 'done', 'control', 'held', 'late', 'failed')""",
            now=fields.Datetime.now(),
        )
