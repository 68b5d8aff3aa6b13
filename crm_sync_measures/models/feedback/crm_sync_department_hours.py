from odoo import models
from odoo.fields import Domain


class CrmSyncDepartment(models.Model):
    _inherit = "crm.sync.department"

    def write(self, vals):
        if "resource_calendar_id" in vals:
            self.env["crm.sync.case.clock"]._before_hours_change(Domain("department_id", "in", self.ids))
        return super().write(vals)
