from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged, users, warmup
from odoo.tools import format_date

from ..common import SyncCase


class BriefCase(SyncCase):
    """A customer with a history, and what his brief says of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lens = cls.product("Lens")

    @classmethod
    def product(cls, name, price=100.0):
        return cls.env["product.product"].create(
            {"name": name, "list_price": price, "taxes_id": False, "invoice_policy": "order", "type": "consu"}
        )

    @classmethod
    def order(cls, quantity=1, days=0, product=None, **values):
        """An order that was confirmed so many days ago."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create({"product_id": (product or cls.lens).id, "product_uom_qty": quantity})],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = cls.days_ago(days)
        return order

    @classmethod
    def promise(cls, name, days, user=None, **values):
        """A promise that is due in so many days; made five days before it was due when that is over."""
        now = fields.Datetime.now()
        due_at = now + timedelta(days=days)
        values = {"name": name, "partner_id": cls.customer.id, "due_at": due_at, **values}
        with freeze_time(now if days > 0 else due_at - timedelta(days=5)):
            return cls.env["crm.sync.promise"].with_user(user or cls.seller).create(values)

    def brief(self, user=None, partner=None, **context):
        self.env.cr.precommit.run()
        return (partner or self.customer).with_user(user or self.seller).with_context(**context).sync_brief()

    def section(self, code, brief=None, **arguments):
        """The section of a brief as it is told; an empty dict where there is none."""
        sections = (brief or self.brief(**arguments))["sections"]
        return next((section for section in sections if section["code"] == code), {})

    @staticmethod
    def facts(section):
        return {fact["label"]: fact["value"] for fact in section["facts"]}

    @staticmethod
    def texts(section):
        return [[cell["text"] for cell in row] for row in section["rows"]]


@tagged("post_install", "-at_install")
class TestBrief(BriefCase):
    """What the brief tells, section by section, to a salesperson who may read it all."""

    def test_turnover_of_this_year_and_the_one_before_and_that_it_fell(self):
        self.order(10, days=400)
        self.order(3, days=40)
        brief = self.brief()
        facts = self.facts(self.section("value", brief))
        self.assertIn("300", facts["Turnover of 12 months"])
        self.assertIn("1,000", facts["12 months before"])
        self.assertTrue([text for text in brief["bring_up"] if text.startswith("Turnover fell")], brief["bring_up"])

    def test_who_orders_every_month_and_has_not_for_sixty_days_is_asked_what_he_needs(self):
        for days in (120, 90, 60):
            self.order(1, days=days)
        brief = self.brief()
        self.assertIn("30 days", self.facts(self.section("value", brief))["Usually orders every"])
        self.assertTrue([text for text in brief["bring_up"] if "every 30 days, the last time 60 days ago" in text])

    def test_the_five_products_of_most_turnover(self):
        for number in range(1, 7):
            product = self.product(f"Lens {number}", 100.0 * number)
            self.order(2, days=10, product=product)
        rows = self.texts(self.section("products"))
        self.assertEqual([row[0] for row in rows], [f"Lens {number}" for number in (6, 5, 4, 3, 2)])
        self.assertEqual(rows[0][1], "2")
        self.assertIn("1,200", rows[0][2])

    def test_a_quotation_that_was_sent_is_to_be_brought_up_and_a_draft_is_not(self):
        for state in ("sent", "draft"):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.lens.id, "product_uom_qty": 4})],
                    "validity_date": fields.Date.today() + timedelta(days=5),
                }
            )
            order.state = state
        brief = self.brief()
        self.assertEqual(len(self.section("deals", brief)["rows"]), 2)
        about = [text for text in brief["bring_up"] if "Quotation" in text]
        self.assertEqual(len(about), 1)
        self.assertIn("ends on", about[0])

    def test_an_opportunity_past_its_day_is_told_with_its_name(self):
        self.env["crm.lead"].create(
            {
                "name": "New shop",
                "type": "opportunity",
                "partner_id": self.contact.id,
                "user_id": self.seller.id,
                "expected_revenue": 2400,
                "date_deadline": fields.Date.today() - timedelta(days=3),
            }
        )
        brief = self.brief()
        self.assertEqual(self.texts(self.section("deals", brief))[0][0], "New shop")
        self.assertTrue([text for text in brief["bring_up"] if "“New shop” should have been decided" in text])

    def test_the_last_ten_contacts_newest_first(self):
        for number in range(12):
            self.touch(subject=f"Call {number}", occurred_at=self.days_ago(number + 1))
        rows = self.texts(self.section("contacts"))
        self.assertEqual([row[2] for row in rows], [f"Call: Call {number}" for number in range(10)])

    def test_a_promise_that_is_late_comes_first_and_one_that_is_due_next_week_is_told(self):
        self.promise("Send the drawings", -3)
        self.promise("Bring the samples", 6)
        brief = self.brief()
        self.assertEqual(
            [row[1] for row in self.texts(self.section("promises", brief))], ["Send the drawings", "Bring the samples"]
        )
        self.assertIn("We owe them: “Send the drawings”", brief["bring_up"][0])
        self.assertTrue([text for text in brief["bring_up"] if "“Bring the samples”. Say how far we are" in text])

    def test_a_date_that_the_customer_did_not_agree_to_does_not_make_a_promise_any_less_late(self):
        promise = self.promise("Send the drawings", -3)
        later = fields.Datetime.now() + timedelta(days=4)
        promise.action_reschedule(later, False, "The draughtsman is ill")
        brief = self.brief()
        self.assertIn("We owe them: “Send the drawings”", brief["bring_up"][0])
        [[day, *_rest]] = self.texts(self.section("promises", brief))
        self.assertEqual(day, format_date(self.env, promise.binding_due_at.date()))

    def test_a_kept_promise_counts_and_is_no_longer_owed(self):
        self.promise("Send the drawings", 3).action_keep()
        section = self.section("promises")
        self.assertFalse(section["rows"])
        self.assertEqual(self.facts(section)["Kept within 12 months"], "1 of 1 in time")

    def test_an_unhappy_answer_forbids_to_offer_anything_new(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "How are we?",
                "question_and_page_ids": [
                    Command.create({"title": "0 to 10?", "question_type": "scale", "scale_min": 0, "scale_max": 10})
                ],
            }
        )
        answer = survey._create_answer(partner=self.contact, check_attempts=False)
        answer._save_lines(survey.question_ids, "3")
        answer._mark_done()
        manager = new_test_user(
            self.env,
            "t_survey",
            "base.group_user,crm_sync_measures.group_manager,survey.group_survey_manager",
        )
        brief = self.brief(manager)
        self.assertEqual(self.texts(self.section("scores", brief))[0][1], "3 / 10")
        self.assertTrue([text for text in brief["avoid"] if "anything new" in text])
        self.assertTrue([text for text in brief["bring_up"] if "unhappy" in text])

    def test_another_quotation_with_another_price_is_no_offer_to_repeat(self):
        for seller, price in ((self.seller, 100.0), (self.manager, 80.0)):
            self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "user_id": seller.id,
                    "order_line": [
                        Command.create({"product_id": self.lens.id, "product_uom_qty": 1, "price_unit": price})
                    ],
                }
            )
        brief = self.brief()
        rows = self.texts(self.section("card", brief))
        self.assertTrue([text for label, text in rows if "price" in label and "80" in text], rows)
        self.assertTrue([text for text in brief["avoid"] if "another price" in text], brief["avoid"])

    def test_who_wants_no_mailings_is_named(self):
        self.env["mail.blacklist"]._add("li.na@northern.example.com")
        self.assertTrue([text for text in self.brief()["avoid"] if "Li Na wants none" in text])

    def test_a_contact_s_brief_is_that_of_the_company(self):
        brief = self.brief(partner=self.contact)
        self.assertEqual(brief["partner"], {"id": self.customer.id, "name": "Northern Optics"})
        self.assertEqual(self.texts(self.section("persons", brief))[0][0], "Li Na")

    def test_an_archived_customer_and_one_without_any_history_have_a_brief_too(self):
        nobody = self.env["res.partner"].create({"name": "Nobody Yet"})
        brief = self.brief(partner=nobody)
        self.assertIn("No contact yet", brief["subtitle"])
        self.assertEqual(self.section("products", brief)["empty"], "Nothing yet.")
        nobody.active = False
        self.assertEqual(self.brief(partner=nobody)["partner"]["name"], "Nobody Yet")

    def test_amounts_are_in_the_reader_s_company_s_currency_without_cents(self):
        self.order(12, days=3)
        yen = self.env.ref("base.JPY")
        yen.active = True
        company = self.env["res.company"].create({"name": "Tokyo", "currency_id": yen.id})
        brief = self.env["crm.sync.brief"].with_company(company)
        self.assertIn("12,000", brief._money(12000))
        self.assertNotIn(".", brief._money(12000))
        self.assertIn("1,200", self.facts(self.section("value"))["Turnover of 12 months"])

    def test_days_are_those_of_the_reader_s_time_zone_and_language(self):
        moment = fields.Datetime.to_datetime("2026-03-01 20:30:00")
        brief = self.env["crm.sync.brief"]
        self.assertEqual(brief.with_context(tz="Asia/Shanghai")._day(moment), "03/02/2026")
        self.assertEqual(brief.with_context(tz="UTC")._day(moment), "03/01/2026")

    def test_a_long_text_is_cut_also_where_there_are_no_spaces(self):
        brief = self.env["crm.sync.brief"]
        self.assertEqual(brief._short("one two three four five six", 12), "one two…")
        self.assertEqual(len(brief._short("客户希望我们下周把新店的平面图和报价一起发过去" * 4, 40)), 41)


@tagged("post_install", "-at_install")
class TestBriefRights(BriefCase):
    """Each reader's brief tells what that reader may know, and says what it does not."""

    def test_service_without_sales_rights_sees_that_value_is_hidden_and_no_figure_of_it(self):
        self.order(77, days=10)
        brief = self.brief(self.agent)
        masked = {section["code"] for section in brief["sections"] if section["masked"]}
        self.assertLessEqual({"value", "products", "deals", "payment"}, masked)
        self.assertNotIn("7,700", str(brief))
        html = self.customer.with_user(self.agent).sync_brief_page()["html"]
        self.assertNotIn("7,700", html)
        self.assertIn("You do not have access to this.", html)

    def test_a_contact_of_another_department_is_told_as_department_and_day(self):
        self.touch(self.colleague, subject="Secret discount", occurred_at=self.days_ago(2))
        self.touch(self.agent, subject="Repair", occurred_at=self.days_ago(1))
        self.customer.user_id = self.colleague
        rows = self.texts(self.section("contacts", user=self.agent))
        self.assertEqual(rows[0][2], "Call: Repair")
        self.assertEqual(rows[1][1:], ["Sales", "Hidden from you"])
        self.assertNotIn("Secret discount", str(self.brief(self.agent)))

    def test_a_promise_of_another_department_is_told_as_a_number(self):
        self.promise("Send the secret offer", 3)
        section = self.section("promises", user=self.agent)
        self.assertFalse(section["rows"])
        self.assertEqual(list(section["notes"]), ["Sales: 1, hidden from you"])
        self.assertNotIn("secret", str(self.brief(self.agent)))

    def test_nothing_of_another_company_is_counted(self):
        company, other = self.other_company()
        self.promise("Send the drawings", 3)
        brief = self.brief(other, allowed_company_ids=company.ids)
        section = self.section("promises", brief)
        self.assertEqual((section["rows"], section["notes"]), ((), ()))

    def test_portal_users_and_employees_without_a_role_are_refused(self):
        portal = new_test_user(self.env, "t_portal_brief", "base.group_portal")
        for user in (portal, self.employee, self.env.ref("base.public_user")):
            for method in ("sync_brief", "sync_brief_page"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(self.customer.with_user(user), method)()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["report.crm_sync_measures.report_customer_brief"].with_user(user)._get_report_values(
                    self.customer.ids
                )

    def test_the_auditor_reads_it(self):
        self.assertEqual(self.brief(self.auditor)["partner"]["name"], "Northern Optics")

    def test_a_name_that_is_markup_is_text(self):
        self.customer.name = "<script>alert(1)</script>"
        html = self.customer.with_user(self.seller).sync_brief_page()["html"]
        self.assertNotIn("<script>", html)
        self.assertIn("&lt;script&gt;", html)

    def test_none_and_more_than_ten_customers_are_refused_in_words(self):
        with self.assertRaises(UserError):
            self.env["res.partner"].sync_brief_page()
        many = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(11)])
        with self.assertRaises(UserError):
            many.sync_brief_page()


@tagged("post_install", "-at_install")
class TestBriefPerformance(BriefCase):
    def fill(self, number):
        customer = self.env["res.partner"].create(
            {"name": f"Of {number}", "is_company": True, "user_id": self.seller.id}
        )
        contacts = self.env["res.partner"].create([{"name": f"C{n}", "parent_id": customer.id} for n in range(number)])
        for contact in contacts:
            self.touch(partner_id=contact.id)
            self.promise("Send it", 3, partner_id=contact.id)
            self.order(1, days=20, partner_id=contact.id)
            self.env["crm.lead"].create(
                {"name": "L", "type": "opportunity", "partner_id": contact.id, "user_id": self.seller.id}
            )
        self.env.cr.precommit.run()
        return customer

    @users("t_seller")
    @warmup
    def test_a_brief_costs_the_same_whatever_the_size(self):
        self.begin_a_request()
        for number in (1, 20):
            customer = self.env["res.partner"].browse(self.fill(number).id)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(75):
                customer.sync_brief()


@tagged("post_install", "-at_install")
class TestBriefDoors(BriefCase):
    """From the customer, the lead and the meeting."""

    def opened(self, record, user=None):
        return record.with_user(user or self.seller).action_open_sync_brief()["params"]["partner_ids"]

    def test_from_a_contact_and_from_a_lead(self):
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.contact.id, "user_id": self.seller.id})
        self.assertEqual(self.opened(self.customer), self.customer.ids)
        self.assertEqual(self.opened(lead), self.contact.ids)
        lead.partner_id = False
        with self.assertRaisesRegex(UserError, "Customer"):
            self.opened(lead)

    def meeting(self, *partners, **values):
        start = fields.Datetime.now() + timedelta(days=1)
        return self.env["calendar.event"].create(
            {
                "name": "Plan",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.seller.id,
                "partner_ids": [Command.set((self.seller.partner_id.browse().union(*partners)).ids)],
                **values,
            }
        )

    def test_from_a_meeting_the_companies_of_those_from_outside(self):
        other = self.env["res.partner"].create({"name": "Southern Optics", "is_company": True})
        meeting = self.meeting(self.seller.partner_id, self.contact, self.customer, other)
        self.assertEqual(set(self.opened(meeting)), {self.customer.id, other.id})

    def test_a_meeting_about_an_opportunity_is_with_its_customer(self):
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.contact.id, "type": "opportunity"})
        meeting = self.meeting(self.seller.partner_id, opportunity_id=lead.id)
        self.assertEqual(self.opened(meeting), self.customer.ids)

    def test_a_meeting_among_ourselves_has_none_and_says_so(self):
        meeting = self.meeting(self.seller.partner_id, self.colleague.partner_id, self.company.partner_id)
        with self.assertRaisesRegex(UserError, "Attendees"):
            self.opened(meeting)


@tagged("post_install", "-at_install")
class TestBriefOnPaper(BriefCase):
    """One template, on screen, as HTML and as PDF."""

    def rendered(self, **context):
        report = self.env["ir.actions.report"].with_user(self.seller).with_context(**context)
        return report._render_qweb_html("crm_sync_measures.report_customer_brief", self.customer.ids)[0].decode()

    def test_the_printed_page_says_what_the_screen_says(self):
        self.promise("Send the drawings", -3)
        page, screen = self.rendered(), self.customer.with_user(self.seller).sync_brief_page()["html"]
        for html in (page, screen):
            self.assertIn("We owe them: “Send the drawings”", html)
        self.assertIn("<main", page)

    def test_every_view_that_offers_the_brief_offers_it_to_roles_alone(self):
        for model in ("res.partner", "crm.lead", "calendar.event"):
            for user, expected in ((self.seller, True), (self.employee, False)):
                Model = self.env[model].with_user(user)
                if Model.has_access("read"):
                    arch = Model.get_view(view_type="form")["arch"]
                    self.assertEqual("action_open_sync_brief" in arch, expected, (model, user.login))

    def test_two_customers_come_on_one_document_each_on_a_page_of_its_own(self):
        other = self.env["res.partner"].create({"name": "Southern Optics"})
        page = (
            self.env["ir.actions.report"]
            .with_user(self.seller)
            ._render_qweb_html("crm_sync_measures.report_customer_brief", (self.customer | other | self.contact).ids)[0]
            .decode()
        )
        self.assertEqual(page.count('class="o_brief"'), 2)

    def pdf(self, partners, **context):
        report = self.env["ir.actions.report"].with_user(self.seller)
        return report.with_context(force_report_rendering=True, **context)._render_qweb_pdf(
            "crm_sync_measures.report_customer_brief", partners.ids
        )

    def pages(self, content):
        import io
        from unicodedata import normalize

        from pypdf import PdfReader

        # Qt tells the character 小 of a Chinese font as the radical ⼩, which looks the same.
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        return [" ".join(normalize("NFKC", text).split()) for text in texts]

    def test_the_pdf_is_one_page_with_chinese_names(self):
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            self.skipTest("no wkhtmltopdf on this machine")
        self.customer.name = "上海北方光学有限公司"
        self.contact.name = "李小娜"
        for number in range(12):
            self.touch(subject=f"关于新店平面图的电话 {number}", occurred_at=self.days_ago(number + 1))
            self.order(2, days=10 * number + 1, product=self.product(f"玻璃展示柜 {number}"))
        content, kind = self.pdf(self.customer)
        self.assertEqual(kind, "pdf")
        [page] = self.pages(content)
        for text in ("上海北方光学有限公司", "李小娜", "关于新店平面图的电话", "玻璃展示柜"):
            self.assertIn(text, page)

    def test_several_customers_are_several_pages_of_one_pdf(self):
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            self.skipTest("no wkhtmltopdf on this machine")
        other = self.env["res.partner"].create({"name": "Southern Optics"})
        pages = self.pages(self.pdf(self.customer | other)[0])
        self.assertEqual(len(pages), 2)
        self.assertIn("Southern Optics", pages[1])
