from odoo import api, fields, models
from odoo.exceptions import AccessError


class LoyaltyCard(models.Model):
    """The account that has a tier."""

    _inherit = "loyalty.card"

    # ---------------------------------------------------------------- what follows points

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["crm.sync.loyalty.ledger"]._following():
            cards = super().create(vals_list)
        self.env["crm.sync.tier.engine"]._note_cards(cards.filtered("partner_id"))
        return cards

    def write(self, vals):
        """Whatever moves points, the bonus of a tier follows when all balances are written."""
        if {"partner_id", "active"} & vals.keys():
            self._sync_check_tier_by_hand()
            self.env["crm.sync.tier.engine"]._note_cards(self)
        if "points" not in vals:
            return super().write(vals)
        with self.env["crm.sync.loyalty.ledger"]._following():
            return super().write(vals)

    def _sync_check_tier_by_hand(self):
        """Who may not give a tier by hand ends or moves none that was given so: an archived card has none, and a card takes its
        tier along to another customer."""
        if self.env.su or self.env.user.has_group("crm_sync_measures.group_manager"):
            return
        # sudo: whether a tier is locked does not depend on who asks
        memberships = self.env["crm.sync.tier.membership"].sudo()
        domain = [("card_id", "in", self.ids), ("date_to", "=", False), ("is_locked", "=", True)]
        if memberships.search_count(domain, limit=1):
            raise AccessError(
                self.env._("A tier is given by hand by the customer's department manager, or by a manager.")
            )

    def _sync_book(self, *args, **kwargs):
        with self.env["crm.sync.loyalty.ledger"]._following():
            return super()._sync_book(*args, **kwargs)

    # ---------------------------------------------------------------- merging

    def _sync_merge_into(self, survivor):
        """The survivor has the better one of the tiers until its review; what each was stays on record."""
        merged = self - survivor
        with self.env["crm.sync.loyalty.ledger"]._following():
            result = super()._sync_merge_into(survivor)
        # sudo: a merge concerns all that belongs to the cards.
        self.env["crm.sync.tier.engine"].sudo()._merge(merged, survivor._sync_account())
        return result

    # ---------------------------------------------------------------- for the portal and other programs

    def sync_tier_progress(self):
        """What the customer's page and other programs tell of the tier of this card: one account, a dictionary.

        ``{"tier": {id, name, color, extras}, "since", "valid_through", "review_on", "metric", "unit", "currency", "value",
        "window": {from, to}, "next": {id, name, threshold, missing}, "keep_missing", "ladder": [{id, name, color,
        threshold, extras, multiplier, is_reached}]}``; empty where the program has no rules of tiers.

        Read with the rights of who asks on the card; the page of a customer asks as superuser for his own card.
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: who may read the card may know its tier.
        account = self.sudo()._sync_account()
        policy = self.env["crm.sync.tier.policy"]._running(account.program_id)
        Standing = self.env["crm.sync.tier.standing"].sudo()  # sudo: as above
        standing = Standing.search([("card_id", "=", account.id)], limit=1)
        if not policy or not standing:
            return {}
        return account._sync_tier_progress(policy, standing)

    def _sync_tier_progress(self, policy, standing):
        lines, window = policy._lines(), standing._window(policy)
        tier, following = standing.tier_id, standing.next_tier_id
        day = fields.Date.to_string
        return {
            "tier": tier and {"id": tier.id, "name": tier.name, "color": tier.color, "extras": tier.extras or ""},
            "since": day(standing.membership_id.date_from),
            "valid_through": day(standing.membership_id.valid_through),
            "review_on": day(standing.review_on),
            "metric": policy.metric,
            "unit": policy.unit,
            "currency": self.program_id.currency_id.name if policy.metric == "spend" else False,
            "value": standing.value,
            "window": {"from": day(window.start), "to": day(window.end)},
            "next": following
            and {
                "id": following.id,
                "name": following.name,
                "threshold": lines.filtered(lambda line: line.tier_id == following).threshold,
                "missing": standing.missing,
            },
            "keep_missing": standing.keep_missing,
            "ladder": [
                {
                    "id": line.tier_id.id,
                    "name": line.tier_id.name,
                    "color": line.tier_id.color,
                    "extras": line.tier_id.extras or "",
                    "threshold": line.threshold,
                    "multiplier": line.multiplier,
                    "is_reached": bool(tier) and line.tier_id.sequence <= tier.sequence,
                }
                for line in lines
            ],
        }
