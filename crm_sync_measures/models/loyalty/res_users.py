from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ledger(self):
        # sudo: whether a user stands in the ledger does not depend on who asks.
        groups = self.env["crm.sync.loyalty.entry"].sudo()._read_group([("user_id", "in", self.ids)], ["user_id"])
        if groups:
            names = ", ".join(user.name for [user] in groups)
            raise UserError(
                self.env._("%s has moved points: the ledger names who did. Archive the user instead.", names)
            )
