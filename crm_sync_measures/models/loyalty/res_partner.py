from odoo import api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_points(self):
        """Points are owed to somebody: who holds some is anonymised, or his points are dealt with, before he goes."""
        # sudo: points of whatever program and company, archived cards too.
        cards = self.env["loyalty.card"].sudo().with_context(active_test=False)
        cards = cards.search([("partner_id", "in", self.ids), ("points", "!=", 0)])
        if cards:
            raise UserError(
                self.env._(
                    "There are points on %s. Make an adjustment, merge the contact into the one that is kept, or anonymise "
                    "it instead of deleting it.",
                    ", ".join(f"{card.display_name} ({card.points_display})" for card in cards[:5]),
                )
            )
