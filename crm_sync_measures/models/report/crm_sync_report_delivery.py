from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .report_words import REPORT_LABELS

_KEPT = timedelta(days=800)
_AT_ONCE = 10_000


class CrmSyncReportDelivery(models.Model):
    """That the report of a period was mailed to a subscriber, or why not: once for each report and period, for certain.

    What is said here is what was mailed: it stays so when the subscription chooses another report or period.
    """

    _name = "crm.sync.report.delivery"
    _inherit = ["crm.sync.append.only"]
    _description = "Mailed Report"
    _order = "id desc"
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one(
        "crm.sync.report.subscription", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="subscription_id.user_id", string="Receiver", store=True, index=True)
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    report = fields.Selection(REPORT_LABELS, required=True, readonly=True)
    period_start = fields.Date("First Day", required=True, readonly=True)
    period_end = fields.Date("Last Day", required=True, readonly=True)
    state = fields.Selection([("sent", "Mailed"), ("skipped", "Not Mailed")], required=True, readonly=True, index=True)
    reason = fields.Selection(
        [
            ("no_role", "The receiver has no role of Customer Sync"),
            ("no_company", "The receiver does not work for the company any more"),
            ("no_scope", "The receiver may not see whom it is told of"),
            ("no_address", "The receiver has no e-mail address"),
        ],
        readonly=True,
    )
    sent_at = fields.Datetime("Mailed On", readonly=True)

    # Of a month and of the quarter that begins with it the first day is the same.
    _period_uniq = models.UniqueIndex(
        "(subscription_id, report, period_start, period_end)", "The report of this period was mailed already."
    )

    @api.autovacuum
    def _gc_old(self):
        """Rows of periods that nobody asks about any more."""
        # By SQL: nobody deletes them by the ORM.
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_sync_report_delivery WHERE id IN (
                          SELECT id FROM crm_sync_report_delivery WHERE create_date < %s ORDER BY id LIMIT %s)""",
                fields.Datetime.now() - _KEPT,
                _AT_ONCE,
            )
        )
        self.invalidate_model(flush=False)
        return self.env.cr.rowcount, self.env.cr.rowcount == _AT_ONCE
