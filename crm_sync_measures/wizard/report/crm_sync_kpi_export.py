import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain

_logger = logging.getLogger(__name__)


class CrmSyncKpiExport(models.TransientModel):
    """Which KPI values are taken along as one workbook, for systems that evaluate them elsewhere.

    Only who may export at all, and of each value only who may read it.
    """

    _name = "crm.sync.kpi.export"
    _description = "Export of KPI Values"

    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        default=lambda self: [Command.set(self.env.companies.ids)],
        domain=lambda self: [("id", "in", self.env.user.company_ids.ids)],
    )
    date_from = fields.Date("From Day", help="Periods that begin on this day or later. Empty: from the first one.")
    date_to = fields.Date("Through Day", help="Periods that end on this day or before. Empty: to the last one.")
    known = fields.Selection(
        [
            ("all", "All Revisions"),
            ("now", "As Known Now"),
            ("reported", "As Reported"),
        ],
        "Figures Known",
        required=True,
        default="all",
    )
    has_running = fields.Boolean("Also Periods in Progress", default=True)
    count = fields.Integer("Number of Values", compute="_compute_count")

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        if any(one.date_from and one.date_to and one.date_from > one.date_to for one in self):
            raise ValidationError(self.env._("Through day: enter a day that is not before the first day."))

    @api.depends("company_ids", "date_from", "date_to", "known", "has_running")
    @api.depends_context("uid")
    def _compute_count(self):
        for one in self:
            one.count = one._values().search_count(one._domain())

    def _values(self):
        """Values in the companies that were chosen, of those that the caller works for."""
        companies = self.company_ids & self.env.user.company_ids
        return self.env["crm.sync.kpi.value"].with_context(allowed_company_ids=companies.ids)

    def _domain(self):
        self.ensure_one()
        domain = Domain("company_id", "in", (self.company_ids & self.env.user.company_ids).ids)
        if self.date_from:
            domain &= Domain("period_start", ">=", self.date_from)
        if self.date_to:
            domain &= Domain("period_end", "<=", self.date_to)
        if self.known != "all":
            domain &= Domain("is_current" if self.known == "now" else "is_first", "=", True)
        return domain if self.has_running else domain & Domain("state", "=", "closed")

    @api.model
    def _check_export(self):
        """The same right as for Odoo's own exports."""
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(self.env._("You may not export. Ask an administrator for the right to export."))
        self.env["crm.sync.kpi.value"].check_access("read")

    def action_download(self):
        """The workbook, sent while it is made."""
        self.ensure_one()
        self.check_access("read")
        self._check_export()
        return {"type": "ir.actions.act_url", "url": f"/crm_sync_measures/kpi_export/{self.id}", "target": "download"}

    def _stream(self):
        """The pieces of the workbook. Callers have checked who asks; it is noted in the log who took what."""
        self.ensure_one()
        self._check_export()
        _logger.info(
            "User %s exports KPI values: companies %s, %s to %s, known %s",
            self.env.uid,
            self.company_ids.ids,
            self.date_from,
            self.date_to,
            self.known,
        )
        return self.env["crm.sync.kpi.export.rows"]._stream(self)

    def _filename(self):
        return f"kpi_values_{fields.Date.context_today(self)}.xlsx"
