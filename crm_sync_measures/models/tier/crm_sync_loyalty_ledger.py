from contextlib import contextmanager

from odoo import models

#: Entries of documents that change what a bonus is reckoned on.
_FOLLOWED = {"earn", "reverse_earn", "hold", "release"}
#: Of these, those that qualify.
_QUALIFYING = {"earn", "reverse_earn"}
_BONUS = "crm.sync.tier.bonus"


class CrmSyncLoyaltyLedger(models.AbstractModel):
    """Who earns points may rise, and his tier adds its bonus: noted where entries are written, done when it is safe."""

    _inherit = "crm.sync.loyalty.ledger"

    def _store(self, card, state, booking, movement):
        kinds = {part.kind for part, _balance in booking.entries}
        model = movement.record_model if movement else False
        # What goes over to another card has a reason, and changes nothing of what the document has earned.
        is_followed = bool(model) and model != _BONUS and kinds & _FOLLOWED and not movement.reason
        if is_followed and "earn" in kinds:
            company_id = self._common_values(card, movement)["company_id"]
            # sudo: the bonus belongs to the document, whoever moves its points.
            self.env[_BONUS].sudo()._fix(card.sudo(), model, movement.record_id, company_id)
        super()._store(card, state, booking, movement)
        if kinds & _QUALIFYING and model != _BONUS:
            self.env["crm.sync.tier.engine"]._note_cards(card)
        if is_followed:
            self._followed()[model, movement.record_id] = True

    def _followed(self):
        """Documents whose bonus is to be brought up to date, in their order; forgotten with the transaction."""
        return self.env.cr.precommit.data.setdefault("crm.sync.tier.followed", {})

    @contextmanager
    def _following(self):
        """Around a change of balances: the bonus of what was booked in it follows when all balances are written.

        Before that, an entry may be booked whose card does not have its new balance yet: a bonus booked in between
        would start from the wrong one.
        """
        data = self.env.cr.precommit.data
        data["crm.sync.tier.depth"] = data.get("crm.sync.tier.depth", 0) + 1
        try:
            yield
        except BaseException:
            # What was booked is rolled back, and what follows with it.
            self._followed().clear()
            raise
        finally:
            data["crm.sync.tier.depth"] = max(0, data.get("crm.sync.tier.depth", 1) - 1)
        if not data["crm.sync.tier.depth"]:
            followed = list(self._followed())
            self._followed().clear()
            for model, record_id in followed:
                self.env[_BONUS]._settle(model, record_id)
