from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import openpyxl
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ...models.loyalty.movement import MOMENT, Moment
from ...rules.ledger import Part, exact
from ...wizard.loyalty import crm_sync_loyalty_statement
from .common import LoyaltyCase

HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "https://example.com/x", "{=1}")


class StatementCase(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.new_card()

    def move(self, quantity, days_ago=0, card=None, **values):
        at = Moment(fields.Datetime.now() - timedelta(days=days_ago))
        kind = "bonus" if quantity > 0 else "adjust"
        (card or self.card).with_context(**{MOMENT: at})._sync_move("test", [Part(kind, exact(quantity))], **values)

    def statement(self, user=None, **values):
        values = {"program_ids": [Command.set(self.program.ids)], **values}
        return self.env["crm.sync.loyalty.statement"].with_user(user or self.manager).create(values)

    def workbook(self, statement):
        file = BytesIO()
        statement._write_workbook(file)
        return openpyxl.load_workbook(BytesIO(file.getvalue()))

    def summary(self, book):
        return {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0]}


class TestStatement(StatementCase):
    """What the workbook for auditors says."""

    def test_opening_kinds_and_closing_add_up_over_a_period(self):
        self.move(100, days_ago=60)
        self.move(40, days_ago=20)
        self.move(-30, days_ago=10)
        self.move(5)
        today = fields.Date.today()
        period = {"date_from": today - timedelta(days=30), "date_to": today - timedelta(days=5)}
        book = self.workbook(self.statement(**period))
        summary = self.summary(book)
        self.assertEqual(summary["Opening balance"], 100)
        self.assertEqual((summary["Bonus"], summary["Adjustment"]), (40, -30))
        self.assertEqual(summary["Closing balance"], 110)
        self.assertEqual(summary["Entries"], 2)
        self.assertEqual((summary["Sum of all entries of these cards"], summary["Balance of these cards"]), (115, 115))
        self.assertEqual(summary["Difference"], 0)
        self.assertEqual(summary["Last seal of the card"], self.card.sudo().sync_head)
        self.assertEqual(summary["From"].date(), today - timedelta(days=30))
        [titles, *rows] = book["Entries"].iter_rows(values_only=True)
        self.assertEqual([row[titles.index("Points")] for row in rows], [40, -30])
        self.assertEqual([row[titles.index("Balance")] for row in rows], [140, 110])
        self.assertEqual(
            [row[titles.index("Seal")] for row in rows], self.card.sync_entry_ids.sorted("id")[1:3].mapped("seal")
        )
        self.assertLedger(self.card, 115)

    def test_the_first_and_the_last_day_are_in_the_period(self):
        for days_ago, quantity in ((31, 1), (30, 20), (5, 300), (4, 4000)):
            self.move(quantity, days_ago)
        today = fields.Date.today()
        period = {"date_from": today - timedelta(days=30), "date_to": today - timedelta(days=5)}
        summary = self.summary(self.workbook(self.statement(**period)))
        self.assertEqual([summary[name] for name in ("Opening balance", "Bonus", "Closing balance")], [1, 320, 321])

    def test_a_difference_made_by_sql_is_shown_with_its_card(self):
        self.move(100)
        other = self.new_card(7, partner=self.contact)
        self.env.flush_all()
        self.env.cr.execute("UPDATE loyalty_card SET points = 90 WHERE id = %s", [self.card.id])
        book = self.workbook(self.statement())
        self.assertEqual(self.summary(book)["Cards with a difference"], 1)
        rows = {row[0]: row[6] for row in book["Cards"].iter_rows(values_only=True)}
        self.assertEqual((rows[self.card.code], rows[other.code]), (-10, 0))

    def test_no_text_becomes_a_formula(self):
        for number, text in enumerate(HOSTILE):
            partner = self.env["res.partner"].create({"name": text})
            program = self.new_program(name=text)
            card = self.new_card(partner=partner, program=program, code=f"{text}{number}")
            self.move(1, card=card, reason=text)
        book = self.workbook(self.statement(program_ids=False))
        texts = set()
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", f"{sheet.title} {cell.coordinate}: {cell.value}")
                    self.assertFalse(cell.hyperlink)
                    texts.add(cell.value)
        self.assertLessEqual({"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1"}, texts)

    def test_dates_are_dates_and_numbers_are_numbers_in_the_readers_language(self):
        self.move(12.5)
        self.env["res.lang"]._activate_lang("de_DE")
        sheet = self.workbook(self.statement().with_context(lang="de_DE")).worksheets[2]
        titles = [cell.value for cell in sheet[1]]
        day, points = sheet[2][titles.index("Day")], sheet[2][titles.index("Points")]
        self.assertEqual((day.data_type, day.number_format), ("d", "dd.mm.yyyy"))
        self.assertEqual((points.data_type, points.value), ("n", 12.5))

    def test_liability_is_what_the_open_points_are_worth(self):
        self.move(200)
        self.move(-50)
        [titles, row] = self.workbook(self.statement())["Liability"].iter_rows(values_only=True)
        told = dict(zip(titles, row, strict=True))
        self.assertEqual((told["Points"], told["Value of a Point"], told["Value"]), (150, 0.1, 15))
        self.assertNotIn("Liability", self.workbook(self.statement(with_liability=False)).sheetnames)

    def test_what_customers_owe_is_taken_off_the_liability(self):
        self.move(200)
        self.move(-50, card=self.new_card(partner=self.contact))
        [titles, *rows] = self.workbook(self.statement())["Liability"].iter_rows(values_only=True)
        told = [dict(zip(titles, row, strict=True)) for row in rows]
        self.assertEqual([(row["Points"], row["Value"]) for row in told], [(200, 20), (-50, -5)])

    def test_each_role_gets_what_it_may_read(self):
        self.move(100)
        other = self.env["res.partner"].create({"name": "Nobody's"})
        self.move(7, card=self.new_card(partner=other))
        for user, entries in ((self.manager, 2), (self.auditor, 2), (self.seller, 2), (self.agent, 0)):
            with self.subTest(user=user.login):
                book = self.workbook(self.statement(user, program_ids=False, partner_id=False))
                own = [
                    row for row in book["Entries"].iter_rows(min_row=2, values_only=True) if row[5] == self.program.name
                ]
                self.assertEqual(len(own), entries)
                self.assertEqual(self.summary(book)["Cards"] >= 2, bool(entries))
                seals = [title for title in next(book["Entries"].iter_rows(values_only=True)) if title == "Seal"]
                self.assertEqual(bool(seals), user in self.manager + self.auditor)

    def test_an_agent_gets_his_departments_customers(self):
        self.customer.sync_department_id = self.service
        self.move(100)
        book = self.workbook(self.statement(self.agent, program_ids=False, partner_id=self.contact.id))
        self.assertEqual(self.summary(book)["Closing balance"], 100)

    def test_chosen_entries(self):
        self.move(100)
        self.move(50)
        context = {"active_model": "crm.sync.loyalty.entry", "active_ids": self.card.sync_entry_ids[:1].ids}
        statement = self.env["crm.sync.loyalty.statement"].with_user(self.auditor).with_context(**context).create({})
        self.assertEqual(self.summary(self.workbook(statement))["Closing balance"], 50)

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Through"):
            self.statement(date_from="2026-02-01", date_to="2026-01-01")

    def test_more_rows_than_the_server_can_write_are_refused_in_words(self):
        self.move(100)
        self.move(50)
        statement = self.statement()
        # Two entries and two lots.
        with patch.object(crm_sync_loyalty_statement, "_MOST_ROWS", 4):
            statement.action_download()
        with patch.object(crm_sync_loyalty_statement, "_MOST_ROWS", 3):
            with self.assertRaisesRegex(UserError, "Choose a shorter period"):
                statement.action_download()
            with self.assertRaisesRegex(UserError, "Choose a shorter period"):
                self.workbook(statement)

    def test_outsiders_make_no_statement(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        for user in (portal, self.employee):
            with self.assertRaises(AccessError):
                self.statement(user)


@tagged("-at_install", "post_install")
class TestStatementDownload(StatementCase, HttpCase):
    def test_the_one_who_made_it_downloads_it_and_nobody_else(self):
        self.move(100)
        statement = self.statement()
        url = statement.action_download()["url"]
        self.env.flush_all()
        self.authenticate("t_manager", "t_manager")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("loyalty_statement_", answer.headers["Content-Disposition"])
        self.assertEqual(self.summary(openpyxl.load_workbook(BytesIO(answer.content)))["Closing balance"], 100)
        for login in ("t_seller", "t_auditor", "t_employee"):
            self.authenticate(login, login)
            self.assertIn(self.url_open(url).status_code, (403, 404))
