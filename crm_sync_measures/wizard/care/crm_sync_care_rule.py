from odoo import models
from odoo.exceptions import UserError


class CrmSyncCareRule(models.Model):
    """Looking ahead: whom rules are for this week."""

    _inherit = "crm.sync.care.rule"

    def action_preview(self):
        """Who would get what within a week by these rules, or by all that are running."""
        return self.env["crm.sync.care.preview"]._open_for(self._previewed())

    def care_preview(self, days=7):
        """The same for other programs; see :meth:`CrmSyncCarePreview._as_dict`."""
        if type(days) is not int or not 1 <= days <= 31:
            raise UserError(self.env._("days: give a number from 1 to 31."))
        action = self.env["crm.sync.care.preview"]._open_for(self._previewed(), days)
        return self.env["crm.sync.care.preview"].browse(action["res_id"])._as_dict()

    def _previewed(self):
        rules = self or self.search([("state", "=", "running")])
        rules._check_manager()
        if not rules:
            raise UserError(self.env._("No care rule is running. Open one to see whom it would be for."))
        return rules
