from odoo import api, models
from odoo.fields import Domain


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        # What has passed was worked, also where somebody writes down afterwards that it was a day off.
        for vals in vals_list:
            if not vals.get("resource_id"):
                calendar = self.env["resource.calendar"].browse(vals.get("calendar_id") or ())
                company = vals.get("company_id", self.env.company.id)
                self._sync_before_days_off(calendar, self.env["res.company"].browse(company or ()))
        return super().create(vals_list)

    def write(self, vals):
        self._sync_before_change()
        result = super().write(vals)
        self._sync_before_change()
        return result

    def unlink(self):
        self._sync_before_change()
        return super().unlink()

    def _sync_before_change(self):
        for leave in self.filtered(lambda leave: not leave.resource_id):
            self._sync_before_days_off(leave.calendar_id, leave.company_id)

    def _sync_before_days_off(self, calendar, company):
        """Days off of everybody: of one calendar, else of a company, else of all. Those of one person move no clock."""
        if calendar:
            calendar._sync_before_change()
        else:
            domain = Domain("company_id", "=", company.id) if company else Domain.TRUE
            self.env["crm.sync.case.clock"]._before_hours_change(domain)
