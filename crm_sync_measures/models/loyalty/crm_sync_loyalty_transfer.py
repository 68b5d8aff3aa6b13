from dataclasses import replace
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL, groupby

from ...rules.ledger import ZERO, Part, exact, plan
from ...rules.transfer import Moved, incoming, outgoing, returned_by
from .movement import Movement


class CrmSyncLoyaltyLedger(models.AbstractModel):
    """Points that go over to another card: when customers are merged, cards combined, wallets pooled.

    They go over lot by lot, keep the day they were earned and the day they expire, and every lot names the
    one that the points were first credited to. What an order did on the card that was emptied stays there.
    When it is undone, the points return to the lots they came from, and go over from there.
    """

    _inherit = "crm.sync.loyalty.ledger"

    # ---------------------------------------------------------------- all of a card

    @api.model
    def _transfer(self, source, target, event):
        """Bring everything on ``source`` over to ``target``: lots, pending points, arrears. The sum stays the same.

        :param source, target: cards, taken as they are and not as keys to another one
        :param str event: what happens, a short code that is entered as the reason
        """
        # sudo: all that is on a card goes over, whatever of it the caller may read.
        source, target = source.sudo(), target.sudo()
        (source | target)._sync_touch()
        points = source.points
        days = self._expiry_days(source)
        held = self._release_held(source)
        for company_id, lots, owed in self._contents(source, days):
            details = {"company_id": company_id, "reason": event}
            source._sync_book(event, outgoing(lots, owed), target, **details)
            target._sync_book(event, incoming(lots, owed), source, **details)
        for record, company_id, quantity in held:
            part = Part("hold", -quantity, own_first=True)
            target._sync_book("hold", [part], record, company_id=company_id, reason=event)
        self._keep_reminders(source, target)
        self._note_transfer(source, target, points)

    def _keep_reminders(self, source, target):
        """Nobody is reminded again of points that he was told of on the card they were on."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_loyalty_lot l SET reminded_on = s.reminded_on, last_chance_on = s.last_chance_on
                     FROM crm_sync_loyalty_lot s
                    WHERE s.card_id = %s AND s.reminded_on IS NOT NULL AND l.card_id = %s AND l.remaining > 0
                      AND l.reminded_on IS NULL AND l.origin_lot_id = COALESCE(s.origin_lot_id, s.id)
                      AND l.expires_on = s.expires_on""",
                source.id,
                target.id,
            )
        )
        self.env["crm.sync.loyalty.lot"].invalidate_model(["reminded_on", "last_chance_on"], flush=False)

    def _expiry_days(self, card):
        """{lot: its last day}, before giving pending points back would grant grace to those that have expired."""
        return {lot.id: lot.expires_on or None for lot in card.sync_lot_ids if lot.remaining or lot.held}

    def _release_held(self, card):
        """Make pending points of ``card`` movable; returns [(document, company, quantity)] to hold them anew."""
        rows = self.env.execute_query(
            SQL(
                """SELECT e.source_model, e.source_id, l.company_id, sum(l.held)
                     FROM crm_sync_loyalty_lot l
                     LEFT JOIN crm_sync_loyalty_lot origin ON origin.id = l.origin_lot_id
                     JOIN crm_sync_loyalty_entry e ON e.id = COALESCE(origin.entry_id, l.entry_id)
                    WHERE l.card_id = %s AND l.held > 0 AND e.source_model IS NOT NULL
                    GROUP BY e.source_model, e.source_id, l.company_id
                    ORDER BY e.source_model, e.source_id, l.company_id""",
                card.id,
            )
        )
        held = []
        for model, record_id, company_id, pending in rows:
            record, quantity = self.env[model].browse(record_id), exact(pending)
            part = Part("release", quantity, undoes="hold")
            card._sync_book("release", [part], record, company_id=company_id, reason="transfer")
            held.append((record, company_id, quantity))
        return held

    def _contents(self, card, days):
        """[(company, [lots], arrears)] of what is on ``card``, by the company that granted it."""
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, id, COALESCE(origin_lot_id, id), remaining, expires_on, earned_on
                     FROM crm_sync_loyalty_lot WHERE card_id = %(card)s AND remaining > 0
                UNION ALL
                   SELECT company_id, 0, 0, sum(remaining), NULL, NULL
                     FROM crm_sync_loyalty_arrears WHERE card_id = %(card)s AND remaining > 0 GROUP BY company_id
                    ORDER BY 1, 2""",
                card=card.id,
            )
        )
        for company_id, group in groupby(rows, key=lambda row: row[0]):
            lots, owed = [], ZERO
            for _company, lot_id, origin_id, quantity, expires_on, earned_on in group:
                if lot_id:
                    last_day = days.get(lot_id, expires_on)
                    lots.append(Moved(lot_id, origin_id, exact(quantity), last_day, earned_on, company_id))
                else:
                    owed = exact(quantity)
            yield company_id, lots, owed

    def _note_transfer(self, source, target, points):
        """A row on each side of Odoo's own history, which the card and the portal show."""
        if not points:
            return
        source._sync_note(-points, self.env._("Transferred to card %s", target.code))
        target._sync_note(points, self.env._("Transferred from card %s", source.code))

    # ---------------------------------------------------------------- what an order did before

    def _return_through(self, card, parts, movement, balance):
        """Give back on former cards what was drawn there, and bring it over to ``card``.

        :return: (the parts that are left to be booked on ``card``, its balance so far)
        """
        if not movement or not movement.record_model or not any(part.undoes for part in parts):
            return parts, balance
        debits = self._debits_of_source(card, movement, {part.undoes for part in parts})
        if not any(card_id != card.id for _kind, card_id in debits):
            return parts, balance
        rest = []
        for part in parts:
            here = debits.get((part.undoes, card.id), ZERO)
            former = [
                (card_id, left)
                for (kind, card_id), left in debits.items()
                if kind == part.undoes and card_id != card.id
            ]
            own, there = returned_by(part, here, former) if part.undoes else (part, [])
            for card_id, quantity in there:
                # sudo: the points are those of the card that is booked on, wherever they were before.
                source = self.env["loyalty.card"].sudo().browse(card_id)
                balance = self._return_from(source, card, replace(part, quantity=quantity), movement, balance)
            if own.quantity:
                rest.append(own)
        return rest, balance

    def _debits_of_source(self, card, movement, kinds):
        """``{(kind, card id): points}`` still drawn by debits of the source whose points are now on ``card``; latest first."""
        moved = self.env["crm.sync.loyalty.entry"]._of_source(movement.record_model, movement.record_id)
        debits = {row.id: row for row in moved if row.kind in kinds and row.home_id == card.id}
        if not debits:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT d.id, COALESCE((SELECT sum(quantity) FROM crm_sync_loyalty_allocation WHERE debit_id = d.id), 0)
                              + COALESCE((SELECT sum(remaining) FROM crm_sync_loyalty_arrears
                                           WHERE debit_id = d.id AND card_id = %s), 0)
                     FROM crm_sync_loyalty_entry d WHERE d.id IN %s ORDER BY d.id DESC""",
                card.id,
                tuple(debits),
            )
        )
        drawn = {}
        for entry_id, quantity in rows:
            key = debits[entry_id].kind, debits[entry_id].card_id
            drawn[key] = drawn.get(key, ZERO) + exact(quantity)
        return drawn

    def _return_from(self, former, card, part, movement, balance):
        """Give ``part`` back to the lots of ``former`` and bring these points over to ``card``; returns its balance."""
        part = self._completed(former, part)
        points = self._exact(former.points)
        state, account = self._open_account(former, points, [part], movement)
        # What may be owed on the former card meanwhile is not repaid by these.
        booking = plan(replace(account, arrears=()), [part])
        self._store(former, state, booking, movement)
        returned = {}
        for _debit, lot_id, _cause, quantity in booking.drawn:
            returned[lot_id] = returned.get(lot_id, Decimal(0)) - quantity
        points += part.quantity
        for company_id, lots in self._returned_lots(returned):
            details = {"company_id": company_id, "reason": "transfer"}
            points = self._book(former, outgoing(lots), Movement("transfer", card, **details), balance=points)
            balance = self._book(card, incoming(lots), Movement("transfer", former, **details), balance=balance)
        return balance

    def _returned_lots(self, returned):
        """[(company, [lots])] of points just given back, ``{lot id: quantity}``."""
        # sudo: what is left of a lot does not depend on who asks.
        lots = self.env["crm.sync.loyalty.lot"].sudo().browse(sorted(returned))
        for company, group in lots.grouped("company_id").items():
            yield (
                company.id,
                [
                    Moved(
                        lot.id,
                        lot.origin_lot_id.id or lot.id,
                        returned[lot.id],
                        lot.expires_on or None,
                        lot.earned_on,
                        company.id,
                    )
                    for lot in group
                ],
            )
