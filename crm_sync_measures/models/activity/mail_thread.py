from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    #: Whether the before-you-contact card watches over what people write to customers here.
    _sync_contact_guarded = False
    #: What a mail to many of these records is for, unless its sender says otherwise.
    _sync_bulk_purpose = "transactional"

    def _sync_contact_purpose(self):
        """What a message on this document is for, where the document tells; a word of the contact gate, or None."""
        return

    def message_post(self, **kwargs):
        if self._sync_contact_guarded:
            self.env["crm.sync.contact.card"]._guard_message(self, **kwargs)
        return super().message_post(**kwargs)
