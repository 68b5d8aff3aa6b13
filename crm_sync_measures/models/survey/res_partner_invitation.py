import secrets

from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _forget_invitations(self):
        """Who is deleted is forgotten by his invitations too: where he was reached and is to be called, and his link."""
        # sudo: what was kept of a contact that the caller may delete
        invitations = self.env["crm.sync.survey.invitation"].sudo().search([("partner_id", "in", self.ids)])
        invitations._set_state("cancelled")
        invitations._set_state("expired")
        for invitation in invitations:
            kept = {"email": False, "call_phone": False, "follow_at": False, "nonce": secrets.token_hex(16)}
            invitation._record(kept)
