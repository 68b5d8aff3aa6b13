from odoo import api, models

from .cached import forget


class CrmSyncCompanyDecision(models.AbstractModel):
    """What managers decide for a company: read from a cache by everybody, and decided only by who is in the company."""

    _name = "crm.sync.company.decision"
    _description = "Decision of a Company"

    @api.model_create_multi
    def create(self, vals_list):
        decisions = super().create(vals_list)
        forget(self.env)
        return decisions

    def write(self, vals):
        result = super().write(vals)
        forget(self.env)
        # Odoo looks before the change only: nobody moves a decision into a company that he is not in.
        self.check_access("write")
        return result

    def unlink(self):
        result = super().unlink()
        forget(self.env)
        return result
