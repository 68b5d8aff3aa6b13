from odoo import models
from odoo.addons.crm_sync_measures.models.core.crm_sync_erasure import erasure_step


class CrmSyncErasure(models.AbstractModel):
    """Mailing lists know customers by their address alone. That he has left a list is kept by Odoo's list of addresses that
    get no mail, and not by his entry."""

    _inherit = "crm.sync.erasure"

    @erasure_step(48)
    def _erase_mailings(self, partners):
        addresses = [address for address in partners.mapped("email_normalized") if address]
        readers = self.env["mailing.contact"].search([("email_normalized", "in", addresses)])
        left = readers.subscription_ids.filtered("opt_out").contact_id
        for address in set(left.mapped("email_normalized")):
            self.env["mail.blacklist"]._add(address)
        self._erase_chatter(readers)
        readers.unlink()
        traces = self.env["mailing.trace"].search([("email", "in", addresses)])
        traces.write({"email": False})
