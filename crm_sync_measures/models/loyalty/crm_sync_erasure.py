from odoo import models
from odoo.exceptions import UserError

from ...rules.ledger import Part
from ..core.crm_sync_erasure import ERASED, erasure_step


class CrmSyncErasure(models.AbstractModel):
    """The loyalty room's part: points lapse, and what was said about them is forgotten."""

    _inherit = "crm.sync.erasure"

    def _check_erasable(self, partners):
        result = super()._check_erasable(partners)
        # sudo: pending points count, whoever asks.
        cards = (
            self.env["loyalty.card"].sudo().with_context(active_test=False).search([("partner_id", "in", partners.ids)])
        )
        # sudo: as above
        pending = self.env["crm.sync.loyalty.lot"].sudo().search([("card_id", "in", cards.ids), ("held", ">", 0)])
        if pending:
            raise UserError(
                self.env._(
                    "Points are still pending on %s. Finish or cancel the orders they come from first.",
                    ", ".join(sorted(set(pending.card_id.mapped("display_name")))),
                )
            )
        return result

    @erasure_step(50)
    def _erase_loyalty(self, partners):
        cards = self.env["loyalty.card"].search([("partner_id", "in", partners.ids)])
        for card in cards:
            points = self.env["crm.sync.loyalty.ledger"]._exact(card.points)
            if points:
                card._sync_move("erase", [Part("adjust", -points)], reason="erasure")
            # The printed code would still lead to the person who carries it.
            card.write({"code": card._generate_code(), "active": False})
        cards.history_ids.write({"description": ERASED})
        self._erase_adjustments(cards)
        self._erase_chatter(cards)

    @erasure_step(51)
    def _erase_loyalty_notices(self, partners):
        """That he was told stays countable; what was mailed to him, and what a mail server said of his address, is forgotten."""
        notices = self.env["crm.sync.loyalty.notice"].search([("partner_id", "in", partners.ids)])
        notices.write({"error": False})
        self._erase_chatter(notices)

    def _erase_adjustments(self, cards):
        adjustments = self.env["crm.sync.loyalty.adjustment"].search([("card_id", "in", cards.ids)])
        waiting = adjustments.filtered(lambda adjustment: adjustment.state in ("draft", "to_approve"))
        waiting.activity_ids.unlink()
        waiting.write({"state": "refused"})
        adjustments.write({"explanation": ERASED, "customer_text": False, "decision": False})
        self._erase_chatter(adjustments)
