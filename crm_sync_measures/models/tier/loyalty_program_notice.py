from odoo import fields, models


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    sync_is_tier_notice = fields.Boolean(
        "Tell Customers When They Rise",
        default=True,
        help="Customers get a mail when they have reached a higher tier, unless they want no mails of this kind.",
    )
