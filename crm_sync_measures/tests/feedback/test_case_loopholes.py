from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from ..loyalty.common import LoyaltyCase
from .case_common import IntakeCase
from .case_core_common import CaseCase


class TestCaseLoopholes(CaseCase):
    """Ways to what one may not see, that lead past the rules of cases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.neighbour = cls.env["res.partner"].create({"name": "Bo", "email": "bo@south.example.com", "phone": "7777"})
        cls.secret = cls.case(cls.manager, partner_id=cls.neighbour.id, name="He drinks", cause_id=cls.defect.id)
        cls.env.flush_all()

    # ---------------------------------------------------------------- the key of the customer's link

    def test_no_colleague_reads_the_key_of_the_customers_link(self):
        case = self.case()
        key = case.sudo().access_token
        self.assertTrue(key)
        for user in (self.agent, self.head, self.manager):
            with self.subTest(user=user.login):
                user.group_ids += self.env.ref("base.group_allow_export")
                mine = case.with_user(user)
                for ask in (
                    lambda mine=mine: mine.read(["access_token"]),
                    lambda mine=mine: mine.search([("access_token", "=like", "a%")]),
                    lambda mine=mine: mine.export_data(["access_token"]),
                    lambda mine=mine: mine.formatted_read_group([], ["access_token"], ["__count"]),
                    lambda mine=mine: mine.write({"access_token": "mine"}),
                ):
                    with self.assertRaises(UserError):
                        ask()
                self.assertNotIn(key, mine.get_portal_url())
                self.assertNotIn(key, mine._get_share_url(redirect=True))
                self.assertNotIn("hash", mine._get_share_url(pid=self.contact.id))

    def test_the_key_is_in_the_mail_and_not_in_the_conversation(self):
        case = self.env["crm.sync.case"]._open_case({"text": "Broken", "partner_id": self.contact.id, "channel": "web"})
        [message] = case.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        [mail] = self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        self.assertIn(case.access_token, mail.body_html)
        self.assertNotIn(case.access_token, message.body)
        self.assertIn(f"/my/cases/{case.id}", message.body)

    # ---------------------------------------------------------------- names

    def test_who_may_not_read_a_case_is_told_no_more_of_it_than_its_number(self):
        double = self.case(self.manager, department_id=self.sales.id, user_id=self.colleague.id)
        double.action_merge(self.secret)
        named = double.with_user(self.colleague).web_read({"master_id": {"fields": {"display_name": {}}}})
        self.assertEqual(named[0]["master_id"]["display_name"], self.secret.number)
        told = self.env["crm.sync.case.change"].with_user(self.colleague)
        told = told.onchange(
            {"master_id": self.secret.id}, ["master_id"], {"master_id": {"fields": {"display_name": {}}}}
        )
        self.assertNotIn("He drinks", str(told))
        named = double.with_user(self.manager).web_read({"master_id": {"fields": {"display_name": {}}}})
        self.assertIn("He drinks", str(named))

    def test_the_dialog_tells_nothing_of_a_case_that_its_user_may_not_read(self):
        self.secret.write({"decision": "goodwill"})
        self.env.flush_all()
        Change = self.env["crm.sync.case.change"].with_user(self.colleague)
        for values in ({"case_ids": [Command.set(self.secret.ids)]}, {"master_id": self.secret.id}):
            with self.assertRaises(AccessError):
                Change.create(values)
        with self.assertRaises(AccessError):
            Change.onchange(
                {"case_ids": [Command.set(self.secret.ids)]}, ["case_ids"], {"case_ids": {}, "decision": {}}
            )

    def test_a_dialog_is_its_own_users(self):
        change = self.env["crm.sync.case.change"].with_user(self.agent).create({"text": "He drinks"})
        self.env.flush_all()
        with self.assertRaises(AccessError):
            change.with_user(self.colleague).read(["text"])

    def test_a_form_that_is_not_saved_tells_no_address_of_a_contact_that_its_user_may_not_read(self):
        company, _user = self.other_company()
        hidden = self.env["res.partner"].create(
            {"name": "Wu", "email": "wu@hidden.example.com", "phone": "5555", "company_id": company.id}
        )
        spec = {"partner_id": {}, "email_from": {}, "partner_name": {}, "phone": {}}
        Case = self.env["crm.sync.case"].with_user(self.agent)
        for partner, found in ((hidden, False), (self.contact, True)):
            told = Case.onchange({"partner_id": partner.id}, ["partner_id"], spec)
            self.assertEqual(partner.email in str(told), found)

    # ---------------------------------------------------------------- what is opened

    def test_a_mail_that_somebody_makes_up_names_nobody_whom_he_may_not_read(self):
        company, _user = self.other_company()
        hidden = self.env["res.partner"].create(
            {"name": "Wu", "email": "wu@hidden.example.com", "company_id": company.id}
        )
        Case = self.env["crm.sync.case"].with_user(self.colleague)
        for number, (mail, values) in enumerate(
            (({"author_id": hidden.id}, {}), ({}, {"earlier_id": self.secret.id})),
        ):
            with self.assertRaises(AccessError):
                Case.message_new({"message_id": f"<{number}@example.com>", "subject": "x", **mail}, values)

    # ---------------------------------------------------------------- known answers

    def test_how_often_an_answer_helped_is_not_entered(self):
        values = {"question": "How do I clean a lens?", "answer": "<p>With water.</p>", "helped_count": 900}
        answer = self.env["crm.sync.case.answer"].with_user(self.head).create(values)
        answer.write({"helped_count": 1000, "not_helped_count": 3})
        self.assertEqual((answer.helped_count, answer.not_helped_count), (0, 0))


class TestCompensationLoopholes(LoyaltyCase):
    """Service may give 500 points and 100 in money; its agent wants more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))
        # Whose department it is reads his cards.
        cls.customer.sync_department_id = cls.service
        cls.card = cls.new_card(100)
        cls.budget = cls.new_budget(cls.service)
        cls.case = (
            cls.env["crm.sync.case"]
            .with_user(cls.agent)
            .create({"name": "Late", "partner_id": cls.customer.id, "department_id": cls.service.id})
        )

    @classmethod
    def new_budget(cls, department, points=500, amount=100):
        return cls.env["crm.sync.case.budget"].create(
            {
                "department_id": department.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "limit_points": points,
                "limit_amount": amount,
            }
        )

    def program_of(self, kind, **values):
        return self.env["loyalty.program"].create(
            {"name": "Sorry", "program_type": kind, "applies_on": "current", "trigger": "with_code", **values}
        )

    def wanted(self, amount, kind="points", **values):
        values = {"case_id": self.case.id, "kind": kind, "amount": amount, **values}
        return self.env["crm.sync.case.compensation"].with_user(self.agent).create(values)

    def asked(self, amount, kind="points", **values):
        wanted = self.wanted(amount, kind, **values)
        wanted.action_request()
        return wanted

    def test_a_gift_card_holds_what_was_counted_whatever_the_currency(self):
        rate = {"name": "2026-01-01", "rate": 1000.0, "company_id": self.company.id}
        weak = self.env["res.currency"].create({"name": "WEK", "symbol": "W", "rate_ids": [Command.create(rate)]})
        program = self.program_of("gift_card", applies_on="future", trigger="auto")
        given = self.asked(50_000, "coupon", program_id=program.id, currency_id=weak.id)
        self.assertEqual((given.state, self.budget.used_amount), ("granted", 50))
        self.assertEqual(given.card_id.sudo().points, 50)

    def test_a_coupon_counts_what_it_is_worth_and_not_what_its_requester_says(self):
        reward = {"reward_type": "discount", "discount_mode": "per_order", "discount": 900, "required_points": 1}
        program = self.program_of("coupons")
        program.reward_ids = [Command.clear(), Command.create(reward)]
        wanted = self.asked(0.01, "coupon", program_id=program.id)
        self.assertEqual((wanted.state, wanted.cause, wanted.budget_amount), ("to_approve", "over", 900))

    def test_a_coupon_is_one_of_a_program_that_has_coupons(self):
        with self.assertRaises(ValidationError):
            self.wanted(1, "coupon", program_id=self.program_of("ewallet", applies_on="future", trigger="auto").id)

    def test_a_card_that_has_no_name_on_it_gets_nothing(self):
        bearer = self.new_card(partner_id=False)
        self.assertFalse(bearer.partner_id)
        with self.assertRaisesRegex(ValidationError, "Card: choose one of the customer"):
            self.wanted(10, card_id=bearer.id)

    def test_points_do_not_go_to_the_card_of_who_was_the_customer_before(self):
        wanted = self.wanted(10, card_id=self.card.id)
        self.case.partner_id = self.env["res.partner"].create({"name": "Bo"})
        with self.assertRaisesRegex(ValidationError, "Card: choose one of the customer"):
            wanted.action_request()
        self.case.partner_id = self.customer
        self.budget.limit_points = 0
        wanted.action_request()
        self.case.partner_id = self.env["res.partner"].create({"name": "Wu"})
        with self.assertRaisesRegex(ValidationError, "Card: choose one of the customer"):
            wanted.with_user(self.head).action_approve()
        self.assertEqual(self.card.points, 100)

    def test_a_contact_of_a_colleague_is_a_colleague(self):
        wife = self.env["res.partner"].create({"name": "Ada", "parent_id": self.agent.partner_id.id})
        self.case.partner_id = wife
        self.agent.partner_id.sync_department_id = self.service
        card = self.new_card(0, self.agent.partner_id)
        self.assertEqual(self.asked(10, card_id=card.id).cause, "own")
        self.assertEqual(self.asked(10, "gift").cause, "own")

    def test_nobody_chooses_the_department_whose_budget_he_uses(self):
        self.case.user_id = self.agent
        self.new_budget(self.sales, 100_000, 100_000)
        self.case.department_id = self.sales
        wanted = self.asked(90_000, "gift")
        self.assertEqual((wanted.state, wanted.cause), ("to_approve", "no_budget"))

    def test_what_lies_in_a_wallet_is_money(self):
        program = self.program_of("ewallet", applies_on="future", trigger="auto")
        wallet = self.new_card(0, program=program)
        wanted = self.asked(400, card_id=wallet.id)
        self.assertEqual((wanted.state, wanted.cause), ("to_approve", "over"))
        self.asked(60, card_id=wallet.id)
        self.assertEqual((self.budget.used_points, self.budget.used_amount), (0, 60))

    def test_whose_compensation_it_is_is_not_for_the_context_to_say(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        self.agent.company_ids += company
        Compensation = self.env["crm.sync.case.compensation"].with_user(self.agent)
        Compensation = Compensation.with_context(
            default_company_id=company.id,
            default_department_id=self.sales.id,
            allowed_company_ids=(self.company | company).ids,
            default_kind="gift",
        )
        wanted = Compensation.create({"case_id": self.case.id, "amount": 1})
        self.assertEqual((wanted.company_id, wanted.kind), (self.company, "gift"))
        self.assertFalse(wanted.department_id)


@tagged("-at_install", "post_install")
class TestCaseDoors(IntakeCase, HttpCase):
    """Doors that stand open to the street."""

    def test_no_colleague_does_what_a_customer_does(self):
        case = self.open_case()
        self.close(case)
        self.env.flush_all()
        new_test_user(self.env, "t_plain", "base.group_user", password="t_plain_password")
        for login, status in (("t_plain", 404), (None, 303)):
            self.authenticate(login, "t_plain_password")
            form = {"stars": "5", "access_token": case.access_token, "csrf_token": Request.csrf_token(self)}
            response = self.url_open(f"/my/cases/{case.id}/verdict", data=form, allow_redirects=False)
            self.assertEqual(response.status_code, status)

    def test_an_answer_that_quotes_our_mail_does_not_tell_the_key_of_the_link(self):
        case = self.mail()
        receipt, key = self.receipts(case), case.access_token
        quoted = f"Thanks\n> https://example.com/my/cases/{case.id}?access_token={key}"
        self.mail(quoted, reply_to=receipt)
        self.assertIn("Thanks", self.conversation(case)[-1].body)
        self.close(case, days_ago=15)
        new = self.mail(quoted, reply_to=receipt)
        texts = [*(case | new).message_ids.mapped("body"), new.description]
        self.assertNotIn(key, "".join(texts))

    def test_what_a_reporter_says_later_is_not_shown_to_the_customer_of_the_master(self):
        portal = new_test_user(
            self.env, "t_bo", "base.group_portal", password="t_bo_password", email="bo@s.example.com"
        )
        master = self.open_case(partner_id=portal.partner_id.id)
        double = self.open_case(partner_id=self.contact.id, channel="web")
        receipt = self.receipts(double)
        double.action_merge(master)
        self.mail("I am Li Na and call me at 555.", reply_to=receipt, From="Li Na <li.na@northern.example.com>")
        self.env.flush_all()
        self.authenticate("t_bo", "t_bo_password")
        params = {"thread_model": "crm.sync.case", "thread_id": master.id, "token": master.access_token}
        page = self.make_jsonrpc_request("/mail/chatter_fetch", params)
        self.assertIn("messages", page)
        self.assertNotIn("Li Na", str(page))
        self.assertIn("Li Na", "".join(master.message_ids.mapped("body")), "colleagues read it")
