from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from .workbook import Workbook

_BATCH = 2000


class CrmSyncLoyaltyStatementXlsx(models.AbstractModel):
    """The workbook of a statement: summary, cards, entries, lots, liability.

    All is read with the rights of who asks; names of cards, customers and programs come with the entries
    and lots that he may read. Any number of rows takes little memory.
    """

    _name = "crm.sync.loyalty.statement.xlsx"
    _description = "Loyalty Statement Workbook"

    @api.model
    def _write(self, statement, file):
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
        _t = self.env._
        sheet.add_title(_t("Loyalty statement"))
        sheet.add_row(_t("Company"), ", ".join(self.env.companies.mapped("name")))
        for label, value in statement._scope_words():
            sheet.add_row(label, value)
        sheet.add_row(_t("From"), statement.date_from or _t("the beginning"))
        sheet.add_row(_t("Through"), statement.date_to or _t("today"))
        sheet.add_row(_t("Printed by"), self.env.user.name)
        sheet.add_row(_t("Printed at"), fields.Datetime.now())
        sheet.add_row(_t("Time zone"), self.env.user.tz or "UTC")
        sheet.add_row(_t("Entries"), entries)
        sheet.add_row(_t("Cards"), cards["count"])
        sheet.add_row()
        self._add_movements(sheet, statement)
        sheet.add_row()
        sheet.add_title(_t("Proof, today"), "")
        sheet.add_row(_t("Sum of all entries of these cards"), cards["entries"])
        sheet.add_row(_t("Balance of these cards"), cards["points"])
        sheet.add_row(_t("Difference"), cards["points"] - cards["entries"])
        sheet.add_row(_t("Cards with a difference"), cards["different"])
        if cards["count"] == 1 and cards["head"]:
            sheet.add_row(_t("Last seal of the card"), cards["head"])

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
        _t = self.env._
        titles = [
            _t("Card"),
            _t("Customer"),
            _t("Program"),
            _t("Entries"),
            _t("Sum of Entries"),
            _t("Balance"),
            _t("Difference"),
        ]
        sealed = self._sees_seals()
        sheet = book.add_sheet(_t("Cards"), titles + [_t("Last Seal")] * sealed, (18, 30, 24, 10, 16, 16, 12, 68))
        totals = {"count": 0, "entries": 0.0, "points": 0.0, "different": 0, "head": ""}
        self.env.flush_all()
        entries = self.env["crm.sync.loyalty.entry"]._search(statement._scope_domain())
        with self.env.cr.savepoint(flush=False):
            self._open_cards(entries)
            while rows := self._next_cards():
                for code, customer, program, count, quantity, points, head in rows:
                    difference = points - quantity
                    sheet.add_row(code, customer, program, count, quantity, points, difference, *[head] * sealed)
                    totals["count"] += 1
                    totals["entries"] += quantity
                    totals["points"] += points
                    totals["different"] += bool(difference)
                    totals["head"] = head if sealed else ""
            self.env.cr.execute("CLOSE crm_sync_statement_cards")
        return totals

    def _open_cards(self, entries):
        """The cards of these entries: all their entries count, those that the caller may not read too.

        A proof over a part of a card would prove nothing, and the balance of the card tells the same.
        """
        self.env.cr.execute(
            SQL(
                """DECLARE crm_sync_statement_cards CURSOR FOR
                   SELECT c.code, p.complete_name, COALESCE(g.name ->> %s, g.name ->> 'en_US'), sums.count, sums.quantity,
                          COALESCE(c.points, 0)::numeric(20, 4), c.sync_head
                     FROM (SELECT card_id, count(*) AS count, sum(quantity)::numeric(20, 4) AS quantity
                             FROM crm_sync_loyalty_entry
                            WHERE card_id IN (SELECT card_id FROM crm_sync_loyalty_entry WHERE id IN %s)
                            GROUP BY card_id) sums
                     JOIN loyalty_card c ON c.id = sums.card_id
                     JOIN loyalty_program g ON g.id = c.program_id
                     LEFT JOIN res_partner p ON p.id = c.partner_id
                    ORDER BY c.id""",
                self.env.lang or "en_US",
                entries.subselect(),
            )
        )

    def _next_cards(self):
        self.env.cr.execute(SQL("FETCH %s FROM crm_sync_statement_cards", _BATCH))
        return [(*row[:4], float(row[4]), float(row[5]), row[6]) for row in self.env.cr.fetchall()]

    def _sees_seals(self):
        return "seal" in self.env["crm.sync.loyalty.entry"].fields_get(["seal"])

    # ---------------------------------------------------------------- entries and lots

    def _add_entries(self, book, statement):
        _t = self.env._
        titles = [
            _t("No."), _t("Date"), _t("Day"), _t("Card"), _t("Customer"), _t("Program"), _t("Position"), _t("Kind"),
            _t("Points"), _t("Balance"), _t("Usable Through"), _t("Document"), _t("Source"), _t("Eligible Amount"),
            _t("Currency"), _t("By"), _t("Reason"), _t("Reverses No."), _t("Company"), _t("Key"),
        ]  # fmt: skip
        sealed = self._sees_seals()
        widths = (9, 19, 12, 18, 30, 24, 9, 18, 12, 12, 14, 16, 20, 14, 10, 22, 24, 12, 22, 36, 68)
        sheet = book.add_sheet(_t("Entries"), titles + [_t("Seal")] * sealed, widths)
        labels = dict(self.env["crm.sync.loyalty.entry"]._fields["kind"]._description_selection(self.env))
        count = 0
        for entries in self._batches("crm.sync.loyalty.entry", statement._period_domain()):
            for entry, named in zip(entries, entries.sudo(), strict=True):  # sudo: names that belong to what he reads
                source = f"{entry.source_model},{entry.source_id}" if entry.source_model else ""
                sheet.add_row(
                    entry.id, entry.effective_at, entry.business_date, named.card_id.code, named.partner_id.complete_name,
                    named.program_id.name, entry.position, labels[entry.kind], entry.quantity, entry.balance,
                    entry.expires_on, entry.source_name, source, entry.base_amount if entry.base_currency_id else None,
                    entry.base_currency_id.name, named.user_id.name, entry.reason, entry.reverses_id.id,
                    named.company_id.name, entry.idempotency_key, *[entry.sudo().seal] * sealed,  # sudo: checked by _sees_seals
                )  # fmt: skip
            count += len(entries)
        return count

    def _add_lots(self, book, statement):
        _t = self.env._
        titles = [
            _t("No."), _t("Card"), _t("Customer"), _t("Program"), _t("Entry No."), _t("Earned"), _t("Usable Through"),
            _t("Points"), _t("Remaining"), _t("Pending"), _t("State"), _t("Transferred from"),
        ]  # fmt: skip
        sheet = book.add_sheet(_t("Lots"), titles, (9, 18, 30, 24, 10, 12, 14, 12, 12, 12, 16, 16))
        labels = dict(self.env["crm.sync.loyalty.lot"]._fields["state"]._description_selection(self.env))
        for lots in self._batches("crm.sync.loyalty.lot", statement._lot_domain()):
            for lot, named in zip(lots, lots.sudo(), strict=True):  # sudo: names that belong to what he reads
                sheet.add_row(
                    lot.id, named.card_id.code, named.partner_id.complete_name, named.program_id.name, lot.entry_id.id,
                    lot.earned_on, lot.expires_on, lot.quantity, lot.remaining, lot.held, labels[lot.state],
                    lot.origin_lot_id.id,
                )  # fmt: skip

    def _batches(self, model, domain):
        """The records of ``domain`` by id, some at a time; what was read is forgotten again."""
        last_id = 0
        while records := self.env[model].search(Domain("id", ">", last_id) & Domain(domain), order="id", limit=_BATCH):
            yield records
            last_id = records[-1].id
            self.env.invalidate_all(flush=False)

    # ---------------------------------------------------------------- liability

    def _add_liability(self, book, statement):
        """What is owed for these cards today, by program and by the month in which it expires."""
        _t = self.env._
        titles = [
            _t("Program"),
            _t("Expires in"),
            _t("Points"),
            _t("Pending"),
            _t("Value of a Point"),
            _t("Value"),
            _t("Currency"),
        ]
        sheet = book.add_sheet(_t("Liability"), titles, (30, 18, 14, 14, 16, 16, 10))
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
                policy.name, month or _t("never"), points, held or 0.0, value, policy.currency_id.round(points * value),
                policy.currency_id.name,
            )  # fmt: skip
        owed = self.env["crm.sync.loyalty.arrears"]._read_group(
            Domain(statement._lot_domain()) & Domain("remaining", ">", 0), ["program_id"], ["remaining:sum"]
        )
        for program, remaining in owed:
            policy = program.sudo()  # sudo: as above
            value = policy.sync_point_value
            sheet.add_row(
                policy.name, _t("arrears"), -remaining, 0.0, value, policy.currency_id.round(-remaining * value),
                policy.currency_id.name,
            )  # fmt: skip
