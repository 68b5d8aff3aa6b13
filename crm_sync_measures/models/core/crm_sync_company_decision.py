from odoo import api, models


class CrmSyncCompanyDecision(models.AbstractModel):
    """What managers decide for a company: read from a cache by everybody, and decided only by who is in the company.

    The cache is cleared afterwards too: what was read while the change was written is as old as the change before.
    """

    _name = "crm.sync.company.decision"
    _description = "Decision of a Company"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        decisions = super().create(vals_list)
        self.env.registry.clear_cache()
        return decisions

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        self.env.registry.clear_cache()
        # Odoo looks before the change only: nobody moves a decision into a company that he is not in.
        self.check_access("write")
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
