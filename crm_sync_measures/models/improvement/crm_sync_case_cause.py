from odoo import models
from odoo.exceptions import UserError


class CrmSyncCaseCause(models.Model):
    """A cause of many cases is where improving begins."""

    _inherit = "crm.sync.case.cause"

    def action_improve(self):
        """Plan an improvement action for a cause and everything below it.

        :return: an action that opens it
        """
        self.check_access("read")
        if len(self) != 1:
            raise UserError(self.env._("Choose one cause."))
        Improvement = self.env["crm.sync.improvement"]
        Improvement.check_access("create")
        return Improvement._open(
            Improvement.create(
                {
                    "name": self.env._("Fewer cases: %s", self.display_name)[:180],
                    "cause_id": self.id,
                    "company_id": (self.company_id or self.env.company).id,
                }
            )
        )
