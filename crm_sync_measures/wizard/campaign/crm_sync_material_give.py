from odoo import api, fields, models
from odoo.fields import Command

from ...models.campaign.words import SENT_BY


class CrmSyncMaterialGive(models.TransientModel):
    """Give a material to customers: before anything is noted it says who has it already and who must not get it."""

    _name = "crm.sync.material.give"
    _description = "Give Material"
    _transient_max_hours = 2.0

    material_id = fields.Many2one("crm.sync.material", required=True, ondelete="cascade")
    partner_ids = fields.Many2many(
        "res.partner", "crm_sync_material_give_partner_rel", string="Customers to Give It To"
    )
    channel = fields.Selection(SENT_BY, "Given By Way Of", required=True, default="hand")
    campaign_id = fields.Many2one(
        "utm.campaign", ondelete="cascade", help="Whom this campaign holds out gets nothing of it."
    )
    given_count = fields.Integer("Get It Now", compute="_compute_preview")
    have_count = fields.Integer("Have It Already", compute="_compute_preview")
    held_count = fields.Integer("Held Back", compute="_compute_preview")

    @api.model
    def default_get(self, fields):
        """Whoever was chosen in a list of contacts."""
        values = super().default_get(fields)
        if "partner_ids" in fields and self.env.context.get("active_model") == "res.partner":
            values["partner_ids"] = [Command.set(self.env.context.get("active_ids") or [])]
        return values

    @api.depends("material_id", "partner_ids", "channel", "campaign_id")
    def _compute_preview(self):
        for wizard in self:
            plan = {}
            if wizard.material_id and wizard.partner_ids:
                plan = wizard.material_id._plan(
                    wizard.partner_ids._origin, wizard.channel or "hand", wizard.campaign_id._origin
                )
            wizard.given_count = len(plan.get("given", ()))
            wizard.have_count = len(plan.get("have", ()))
            wizard.held_count = len(plan.get("held", ()))

    def action_give(self):
        """Note it for those who get it now."""
        self.ensure_one()
        plan = self.material_id.give_material(self.partner_ids.ids, self.channel, self.campaign_id.id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if plan["given"] else "warning",
                "message": self.env._(
                    "%(given)s get it now, %(have)s have it already, %(held)s are held back.",
                    given=len(plan["given"]),
                    have=len(plan["have"]),
                    held=len(plan["held"]),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
