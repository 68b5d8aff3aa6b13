from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure, UniqueViolation

from .case_common import IntakeCase


@tagged("-at_install", "post_install")
class TestCaseIntake(IntakeCase):
    """The one way in: whoever tells us something, it is one case, cleaned, and with its customer."""

    def api(self, user=None, **facts):
        Case = self.Case.with_user(user or self.agent)
        answer = Case.sync_open_case(**{"text": "The lens is broken", **facts})
        return self.Case.browse(answer["id"]), answer

    # ---------------------------------------------------------------- the public method

    def test_the_same_key_is_the_same_case(self):
        first, answer = self.api(key="shop-1", email="li.na@northern.example.com")
        again, same = self.api(key="shop-1", email="li.na@northern.example.com")
        other, _answer = self.api(key="shop-2")
        self.assertEqual((first, answer["created"], same["created"]), (again, True, False))
        self.assertEqual(answer["number"], first.number)
        self.assertNotEqual(first, other)

    def test_the_database_holds_the_key_not_a_search(self):
        case = self.open_case(key="web:1")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.Case.sudo().create({"name": "Lens", "intake_key": case.intake_key})

    def test_texts_are_cleaned_and_cut_and_the_subject_is_how_the_text_begins(self):
        case, _answer = self.api(text="Broken\x00 lens. I bought it\r\nin May\ud800.", lot=" L-1\n")
        self.assertEqual((case.name, case.lot_name), ("Broken lens.", "L-1"))
        self.assertIn("in May.", case.description)
        long = self.open_case(text="x" * 1_000_000, subject="y" * 1_000)
        self.assertEqual(len(long.name), 200)
        self.assertLess(len(long.description), 10_100)

    def test_markup_in_a_text_is_text(self):
        case = self.open_case(text="<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }}")
        self.assertNotIn("<script", case.description)
        self.assertNotIn("<img", case.description)
        self.assertIn("{{ 7*7 }}", case.description)

    def test_what_cannot_be_used_is_named(self):
        for facts, words in (
            ({"verdict": "5"}, "verdict"),
            ({"number": "C/1"}, "number"),
            ({"intake_key": "x"}, "intake_key"),
            ({"user_id": self.agent.id}, "user_id"),
            ({"kind": "rant"}, "kind"),
            ({"kind": ["complaint"]}, "kind"),
            ({"text": {"a": 1}}, "text"),
            ({"text": "x" * 10_001}, "text"),
            ({"text": " \x00"}, "text"),
            ({"email": "nobody"}, "email"),
            ({"is_safety": "yes"}, "is_safety"),
            ({"partner_id": "7"}, "partner_id"),
            ({"partner_id": True}, "partner_id"),
            ({"partner_id": -1}, "partner_id"),
            ({"order_id": 2**40}, "order_id"),
        ):
            with self.subTest(facts=facts), self.assertRaisesRegex(UserError, words):
                self.api(**facts)

    def test_only_users_of_the_addon_open_cases_and_only_about_what_they_may_read(self):
        portal = self.env.ref("base.public_user")
        for user in (self.auditor, self.employee, portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.api(user)
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        with self.assertRaises(AccessError):
            self.api(self.agent, order_id=order.id)
        case, _answer = self.api(self.seller, order_id=order.id, partner_id=self.contact.id)
        self.assertEqual(case.order_id, order)
        company, _user = self.other_company()
        with self.assertRaises(AccessError):
            self.api(company_id=company.id)

    # ---------------------------------------------------------------- the customer

    def test_the_customer_is_found_by_his_address_whatever_its_capitals(self):
        case, _answer = self.api(email=" Li.Na@NORTHERN.example.com ")
        self.assertEqual(case.partner_id, self.contact)
        self.assertEqual(case.commercial_partner_id, self.customer)

    def test_the_customer_is_found_by_telephone_where_it_is_one_customer(self):
        # As it is written: the library by which Odoo knows other ways to write it is optional.
        case, _answer = self.api(phone="+1 202 555 0100")
        self.assertEqual(case.partner_id, self.customer)
        self.env["res.partner"].create({"name": "Twin", "phone": "+1 202 555 0100"})
        case, _answer = self.api(phone="+1 202 555 0100")
        self.assertFalse(case.partner_id)
        self.assertEqual(case.phone, "+1 202 555 0100")

    def test_an_address_that_nobody_has_with_a_known_telephone_is_anybodys(self):
        case, _answer = self.api(email="mallory@example.com", phone="+1 202 555 0100", name="Mallory")
        self.assertFalse(case.partner_id)
        self.assertEqual((case.email_from, case.partner_name), ("mallory@example.com", "Mallory"))

    def test_a_colleague_is_no_customer(self):
        case, _answer = self.api(email=self.seller.email)
        self.assertFalse(case.partner_id)

    def test_a_customer_of_another_company_is_not_found(self):
        company, _user = self.other_company()
        self.env["res.partner"].create({"name": "Theirs", "email": "theirs@example.com", "company_id": company.id})
        case, _answer = self.api(email="theirs@example.com")
        self.assertFalse(case.partner_id)

    # ---------------------------------------------------------------- the receipt

    def test_the_customer_has_the_number_at_once_in_his_language_and_once(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        self.env.ref("crm_sync_measures.mail_template_case_receipt").with_context(
            lang="fr_FR"
        ).subject = "Bien reçu: {{ object.number }}"
        case = self.open_case(channel="web", key="web:1")
        [receipt] = self.receipts(case)
        self.assertEqual(receipt.subject, f"Bien reçu: {case.number}")
        self.assertEqual(receipt.partner_ids, self.contact)
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", receipt.id)])
        self.assertIn(case.access_token, mail.body_html)
        self.assertTrue(case.receipt_at and case.acknowledged_at)
        self.open_case(channel="web", key="web:1")
        case._send_receipt()
        self.assertEqual(len(self.receipts(case)), 1)

    def test_who_is_not_known_gets_it_at_the_address_he_told(self):
        case, _answer = self.api(email="wu@example.com", lang="en_US")
        [receipt] = self.receipts(case)
        self.assertEqual(receipt.outgoing_email_to, "wu@example.com")
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", receipt.id)])
        self.assertIn("auto-replied", mail.headers)

    def test_no_receipt_where_none_is_due(self):
        self.contact.message_bounce = 99
        self.company.sync_bounce_limit = 3
        for case in (
            self.open_case(channel="web"),
            self.open_case(partner_id=self.customer.id, is_quiet=True),
            self.open_case(partner_id=self.customer.id, acknowledge=False),
            self.open_case(partner_id=self.customer.id, channel="survey"),
            self.open_case(partner_id=None, phone="+1 202 555 0199"),
        ):
            self.assertFalse(self.receipts(case), case.channel)
            self.assertFalse(case.acknowledged_at)

    def test_one_address_is_not_flooded_with_receipts(self):
        cases = [self.open_case(partner_id=None, email="victim@example.com") for _number in range(8)]
        self.assertEqual(sum(len(self.receipts(case)) for case in cases), 5)

    def test_a_receipt_that_collides_is_repeated_with_the_whole_request(self):
        with (
            patch.object(type(self.Case), "_post_receipt", side_effect=SerializationFailure),
            self.assertRaises(SerializationFailure),
        ):
            self.open_case()

    def test_a_receipt_that_fails_loses_no_case(self):
        self.env.ref("crm_sync_measures.mail_template_case_receipt").body_html = "<t t-out='object.nothing_like_it'/>"
        with mute_logger("odoo.addons.crm_sync_measures.models.feedback.crm_sync_case_receipt"):
            case = self.open_case()
        self.assertTrue(case.exists())
        self.assertFalse(case.receipt_at)

    def test_a_case_entered_in_the_form_is_acknowledged_too(self):
        Case = self.Case.with_user(self.agent)
        [values] = Case.web_save({"name": "Lens", "partner_id": self.contact.id}, {"acknowledged_at": {}})
        self.assertTrue(values["acknowledged_at"])
        case = Case.browse(values["id"])
        case.web_save({"name": "Broken lens"}, {})
        self.assertEqual(len(self.receipts(case)), 1)
        self.assertFalse(self.receipts(Case.create({"name": "Lens", "partner_id": self.contact.id})))

    # ---------------------------------------------------------------- how often

    def test_limits_forget_and_know_nobody(self):
        Attempt = self.env["crm.sync.attempt"]
        for _number in range(3):
            self.assertFalse(Attempt._wait(address="203.0.113.9"))
            Attempt._note(address="203.0.113.9", email="wu@example.com")
        self.assertTrue(0 < Attempt._wait(address="203.0.113.9") <= 60)
        self.assertFalse(Attempt._wait(address="203.0.113.10"))
        self.assertNotIn("203.0", "".join(Attempt.search([]).mapped("who")))
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_sync_attempt SET at = at - interval '2 days'")
        Attempt.invalidate_model()
        Attempt._clean()
        self.assertFalse(Attempt.search([]))

    # ---------------------------------------------------------------- colleagues

    def test_two_clicks_from_customer_lead_order_touch_and_message(self):
        lead = self.env["crm.lead"].create({"name": "Lamps", "partner_id": self.contact.id})
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        invoice = self.env["account.move"].create({"move_type": "out_invoice", "partner_id": self.contact.id})
        invoice.invoice_user_id = self.seller
        touch = self.touch(self.seller, partner_id=self.contact.id, note="He is angry")
        message = lead.message_post(body="My lens is broken", message_type="comment", author_id=self.contact.id)
        for record, link in (
            (self.contact, None),
            (lead, "lead_id"),
            (order, "order_id"),
            (invoice, "invoice_id"),
            (touch, "touch_id"),
            (message, "lead_id"),
        ):
            with self.subTest(record=record):
                action = record.with_user(self.seller).action_sync_case()
                dialog = (
                    self.env[action["res_model"]].with_user(self.seller).with_context(**action["context"]).create({})
                )
                dialog.name = dialog.name or "Broken"
                opened = dialog.action_open()
                case = self.Case.browse(opened["res_id"])
                self.assertEqual(dialog.action_open()["res_id"], case.id, "clicked twice, it is one case")
                self.assertEqual(case.partner_id, self.contact)
                if link:
                    self.assertEqual(case[link], lead if link == "lead_id" else record)

    def test_a_message_opens_one_case(self):
        message = self.contact.message_post(body="My lens is broken", message_type="comment", author_id=self.contact.id)
        cases = set()
        for user in (self.seller, self.agent):
            action = message.with_user(user).action_sync_case()
            dialog = self.env[action["res_model"]].with_user(user).with_context(**action["context"]).create({})
            cases.add(dialog.action_open()["res_id"])
        self.assertEqual(len(cases), 1)
