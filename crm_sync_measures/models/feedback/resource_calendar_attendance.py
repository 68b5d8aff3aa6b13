from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env["resource.calendar"].browse({vals.get("calendar_id") or 0 for vals in vals_list} - {0})
        calendars._sync_before_change()
        return super().create(vals_list)

    def write(self, vals):
        self.calendar_id._sync_before_change()
        return super().write(vals)

    def unlink(self):
        self.calendar_id._sync_before_change()
        return super().unlink()
