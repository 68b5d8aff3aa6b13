from odoo import models


class MailMessage(models.Model):
    """Read by date, whoever wrote them: messages lie in the table as they came, so a few pages tell where a month is."""

    _inherit = "mail.message"

    _sync_date_idx = models.Index("USING brin (date)")
