from odoo import api, fields, models


class CrmSyncOverviewPin(models.Model):
    """A KPI that somebody wants first on his overview, in the order in which he chose them."""

    _name = "crm.sync.overview.pin"
    _description = "KPI Pinned to the Overview"
    _order = "user_id, id"
    _rec_name = "kpi_id"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade", default=lambda self: self.env.user
    )
    kpi_id = fields.Many2one("crm.sync.kpi", "KPI", required=True, readonly=True, index=True, ondelete="cascade")

    _pin_uniq = models.UniqueIndex("(user_id, kpi_id)", "This KPI is pinned already.")

    @api.model_create_multi
    def create(self, vals_list):
        """Everybody pins for himself, and only what he may read."""
        pins = super().create(vals_list)
        pins.kpi_id.check_access("read")
        return pins
