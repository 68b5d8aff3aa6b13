from odoo import api, fields, models


class WebTourTour(models.Model):
    """Guided tours of ours: chosen from a list by who wants one, whatever his role, and never begun by themselves.

    Odoo begins tours by themselves that are not marked as custom; so ours are, and their steps are in
    ``static/src/core/guided_tour`` all the same.
    """

    _inherit = "web_tour.tour"

    sync_title = fields.Char("Tour For", translate=True, help="Whose work the tour shows.")
    sync_about = fields.Char("What It Shows", translate=True)
    sync_group_id = fields.Many2one(
        "res.groups", "Shown To", help="Only who has this role can open the screens of the tour. Empty: everybody can."
    )

    @api.model
    def consume(self, tourName):
        """Who asked for one of our tours is not led on to Odoo's own: those are for administrators of a new database."""
        following = super().consume(tourName)
        if self.env.user._is_admin() or not self.search([("name", "=", tourName)], limit=1).sync_title:
            return following
        self.env["res.users"].switch_tour_enabled(False)
        return False
