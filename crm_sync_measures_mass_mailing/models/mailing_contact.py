from odoo import models


class MailingContact(models.Model):
    _inherit = "mailing.contact"

    # Customers are looked for among the readers by their address, many at once.
    _sync_email_normalized_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
