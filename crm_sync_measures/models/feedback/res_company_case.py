from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_case_escalate_hours = fields.Float(
        "Escalate Late Cases (Hours After)",
        default=4.0,
        help="So many working hours after a deadline, a case that is still not dealt with is told to the managers.",
    )
    sync_case_notice_days = fields.Integer(
        "Notice Before a Case Is Closed (Days)",
        default=3,
        help="So many days before a case is closed without his reply, the customer is told.",
    )

    _sync_case_escalate_hours_range = models.Constraint(
        "CHECK(sync_case_escalate_hours BETWEEN 0 AND 2000)", "Escalate late cases: enter 0 to 2000 working hours."
    )
    _sync_case_notice_days_range = models.Constraint(
        "CHECK(sync_case_notice_days BETWEEN 1 AND 365)", "Notice before a case is closed: enter 1 to 365 days."
    )

    def write(self, vals):
        clocks = self.env["crm.sync.case.clock"]
        if "resource_calendar_id" in vals:
            clocks._before_hours_change(Domain("company_id", "in", self.ids))
        if "sync_case_escalate_hours" in vals:
            clocks._note_replan(Domain("company_id", "in", self.ids))
        result = super().write(vals)
        if "sync_case_notice_days" in vals:
            self.env["crm.sync.case"]._recheck_silence()
        return result
