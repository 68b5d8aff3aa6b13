from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from ..common import SyncCase


class TestTimeline(SyncCase):
    """What the timeline tells, seen by a manager who may read everything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids += cls.env.ref("account.group_account_invoice") + cls.env.ref("survey.group_survey_user")
        cls.product = cls.env["product.product"].create(
            {"name": "Lens", "list_price": 100.0, "type": "service", "invoice_policy": "order"}
        )

    def kinds(self, **arguments):
        return [event["kind"] for event in self.events(**arguments)]

    def lead(self, **values):
        return (
            self.env["crm.lead"]
            .with_user(self.seller)
            .create({"name": "Lenses", "type": "opportunity", "partner_id": self.contact.id, **values})
        )

    def order(self, **values):
        return (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.contact.id,
                    "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 2})],
                    **values,
                }
            )
        )

    # ---------------------------------------------------------------- sources

    def test_a_logged_contact(self):
        self.touch(self.agent, subject="Broken lens", note="Will send a photo", channel="wechat", direction="in")
        [event] = self.events()
        self.assertEqual(
            (event["kind"], event["title"], event["preview"], event["channel"], event["direction"]),
            ("contact", "Broken lens", "Will send a photo", "wechat", "in"),
        )
        self.assertEqual(event["person"], {"id": self.agent.id, "name": self.agent.name})
        self.assertEqual(event["department"], {"id": self.service.id, "name": "Service"})
        self.assertEqual((event["model"], event["channel_label"]), ("crm.sync.touch", "WeChat"))

    def test_messages_on_the_customer_his_contacts_leads_and_orders(self):
        documents = [self.customer, self.contact, self.lead(), self.order()]
        for document in documents:
            document.with_user(self.seller).message_post(
                body="<p>Dear Li,<br/>the offer</p>", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        events = [event for event in self.events() if event["kind"] == "message"]
        self.assertEqual(
            {(event["model"], event["res_id"]) for event in events}, {(doc._name, doc.id) for doc in documents}
        )
        self.assertEqual({event["preview"] for event in events}, {"<p>Dear Li,<br/>the offer</p>"})
        self.assertEqual({event["direction"] for event in events}, {"out"})

    def test_a_customers_own_mail_belongs_to_the_department_in_charge(self):
        self.customer.message_post(
            body="Where is it?", author_id=self.contact.id, message_type="email", subtype_xmlid="mail.mt_comment"
        )
        self.env.cr.precommit.run()
        [event] = self.events()
        self.assertEqual((event["person"], event["department"]["name"]), ({"id": False, "name": "Li Na"}, "Sales"))
        self.assertEqual(len(self.events(filters={"department_ids": [self.sales.id]})), 1)
        self.assertEqual(self.events(filters={"department_ids": [self.service.id]}), [])
        report = self.env["crm.sync.contact.report"].search([("commercial_partner_id", "=", self.customer.id)])
        self.assertEqual(report.department_id, self.sales)

    def test_a_note_is_told_apart_from_what_the_customer_reads(self):
        self.customer.with_user(self.seller).message_post(
            body="Difficult", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self.kinds(), ["note"])

    def test_a_change_of_stage_is_no_event(self):
        lead = self.lead()
        lead.with_context(tracking_disable=False).stage_id = self.env["crm.stage"].search([], limit=2)[-1]
        self.cr.precommit.run()
        self.assertEqual(self.kinds(), ["lead"])

    def test_an_activity_done_shows_its_type_and_feedback(self):
        activity = self.customer.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        activity.with_user(self.seller).action_feedback("Wants a sample")
        [event] = self.events()
        self.assertEqual((event["kind"], event["channel"], event["title"]), ("activity", "call", "Call"))
        self.assertIn("Wants a sample", event["preview"])

    def test_a_meeting_with_a_contact_and_one_of_a_lead(self):
        for values in ({"partner_ids": [Command.set(self.contact.ids)]}, {"opportunity_id": self.lead().id}):
            self.env["calendar.event"].with_user(self.seller).create(
                {"name": "Talk", "start": self.days_ago(2), "stop": self.days_ago(2) + timedelta(hours=1), **values}
            )
        meetings = [event for event in self.events() if event["kind"] == "meeting"]
        self.assertEqual(len(meetings), 2)

    def test_a_planned_meeting_is_not_told_before_it_begins(self):
        start = fields.Datetime.now() + timedelta(days=3)
        self.env["calendar.event"].create(
            {"name": "Talk", "start": start, "stop": start, "partner_ids": [Command.set(self.contact.ids)]}
        )
        self.assertEqual(self.kinds(), [])

    def test_a_lead_its_victory_and_another_ones_defeat(self):
        self.lead(expected_revenue=500).action_set_won()
        self.lead().action_set_lost(lost_reason_id=self.env["crm.lost.reason"].search([], limit=1).id)
        events = self.events()
        self.assertEqual(sorted(event["kind"] for event in events), ["lead", "lead", "lost", "won"])
        won = next(event for event in events if event["kind"] == "won")
        self.assertEqual((won["amount"], won["currency_id"]), (500.0, self.company.currency_id.id))

    def test_a_quotation_and_the_order_it_became(self):
        order = self.order()
        self.assertEqual(self.kinds(), ["quotation"])
        order.action_confirm()
        self.assertEqual(sorted(self.kinds()), ["order", "quotation"])
        event = next(event for event in self.events() if event["kind"] == "order")
        self.assertEqual((event["title"], event["amount"]), (order.name, order.amount_total))
        self.assertEqual(event["state_label"], "Confirmed")

    def test_an_invoice_its_payment_and_a_credit_note(self):
        if not self.env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", self.company.id)]):
            self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)
        order = self.order()
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.invoice_date = fields.Date.context_today(invoice) - timedelta(days=40)
        invoice.invoice_date_due = invoice.invoice_date
        invoice.invoice_payment_term_id = False
        invoice.action_post()
        event = next(event for event in self.events() if event["kind"] == "invoice")
        self.assertEqual((event["title"], event["state_label"]), (invoice.name, "Overdue"))
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        register.create({"payment_date": invoice.invoice_date})._create_payments()
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.action_post()
        self.assertEqual({"payment", "refund", "invoice"} - set(self.kinds()), set())

    def test_a_survey_answer_but_no_test_entry(self):
        survey = self.env["survey.survey"].create({"title": "How are we doing?"})
        for is_test in (False, True):
            answer = survey._create_answer(partner=self.contact, check_attempts=False, test_entry=is_test)
            answer._mark_done()
        [event] = self.events()
        self.assertEqual((event["kind"], event["title"], event["direction"]), ("survey", "How are we doing?", "in"))

    def test_optional_modules_are_served_where_they_are_installed(self):
        sources = self.env["crm.sync.timeline"]._get_sources()
        for code, model in (("mailing", "mailing.trace"), ("event", "event.registration"), ("pos", "pos.order")):
            self.assertEqual(code in sources, model in self.env)

    # ---------------------------------------------------------------- whose history

    def test_any_contact_opens_the_history_of_the_whole_customer_archived_ones_included(self):
        sister = self.env["res.partner"].create({"name": "Wang Wei", "parent_id": self.customer.id})
        self.touch(partner_id=sister.id, subject="With Wang")
        sister.action_archive()
        self.assertEqual([event["title"] for event in self.events(partner=self.contact)], ["With Wang"])

    def test_nothing_of_another_customer(self):
        other = self.env["res.partner"].create({"name": "Other"})
        self.touch(partner_id=other.id)
        self.assertEqual(self.events(), [])

    # ---------------------------------------------------------------- pages

    def test_newest_first_forty_at_a_time_each_exactly_once(self):
        for number in range(100):
            # Ten contacts at each moment: a page ends in the middle of one.
            self.touch(subject=f"No. {number}", occurred_at=self.days_ago(1 + number // 10).replace(microsecond=0))
        seen, cursor, sizes = [], None, []
        while True:
            page = self.customer.with_user(self.manager).sync_timeline(cursor=cursor)
            seen += page["events"]
            sizes.append(len(page["events"]))
            cursor = page["cursor"]
            if not cursor:
                break
        self.assertEqual(sizes, [40, 40, 20])
        self.assertEqual(len({event["key"] for event in seen}), 100)
        self.assertEqual([event["at"] for event in seen], sorted((event["at"] for event in seen), reverse=True))

    def test_a_new_event_does_not_disturb_older_pages(self):
        for number in range(5):
            self.touch(subject=f"No. {number}", occurred_at=self.days_ago(number + 1))
        customer = self.customer.with_user(self.manager)
        first = customer.sync_timeline(limit=2)
        self.touch(subject="New")
        second = customer.sync_timeline(limit=2, cursor=first["cursor"])
        self.assertEqual([event["title"] for event in second["events"]], ["No. 2", "No. 3"])

    # ---------------------------------------------------------------- filters

    def test_filters(self):
        self.touch(self.seller, subject="Offer 50%", channel="visit", occurred_at=self.days_ago(5))
        self.touch(self.agent, subject="Repair", channel="call", occurred_at=self.days_ago(1))
        self.lead(name="Glasses")
        titles = lambda **filters: [event["title"] for event in self.events(filters=filters)]  # noqa: E731
        self.assertEqual(titles(kinds=["lead"]), ["Glasses"])
        self.assertEqual(titles(kinds=["contact"]), ["Repair", "Offer 50%"])
        self.assertEqual(titles(channels=["visit"]), ["Offer 50%"])
        self.assertEqual(titles(department_ids=[self.service.id]), ["Repair"])
        self.assertEqual(titles(person_ids=[self.seller.id]), ["Glasses", "Offer 50%"])
        self.assertEqual(titles(search="repair"), ["Repair"])
        self.assertEqual(titles(search="50%"), ["Offer 50%"])
        self.assertEqual(titles(search="%"), ["Offer 50%"])
        self.assertEqual(titles(search="_"), [])
        self.assertEqual(titles(search="'; DROP TABLE crm_lead; --"), [])
        day = fields.Date.to_string(self.days_ago(5))
        self.assertEqual(titles(date_to=day), ["Offer 50%"])
        self.assertEqual(titles(date_from=fields.Date.to_string(self.days_ago(2)), kinds=["contact"]), ["Repair"])

    def test_days_are_those_of_the_readers_time_zone(self):
        self.manager.tz = "Asia/Shanghai"
        self.touch(subject="Late", occurred_at=fields.Datetime.to_datetime("2026-01-31 20:30:00"))
        titles = [event["title"] for event in self.events(filters={"date_from": "2026-02-01", "date_to": "2026-02-01"})]
        self.assertEqual(titles, ["Late"])

    def test_what_cannot_be_used_is_named(self):
        for arguments, word in (
            ({"filters": {"person_ids": ["x"]}}, "person_ids"),
            ({"filters": {"date_from": "2026-02-30"}}, "date_from"),
            ({"filters": {"no": 1}}, "no"),
            ({"filters": [1]}, "filters"),
            ({"cursor": "abc"}, "cursor"),
            ({"limit": 0}, "limit"),
            ({"limit": 10**6}, "limit"),
            ({"limit": "40"}, "limit"),
        ):
            with self.assertRaisesRegex(UserError, word):
                self.events(**arguments)

    def test_words_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        self.manager.lang = "zh_CN"
        self.touch()
        [event] = self.customer.with_user(self.manager).with_context(lang="zh_CN").sync_timeline()["events"]
        self.assertEqual((event["label"], event["channel_label"]), ("联系记录", "电话"))
