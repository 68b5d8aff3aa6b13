from odoo import models
from odoo.fields import Domain

#: What working hours are made of; the hours themselves are in the attendances.
_HOURS = {"tz", "two_weeks_calendar", "schedule_type", "hours_per_day", "full_time_required_hours"}


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        if _HOURS & vals.keys():
            self._sync_before_change()
        return super().write(vals)

    def _sync_before_change(self):
        """Cases are about to be counted in other hours: what they have used up so far is counted in these."""
        if self.ids:
            companies = self.env["res.company"].sudo().search([("resource_calendar_id", "in", self.ids)])  # sudo: hours
            domain = Domain("department_id.resource_calendar_id", "in", self.ids)
            domain |= Domain("company_id", "in", companies.ids) & (
                Domain("department_id", "=", False) | Domain("department_id.resource_calendar_id", "=", False)
            )
            self.env["crm.sync.case.clock"]._before_hours_change(domain)
