from odoo import fields, models
from odoo.tools import SQL

from ...rules.score import SATISFIED

#: A complaint that nobody has answered for so long counts as left unanswered.
_UNANSWERED = "30 days"


class CrmSyncCaseValue(models.Model):
    """What customers who had complained bought afterwards: those whose complaint was solved, beside those who went empty.

    One row for each customer and company, by his last complaint that is over, or that nobody has answered for 30 days:

    * *solved*: it was closed, and the customer was content (4 or 5 stars) or, without a verdict, had agreed to the solution;
    * *rejected*, and *unanswered*: closed without a real answer, or still waiting for one. They are the baseline;
    * *closed*: anything else; nobody knows whether he was content, or he was not.

    Revenue is what was invoiced (posted, untaxed, less credit notes, in the company's currency) in the months of the
    setting after the day of its end, and as long before it. ``is_complete`` says whether those months are over: the others
    have had less time to buy. *Recovered* means bought again after the case was closed, and no more: it tells what
    happened afterwards and not why. Who complains about much is not who complains about little.
    """

    _name = "crm.sync.case.value"
    _description = "Value of Service"
    _auto = False
    _order = "ended_on desc, id desc"
    _rec_name = "commercial_partner_id"

    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    case_id = fields.Many2one("crm.sync.case", "Last Complaint", readonly=True)
    outcome = fields.Selection(
        [
            ("solved", "Solved"),
            ("closed", "Closed, Not Content or Not Known"),
            ("rejected", "Rejected"),
            ("unanswered", "Left Unanswered"),
        ],
        readonly=True,
    )
    ended_on = fields.Date(readonly=True, help="Of a complaint that is still unanswered: the day it was opened.")
    is_complete = fields.Boolean("Months Are Over", readonly=True)
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    revenue_before = fields.Monetary(readonly=True)
    revenue_after = fields.Monetary("Revenue Afterwards", readonly=True)
    recovered = fields.Float(
        "Bought Again (%)", readonly=True, aggregator="avg", help="Revenue afterwards is more than nothing."
    )

    @property
    def _table_query(self):
        for model in ("crm.sync.case", "crm.sync.case.event", "account.move", "res.company"):
            self.env[model].flush_model()
        return SQL(
            """SELECT c.id, c.id AS case_id, c.commercial_partner_id, c.outcome, c.ended_on, c.department_id, c.user_id,
                      c.company_id, c.currency_id, c.ended_on + c.months < %(today)s AS is_complete,
                      COALESCE(sum(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date <= c.ended_on), 0) AS revenue_before,
                      COALESCE(sum(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date > c.ended_on), 0) AS revenue_after,
                      CASE WHEN sum(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date > c.ended_on) > 0
                           THEN 100.0 ELSE 0.0 END AS recovered
                 FROM (SELECT l.*, o.currency_id, o.sync_case_value_months * interval '1 month' AS months
                         FROM (%(complaints)s) l JOIN res_company o ON o.id = l.company_id) c
                 LEFT JOIN account_move m
                        ON m.commercial_partner_id = c.commercial_partner_id AND m.company_id = c.company_id
                       AND m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund')
                       AND m.invoice_date > c.ended_on - c.months AND m.invoice_date <= c.ended_on + c.months
                GROUP BY c.id, c.commercial_partner_id, c.outcome, c.ended_on, c.department_id, c.user_id, c.company_id,
                         c.currency_id, c.months""",
            today=fields.Date.context_today(self),
            complaints=self._complaints_sql(),
        )

    def _complaints_sql(self):
        """The last complaint of each customer of each company of which something can be said."""
        return SQL(
            """SELECT DISTINCT ON (commercial_partner_id, company_id) id, commercial_partner_id, company_id, department_id,
                      user_id, COALESCE(closed_at, opened_at)::date AS ended_on,
                      CASE WHEN answered_at IS NULL AND verdict IS NULL AND step != 'rejected' THEN 'unanswered'
                           WHEN step = 'rejected' THEN 'rejected'
                           WHEN verdict::int >= %(satisfied)s THEN 'solved'
                           WHEN verdict IS NULL AND EXISTS (
                                SELECT FROM crm_sync_case_event e
                                 WHERE e.case_id = c.id AND e.cycle = c.cycle AND e.new_step = 'accepted') THEN 'solved'
                           ELSE 'closed' END AS outcome
                 FROM crm_sync_case c
                WHERE kind = 'complaint' AND master_id IS NULL AND commercial_partner_id IS NOT NULL
                  AND (NOT is_open OR answered_at IS NULL AND opened_at < %(now)s::timestamp - %(unanswered)s::interval)
                ORDER BY commercial_partner_id, company_id, COALESCE(closed_at, opened_at) DESC, id DESC""",
            satisfied=SATISFIED,
            now=fields.Datetime.now(),
            unanswered=_UNANSWERED,
        )

    def action_open_case(self):
        self.ensure_one()
        return self.case_id._get_records_action()
