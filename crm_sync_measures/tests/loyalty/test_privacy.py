from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import SQL

from .common import LoyaltyCase

_NAME, _EMAIL, _PHONE = "Zebulon Quixworth", "zebulon@quixworth.example.com", "+1 202 555 0987"
#: What is kept on purpose: legal copies, and that nobody writes to the address again. See docs/loyalty.md.
_EXCEPTIONS = {"mail_blacklist", "phone_blacklist", "sale_order", "account_move", "payment_transaction"}


class TestPrivacy(LoyaltyCase):
    """Nobody is deleted who holds points; who asks for it is forgotten, and the books still add up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Everything as in real life: tracking and logs included.
        cls.env = cls.env(context={"no_reset_password": True})
        cls.person = cls.env["res.partner"].create(
            {
                "name": _NAME,
                "email": _EMAIL,
                "phone": _PHONE,
                "street": "7 Quixworth Lane",
                "city": "Quixworth",
                "vat": "QUIXWORTH7",
                "ref": "Quixworth-7",
                "website": "https://quixworth.example.com",
                "comment": f"<p>{_NAME} likes green.</p>",
                "function": "Quixworth's owner",
                "category_id": [Command.create({"name": "Green"})],
                "user_id": cls.seller.id,
                "sync_department_id": cls.service.id,
                "child_ids": [Command.create({"name": _NAME, "type": "delivery", "street": "8 Quixworth Lane"})],
                "bank_ids": [Command.create({"acc_number": "QUIXWORTH123", "acc_holder_name": _NAME})],
            }
        )
        cls.portal = new_test_user(cls.env, _EMAIL, "base.group_portal", partner_id=cls.person.id, name=_NAME)

    def anonymise(self, partner, user=None, **values):
        wizard = self.env["crm.sync.anonymise"].with_user(user or self.manager)
        return wizard.create({"partner_id": partner.id, "confirmation": partner.name, **values}).action_anonymise()

    def traces(self, *words):
        """``[(table, column)]`` where one of ``words`` stands, in any text of the database."""
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                """SELECT c.table_name, c.column_name FROM information_schema.columns c
                     JOIN information_schema.tables t USING (table_schema, table_name)
                    WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
                      AND c.data_type IN ('character varying', 'text', 'jsonb', 'json')"""
            )
        )
        found = []
        for table, column in columns:
            test = SQL(" OR ").join(SQL("%s::text ILIKE %s", SQL.identifier(column), f"%{word}%") for word in words)
            if self.env.execute_query(SQL("SELECT 1 FROM %s WHERE %s LIMIT 1", SQL.identifier(table), test)):
                found.append((table, column))
        return found

    def lived(self):
        """A customer's life: orders, adjustments, messages, files, notes, activities."""
        order = self.confirmed(2, partner=self.person)
        self.invoice(order)
        card = self.card_of(self.person)
        card.with_user(self.seller).sync_adjust(7, "goodwill", f"{_NAME} called from {_PHONE}", "life:1")
        card.with_user(self.seller).sync_adjust(9000, "goodwill", f"{_NAME} asked again", "life:2")
        self.env["loyalty.history"].create({"card_id": card.id, "description": f"For {_NAME}", "issued": 0})
        for record in (self.person, card):
            record.message_post(
                body=f"Dear {_NAME}", subject=f"For {_NAME}", attachments=[("quixworth.txt", b"Quixworth was here")],
                partner_ids=self.person.ids, message_type="comment", subtype_xmlid="mail.mt_comment",
            )  # fmt: skip
        order.with_user(self.portal).sudo().message_post(body="Thanks", author_id=self.person.id)
        self.person.phone = _PHONE + "1"
        self.person.activity_schedule("mail.mail_activity_data_todo", summary=f"Call {_NAME}", user_id=self.seller.id)
        self.touch(partner_id=self.person.id, subject=f"Met {_NAME}", note=_EMAIL)
        self.env["crm.lead"].create({"name": "Green", "partner_id": self.person.id, "type": "opportunity"})
        return card

    def test_a_customer_with_points_is_not_deleted(self):
        contact = self.env["res.partner"].create({"name": "Short Visit"})
        card = self.new_card(10, partner=contact)
        card.active = False
        with self.assertRaisesRegex(UserError, card.code):
            contact.unlink()
        card.points = 0
        contact.unlink()
        self.assertLedger(card, 0)

    def test_who_and_what_stands_in_the_ledger_is_archived_instead(self):
        user = self.new_user("t_gone", "group_user", self.sales, "sales_team.group_sale_salesman")
        self.new_card(1).with_user(user).sync_adjust(1, "other", "Test", "gone:1")
        company, _other = self.other_company()
        self.new_card(1, program=self.new_program(company_id=company.id))
        self.program.active = False
        for record in (user, self.program, company):
            with self.subTest(record=record._name), self.assertRaisesRegex(UserError, "Archive the"):
                record.unlink()

    def test_nothing_tells_who_he_was_and_the_books_still_add_up(self):
        card = self.lived()
        lots, entries = card.sync_lot_ids, len(card.sync_entry_ids)
        self.assertTrue(self.traces("quixworth"))
        code = card.code
        self.anonymise(self.person)
        left = [(table, column) for table, column in self.traces("quixworth", _PHONE) if table not in _EXCEPTIONS]
        self.assertEqual(left, [])
        self.assertEqual(self.person.name, f"Anonymous {self.person.id}")
        self.assertFalse(self.person.active or self.portal.active or card.active)
        self.assertNotEqual(card.code, code)
        self.assertEqual(len(card.sync_entry_ids), entries + 1)
        self.assertEqual((card.sync_entry_ids[:1].kind, card.sync_entry_ids[:1].reason), ("adjust", "erasure"))
        self.assertFalse(sum(lots.mapped("remaining")))
        self.assertEqual(set(card.sync_lot_ids.mapped("remaining")), {0})
        states = self.env["crm.sync.loyalty.adjustment"].search([("card_id", "=", card.id)]).mapped("state")
        self.assertEqual(sorted(states), ["posted", "refused"])
        self.assertLedger(card, 0)

    def test_a_debt_of_points_is_forgiven(self):
        card = self.new_card(partner=self.person)
        card.points = -40
        self.anonymise(self.person)
        self.assertLedger(card, 0)

    def test_contact_persons_of_a_company_by_choice(self):
        cards = self.new_card(5) | self.new_card(6, partner=self.contact)
        self.anonymise(self.customer, with_contacts=False)
        self.assertEqual(cards.mapped("points"), [0, 6])
        self.assertEqual(self.contact.name, "Li Na")
        self.customer.active = True
        self.anonymise(self.customer)
        self.assertEqual(self.contact.name, f"Anonymous {self.contact.id}")
        for card in cards:
            self.assertLedger(card, 0)

    def test_only_a_manager_who_types_the_name_anonymises_and_no_colleagues(self):
        for user in (self.seller, self.head, self.auditor):
            with self.assertRaises(AccessError):
                self.anonymise(self.person, user)
        with self.assertRaisesRegex(UserError, "Confirmation"):
            self.anonymise(self.person, confirmation="Zebulon")
        for partner in (self.seller.partner_id, self.company.partner_id):
            with self.assertRaisesRegex(UserError, "colleagues"):
                self.anonymise(partner)

    def test_the_dialog_names_what_is_to_be_typed_and_asks_a_person_for_no_contact_persons(self):
        # as it is opened from the list of contacts
        wizard = self.env["crm.sync.anonymise"].with_user(self.manager).with_context(default_is_company=True)
        for partner in (self.person, self.customer):
            form = Form(wizard.with_context(default_partner_id=partner.id))
            self.assertEqual((form.of_company, form.expected), (partner.is_company, partner.name))

    def test_pending_points_come_first(self):
        self.program.sync_hold = "paid"
        order = self.confirmed(2, partner=self.person)
        with self.assertRaisesRegex(UserError, "pending"):
            self.anonymise(self.person)
        order._action_cancel()
        self.anonymise(self.person)
        self.assertLedger(
            self.env["loyalty.card"].with_context(active_test=False).search([("partner_id", "=", self.person.id)]), 0
        )
