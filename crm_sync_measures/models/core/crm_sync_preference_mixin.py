from odoo import models


class CrmSyncPreferenceMixin(models.AbstractModel):
    """A document that is mailed to a customer who did not ask for it: with a link to say that he wants no more of it, in
    the mail, and one for the button of his mail program. The document has a ``partner_id``.
    """

    _name = "crm.sync.preference.mixin"
    _description = "Mail a Customer May Refuse"

    #: What the mails are for: a word of ``rules/preference.py``.
    _sync_purpose = None

    def _preference_purpose(self):
        """What this document is mailed for."""
        return self._sync_purpose

    def _preference_url(self):
        """The page on which the customer says what he wants to get, for the foot of a mail."""
        self.ensure_one()
        return self.env["crm.sync.contact.link"]._preference_url(self.partner_id)

    def _refuse_url(self):
        """The same page, on which mails like this one are not wanted already: he only has to send it."""
        self.ensure_one()
        return self.env["crm.sync.contact.link"]._preference_url(self.partner_id, self._preference_purpose())

    def _unsubscribe_headers(self):
        """What mail programs need for their button."""
        self.ensure_one()
        return self.env["crm.sync.contact.link"]._unsubscribe_headers(self.partner_id, self._preference_purpose())

    def _note_sent(self, failure_type, failure_reason):
        """What became of the mails of these documents: sent, where there is no ``failure_type``."""
