from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.report_matrix import span_after, span_at, span_before
from ...rules.report_plan import default_day


class CrmSyncReportPage(models.TransientModel):
    """A report on screen: what is chosen stands above, and what it says below. Only who has opened it can read it."""

    _name = "crm.sync.report.page"
    _inherit = ["crm.sync.report.choice"]
    _description = "Report on Screen"

    day = fields.Date(
        "A Day of the Period",
        compute="_compute_day",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Any day of the week, month or quarter that the report is about.",
    )
    body = fields.Html("What the Report Says", compute="_compute_body", sanitize=False)

    @api.depends("report", "day", "period_kind")
    def _compute_display_name(self):
        for page in self:
            page.display_name = page._title() if page.report else self.env._("Report")

    @api.depends("period_kind", "company_id")
    def _compute_day(self):
        """The last period that is over."""
        for page in self:
            _tz, week_start = self.env["crm.sync.report"]._clock(page.company_id or self.env.company)
            page.day = default_day(fields.Date.context_today(page), page.period_kind or "month", week_start)

    @api.depends("report", "period_kind", "company_id", "known", "scope_key", "day")
    @api.depends_context("uid", "lang", "tz")
    def _compute_body(self):
        for page in self:
            try:
                page.body = (
                    self.env["crm.sync.report.text"]._body(page._composed(page.day)) if page._is_chosen() else ""
                )
            except (AccessError, UserError) as refusal:
                page.body = Markup('<div class="alert alert-warning" role="alert">%s</div>') % str(refusal)

    def _is_chosen(self):
        return bool(
            self.report
            and self.day
            and self.company_id
            and self.period_kind
            and self.scope_key
            and (self.scope_kind == "company" or self.scope_key != "company")
        )

    # ---------------------------------------------------------------- actions

    def action_previous(self):
        """The period before."""
        self._move(span_before)

    def action_next(self):
        """The period after."""
        self._move(span_after)

    def _move(self, step):
        self.ensure_one()
        self.check_access("write")
        _tz, week_start = self.env["crm.sync.report"]._clock(self.company_id)
        self.day = step(span_at(self.day, self.period_kind, week_start)).last

    def action_download_xlsx(self):
        """The report as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/crm_sync_measures/report/{self.id}", "target": "download"}

    def action_print(self):
        """The report as a PDF; as HTML where the server cannot make one."""
        self.check_access("read")
        return self.env.ref("crm_sync_measures.crm_sync_report_report").report_action(self, config=False)

    def action_subscribe(self):
        """The form of a subscription to this very report."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report Subscription"),
            "res_model": "crm.sync.report.subscription",
            "views": [(False, "form")],
            "target": "new",
            "context": self._choice_defaults(),
        }

    def _write_workbook(self, file):
        """Write the workbook to ``file`` with the rights of the caller; the report is returned."""
        self.ensure_one()
        self.check_access("read")
        report = self._composed(self.day)
        self.env["crm.sync.report.xlsx"]._write_to(report, file)
        return report
