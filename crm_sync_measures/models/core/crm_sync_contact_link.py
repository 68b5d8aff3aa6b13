from odoo import api, fields, models
from odoo.tools import consteq, hmac

from ...rules.preference import PURPOSES, parse_dated_key, parse_key, without_keys

_DEAD = "0" * 32


class CrmSyncContactLink(models.AbstractModel):
    """The keys of pages that a customer opens from his mail, without a login. Nothing of them is stored.

    A key is made of the id of the contact and the secret of the database: who reads or copies the database's tables cannot
    make one. The key of the preferences works for ever and shows nothing of the customer, also after his contact was merged
    into another one. A key that shows something holds for some weeks, for the address it was mailed to, and for no
    anonymised contact. Only who works as superuser gets one; a colleague who looks at a mail before it is sent gets one that
    opens nothing.
    """

    _name = "crm.sync.contact.link"
    _description = "Links in Mails to Customers"

    # ---------------------------------------------------------------- preferences

    @api.model
    def _key(self, partner):
        """The key of the preferences of ``partner``."""
        return f"{partner.id}-{self._signature('preference', partner.id) if self.env.su else _DEAD}"

    @api.model
    def _by_key(self, key):
        """The contact of a key, as superuser; empty for a key that is malformed or guessed."""
        partners = self.env["res.partner"].sudo()  # sudo: who has the key may say what he wants; nothing else is told
        partner_id, signature = parse_key(key)
        if not partner_id or not consteq(self._signature("preference", partner_id), signature):
            return partners.browse()
        partner = partners.browse(partner_id).exists()
        return partner or self.env["crm.sync.contact.former"]._survivor(partner_id).sudo()  # sudo: as above

    @api.model
    def _preference_url(self, partner, purpose=None):
        """The page on which ``partner`` says what he wants; for a ``purpose``, what the button of his mail program calls."""
        url = f"{partner.get_base_url()}/c/{self._key(partner)}"
        return f"{url}/stop?p={purpose}" if purpose in PURPOSES else url

    @api.model
    def _unsubscribe_headers(self, partner, purpose):
        """What mail programs need for their button (RFC 2369, RFC 8058)."""
        url = self._preference_url(partner, purpose)
        return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    @api.model
    def _without_keys(self, body):
        """What stays where colleagues read it, without the keys of customers' links."""
        return type(body)(without_keys(body)) if isinstance(body, str) else body

    # ---------------------------------------------------------------- pages that show something

    @api.model
    def _dated_key(self, partner, scope):
        """The key of a page of ``scope`` that shows something of ``partner``."""
        day = fields.Date.today().strftime("%Y%m%d")
        signature = self._dated_signature(scope, partner, day) if self.env.su else _DEAD
        return f"{partner.id}-{day}-{signature}"

    @api.model
    def _by_dated_key(self, key, scope):
        """The contact of a key that is still good, as superuser; else empty."""
        partners = self.env["res.partner"].sudo()  # sudo: who has the key is shown what the mail has told him
        partner_id, day, signature = parse_dated_key(key, fields.Date.today())
        partner = partners.browse(partner_id).exists() if partner_id else partners.browse()
        if not partner or not partner.active or not partner.email_normalized:
            return partners.browse()
        if not consteq(self._dated_signature(scope, partner, day.strftime("%Y%m%d")), signature):
            return partners.browse()
        return partner

    @api.model
    def _dated_signature(self, scope, partner, day):
        return self._signature(scope, partner.id, day, partner.sudo().email_normalized or "")  # sudo: never leaves here

    @api.model
    def _signature(self, scope, *values):
        # sudo: the secret of the database never leaves this method
        return hmac(self.env(su=True), f"crm_sync_contact_{scope}", values)[:32]
