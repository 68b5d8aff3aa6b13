import gzip
import tempfile
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.ledger import Account, Debit, Lot, Part, exact, plan, seal
from .movement import now_of

_ENTRY_COLUMNS = (
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
_SEALED = (
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
_EMPTIED_BY = {"hold": "pending", "expire": "expired", "reverse_earn": "reversed", "transfer_out": "transferred"}


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
        self._write(card, state, booking, movement)
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
                      FILTER (WHERE a.id IS NOT NULL) AS drawn
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
                          (SELECT json_agg(json_build_array(id, quantity::text, drawn) ORDER BY id) FROM undone),
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
                Debit(entry_id, Decimal(quantity), _net_drawn(drawn or ())) for entry_id, quantity, drawn in debits or ()
            ),
        )
        return state, account

    def _write(self, card, state, booking, movement):
        """Write what ``booking`` says: one statement."""
        entry_ids = {-1 - index: entry_id for index, entry_id in enumerate(state["entry_ids"])}
        lot_ids = dict(zip(booking.new_lots, state["lot_ids"], strict=False))
        entries = self._entry_values(card, state, booking, movement, entry_ids)
        statements = [_insert("crm_sync_loyalty_entry", _ENTRY_COLUMNS, entries)]
        statements += self._lot_statements(card, state, booking, entries, lot_ids)
        drawn = [
            (entry_ids.get(debit, debit), lot_ids.get(lot, lot), entry_ids.get(cause, cause), quantity)
            for debit, lot, cause, quantity in booking.drawn
        ]
        if drawn:
            columns = ("debit_id", "lot_id", "entry_id", "quantity")
            statements.append(_insert("crm_sync_loyalty_allocation", columns, drawn))
        if booking.new_arrears:
            columns = ("card_id", "program_id", "company_id", "debit_id", "quantity", "remaining")
            rows = [
                (card.id, entry["program_id"], entry["company_id"], entry["id"], first, left)
                for (entry, first, left) in self._arrears_rows(booking, entries)
            ]
            statements.append(_insert("crm_sync_loyalty_arrears", columns, rows))
        if booking.arrears:
            statements.append(
                SQL(
                    "UPDATE crm_sync_loyalty_arrears a SET remaining = v.remaining FROM (VALUES %s) v(id, remaining) WHERE a.debit_id = v.id",
                    SQL(", ").join(SQL("(%s, %s::numeric)", *item) for item in booking.arrears.items()),
                )
            )
        self.env.cr.execute(
            SQL(
                "WITH %s UPDATE loyalty_card SET sync_position = %s, sync_head = %s WHERE id = %s",
                SQL(", ").join(
                    SQL("%s AS (%s)", SQL.identifier(f"step_{number}"), statement)
                    for number, statement in enumerate(statements)
                ),
                entries[-1]["position"],
                entries[-1]["seal"],
                card.id,
            )
        )
        self._invalidate(card)

    def _entry_values(self, card, state, booking, movement, entry_ids):
        """The rows of the new entries, each sealed onto the one before."""
        common = self._common_values(card, movement)
        head, rows = state["head"], []
        for index, (part, balance) in enumerate(booking.entries):
            position = state["position"] + index + 1
            values = {
                **common,
                "id": entry_ids[-1 - index],
                "position": position,
                "kind": part.kind,
                "quantity": part.quantity,
                "balance": balance,
                "expires_on": part.expires_on,
                "base_amount": part.base,
                "base_currency_id": part.base_currency_id,
                "reverses_id": part.reverses_id,
                "idempotency_key": (movement and movement.next_key(card.id)) or f"{card.id}#{position}",
            }
            values["seal"] = head = seal(head, _content(values))
            rows.append(values)
        return rows

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

    def _lot_statements(self, card, state, booking, entries, lot_ids):
        emptied_by = {lot: booking.entries[-1 - cause][0].kind for _debit, lot, cause, _quantity in booking.drawn if cause < 0}
        held = {lot: held for lot, held in state["held"].items()}
        for debit, lot, cause, quantity in booking.drawn:
            kind = booking.entries[-1 - cause][0].kind
            if kind in ("hold", "release"):
                held[lot] = held.get(lot, Decimal(0)) + quantity

        def state_of(lot, remaining):
            if remaining:
                return "active"
            return "pending" if held.get(lot) else _EMPTIED_BY.get(emptied_by.get(lot), "exhausted")

        statements = []
        if booking.new_lots:
            columns = ("id", "card_id", "program_id", "company_id", "entry_id", "origin_lot_id", "quantity", "remaining",
                       "held", "earned_on", "expires_on", "state")  # fmt: skip
            rows = []
            for number, (quantity, remaining) in booking.new_lots.items():
                entry, part = entries[-1 - number], booking.entries[-1 - number][0]
                rows.append(
                    (lot_ids[number], card.id, entry["program_id"], entry["company_id"], entry["id"], part.origin_lot_id,
                     quantity, remaining, held.get(number, 0), part.earned_on, part.expires_on, state_of(number, remaining))  # fmt: skip
                )
            statements.append(_insert("crm_sync_loyalty_lot", columns, rows))
        touched = {lot for _debit, lot, _cause, _quantity in booking.drawn if lot > 0}
        if touched:
            grace = self._grace(card, state, booking)
            rows = []
            for lot in sorted(touched):
                remaining = booking.remaining.get(lot, state["remaining"][lot])
                rows.append((lot, remaining, held.get(lot, 0), grace.get(lot, state["expires_on"][lot]), state_of(lot, remaining)))
            statements.append(
                SQL(
                    """UPDATE crm_sync_loyalty_lot l
                          SET remaining = v.remaining, held = v.held, expires_on = v.expires_on, state = v.state,
                              reminded_on = CASE WHEN v.expires_on = l.expires_on THEN l.reminded_on END,
                              last_chance_on = CASE WHEN v.expires_on = l.expires_on THEN l.last_chance_on END
                         FROM (VALUES %s) v(id, remaining, held, expires_on, state) WHERE l.id = v.id""",
                    SQL(", ").join(SQL("(%s, %s::numeric, %s::numeric, %s::date, %s)", *row) for row in rows),
                )
            )
        return statements

    def _grace(self, card, state, booking):
        """``{lot: new expiry}`` of lots that got points back after they had expired."""
        program = card.program_id.sudo()  # sudo: the program's policy holds for whoever causes the booking
        today = program._sync_today()
        returned = {lot for _debit, lot, _cause, quantity in booking.drawn if quantity < 0 and lot > 0}
        until = fields.Date.add(today, days=program.sync_return_days)
        return {
            lot: until for lot in returned if state["expires_on"].get(lot) and state["expires_on"][lot] < today
        }

    def _arrears_rows(self, booking, entries):
        for number, left in booking.new_arrears.items():
            drawn_at_once = sum(
                quantity for debit, _lot, cause, quantity in booking.drawn if debit == number and cause == number
            )
            yield entries[-1 - number], -booking.entries[-1 - number][0].quantity - drawn_at_once, left

    def _invalidate(self, card):
        """Forget what was read before the SQL wrote it."""
        card.invalidate_recordset(["sync_position", "sync_head", "sync_version"], flush=False)
        for name in ("entry", "lot", "allocation", "arrears"):
            self.env[f"crm.sync.loyalty.{name}"].invalidate_model(flush=False)

    # ---------------------------------------------------------------- database

    @api.model
    def _content_sql(self, alias):
        """What the seal of row ``alias`` says, as :func:`_content` has it."""
        table = SQL.identifier(alias)

        def text(column):
            name = SQL("%s.%s", table, SQL.identifier(column))
            if column in ("quantity", "balance"):
                return SQL("%s::numeric(20,4)", name)
            return SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS')", name) if column == "effective_at" else name

        return SQL("concat(%s)", SQL(", '|', ").join(text(column) for column in _SEALED))

    def _create_functions(self):
        """``crm_sync_chain(head, content)``: the running seal, an aggregate that works over a window."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION crm_sync_seal(state text, head text, content text) RETURNS text
                LANGUAGE sql IMMUTABLE PARALLEL SAFE
                AS $$ SELECT encode(sha256(convert_to(COALESCE(state, head, '') || content, 'UTF8')), 'hex') $$;
            CREATE OR REPLACE AGGREGATE crm_sync_chain(head text, content text) (SFUNC = crm_sync_seal, STYPE = text);
            CREATE OR REPLACE FUNCTION crm_sync_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'The loyalty ledger is append-only: % of % refused. Make an adjustment instead.',
                    TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$;
            """
        )

    def _protect_table(self, table):
        """Refuse UPDATE, DELETE and TRUNCATE in the database itself; dropping the table stays possible."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE TRIGGER crm_sync_append_only BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION crm_sync_refuse();
                CREATE OR REPLACE TRIGGER crm_sync_no_truncate BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION crm_sync_refuse();
                """,
                table=SQL.identifier(table),
            )
        )

    def _drop_functions(self):
        """With their triggers; the tables are about to be dropped."""
        self.env.cr.execute(
            """
            DROP AGGREGATE IF EXISTS crm_sync_chain(text, text);
            DROP FUNCTION IF EXISTS crm_sync_seal(text, text, text);
            DROP FUNCTION IF EXISTS crm_sync_refuse() CASCADE;
            """
        )

    def _export_all(self):
        """Attach the whole ledger as compressed CSV, readable by administrators: what is about to be dropped."""
        for name in ("entry", "lot", "allocation", "arrears", "anchor"):
            with tempfile.TemporaryFile() as file:
                with gzip.GzipFile(fileobj=file, mode="wb") as packed:
                    copy = SQL("COPY %s TO STDOUT WITH CSV HEADER", SQL.identifier(f"crm_sync_loyalty_{name}"))
                    self.env.cr.copy_expert(copy.code, packed)
                file.seek(0)
                self.env["ir.attachment"].create(
                    {
                        "name": f"loyalty-{name}-{fields.Date.today()}.csv.gz",
                        "raw": file.read(),
                        "mimetype": "application/gzip",
                        "res_model": "ir.module.module",
                        "res_id": self.env.ref("base.module_crm_sync_measures").id,
                    }
                )


def _content(values):
    """What the seal of an entry says; ``_content_sql`` says the same."""

    def text(column):
        value = values[column]
        if value is None or value is False:
            return ""
        return f"{value:.4f}" if column in ("quantity", "balance") else str(value)

    return "|".join(text(column) for column in _SEALED)


def _net_drawn(drawn):
    """((lot, quantity), …) still drawn, in the order first drawn: what was given back is taken off."""
    net = {}
    for lot, quantity in drawn:
        net[lot] = net.get(lot, Decimal(0)) + Decimal(quantity)
    return tuple((lot, quantity) for lot, quantity in net.items() if quantity > 0)


def _insert(table, columns, rows):
    rows = [tuple(row[column] for column in columns) if isinstance(row, dict) else row for row in rows]
    return SQL(
        "INSERT INTO %s (%s) VALUES %s",
        SQL.identifier(table),
        SQL(", ").join(map(SQL.identifier, columns)),
        SQL(", ").join(SQL("%s", row) for row in rows),
    )
