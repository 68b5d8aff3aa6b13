from odoo import api, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """What the cashier is told of a customer: his tier in every list, and of whom he has chosen what there is to spend."""

    _inherit = "res.partner"

    @api.model
    def _load_pos_data_read(self, records, config):
        """With the tier, which is there without a connection too. Points change while the shop is open: they are asked for."""
        rows = super()._load_pos_data_read(records, config)
        partners = self.browse([row["id"] for row in rows])
        tiers = partners._sync_pos_tiers(config)
        for row in rows:
            row["_sync_tier"] = tiers[row["id"]]
        return rows

    def sync_pos_standing(self, config_id):
        """What is shown beside the chosen customer.

        :return: ``{"tier": {"name", "color"} or False, "points": [{"id", "program", "available", "soon"}]}``; of the programs
            of this point of sale; ``available`` is what can be spent now, ``soon`` says what expires within the notice
            period, or is empty
        :raise AccessError: for who sells nothing in a point of sale, or may not read the customer
        """
        self.ensure_one()
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only who works in a point of sale is told."))
        self.check_access("read")
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        portal = self.env["crm.sync.loyalty.portal"].with_company(config.company_id)
        cards = portal._cards_of(self).filtered(lambda card: card.program_id in config._get_program_ids())
        return {
            "tier": self._sync_pos_tiers(config)[self.id],
            "points": [self._sync_pos_points(portal._facts(card)) for card in cards],
        }

    def _sync_pos_points(self, facts):
        soon = next((row for row in facts["expiring"] if row["is_soon"]), None)
        return {
            "id": facts["card"].id,
            "program": facts["program"].name,
            "available": facts["available_display"],
            "soon": self.env._("%(points)s expire %(when)s", points=soon["points_display"], when=soon["when"])
            if soon
            else "",
        }

    def _sync_pos_tiers(self, config):
        """``{partner id: {"name", "color"}, or False}``; a few queries for however many."""
        # sudo: name and colour of the tier of customers that the caller has just read, for who sells to them
        partners = self.sudo().with_company(config.company_id)
        if not self.env.user._is_internal():
            return dict.fromkeys(self.ids, False)
        return {
            partner.id: {"name": tier.name, "color": tier.color} if (tier := partner.sync_tier_id) else False
            for partner in partners
        }
