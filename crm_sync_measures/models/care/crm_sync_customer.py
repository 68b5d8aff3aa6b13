from odoo import api, models


class CrmSyncCustomer(models.Model):
    """Whoever was contacted, or got another owner, is to be visited at another time or by somebody else."""

    _inherit = "crm.sync.customer"

    @api.model
    def _refresh_partners(self, partners, contacts=True):
        result = super()._refresh_partners(partners, contacts)
        # sudo: computed rows, as those of the customers
        rhythms = self.env["crm.sync.care.rhythm"].sudo()
        if rhythms._is_used():
            rhythms._refresh_partners(partners)
        return result
