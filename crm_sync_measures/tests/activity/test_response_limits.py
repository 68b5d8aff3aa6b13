from datetime import timedelta

from freezegun import freeze_time
from odoo import SUPERUSER_ID
from odoo.tests import new_test_user
from odoo.tools import SQL

from .response_common import FRIDAY, ResponseCase


class TestResponseLimits(ResponseCase):
    """What starts and stops no clock, whose hours and targets do not count, and what the jobs must not forget."""

    def reconcile(self, hours=24):
        with freeze_time(self.hours_later(hours)):
            self.env["crm.sync.response.clock"]._reconcile(lambda _document: SQL("TRUE"))
        self.env["crm.sync.response"].invalidate_model()

    def watch(self, hours):
        with freeze_time(self.hours_later(hours)):
            self.env["crm.sync.response"].sudo()._tell_late()

    def import_answer(self, hours):
        """An answer that no hook has seen."""
        self.env.cr.execute(
            """INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, date, is_internal, outgoing_email_to)
               VALUES ('crm.lead', %s, 'email', %s, %s, %s, FALSE, 'li.na@northern.example.com')""",
            [self.lead.id, self.env.ref("mail.mt_comment").id, self.seller.partner_id.id, self.hours_later(hours)],
        )

    def quotation_by_the_customer(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        values = {"partner_id": self.customer.id, "user_id": self.agent.id}
        return self.env["sale.order"].with_user(portal).sudo().create(values).with_user(self.env.uid)

    # ---------------------------------------------------------------- whose hours, whose targets

    def test_a_holiday_of_another_company_pauses_nobody(self):
        company, _user = self.other_company()
        leave = (
            self.env["resource.calendar.leaves"]
            .with_company(company)
            .create(
                {
                    "name": "National day elsewhere",
                    "calendar_id": False,
                    "date_from": self.hours_later(55),
                    "date_to": self.hours_later(79),
                }
            )
        )
        self.assertEqual(leave.company_id, company)
        self.mail_in()
        self.assertEqual(self.responses().due_at, self.hours_later(68), "Monday 12:00, as without it")

    def test_a_target_of_another_company_is_not_ours(self):
        company, _user = self.other_company()
        self.policies.create({"company_id": company.id, "channel": "email", "first_hours": 1})
        self.mail_in()
        self.assertEqual(self.responses().target_seconds, 4 * 3600)

    def test_who_has_left_is_not_the_one_to_answer(self):
        user = new_test_user(self.env, "t_leaving", "base.group_user,sales_team.group_sale_salesman")
        self.lead.user_id = user
        self.env.cr.execute("UPDATE res_users SET active = FALSE WHERE id = %s", [user.id])
        self.env.invalidate_all()
        self.mail_in()
        self.assertEqual(self.responses().user_id, self.seller, "the owner of the customer")

    # ---------------------------------------------------------------- what is said to nobody outside

    def test_an_internal_comment_neither_asks_nor_answers(self):
        self.mail_in(is_internal=True)
        self.assertFalse(self.responses())
        self.mail_in()
        self.mail_out(at=self.hours_later(0.25), is_internal=True)
        self.assertEqual(self.responses().state, "waiting")

    def test_a_mail_that_came_in_as_a_note_and_what_the_robot_says_start_nothing(self):
        self.mail_in(subtype_id=self.env.ref("mail.mt_note").id)
        self.said(None, FRIDAY, author_id=self.env.ref("base.partner_root").id, message_type="comment")
        self.assertFalse(self.responses())

    def test_a_note_that_mentions_the_customer_and_a_comment_sent_to_a_colleague_answer_nothing(self):
        self.mail_in(at=self.days_ago(1).replace(microsecond=0))
        lead = self.lead.with_user(self.seller)
        for subtype, partner in (("note", self.contact), ("comment", self.colleague.partner_id)):
            message = lead.message_post(
                body="Here it is",
                message_type="comment",
                subtype_xmlid=f"mail.mt_{subtype}",
                partner_ids=partner.ids,
            )
            self.assertEqual(message.notification_ids.res_partner_id, partner)
        self.settle()
        self.env["crm.sync.response.clock"]._reconcile(lambda _document: SQL("TRUE"))
        self.assertEqual(self.told(), [("first", "waiting", None)])

    def test_a_mail_that_could_not_be_sent_or_was_cancelled_is_no_answer(self):
        self.mail_in(at=self.env.cr.now().replace(microsecond=0) - timedelta(days=1))
        message = self.lead.with_user(self.seller).message_post(
            body="Here it is", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.contact.ids
        )
        for status, state in (
            ("exception", "waiting"),
            ("sent", "answered"),
            ("canceled", "waiting"),
            ("ready", "answered"),
        ):
            message.sudo().notification_ids.write({"notification_status": status})
            self.env["crm.sync.response.clock"]._note("crm.lead", self.lead.ids)
            self.settle()
            self.assertEqual(self.responses().state, state, status)

    def test_a_lead_of_the_system_is_a_web_form_when_it_came_by_the_website(self):
        website = self.env.ref("utm.utm_medium_website")
        system = self.env["crm.lead"].with_user(SUPERUSER_ID)
        leads = [
            system.create({"name": "Form", "partner_id": self.customer.id, "medium_id": medium})
            for medium in (False, website.id)
        ]
        self.settle()
        self.assertEqual(self.responses().mapped("res_id"), [leads[1].id])

    # ---------------------------------------------------------------- what is over

    def test_an_archived_customer_and_a_cancelled_order_wait_for_nothing(self):
        friend = self.env["res.partner"].create({"name": "Friend", "parent_id": self.customer.id})
        self.mail_in(friend, author=friend)
        friend.active = False
        self.assertEqual(self.responses().close_reason, "over")
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.mail_in(order, at=self.hours_later(0.25))
        order._action_cancel()
        self.assertEqual(self.responses(res_model="sale.order").close_reason, "over")

    def test_a_message_that_is_moved_to_another_document_waits_there_only(self):
        other = self.lead.copy()
        message = self.mail_in(other)
        message.res_id = self.lead.id
        self.settle()
        response = self.responses(state="waiting")
        self.assertEqual((response.res_id, response.lead_id), (self.lead.id, self.lead))
        self.mail_out(self.lead, at=self.hours_later(0.5))
        self.assertFalse(self.responses(state="waiting"))

    # ---------------------------------------------------------------- late stays late

    def test_an_earlier_answer_that_turns_up_later_makes_nothing_early(self):
        self.mail_in()
        self.watch(80)
        self.mail_out(at=self.hours_later(0.5), found=self.hours_later(81))
        response = self.responses()
        self.assertEqual((response.state, response.worked_seconds, response.is_breached), ("answered", 1800, True))

    def test_neither_does_one_that_is_found_at_night_and_its_alarms_go(self):
        self.mail_in()
        self.watch(80)
        self.assertTrue(self.lead.activity_ids)
        self.import_answer(0.5)
        self.reconcile(hours=90)
        response = self.responses()
        self.assertEqual((response.state, response.worked_seconds, response.is_breached), ("answered", 1800, True))
        self.assertFalse(self.lead.activity_ids.exists())

    def test_a_manager_who_has_left_is_told_nothing(self):
        self.sales.manager_id = boss = self.new_user("t_boss", "group_department_manager", self.sales)
        self.env.cr.execute("UPDATE res_users SET active = FALSE WHERE id = %s", [boss.id])
        self.env.invalidate_all()
        self.mail_in()
        self.watch(80)
        self.assertEqual(self.responses().sudo().activity_ids.user_id, self.seller)

    # ---------------------------------------------------------------- jobs

    def test_at_night_a_request_for_a_quotation_goes_on_waiting(self):
        self.quotation_by_the_customer()
        self.settle()
        self.reconcile()
        self.assertEqual(self.told(), [("confirmation", "waiting", None)])

    def test_what_the_night_finds_unanswered_after_90_days_is_history(self):
        for days in (91, 89):
            self.mail_in(self.lead.copy(), at=FRIDAY - timedelta(days=days), found=FRIDAY)
        self.env.cr.execute("DELETE FROM crm_sync_response")
        self.reconcile(hours=0)
        self.assertEqual(self.responses().mapped("close_reason"), ["history", False])

    def test_the_night_passes_documents_with_lower_ids_than_any_of_the_longest_list(self):
        self.mail_in(self.customer, at=self.days_ago(2))
        self.env.cr.execute("DELETE FROM crm_sync_response")
        self.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        self.env.cr.execute("ALTER SEQUENCE crm_lead_id_seq RESTART 5000000")
        self.env["crm.lead"].create({"name": "The first that was not imported"})
        with self.enter_registry_test_mode():
            self.env.ref("crm_sync_measures.cron_reconcile_responses").method_direct_trigger()
        self.assertEqual(self.told(), [("first", "waiting", None)])

    def test_the_watch_looks_again_at_what_just_began_and_at_requests_nobody_noted(self):
        first = self.mail_in(at=self.days_ago(0.01))
        self.env.cr.execute(
            "UPDATE crm_sync_response SET start_id = 0, start_message_id = NULL WHERE start_id = %s", [first.id]
        )
        order = self.quotation_by_the_customer()
        self.env.cr.precommit.data.pop("crm.sync.response", None)
        with self.enter_registry_test_mode():
            self.env.ref("crm_sync_measures.cron_watch_responses").method_direct_trigger()
        self.assertEqual(self.responses(kind="first", state="waiting").start_message_id, first)
        self.assertEqual(self.responses(kind="confirmation").res_id, order.id)
