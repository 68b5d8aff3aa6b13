from odoo import models
from odoo.exceptions import UserError

_KEY_LENGTH = 200
#: Keys of what our own rooms give begin so: nobody takes one first.
_OWN_KEYS = "sync."


class LoyaltyCard(models.Model):
    """The way for other systems to give or take points."""

    _inherit = "loyalty.card"

    def sync_adjust(self, quantity, reason, explanation, key):
        """Give or take points on this card, once for each ``key``.

        Runs with the caller's rights: at or below the limit it is posted, else it waits for approval. A
        request that is repeated with its key, card and quantity changes nothing and gets the first answer.

        :param quantity: points, at most 4 decimals; less than 0 takes points
        :param str reason: goodwill, correction, complaint, promotion, migration or other
        :param str explanation: why, for colleagues and auditors
        :param str key: the caller's own name for this event, at most 200 characters
        :return: ``{"id", "number", "state", "balance"}``; the balance once it was handled
        :raise UserError: for a value that cannot be used, and for a key used on another card or quantity
        """
        Adjustment = self.env["crm.sync.loyalty.adjustment"]
        self._sync_check_adjust(reason, explanation, key)
        points = Adjustment._entered(quantity)
        # Whoever comes with the same key waits here, and then finds what the first one made.
        self._sync_accounts()._sync_touch()
        # sudo: a key is known whoever used it; nothing is told unless card and quantity agree.
        known = Adjustment.sudo().search([("key", "=", key)])
        if known and (known.card_id != self or known._points() != points):
            raise UserError(self.env._("key: it was used with another card or quantity. Nothing was booked."))
        if not known:
            request = Adjustment.create(
                {"card_id": self.id, "quantity": float(points), "reason": reason, "explanation": explanation}
            )
            request.sudo().key = key  # sudo: the key is kept by the document
            request._submit()
            known = request.sudo()  # sudo: the caller's own request
        return {"id": known.id, "number": known.number, "state": known.state, "balance": known.balance}

    def _sync_check_adjust(self, reason, explanation, key):
        if len(self) != 1 or not isinstance(self.id, int) or not self.exists():
            raise UserError(self.env._("ids: give the id of one card."))
        self.check_access("read")
        self.env["crm.sync.loyalty.adjustment"].check_access("create")
        reasons = dict(self.env["crm.sync.loyalty.adjustment"]._fields["reason"].selection)
        if not isinstance(reason, str) or reason not in reasons:
            raise UserError(self.env._("reason: give one of %s.", ", ".join(reasons)))
        if not isinstance(explanation, str) or not explanation.strip():
            raise UserError(self.env._("explanation: say in a sentence why the points are changed."))
        if not isinstance(key, str) or not key.strip() or len(key) > _KEY_LENGTH or not key.isprintable():
            raise UserError(self.env._("key: give a text of 1 to %s printable characters.", _KEY_LENGTH))
        if key.startswith(_OWN_KEYS) and not self.env.su:
            raise UserError(self.env._("key: one that begins with “%s” is ours. Choose another one.", _OWN_KEYS))
