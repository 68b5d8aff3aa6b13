from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    sync_is_start_hidden = fields.Boolean(
        "First Steps Are Hidden", help="The person has put away the first steps of Customer Sync."
    )
