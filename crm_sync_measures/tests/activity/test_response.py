from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .response_common import FRIDAY, ResponseCase

MONDAY_10 = datetime.fromisoformat("2026-11-23 09:00:00")


class TestResponseClock(ResponseCase):
    """What starts a clock, what stops it, and what it says."""

    def test_a_mail_of_friday_16_00_is_due_on_monday_at_12_00(self):
        message = self.mail_in()
        response = self.responses()
        self.assertEqual(
            (response.kind, response.channel, response.state, response.start_message_id),
            ("first", "email", "waiting", message),
        )
        self.assertEqual((response.user_id, response.department_id), (self.seller, self.sales))
        self.assertEqual((response.lead_id, response.res_model, response.res_id), (self.lead, "crm.lead", self.lead.id))
        self.assertEqual(response.partner_id, self.lead.partner_id)
        # One hour on Friday, three on Monday from 9 to 12 in Berlin.
        self.assertEqual(response.due_at, datetime.fromisoformat("2026-11-23 11:00:00"))
        self.assertFalse(response.is_breached)

    def test_an_answer_on_monday_at_10_took_two_working_hours(self):
        self.mail_in()
        answer = self.mail_out(at=MONDAY_10)
        response = self.responses()
        self.assertEqual(self.told(), [("first", "answered", 2.0)])
        self.assertEqual(
            (response.answered_at, response.answered_by_id, response.answer_message_id),
            (MONDAY_10, self.seller, answer),
        )
        self.assertFalse(response.is_breached)

    def test_three_mails_of_the_customer_are_one_clock_from_the_first(self):
        for hours in (0, 0.25, 0.5):
            self.mail_in(at=self.hours_later(hours))
        self.assertEqual(self.responses().mapped("started_at"), [FRIDAY])

    def test_after_an_answer_the_next_mail_starts_a_further_clock_of_8_hours(self):
        self.mail_in()
        self.mail_out(at=self.hours_later(0.5))
        self.mail_in(at=self.hours_later(0.75))
        self.assertEqual(self.told(), [("first", "answered", 0.5), ("rolling", "waiting", None)])
        self.assertEqual(self.responses()[1].target_seconds, 8 * 3600)

    def test_who_writes_after_we_began_gets_a_further_answer(self):
        self.mail_out(at=self.hours_later(-1))
        self.mail_in()
        self.assertEqual(self.responses().kind, "rolling")

    def test_a_note_an_automatic_mail_and_a_comment_to_nobody_are_no_answers(self):
        self.mail_in()
        note = self.env.ref("mail.mt_note").id
        self.said(None, FRIDAY, author_id=self.seller.partner_id.id, message_type="comment", subtype_id=note)
        self.said(None, FRIDAY, author_id=self.seller.partner_id.id, message_type="auto_comment")
        self.mail_out(to=self.env["res.partner"])
        self.mail_out(to=self.agent.partner_id)
        self.said(None, FRIDAY, author_id=self.env.ref("base.partner_root").id, message_type="comment")
        self.assertEqual(self.told(), [("first", "waiting", None)])

    def test_an_automatic_mail_starts_no_clock(self):
        self.said(None, FRIDAY, author_id=self.contact.id, message_type="out_of_office")
        self.said(None, FRIDAY, author_id=self.contact.id, message_type="notification")
        self.assertFalse(self.responses())

    def test_a_comment_sent_by_the_chatter_is_an_answer(self):
        self.mail_in(at=self.env.cr.now().replace(microsecond=0) - timedelta(days=1))
        self.lead.with_user(self.seller).message_post(
            body="Here it is", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.contact.ids
        )
        self.settle()
        self.assertEqual(self.responses().answered_by_id, self.seller)

    def test_an_answer_that_bounced_is_none_any_more(self):
        self.mail_in(at=self.env.cr.now().replace(microsecond=0) - timedelta(days=1))
        message = self.lead.with_user(self.seller).message_post(
            body="Here it is", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.contact.ids
        )
        self.settle()
        self.assertEqual(self.responses().state, "answered")
        message.sudo().notification_ids.write({"notification_status": "bounce"})
        self.settle()
        self.assertEqual((self.responses().state, self.responses().answered_by_id.id), ("waiting", False))

    def test_a_call_that_was_done_is_an_answer_and_a_to_do_is_none(self):
        self.mail_in(at=self.env.cr.now().replace(microsecond=0) - timedelta(days=1))
        for kind, state in (("mail_activity_data_todo", "waiting"), ("mail_activity_data_call", "answered")):
            activity = self.lead.activity_schedule(f"mail.{kind}", user_id=self.seller.id)
            activity.with_user(self.seller).action_feedback(feedback="Done")
            self.settle()
            self.assertEqual(self.responses().state, state)

    def test_a_quotation_that_is_sent_answers_what_was_asked_on_its_lead(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "opportunity_id": self.lead.id})
        self.mail_in()
        self.mail_out(order, at=self.hours_later(0.5))
        self.mail_in(order, at=self.hours_later(0.75))
        self.assertEqual(self.told(), [("first", "answered", 0.5), ("rolling", "waiting", None)])
        self.assertEqual(self.responses()[1].res_model, "sale.order")
        self.assertEqual(self.responses().lead_id, self.lead)

    def test_an_answer_on_another_lead_answers_nothing(self):
        other = self.lead.copy()
        self.mail_in()
        self.mail_out(other, at=self.hours_later(0.5))
        self.assertEqual(self.told(), [("first", "waiting", None)])

    def test_what_one_contact_asks_is_answered_to_the_company(self):
        self.mail_in(self.contact)
        self.mail_out(self.customer, at=self.hours_later(0.5))
        self.assertEqual(self.told(), [("first", "answered", 0.5)])

    def test_i_asked_a_month_ago_to_be_called(self):
        month_ago = self.days_ago(30).replace(microsecond=0)
        self.touch(direction="in", outcome="call_back", occurred_at=month_ago)
        self.settle()
        response = self.responses()
        self.assertEqual((response.channel, response.state, response.started_at), ("call", "waiting", month_ago))
        self.assertTrue(response.is_breached)
        self.touch(outcome="not_reached")
        self.settle()
        self.assertEqual(response.state, "waiting")
        self.touch(outcome="reached")
        self.settle()
        self.assertEqual((response.state, response.answered_by_id), ("answered", self.seller))
        self.assertTrue(response.is_breached, "once late stays late")

    def test_a_corrected_entry_counts_no_more(self):
        touch = self.touch(direction="in", outcome="call_back")
        self.settle()
        self.assertEqual(self.told(), [("first", "waiting", None)])
        self.touch(direction="in", outcome="reached", corrects_id=touch.id)
        self.settle()
        self.assertEqual(self.told(), [("first", "closed", None)])

    def test_a_form_on_the_website_starts_a_clock_and_a_lead_of_ours_does_not(self):
        public = self.env.ref("base.public_user")
        lead = (
            self.env["crm.lead"]
            .with_user(public)
            .sudo()
            .create({"name": "Contact form", "partner_id": self.customer.id, "user_id": self.agent.id})
        )
        self.env["crm.lead"].with_user(self.seller).create({"name": "By hand", "partner_id": self.customer.id})
        self.settle()
        response = self.responses()
        self.assertEqual((response.res_id, response.channel, response.kind), (lead.id, "web", "first"))
        self.assertEqual(response.department_id, self.service)

    def test_a_web_lead_without_a_customer_waits_and_gets_its_customer_later(self):
        lead = self.env["crm.lead"].with_user(self.env.ref("base.public_user")).sudo().create({"name": "Form"})
        self.settle()
        response = self.env["crm.sync.response"].search([("lead_id", "=", lead.id)])
        self.assertEqual((response.state, response.partner_id.id), ("waiting", False))
        lead.write({"partner_id": self.customer.id, "user_id": self.agent.id})
        self.settle()
        self.assertEqual((response.commercial_partner_id, response.user_id), (self.customer, self.agent))

    def test_a_portal_customer_who_comments_on_his_order_waits(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "user_id": self.agent.id})
        self.said(order, FRIDAY, author_id=portal.partner_id.id, message_type="comment")
        self.assertEqual((self.responses().channel, self.responses().user_id), ("portal", self.agent))

    def test_that_an_order_was_signed_is_no_question(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        order.signed_on = FRIDAY
        self.said(order, self.hours_later(0.001), author_id=self.contact.id, message_type="comment")
        self.assertFalse(self.responses())

    def test_a_vendor_bill_and_a_colleague_start_no_clock(self):
        bill = self.env["account.move"].create({"move_type": "in_invoice", "partner_id": self.customer.id})
        self.mail_in(bill)
        self.mail_in(self.seller.partner_id, author=self.contact)
        self.assertFalse(self.responses())
        self.assertFalse(self.env["crm.sync.response"].search([("res_id", "=", self.seller.partner_id.id)]))


class TestResponseLife(ResponseCase):
    """What happens to a clock later on."""

    def test_a_day_off_of_the_department_pauses_the_clock(self):
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": self.calendar.id,
                "date_from": datetime.fromisoformat("2026-11-22 23:00:00"),
                "date_to": datetime.fromisoformat("2026-11-23 22:59:59"),
            }
        )
        self.mail_in()
        self.assertEqual(self.responses().due_at, datetime.fromisoformat("2026-11-24 11:00:00"))

    def test_the_most_specific_target_holds_and_a_running_clock_keeps_its_own(self):
        self.policies.create({"department_id": self.sales.id, "first_hours": 2})
        self.policies.create({"department_id": self.sales.id, "channel": "email", "priority": "3", "first_hours": 0.5})
        self.mail_in()
        self.assertEqual(self.responses().target_seconds, 2 * 3600)
        urgent = self.lead.copy({"priority": "3"})
        self.mail_in(urgent)
        self.assertEqual(self.responses(res_id=urgent.id).target_seconds, 1800)
        self.policies.search([]).write({"first_hours": 1})
        self.mail_in(at=self.hours_later(0.1))
        self.assertEqual(self.responses(res_id=self.lead.id).target_seconds, 2 * 3600)

    def test_without_a_target_nothing_is_ever_late(self):
        self.policies.search([]).unlink()
        self.mail_in()
        self.assertEqual((self.responses().due_at, self.responses().countdown), (False, False))

    def test_no_answer_needed_closes_and_the_next_mail_starts_anew(self):
        self.mail_in()
        response = self.responses().with_user(self.seller)
        with freeze_time(self.hours_later(0.25)):
            response.action_close()
        self.assertEqual((response.state, response.closed_by_id), ("closed", self.seller))
        self.mail_in(at=self.hours_later(0.5))
        self.assertEqual(self.told(), [("first", "closed", None), ("rolling", "waiting", None)])
        with self.assertRaisesRegex(UserError, "answered or closed"):
            response.action_close()

    def test_what_was_answered_before_it_was_closed_is_answered(self):
        self.mail_in()
        with freeze_time(self.hours_later(0.5)):
            self.responses().action_close()
        self.mail_out(at=self.hours_later(0.25))
        self.assertEqual(self.told(), [("first", "answered", 0.25)])

    def test_i_take_it(self):
        self.mail_in()
        response = self.responses()
        response.with_user(self.manager).action_take()
        self.lead.user_id = self.colleague
        self.settle()
        self.assertEqual(response.user_id, self.manager, "who took it keeps it")

    def test_it_follows_whoever_is_in_charge_of_the_document_now(self):
        self.mail_in()
        self.lead.user_id = self.agent
        self.settle()
        self.assertEqual((self.responses().user_id, self.responses().department_id), (self.agent, self.service))
        self.lead.user_id = False
        self.settle()
        self.assertEqual(self.responses().user_id, self.seller, "the owner of the customer")
        self.customer.user_id = self.colleague
        self.settle()
        self.assertEqual(self.responses().user_id, self.colleague)

    def test_a_lost_lead_closes_and_the_customer_who_writes_to_it_waits(self):
        self.mail_in()
        with freeze_time(self.hours_later(0.5)):
            self.lead.action_set_lost()
        self.settle()
        self.assertEqual(self.responses().close_reason, "over")
        self.mail_in(at=self.hours_later(0.75))
        self.assertEqual(self.told(), [("first", "closed", None), ("rolling", "waiting", None)])

    def test_a_deleted_message_and_a_deleted_lead_wait_no_more(self):
        message = self.mail_in()
        message.unlink()
        self.settle()
        self.assertEqual(self.responses().mapped("close_reason"), ["gone"])
        other = self.lead.copy()
        self.mail_in(other)
        other.unlink()
        self.settle()
        self.assertFalse(self.responses(state="waiting"))

    def test_a_merge_of_leads_loses_nobody_who_waits(self):
        other = (
            self.env["crm.lead"]
            .with_user(self.env.ref("base.public_user"))
            .sudo()
            .create({"name": "Form", "partner_id": self.customer.id, "user_id": self.seller.id, "type": "opportunity"})
            .with_user(self.env.uid)
        )
        self.settle()
        started = self.responses().started_at
        self.mail_in(at=started + timedelta(minutes=5))
        self.assertEqual(self.told(), [("first", "waiting", None)] * 2)
        merged = (self.lead | other).merge_opportunity()
        self.settle()
        waiting = self.responses(state="waiting")
        self.assertEqual((waiting.res_id, waiting.started_at), (merged.id, started))
        self.mail_out(merged, at=started + timedelta(minutes=20))
        self.assertFalse(self.responses(state="waiting"))

    def test_a_merge_of_customers_loses_nobody_who_waits(self):
        twin = self.env["res.partner"].create({"name": "Northern Optics Ltd", "is_company": True})
        self.mail_in(twin, author=twin)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({"dst_partner_id": self.customer.id})
        wizard._merge((self.customer | twin).ids, self.customer)
        self.settle()
        response = self.responses()
        self.assertEqual((response.res_id, response.state), (self.customer.id, "waiting"))
        self.mail_out(self.customer, at=self.hours_later(0.5))
        self.assertEqual(response.state, "answered")

    def test_what_is_found_unanswered_after_90_days_is_history(self):
        self.mail_in(at=self.days_ago(120), found=self.days_ago(1))
        self.mail_in(self.lead.copy(), at=self.days_ago(80), found=self.days_ago(1))
        self.assertEqual(self.responses().mapped("close_reason"), ["history", False])

    def test_nobody_writes_a_response_by_hand(self):
        self.mail_in()
        for user in (self.seller, self.manager, self.auditor):
            with self.assertRaises(AccessError):
                self.responses().with_user(user).write({"state": "answered"})
            with self.assertRaises(AccessError):
                self.responses().with_user(user).unlink()
        with self.assertRaises(AccessError):
            self.responses().with_user(self.auditor).action_close()
        with self.assertRaises(AccessError):
            self.responses().with_user(self.agent).action_close()

    def test_a_quotation_that_a_customer_made_waits_for_its_confirmation(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        order = (
            self.env["sale.order"]
            .with_user(portal)
            .sudo()
            .create({"partner_id": self.customer.id, "user_id": self.agent.id})
        )
        self.settle()
        self.assertEqual(self.told(), [("confirmation", "waiting", None)])
        self.mail_out(order, at=self.days_ago(-1), user=self.agent)
        self.assertEqual(self.responses().state, "waiting", "a talk about it is no confirmation")
        order.with_user(self.agent).sudo().action_quotation_sent()
        self.settle()
        self.assertEqual((self.responses().state, self.responses().answered_by_id), ("answered", self.agent))
