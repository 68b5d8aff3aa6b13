from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.ledger import Account, Debit, Lot, Part, exact, plan
from .ledger_rows import LedgerRows
from .movement import now_of


class CrmSyncLoyaltyLedger(models.AbstractModel):
    """The one way into the ledger. Private: nothing here can be called from outside.

    A booking first touches the card's row by a real UPDATE. Under Odoo's isolation level a lock would not
    be enough: the snapshot may be older than the lock. With the UPDATE, of two transactions that book on
    one card the second fails at once and is repeated on what the first one left.
    """

    _name = "crm.sync.loyalty.ledger"
    _description = "Loyalty Ledger"

    # ---------------------------------------------------------------- booking

    @api.model
    def _book(self, card, parts, movement=None, balance=None):
        """Book ``parts`` on ``card`` and return its new balance, an exact decimal.

        Writes entries, lots, allocations and arrears, and the head of the card's chain; not
        ``loyalty.card.points``, which the caller writes in the same transaction.

        :param parts: list of :class:`~...rules.ledger.Part`
        :param balance: the balance before, where it is not ``card.points``
        :raise UserError: for a quantity that is none
        """
        card.ensure_one()
        parts = [self._completed(card, part) for part in parts if part.quantity]
        balance = self._exact(card.points if balance is None else balance)
        if parts:
            parts, balance = self._return_through(card, parts, movement, balance)
        if not parts:
            return balance
        state, account = self._open_account(card, balance, parts, movement)
        booking = plan(account, parts)
        if not booking.entries:
            # All that was to be held has repaid arrears.
            return balance
        self._store(card, state, booking, movement)
        # sudo: the program's policy holds for whoever causes the booking
        card.program_id.sudo()._sync_note_activity(card, {part.kind for part, _balance in booking.entries})
        if any(booking.new_arrears.values()):
            card._sync_tell_arrears(movement)
        return booking.entries[-1][1]

    def _exact(self, points):
        try:
            return exact(points)
        except ValueError:
            raise UserError(
                self.env._("Points: %s is not a quantity of points. Enter a number below 100 billion.", points)
            ) from None

    def _completed(self, card, part):
        """``part`` with the days a credit carries."""
        values = dict(vars(part))
        if part.quantity > 0:
            program = card.program_id.sudo()  # sudo: the program's policy holds for whoever causes the booking
            earned_on = part.earned_on or program._sync_today()
            values["earned_on"] = earned_on
            if not part.origin_lot_id and not part.expires_on:
                values["expires_on"] = program._sync_expires_on(earned_on)
        return Part(**values)

    def _open_account(self, card, balance, parts, movement):
        """Touch the card, and read what a booking needs: one query."""
        card.flush_recordset(["points"])
        model, record_id = (movement.record_model, movement.record_id) if movement else (None, None)
        undoes = [part.undoes for part in parts if part.undoes]
        same_source = SQL("e.source_model = %s AND e.source_id = %s", model or None, record_id or None)
        undone = SQL(
            """SELECT e.id, e.quantity, json_agg(json_build_array(a.lot_id, a.quantity::text) ORDER BY a.id)
                      FILTER (WHERE a.id IS NOT NULL) AS drawn, e.kind
                 FROM crm_sync_loyalty_entry e LEFT JOIN crm_sync_loyalty_allocation a ON a.debit_id = e.id
                WHERE %s AND e.card_id = %s AND %s AND e.kind = ANY(%s)
                GROUP BY e.id ORDER BY e.id""",
            bool(undoes),
            card.id,
            same_source,
            undoes,
        )
        [(position, head, lots, arrears, debits, entry_ids, lot_ids)] = self.env.execute_query(
            SQL(
                """WITH touched AS (
                       UPDATE loyalty_card SET sync_version = COALESCE(sync_version, 0) + 1 WHERE id = %(card)s
                       RETURNING COALESCE(sync_position, 0) AS position, COALESCE(sync_head, '') AS head
                   ), undone AS (%(undone)s)
                   SELECT position, head,
                          (SELECT json_agg(json_build_array(l.id, l.remaining::text, l.expires_on, l.earned_on,
                                                            COALESCE(%(same_source)s, FALSE), COALESCE(l.held, 0)::text))
                             FROM crm_sync_loyalty_lot l
                             LEFT JOIN crm_sync_loyalty_lot origin ON origin.id = l.origin_lot_id
                             JOIN crm_sync_loyalty_entry e ON e.id = COALESCE(origin.entry_id, l.entry_id)
                            WHERE l.card_id = %(card)s
                              AND (l.remaining > 0 OR l.id IN (
                                  SELECT a.lot_id FROM crm_sync_loyalty_allocation a JOIN undone ON a.debit_id = undone.id))),
                          (SELECT json_agg(json_build_array(debit_id, remaining::text) ORDER BY debit_id)
                             FROM crm_sync_loyalty_arrears WHERE card_id = %(card)s AND remaining > 0),
                          (SELECT json_agg(json_build_array(id, quantity::text, drawn, kind) ORDER BY id) FROM undone),
                          (SELECT array_agg(nextval('crm_sync_loyalty_entry_id_seq')) FROM generate_series(1, %(entries)s)),
                          (SELECT array_agg(nextval('crm_sync_loyalty_lot_id_seq')) FROM generate_series(1, %(lots)s))
                     FROM touched""",
                card=card.id,
                undone=undone,
                same_source=same_source,
                entries=2 * len(parts),
                lots=len(parts),
            )
        )
        state = {
            "position": position,
            "head": head,
            "entry_ids": entry_ids,
            "lot_ids": lot_ids,
            "held": {lot[0]: Decimal(lot[5]) for lot in lots or ()},
            "remaining": {lot[0]: Decimal(lot[1]) for lot in lots or ()},
            "expires_on": {lot[0]: fields.Date.to_date(lot[2]) for lot in lots or ()},
        }
        account = Account(
            balance,
            lots=tuple(
                Lot(lot_id, Decimal(remaining), fields.Date.to_date(expires), fields.Date.to_date(earned), own)
                for lot_id, remaining, expires, earned, own, _held in lots or ()
            ),
            arrears=tuple((entry_id, Decimal(owed)) for entry_id, owed in arrears or ()),
            debits=tuple(
                Debit(entry_id, Decimal(quantity), _net_drawn(drawn or ()), kind=kind)
                for entry_id, quantity, drawn, kind in debits or ()
            ),
        )
        return state, account

    def _store(self, card, state, booking, movement):
        """Write what ``booking`` says: one statement."""
        program = card.program_id.sudo()  # sudo: the program's policy holds for whoever causes the booking
        today = program._sync_today()
        rows = LedgerRows(
            self._common_values(card, movement),
            state,
            booking,
            lambda: movement and movement.next_key(card.id),
            (today, fields.Date.add(today, days=program.sync_return_days)),
        )
        self.env.cr.execute(
            SQL(
                "WITH %s UPDATE loyalty_card SET sync_position = %s, sync_head = %s WHERE id = %s",
                SQL(", ").join(
                    SQL("%s AS (%s)", SQL.identifier(f"step_{number}"), statement)
                    for number, statement in enumerate(rows.statements())
                ),
                rows.entries[-1]["position"],
                rows.entries[-1]["seal"],
                card.id,
            )
        )
        self._invalidate(card)

    def _common_values(self, card, movement):
        program = card.program_id.sudo()  # sudo: the program of a card that is being booked on
        record = None
        if movement and movement.record_model:
            # sudo: only the company of the document that moves the points is taken.
            record = self.env[movement.record_model].sudo().browse(movement.record_id)
        company = (movement and movement.company_id) or (
            record is not None and "company_id" in record._fields and record.company_id.id
        )
        return {
            "card_id": card.id,
            "program_id": program.id,
            "company_id": company or program.company_id.id or self.env.company.id,
            "effective_at": now_of(self.env),
            "business_date": program._sync_today(),
            "source_model": (movement and movement.record_model) or None,
            "source_id": (movement and movement.record_id) or None,
            "user_id": self.env.uid,
            "reason": (movement and movement.reason) or None,
        }

    def _invalidate(self, card):
        """Forget what was read before the SQL wrote it."""
        card.invalidate_recordset(["sync_position", "sync_head", "sync_version"], flush=False)
        for name in ("entry", "lot", "allocation", "arrears"):
            self.env[f"crm.sync.loyalty.{name}"].invalidate_model(flush=False)


def _net_drawn(drawn):
    """((lot, quantity), …) still drawn, in the order first drawn: what was given back is taken off."""
    net = {}
    for lot, quantity in drawn:
        net[lot] = net.get(lot, Decimal(0)) + Decimal(quantity)
    return tuple((lot, quantity) for lot, quantity in net.items() if quantity > 0)
