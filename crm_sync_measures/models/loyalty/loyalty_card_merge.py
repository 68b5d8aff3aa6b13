from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL


class LoyaltyCard(models.Model):
    """Cards that were merged into another one: their points are there, their code stays known."""

    _inherit = "loyalty.card"
    _rec_names_search = ["code", "sync_merged_ids.code"]

    # Who gives a card with points to somebody else is told in its chatter, with the old and the new owner.
    partner_id = fields.Many2one(string="Customer", tracking=True)
    sync_merged_ids = fields.One2many(
        "loyalty.card", "sync_merged_into_id", "Merged Cards", readonly=True, context={"active_test": False}
    )

    def write(self, vals):
        if vals.get("active"):
            self._sync_check_unarchive()
        leaving = self.filtered("active") if "active" in vals and not vals["active"] else self.browse()
        result = super().write(vals)
        leaving._sync_leave_quotations()
        return result

    def _sync_check_unarchive(self):
        # sudo: where the points are, to say so.
        for card in self.sudo().filtered("sync_merged_into_id"):
            raise UserError(
                self.env._(
                    "Active: card %(code)s was merged into card %(other)s, which has its points. Use that one.",
                    code=card.code,
                    other=card.sync_merged_into_id.code,
                )
            )

    # ---------------------------------------------------------------- merging

    def _sync_merge_into(self, survivor):
        """Bring all points of these cards over to ``survivor``, lot by lot, and make them keys to it.

        Quotations that hold one of them hold the survivor from now on. Confirmed orders keep naming the
        merged card; what is undone of them reaches the survivor by itself.
        """
        # sudo: a merge concerns all that is on the cards, and all quotations that hold them.
        survivor = survivor.sudo()
        for card in self.sudo() - survivor:  # sudo: as above
            card = card.with_context(loyalty_no_mail=True)  # noqa: PLW2901
            # A contact's card may hold nothing itself: then its points are in the company's wallet, and stay there.
            if card._sync_holds_something():
                self.env["crm.sync.loyalty.ledger"]._transfer(card, survivor._sync_account(), "merge")
            card._sync_replace_in_quotations(survivor)
            (card | card.sync_merged_ids).write({"sync_merged_into_id": survivor.id})
            card.active = False

    def _sync_replace_in_quotations(self, survivor):
        """Quotations that hold this card hold ``survivor`` instead."""
        quotation = ("order_id.state", "in", ("draft", "sent"))
        self.env["sale.order.line"].search([("coupon_id", "=", self.id), quotation]).coupon_id = survivor
        for row in self.env["sale.order.coupon.points"].search([("coupon_id", "=", self.id), quotation]):
            twin = row.order_id.coupon_point_ids.filtered(lambda points: points.coupon_id == survivor)
            if twin:
                twin.points += row.points
                row.unlink()
            else:
                row.coupon_id = survivor
        orders = self.env["sale.order"].search(
            [("applied_coupon_ids", "=", self.id), ("state", "in", ("draft", "sent"))]
        )
        orders.applied_coupon_ids = [Command.unlink(self.id), Command.link(survivor.id)]

    def _sync_leave_quotations(self):
        """An archived card can no longer be used, in quotations neither; Odoo does so by its button only."""
        # sudo: whoever may archive a card, it can be used by nobody.
        rows = self.env["sale.order.coupon.points"].sudo()
        rows.search([("coupon_id", "in", self.ids), ("order_id.state", "in", ("draft", "sent"))]).unlink()

    # ---------------------------------------------------------------- codes stay known

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Who looks for the exact code of a merged card finds the card that has its points.

        So it is wherever a code is entered or scanned: quotation, website, point of sale.
        """
        return super()._search(Domain(domain).map_conditions(self._sync_follow_code), *args, **kwargs)

    def _sync_follow_code(self, condition):
        if condition.field_expr != "code" or condition.operator not in ("=", "in"):
            return condition
        codes = (
            {condition.value} if isinstance(condition.value, str) else {code for code in condition.value or () if code}
        )
        if not codes:
            return condition
        self.flush_model(["code", "sync_merged_into_id"])
        # Where a code leads is no secret; whether that card may be read is decided there.
        followed = dict(
            self.env.execute_query(
                SQL(
                    """SELECT merged.code, survivor.code FROM loyalty_card merged
                         JOIN loyalty_card survivor ON survivor.id = merged.sync_merged_into_id
                        WHERE merged.code IN %s""",
                    tuple(codes),
                )
            )
        )
        return Domain("code", "in", {followed.get(code, code) for code in codes}) if followed else condition
