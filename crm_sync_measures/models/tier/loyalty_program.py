from odoo import fields, models


class LoyaltyProgram(models.Model):
    """The tiers of a program, and the way to their rules."""

    _inherit = "loyalty.program"

    sync_is_main_tier = fields.Boolean(
        "Main Program for Tiers",
        help="Of a customer with tiers of several programs, that of the main program is shown on his pages, and not the"
        " highest one. Seen from the next review on, every night.",
    )
    sync_tier_count = fields.Integer("Number of Tiers", compute="_compute_sync_tier_count")
    sync_tier_member_count = fields.Integer("Members with a Tier", compute="_compute_sync_tier_count")

    def _compute_sync_tier_count(self):
        tiers = dict(
            self.env["crm.sync.tier"]._read_group([("program_id", "in", self.ids)], ["program_id"], ["__count"])
        )
        members = dict(
            self.env["crm.sync.tier.standing"]._read_group(
                [("program_id", "in", self.ids), ("tier_id", "!=", False)], ["program_id"], ["__count"]
            )
        )
        for program in self:
            program.sync_tier_count = tiers.get(program._origin, 0)
            program.sync_tier_member_count = members.get(program._origin, 0)

    def action_open_sync_tiers(self):
        self.ensure_one()
        return self._sync_open_tiers("crm_sync_tier_action")

    def action_open_sync_tier_policies(self):
        self.ensure_one()
        return self._sync_open_tiers("crm_sync_tier_policy_action")

    def action_open_sync_tier_standings(self):
        self.ensure_one()
        return self._sync_open_tiers("crm_sync_tier_standing_action")

    def _sync_open_tiers(self, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_sync_measures.{name}")
        return {
            **action,
            "domain": [("program_id", "=", self.id)],
            "context": {"default_program_id": self.id},
        }
