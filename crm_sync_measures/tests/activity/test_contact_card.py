from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from .contact_card_case import ContactCardCase


class TestContactCard(ContactCardCase):
    """What is found, how serious it is, and in which words."""

    def test_nothing_found_is_green(self):
        card = self.card()
        self.assertEqual((card["light"], card["main"], card["decision"]), ("green", False, "inform"))
        self.assertEqual(card["partner"]["name"], "Northern Optics")
        self.assertTrue(card["is_customer"])

    def test_a_colleague_and_our_own_company_are_no_customers(self):
        for partner in (self.colleague.partner_id, self.company.partner_id):
            card = self.card(partner=partner)
            self.assertFalse(card["is_customer"])
            self.assertFalse(card["findings"])

    # ---------------------------------------------------------------- others in contact

    def test_a_colleague_who_called_yesterday_is_named(self):
        self.touch(self.colleague, channel="call", occurred_at=self.days_ago(1))
        self.assertEqual(self.found("others"), [("yellow", "t_colleague (Sales), call, yesterday")])
        self.assertEqual(self.card()["light"], "yellow")

    def test_what_i_did_myself_is_no_news_for_me(self):
        self.touch(self.seller, occurred_at=self.days_ago(1))
        self.assertFalse(self.found("others"))
        self.assertTrue(self.found("others", user=self.colleague))

    def test_a_contact_of_eight_days_ago_is_not_told_and_of_six_days_is(self):
        self.touch(self.colleague, occurred_at=self.days_ago(8))
        self.assertFalse(self.found("others"))
        self.touch(self.colleague, occurred_at=self.days_ago(6))
        self.assertEqual(len(self.found("others")), 1)
        self.company.sync_contact_days = 0
        self.assertFalse(self.found("others"))

    def test_a_mail_on_a_lead_a_visit_and_a_meeting_each_count_once_per_person(self):
        lead = self.lead(self.colleague)
        lead.with_user(self.manager).message_post(body="Offer", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.touch(self.colleague, channel="visit", occurred_at=self.days_ago(2))
        self.touch(self.colleague, channel="call", occurred_at=self.days_ago(3))
        self.env["calendar.event"].create(
            {
                "name": "Fitting",
                "user_id": self.agent.id,
                "start": self.days_ago(1),
                "stop": self.days_ago(1) + timedelta(hours=1),
                "partner_ids": [Command.set(self.contact.ids)],
            }
        )
        self.assertEqual(
            [text for _level, text in self.found("others")],
            [
                "t_manager (Sales), e-mail, today",
                "t_agent (Service), meeting, yesterday",
                "t_colleague (Sales), visit, 2 days ago",
            ],
        )

    def test_asked_about_two_customers_at_once_each_has_what_was_written_on_his_own_documents(self):
        other = self.env["res.partner"].create({"name": "Southern Optics", "email": "south@example.com"})
        for user, document in [
            (self.colleague, self.lead()),
            (self.agent, self.lead(partner_id=other.id)),
            (self.manager, self.quotation(100.0, partner=other)),
        ]:
            document.with_user(user).sudo().message_post(
                body="Offer", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=user.partner_id.id
            )
        Card = self.env["crm.sync.contact.card"].with_user(self.seller)
        found = Card._find(Card._context_of((self.customer | other).with_user(self.seller)), {"others"})
        people = {entity: {finding.user_id for _code, finding in told} for entity, told in found.items()}
        self.assertEqual(people, {self.customer.id: {self.colleague.id}, other.id: {self.agent.id, self.manager.id}})

    def test_a_note_and_an_automatic_message_are_no_contacts(self):
        lead = self.lead(self.colleague)
        lead.with_user(self.colleague).message_post(body="Note", message_type="comment", subtype_xmlid="mail.mt_note")
        lead.with_user(self.colleague).message_post(body="Robot", subtype_xmlid="mail.mt_comment")
        self.assertFalse(self.found("others"))

    def test_what_i_may_not_read_is_told_as_department_and_day(self):
        self.touch(self.colleague, subject="Secret", occurred_at=self.days_ago(2))
        [told] = [told for told in self.card(self.agent)["findings"] if told["code"] == "others"]
        self.assertEqual((told["text"], told["masked"], told["links"]), ("Sales, 2 days ago", True, []))
        self.assertTrue(told["when"].endswith("12:00:00"))

    # ---------------------------------------------------------------- prices

    def test_two_sellers_with_two_prices_for_one_product(self):
        mine = self.quotation(100.0)
        other = self.quotation(90.0, self.colleague)
        [(level, text)] = self.found("price", document=mine)
        self.assertEqual(level, "red")
        self.assertEqual(
            text, f"Cabinet: $ 100.00 in {mine.name}, $ 90.00 in {other.name} (-10.0%) by t_colleague (Sales)"
        )
        [told] = [told for told in self.card(document=mine)["findings"] if told["code"] == "price"]
        self.assertEqual([link["name"] for link in told["links"]], [other.name])
        [told] = [told for told in self.card()["findings"] if told["code"] == "price"]
        self.assertEqual({link["res_id"] for link in told["links"]}, {other.id, mine.id})

    def test_the_same_price_is_no_contradiction_and_my_own_second_price_is_less_serious(self):
        mine = self.quotation(100.0)
        self.quotation(100.0, self.colleague)
        self.assertFalse(self.found("price", document=mine))
        self.quotation(95.0)
        self.assertEqual([level for level, _text in self.found("price", document=mine)], ["yellow"])

    def test_a_discount_a_dozen_and_another_currency_are_seen_through(self):
        mine = self.quotation(100.0)
        dozen = self.env.ref("uom.product_uom_dozen")
        euro = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "EUR")])
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create({"currency_id": euro.id, "rate": 0.5, "name": "2020-01-01"})
        euros = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id})

        def line(**values):
            return [Command.create({"product_id": self.product.id, "product_uom_qty": 1, **values})]

        self.quotation(0, self.colleague, order_line=line(price_unit=125.0, discount=20.0))
        self.quotation(0, self.colleague, order_line=line(price_unit=1200.0, product_uom_id=dozen.id))
        self.quotation(0, self.colleague, pricelist_id=euros.id, order_line=line(price_unit=50.0))
        self.assertFalse(self.found("price", document=mine))
        self.quotation(0, self.colleague, pricelist_id=euros.id, order_line=line(price_unit=45.0))
        [(_level, text)] = self.found("price", document=mine)
        self.assertIn("(-10.0%)", text)
        self.assertIn("45.00", text)

    def test_on_the_customer_the_lowest_and_the_highest_price_are_compared(self):
        for price in (100.0, 80.0, 90.0):
            self.quotation(price)
        [(_level, text)] = self.found("price", user=self.manager)
        self.assertIn("$ 80.00", text)
        self.assertIn("$ 100.00", text)
        self.assertIn("(+25.0%)", text)

    def test_a_cancelled_an_old_and_another_customers_quotation_do_not_count(self):
        mine = self.quotation(100.0)
        self.quotation(90.0, self.colleague)._action_cancel()
        self.quotation(90.0, self.colleague, date_order=self.days_ago(100))
        self.quotation(90.0, self.colleague, partner=self.colleague.partner_id)
        self.assertFalse(self.found("price", document=mine))

    def test_a_price_of_a_quotation_one_may_not_read_is_not_told(self):
        mine = self.quotation(100.0, self.colleague)
        self.quotation(90.0, self.seller)
        [(level, text)] = self.found("price", user=self.colleague, document=mine)
        self.assertEqual((level, text), ("red", "Sales, today"))

    # ---------------------------------------------------------------- opportunities

    def test_another_open_opportunity_is_told_and_the_own_one_is_not(self):
        mine = self.lead()
        theirs = self.lead(self.colleague, name="Second shop")
        self.assertEqual(
            self.found("leads", document=mine), [("yellow", "Second shop, t_colleague (Sales), opened today")]
        )
        theirs.action_set_lost()
        self.assertFalse(self.found("leads", document=mine))
        self.assertEqual(self.found("leads"), [("info", "New shop, t_seller (Sales), opened today")])
        order = self.quotation(100.0, opportunity_id=mine.id)
        self.assertFalse(self.found("leads", document=order))

    # ---------------------------------------------------------------- channels

    def test_a_dealer_and_we_ourselves_at_work_on_one_customer(self):
        dealer = self.env["res.partner"].create({"name": "Optics Trade", "sync_channel_role": "dealer"})
        direct = self.lead(name="Direct")
        dealt = self.lead(self.colleague, name="Dealt", sync_dealer_id=dealer.id)
        self.assertEqual(
            self.found("channel", document=direct), [("red", "Dealt through Optics Trade, t_colleague (Sales)")]
        )
        self.assertEqual(self.found("channel", document=dealt), [("red", "Direct directly, t_seller (Sales)")])
        self.assertEqual(len(self.found("channel")), 2)

    def test_an_opportunity_past_the_dealer_who_serves_the_customer(self):
        dealer = self.env["res.partner"].create({"name": "Optics Trade", "sync_channel_role": "dealer"})
        self.customer.sync_dealer_ids = dealer
        lead = self.lead(name="Direct")
        self.assertEqual(
            self.found("channel", document=lead),
            [("yellow", "Direct goes past Optics Trade, who serves this customer")],
        )
        lead.sync_dealer_id = dealer
        self.assertFalse(self.found("channel", document=lead))

    # ---------------------------------------------------------------- promises, answers

    def test_a_broken_promise_is_serious_a_near_one_less_and_a_far_one_is_told(self):
        self.promise(30, name="Far")
        self.promise(1, name="Near")
        self.assertEqual([level for level, _text in self.found("promise")], ["yellow", "info"])
        self.promise(-2, self.colleague, name="Call back")
        [(level, text)] = self.found("promise_broken")
        day = self.card()["findings"][0]["text"]
        self.assertEqual(level, "red")
        self.assertIn("Call back, by t_colleague (Sales), for ", text)
        self.assertEqual(text, day)

    def test_who_waits_for_our_answer_is_told_and_not_held_against_whoever_answers(self):
        lead, other = self.lead(self.colleague), self.lead(self.seller)
        self.env["crm.sync.response.policy"].create(
            {"department_id": self.sales.id, "first_hours": 1, "rolling_hours": 1}
        )
        self.env["mail.message"].create(
            {
                "model": "crm.lead",
                "res_id": lead.id,
                "author_id": self.contact.id,
                "message_type": "email",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "date": self.days_ago(5),
                "body": "Where is my offer?",
            }
        )
        self.env.cr.precommit.run()
        self.assertEqual(
            self.found("waiting", document=other), [("red", "Since 5 days ago, t_colleague (Sales) is to answer")]
        )
        self.assertEqual(self.found("waiting", document=lead), [("info", "Here, since 5 days ago")])

    # ---------------------------------------------------------------- standing

    def test_an_unhappy_last_answer_is_serious_until_a_better_one_comes(self):
        self.answer(2, days=9)
        self.standing()
        reader = self.new_user("t_survey", "group_user", self.sales, "survey.group_survey_user")
        [(level, text)] = self.found("unhappy", user=reader)
        self.assertEqual((level, text), ("red", "20 of 100 in “After the delivery”, 9 days ago"))
        [(level, text)] = self.found("unhappy")
        self.assertEqual((level, text), ("red", "Sales, 9 days ago"))
        self.answer(5, partner=self.customer, days=1)
        self.assertFalse(self.found("unhappy"))

    def test_overdue_invoices_are_summed_over_what_one_may_read(self):
        if not self.company.chart_template:
            self.skipTest("no chart of accounts")
        accountant = self.new_user("t_accountant", "group_user", self.sales, "account.group_account_invoice")
        invoice = self.overdue(300.0, 10)
        [(level, text)] = self.found("overdue", user=accountant)
        self.assertEqual(
            (level, text), ("yellow", f"$ 300.00, due since {format_date(self.env, invoice.invoice_date_due)}")
        )
        self.overdue(200.0, 40, partner=self.contact)
        [(level, text)] = self.found("overdue", user=accountant)
        self.assertEqual((level, text), ("red", "$ 500.00 on 2 invoices, the oldest 40 days late"))
        [(level, text)] = self.found("overdue", user=self.agent)
        self.assertEqual(level, "red")
        self.assertNotIn("500", text)

    def test_an_opt_out_is_told_to_who_writes_and_weighs_in_bulk(self):
        self.env["mail.blacklist"]._add(self.customer.email)
        self.assertEqual([level for level, _text in self.found("consent")], ["info"])
        self.assertEqual([level for level, _text in self.found("consent", purpose="marketing")], ["yellow"])

    def test_whoever_hears_that_a_customer_wants_no_bulk_mail_notes_it(self):
        self.assertTrue(self.customer.email_normalized)
        self.customer.with_user(self.seller).action_sync_opt_out()
        self.assertTrue(self.customer.is_blacklisted)
        self.assertIn("Wants no bulk messages.", self.customer.message_ids[0].body)
        self.assertEqual([level for level, _text in self.found("consent", purpose="marketing")], ["yellow"])
        messages = len(self.customer.message_ids)
        self.customer.with_user(self.seller).action_sync_opt_out()
        self.assertEqual(len(self.customer.message_ids), messages, "once is enough")
        with self.assertRaises(AccessError):
            self.customer.with_user(self.auditor).action_sync_opt_out()

    def test_the_budget_that_is_left_is_told(self):
        self.assertFalse(self.found("budget"))
        self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 2, "days": 30})
        self.assertEqual(self.found("budget"), [("info", "2 of 2 bulk messages left in 30 days")])
        Sent = self.env["crm.sync.contact.sent"]
        Sent._note(self.customer, "email", "marketing", self.company)
        old = Sent._note(self.customer, "email", "marketing", self.company)
        self.env.cr.execute("UPDATE crm_sync_contact_sent SET at = at - interval '31 days' WHERE id = %s", [old.id])
        self.env.invalidate_all()
        self.assertEqual(self.found("budget"), [("info", "1 of 2 bulk messages left in 30 days")])

    # ---------------------------------------------------------------- the card as a whole

    def test_the_most_serious_comes_first_and_is_the_main_reason(self):
        self.touch(self.colleague, occurred_at=self.days_ago(1))
        self.lead()
        self.promise(-1)
        card = self.card()
        self.assertEqual([told["level"] for told in card["findings"]], ["red", "yellow", "info"])
        self.assertEqual(card["main"]["code"], "promise_broken")
        self.assertEqual(card["light"], "red")

    def test_of_two_serious_findings_the_one_that_asks_for_a_reason_is_the_main_one(self):
        self.promise(-1)
        mine = self.quotation(100.0)
        self.quotation(90.0, self.colleague)
        self.assertEqual(self.card(document=mine)["main"]["code"], "promise_broken")
        self.policy("price", decision="ask")
        card = self.card(document=mine)
        self.assertEqual((card["main"]["code"], card["decision"]), ("price", "ask"))
        self.assertEqual(card["main"], card["findings"][0])

    def test_what_was_found_on_any_contact_is_told_on_all_of_them(self):
        self.touch(self.colleague, partner_id=self.contact.id, occurred_at=self.days_ago(1))
        self.assertEqual(self.found("others"), self.found("others", partner=self.contact))

    def test_another_company_is_told_nothing(self):
        company, other = self.other_company()
        self.touch(self.colleague, occurred_at=self.days_ago(1))
        self.promise(-1)
        self.lead(company_id=self.company.id)
        self.quotation(100.0)
        self.quotation(90.0)
        card = self.customer.with_user(other).with_context(allowed_company_ids=company.ids).sync_contact_card()
        self.assertFalse(card["findings"])

    def test_bad_questions_get_a_sentence(self):
        lead = self.lead()
        for arguments in (
            {"channel": "pigeon"},
            {"purpose": "spam"},
            {"model": "res.users", "res_id": 1},
            {"model": "crm.lead"},
            {"model": "crm.lead", "res_id": "1"},
            {"model": "crm.lead", "res_id": 2**31 - 1},
            {"model": ["crm.lead"], "res_id": lead.id},
        ):
            with self.subTest(arguments), self.assertRaises(UserError):
                self.customer.with_user(self.seller).sync_contact_card(**arguments)

    def test_only_a_role_reads_a_card_and_only_from_documents_he_may_read(self):
        with self.assertRaises(AccessError):
            self.card(self.employee)
        with self.assertRaises(AccessError):
            self.card(self.agent, document=self.lead())
        self.assertTrue(self.card(self.auditor)["is_customer"])


class TestContactCardQueries(ContactCardCase):
    #: Queries of a card; what is found does not change it, and what the rules read is one of them.
    BOUND = 12

    def test_an_empty_card_costs_as_many_queries_as_a_full_one(self):
        queries = []
        for number in (2, 50):
            self.fill(number)
            self.env.flush_all()
            self.env.invalidate_all()
            self.card()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.card()
            queries.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(queries[1], queries[0])
        self.assertLess(max(queries), self.BOUND)

    def fill(self, number):
        people = [self.colleague, self.agent, self.head, self.manager]
        for index in range(number):
            self.touch(people[index % 4], occurred_at=fields.Datetime.now() - timedelta(hours=index))
            self.promise(-index - 1)
            self.quotation(100.0 + index, people[index % 4])
            self.lead(people[index % 4])

    def test_fifty_customers_cost_the_queries_of_one(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(50)])
        for partner in partners:
            self.touch(self.colleague, partner_id=partner.id, occurred_at=self.days_ago(1))
        self.env.flush_all()
        Card = self.env["crm.sync.contact.card"].with_user(self.seller)
        counts = []
        # The first round is for what is the same for all requests, such as policies and groups.
        for some in (partners, partners[:1], partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = Card._find(Card._context_of(some.with_user(self.seller)))
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(found), set(some.ids))
        self.assertEqual(counts[1], counts[2])
