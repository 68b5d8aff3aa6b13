"""The rows that a booking writes: entries, lots, allocations and arrears, from what ``rules.ledger.plan`` decided."""

from decimal import Decimal

from odoo.tools import SQL

from ...rules.ledger import seal

ENTRY_COLUMNS = (
    "id",
    "card_id",
    "program_id",
    "company_id",
    "position",
    "kind",
    "quantity",
    "balance",
    "effective_at",
    "business_date",
    "expires_on",
    "source_model",
    "source_id",
    "base_amount",
    "base_currency_id",
    "user_id",
    "reason",
    "reverses_id",
    "idempotency_key",
    "seal",
)
#: What a seal says of an entry, in this order, joined by "|".
SEALED = (
    "card_id",
    "position",
    "kind",
    "quantity",
    "balance",
    "effective_at",
    "business_date",
    "expires_on",
    "program_id",
    "company_id",
    "source_model",
    "source_id",
    "user_id",
    "reason",
    "reverses_id",
    "idempotency_key",
)
#: What a lot is called when nothing of it is left, by the kind of the entry that took the last of it.
EMPTIED_BY = {"hold": "pending", "expire": "expired", "reverse_earn": "reversed", "transfer_out": "transferred"}

_LOT_COLUMNS = (
    "id",
    "card_id",
    "program_id",
    "company_id",
    "entry_id",
    "origin_lot_id",
    "quantity",
    "remaining",
    "held",
    "earned_on",
    "expires_on",
    "state",
)


class LedgerRows:
    """The statements of one booking on one card.

    :param dict common: what all its entries have in common, by column
    :param dict state: of the card before: ``position``, ``head``, new ids, and its lots' ``held``, ``remaining``,
        ``expires_on``
    :param booking: a :class:`~...rules.ledger.Plan`
    :param next_key: function that gives the idempotency key of the next entry, or None
    :param grace: (today, last day of grace) for lots that get points back after they had expired
    """

    def __init__(self, common, state, booking, next_key, grace):
        self.common, self.state, self.booking, self.next_key, self.grace = common, state, booking, next_key, grace
        self.entry_ids = {-1 - index: entry_id for index, entry_id in enumerate(state["entry_ids"])}
        self.lot_ids = dict(zip(booking.new_lots, state["lot_ids"], strict=False))
        self.entries = self._entries()
        self.held = self._held()

    def statements(self):
        """SQL statements without a result, for one WITH."""
        booking = self.booking
        statements = [_insert("crm_sync_loyalty_entry", ENTRY_COLUMNS, self.entries)]
        if booking.new_lots:
            statements.append(_insert("crm_sync_loyalty_lot", _LOT_COLUMNS, list(self._new_lots())))
        if lots := list(self._touched_lots()):
            statements.append(_update_lots(lots))
        if booking.drawn:
            columns = ("debit_id", "lot_id", "entry_id", "quantity")
            statements.append(_insert("crm_sync_loyalty_allocation", columns, list(self._allocations())))
        if booking.new_arrears:
            columns = ("card_id", "program_id", "company_id", "debit_id", "quantity", "remaining")
            statements.append(_insert("crm_sync_loyalty_arrears", columns, list(self._new_arrears())))
        if booking.arrears:
            statements.append(_update_arrears(booking.arrears))
        return statements

    # ---------------------------------------------------------------- entries

    def _entries(self):
        """The new entries, each sealed onto the one before."""
        head, rows = self.state["head"], []
        for index, (part, balance) in enumerate(self.booking.entries):
            position = self.state["position"] + index + 1
            makes_lot = -1 - index in self.booking.new_lots
            values = {
                **self.common,
                "id": self.entry_ids[-1 - index],
                "position": position,
                "kind": part.kind,
                "quantity": part.quantity,
                "balance": balance,
                # What goes back to lots has the days of those lots.
                "expires_on": part.expires_on if makes_lot else None,
                "base_amount": part.base,
                "base_currency_id": part.base_currency_id,
                "reverses_id": part.reverses_id,
                "idempotency_key": self.next_key() or f"{self.common['card_id']}#{position}",
            }
            values["seal"] = head = seal(head, content(values))
            rows.append(values)
        return rows

    def _kind(self, number):
        return self.booking.entries[-1 - number][0].kind

    # ---------------------------------------------------------------- lots

    def _held(self):
        """What is pending of each lot after this booking."""
        held = dict(self.state["held"])
        for _debit, lot, cause, quantity in self.booking.drawn:
            if self._kind(cause) in ("hold", "release"):
                held[lot] = held.get(lot, Decimal(0)) + quantity
        return held

    def _lot_state(self, lot, remaining):
        if remaining:
            return "active"
        if self.held.get(lot):
            return "pending"
        causes = [cause for _debit, drawn, cause, _quantity in self.booking.drawn if drawn == lot]
        return EMPTIED_BY.get(self._kind(causes[-1]), "exhausted") if causes else "exhausted"

    def _new_lots(self):
        for number, (quantity, remaining) in self.booking.new_lots.items():
            entry, part = self.entries[-1 - number], self.booking.entries[-1 - number][0]
            yield {
                **{name: entry[name] for name in ("card_id", "program_id", "company_id", "expires_on")},
                "id": self.lot_ids[number],
                "entry_id": entry["id"],
                "origin_lot_id": part.origin_lot_id,
                "quantity": quantity,
                "remaining": remaining,
                "held": self.held.get(number, 0),
                "earned_on": part.earned_on,
                "state": self._lot_state(number, remaining),
            }

    def _touched_lots(self):
        """(lot, remaining, held, expires on, state) of the lots that were there before."""
        today, until = self.grace
        returned = {lot for _debit, lot, _cause, quantity in self.booking.drawn if quantity < 0}
        for lot in sorted({lot for _debit, lot, _cause, _quantity in self.booking.drawn if lot > 0}):
            remaining = self.booking.remaining.get(lot, self.state["remaining"][lot])
            expires_on = self.state["expires_on"][lot]
            if lot in returned and expires_on and expires_on < today:
                expires_on = until
            yield lot, remaining, self.held.get(lot, 0), expires_on, self._lot_state(lot, remaining)

    # ---------------------------------------------------------------- allocations and arrears

    def _allocations(self):
        for debit, lot, cause, quantity in self.booking.drawn:
            yield (
                self.entry_ids.get(debit, debit),
                self.lot_ids.get(lot, lot),
                self.entry_ids.get(cause, cause),
                quantity,
            )

    def _new_arrears(self):
        for number, left in self.booking.new_arrears.items():
            entry = self.entries[-1 - number]
            covered = sum(
                quantity for debit, _lot, cause, quantity in self.booking.drawn if debit == number and cause == number
            )
            common = (entry["card_id"], entry["program_id"], entry["company_id"], entry["id"])
            yield (*common, -entry["quantity"] - covered, left)


def content(values):
    """What the seal of an entry says; ``_content_sql`` says the same."""

    def text(column):
        value = values[column]
        if value is None or value is False:
            return ""
        return f"{value:.4f}" if column in ("quantity", "balance") else str(value)

    return "|".join(text(column) for column in SEALED)


def _insert(table, columns, rows):
    rows = [tuple(row[column] for column in columns) if isinstance(row, dict) else row for row in rows]
    return SQL(
        "INSERT INTO %s (%s) VALUES %s",
        SQL.identifier(table),
        SQL(", ").join(map(SQL.identifier, columns)),
        SQL(", ").join(SQL("%s", row) for row in rows),
    )


def _update_lots(rows):
    return SQL(
        """UPDATE crm_sync_loyalty_lot l
              SET remaining = v.remaining, held = v.held, expires_on = v.expires_on, state = v.state,
                  reminded_on = CASE WHEN v.expires_on = l.expires_on THEN l.reminded_on END,
                  last_chance_on = CASE WHEN v.expires_on = l.expires_on THEN l.last_chance_on END
             FROM (VALUES %s) v(id, remaining, held, expires_on, state) WHERE l.id = v.id""",
        SQL(", ").join(SQL("(%s, %s::numeric, %s::numeric, %s::date, %s)", *row) for row in rows),
    )


def _update_arrears(owed):
    return SQL(
        "UPDATE crm_sync_loyalty_arrears a SET remaining = v.remaining FROM (VALUES %s) v(id, remaining) WHERE a.debit_id = v.id",
        SQL(", ").join(SQL("(%s, %s::numeric)", *item) for item in owed.items()),
    )
