from odoo import api, models
from odoo.exceptions import UserError

_MONTHS = ("12", "24")


class LoyaltyProgram(models.Model):
    """A loyalty program to begin with: Odoo's own, with a policy of expiry."""

    _inherit = "loyalty.program"

    @api.model
    def action_sync_begin(self, months):
        """Create Odoo's loyalty program, with points that expire at the end of the month after ``months`` months, and open it."""
        self.check_access("create")
        if months not in _MONTHS:
            raise UserError(self.env._("There is no such template. Reload the page."))
        action = self.create_from_template("loyalty")
        self.browse(action["res_id"]).write(
            {"sync_expiry": "fixed", "sync_expiry_months": int(months), "sync_expiry_rounding": "month"}
        )
        return action
