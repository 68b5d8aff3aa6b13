from odoo import api, models

#: In the cursor's cache while messages are posted whose writer was asked when he scheduled them.
POSTING = "crm_sync_posting_scheduled"


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Who schedules a message is asked for a reason now: nobody is there to answer when it is posted."""
        messages = super().create(vals_list)
        messages._sync_guard()
        return messages

    def write(self, vals):
        """Who makes a message to the customer out of a scheduled note is asked as well."""
        result = super().write(vals)
        if {"partner_ids", "is_note"} & vals.keys():
            self._sync_guard()
        return result

    def _sync_guard(self):
        for message in self:
            if self.env[message.model]._sync_contact_guarded:
                self.env["crm.sync.contact.card"]._guard_message(
                    self.env[message.model].browse(message.res_id),
                    message_type="comment",
                    subtype_xmlid="mail.mt_note" if message.is_note else "mail.mt_comment",
                    partner_ids=message.partner_ids.ids,
                )

    def _post_message(self, raise_exception=True):
        """One by one: Odoo rolls back after one that failed, which empties the cursor's cache."""
        if len(self) != 1:
            for message in self:
                message._post_message(raise_exception)
            return None
        self.env.cr.cache[POSTING] = True
        try:
            return super()._post_message(raise_exception)
        finally:
            self.env.cr.cache.pop(POSTING, None)
