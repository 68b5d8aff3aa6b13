from odoo import fields, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    failure_type = fields.Selection(
        selection_add=[("sync_held_out", "Held Out to Compare"), ("sync_has_material", "Has the Material Already")]
    )
