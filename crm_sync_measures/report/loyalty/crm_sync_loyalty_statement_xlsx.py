from collections import namedtuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from ..core.workbook import Workbook
from .statement_sql import cards_sql, entries_sql, lots_sql

_BATCH = 5000


class CrmSyncLoyaltyStatementXlsx(models.AbstractModel):
    """The workbook of a statement: summary, cards, entries, lots, liability.

    All is read with the rights of who asks; names of cards, customers and programs come with the entries
    and lots that he may read. Any number of rows takes little memory.
    """

    _name = "crm.sync.loyalty.statement.xlsx"
    _description = "Loyalty Statement Workbook"

    @api.model
    def _write_to(self, statement, file):
        """Write the workbook of ``statement`` to ``file``; the number of entries in it is returned."""
        book = Workbook(file, get_lang(self.env), self.env.user.tz)
        summary = book.add_sheet(self.env._("Summary"), widths=(34, 22, 18, 18))
        cards = self._add_cards(book, statement)
        entries = self._add_entries(book, statement)
        self._add_lots(book, statement)
        if statement.with_liability:
            self._add_liability(book, statement)
        self._add_summary(summary, statement, cards, entries)
        book.close()
        return entries

    # ---------------------------------------------------------------- summary

    def _add_summary(self, sheet, statement, cards, entries):
        env = self.env
        sheet.add_title(env._("Loyalty statement"))
        sheet.add_row(env._("Company"), ", ".join(self.env.companies.mapped("name")))
        for label, value in statement._scope_words():
            sheet.add_row(label, value)
        sheet.add_row(env._("From"), statement.date_from or env._("the beginning"))
        sheet.add_row(env._("Through"), statement.date_to or env._("today"))
        sheet.add_row(env._("Printed by"), self.env.user.name)
        sheet.add_row(env._("Printed at"), fields.Datetime.now())
        sheet.add_row(env._("Time zone"), self.env.user.tz or "UTC")
        sheet.add_row(env._("Entries"), entries)
        sheet.add_row(env._("Cards"), cards["count"])
        sheet.add_row()
        self._add_movements(sheet, statement)
        sheet.add_row()
        sheet.add_title(env._("Proof, today"), "")
        sheet.add_row(env._("Sum of all entries of these cards"), cards["entries"])
        sheet.add_row(env._("Balance of these cards"), cards["points"])
        sheet.add_row(env._("Difference"), cards["points"] - cards["entries"])
        sheet.add_row(env._("Cards with a difference"), cards["different"])
        if cards["count"] == 1 and cards["head"]:
            sheet.add_row(env._("Last seal of the card"), cards["head"])

    def _add_movements(self, sheet, statement):
        """Opening balance, each kind, closing balance: of the entries in this statement."""
        Entry = self.env["crm.sync.loyalty.entry"]
        kinds = Entry._read_group(statement._period_domain(), ["kind"], ["quantity:sum", "__count"])
        [(opening,)] = Entry._read_group(statement._earlier_domain(), [], ["quantity:sum"])
        labels = dict(Entry._fields["kind"]._description_selection(self.env))
        opening = opening or 0.0
        sheet.add_title(self.env._("Points"), self.env._("Sum"), self.env._("Entries"))
        sheet.add_row(self.env._("Opening balance"), opening)
        for kind, quantity, count in kinds:
            sheet.add_row(labels[kind], quantity, count)
        sheet.add_row(self.env._("Closing balance"), opening + sum(quantity for _kind, quantity, _count in kinds))

    # ---------------------------------------------------------------- cards

    def _add_cards(self, book, statement):
        """One row for each card, with its proof; the totals are returned."""
        env = self.env
        titles = [
            env._("Card"),
            env._("Customer"),
            env._("Program"),
            env._("Entries"),
            env._("Sum of Entries"),
            env._("Balance"),
            env._("Difference"),
        ]
        sealed = self._sees_seals()
        sheet = book.add_sheet(env._("Cards"), titles + [env._("Last Seal")] * sealed, (18, 30, 24, 10, 16, 16, 12, 68))
        totals = {"count": 0, "entries": 0.0, "points": 0.0, "different": 0, "head": ""}
        entries = self.env["crm.sync.loyalty.entry"]._search(statement._scope_domain())
        for code, customer, program, count, quantity, points, head in self._rows("cards", cards_sql(self.env, entries)):
            difference = float(points - quantity)
            sheet.add_row(code, customer, program, count, quantity, points, difference, *[head] * sealed)
            totals["count"] += 1
            totals["entries"] += float(quantity)
            totals["points"] += float(points)
            totals["different"] += bool(difference)
            totals["head"] = head if sealed else ""
        return totals

    def _sees_seals(self):
        return "seal" in self.env["crm.sync.loyalty.entry"].fields_get(["seal"])

    # ---------------------------------------------------------------- entries and lots

    def _add_entries(self, book, statement):
        env = self.env
        titles = [
            env._("No."), env._("Date"), env._("Day"), env._("Card"), env._("Customer"), env._("Program"), env._("Position"), env._("Kind"),
            env._("Points"), env._("Balance"), env._("Usable Through"), env._("Document"), env._("Source"), env._("Eligible Amount"),
            env._("Currency"), env._("By"), env._("Reason"), env._("Reverses No."), env._("Company"), env._("Key"),
        ]  # fmt: skip
        sealed = self._sees_seals()
        widths = (9, 19, 12, 18, 30, 24, 9, 18, 12, 12, 14, 16, 20, 14, 10, 22, 24, 12, 22, 36, 68)
        sheet = book.add_sheet(env._("Entries"), titles + [env._("Seal")] * sealed, widths)
        labels = dict(self.env["crm.sync.loyalty.entry"]._fields["kind"]._description_selection(self.env))
        count = 0
        entries = self.env["crm.sync.loyalty.entry"]._search(statement._period_domain())
        for batch in self._batches("entries", entries_sql(self.env, entries, sealed)):
            names = self.env["crm.sync.loyalty.entry"]._source_names(
                {(row.source_model, row.source_id) for row in batch}
            )
            for row in batch:
                document = names.get((row.source_model, row.source_id))
                source = f"{row.source_model},{row.source_id}" if row.source_model else ""
                sheet.add_row(
                    row.id, row.effective_at, row.business_date, row.card, row.customer, row.program, row.position,
                    labels[row.kind], row.quantity, row.balance, row.expires_on, document, source, row.base_amount,
                    row.currency, row.person, row.reason, row.reverses_id, row.company, row.idempotency_key, *row.seals,
                )  # fmt: skip
            count += len(batch)
        return count

    def _add_lots(self, book, statement):
        env = self.env
        titles = [
            env._("No."), env._("Card"), env._("Customer"), env._("Program"), env._("Entry No."), env._("Earned"), env._("Usable Through"),
            env._("Points"), env._("Remaining"), env._("Pending"), env._("State"), env._("Transferred from"),
        ]  # fmt: skip
        sheet = book.add_sheet(env._("Lots"), titles, (9, 18, 30, 24, 10, 12, 14, 12, 12, 12, 16, 16))
        labels = dict(self.env["crm.sync.loyalty.lot"]._fields["state"]._description_selection(self.env))
        lots = self.env["crm.sync.loyalty.lot"]._search(statement._lot_domain())
        for *values, state, origin_lot_id in self._rows("lots", lots_sql(self.env, lots)):
            sheet.add_row(*values, labels[state], origin_lot_id)

    # ---------------------------------------------------------------- rows

    def _rows(self, name, query):
        for batch in self._batches(name, query):
            yield from batch

    def _batches(self, name, query):
        """The rows of ``query`` as lists of named tuples; what was read for one is forgotten before the next."""
        cursor = SQL.identifier(f"crm_sync_statement_{name}")
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", cursor, query))
            while True:
                self.env.cr.execute(SQL("FETCH %s FROM %s", _BATCH, cursor))
                rows = self.env.cr.fetchall()
                if not rows:
                    break
                row_class = namedtuple("Row", [column.name for column in self.env.cr.description])
                yield list(map(row_class._make, rows))
                self.env.invalidate_all(flush=False)
            self.env.cr.execute(SQL("CLOSE %s", cursor))

    # ---------------------------------------------------------------- liability

    def _add_liability(self, book, statement):
        """What is owed for these cards today, by program and by the month in which it expires."""
        env = self.env
        titles = [
            env._("Program"),
            env._("Expires in"),
            env._("Points"),
            env._("Pending"),
            env._("Value of a Point"),
            env._("Value"),
            env._("Currency"),
        ]
        sheet = book.add_sheet(env._("Liability"), titles, (30, 18, 14, 14, 16, 16, 10))
        rows = self.env["crm.sync.loyalty.lot"]._read_group(
            Domain(statement._lot_domain()) & (Domain("remaining", ">", 0) | Domain("held", ">", 0)),
            ["program_id", "expires_on:month"],
            ["remaining:sum", "held:sum"],
            order="program_id, expires_on:month",
        )
        for program, month, remaining, held in rows:
            policy = program.sudo()  # sudo: name and value of the program of lots that he reads
            points, value = remaining + (held or 0.0), policy.sync_point_value
            sheet.add_row(
                policy.name, month or env._("never"), points, held or 0.0, value, policy.currency_id.round(points * value),
                policy.currency_id.name,
            )  # fmt: skip
        owed = self.env["crm.sync.loyalty.arrears"]._read_group(
            Domain(statement._lot_domain()) & Domain("remaining", ">", 0), ["program_id"], ["remaining:sum"]
        )
        for program, remaining in owed:
            policy = program.sudo()  # sudo: as above
            value = policy.sync_point_value
            sheet.add_row(
                policy.name, env._("arrears"), -remaining, 0.0, value, policy.currency_id.round(-remaining * value),
                policy.currency_id.name,
            )  # fmt: skip
