from odoo import fields, models


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    failure_type = fields.Selection(
        selection_add=[
            ("sync_held", "Held Back by Customer Sync"),
            ("sync_held_out", "Held Out to Compare"),
            ("sync_has_material", "Has the Material Already"),
        ]
    )
