from contextlib import contextmanager

from odoo import models

#: Entries of documents that change what a bonus is reckoned on.
_FOLLOWED = {"earn", "reverse_earn", "hold", "release"}
#: Of these, those that qualify.
_QUALIFYING = {"earn", "reverse_earn"}
_BONUS = "crm.sync.tier.bonus"


class CrmSyncLoyaltyLedger(models.AbstractModel):
    """Who earns points may rise, and his tier adds its bonus: noted where entries are written, done when it is safe.

    Safe is when every balance that was booked is written: an entry that is booked in between would start from the
    wrong balance. So whatever books or writes points does it in :meth:`_following`.
    """

    _inherit = "crm.sync.loyalty.ledger"

    def _store(self, card, state, booking, movement):
        kinds = {part.kind for part, _balance in booking.entries}
        model = movement.record_model if movement else False
        # What goes over to another card has a reason, and changes nothing of what the document has earned.
        is_followed = bool(model) and model != _BONUS and kinds & _FOLLOWED and not movement.reason
        is_followed = is_followed and card.program_id.id in self.env["crm.sync.tier.policy"]._multiplying()
        if is_followed and "earn" in kinds:
            company_id = self._common_values(card, movement)["company_id"]
            # sudo: the bonus belongs to the document, whoever moves its points.
            self.env[_BONUS].sudo()._fix(card.sudo(), model, movement.record_id, company_id)
        result = super()._store(card, state, booking, movement)
        following = self._tier_state()
        if kinds & _QUALIFYING and model != _BONUS:
            following["cards"].add(card.id)
        if is_followed:
            following["documents"][model, movement.record_id] = True
        return result

    def _tier_state(self):
        """What this transaction has to follow up.

        In ``cr.cache`` and not with the hooks of the commit: those, and what they keep, are gone with any savepoint.
        """
        nothing = {"depth": 0, "cards": set(), "documents": {}, "waiting": {}}
        return self.env.cr.cache.setdefault("crm.sync.tier", nothing)

    @contextmanager
    def _following(self):
        """Around a change of balances: when the outermost one is over, bonuses are booked and accounts are noted."""
        state = self._tier_state()
        state["depth"] += 1
        try:
            yield
        except BaseException:
            # What was booked is rolled back, and what follows with it.
            state["documents"].clear()
            raise
        finally:
            state["depth"] -= 1
        if not state["depth"]:
            self._follow(state)

    def _follow(self, state):
        documents, cards, waiting = list(state["documents"]), set(state["cards"]), dict(state["waiting"])
        for name in ("documents", "cards", "waiting"):
            state[name].clear()
        # By the tier of this moment: before the review that these points may bring about.
        for model, record_id in documents:
            self.env[_BONUS]._settle(model, record_id)
        engine = self.env["crm.sync.tier.engine"]
        if cards:
            engine._note("cards", cards)
        for what, ids in waiting.items():
            engine._note(what, ids)
