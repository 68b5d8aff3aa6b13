from freezegun import freeze_time
from odoo.tests import new_test_user

from .case_core_common import CaseCase


class TestCaseMessages(CaseCase):
    """What is said on a case, by whom, and what follows from it."""

    def says(self, case, user, body="Hello", **values):
        return (
            case.with_user(user)
            .sudo()
            .message_post(
                body=body,
                author_id=user.partner_id.id,
                **{"message_type": "comment", "subtype_xmlid": "mail.mt_comment", **values},
            )
        )

    def customer_says(self, case, body="Hello", **values):
        values = {"message_type": "email", "subtype_xmlid": "mail.mt_comment", "author_id": self.contact.id, **values}
        return case.sudo().message_post(body=body, **values)

    def test_the_first_comment_of_a_colleague_answers(self):
        case = self.case()
        with freeze_time("2026-03-02 11:30:00"):
            self.says(case, self.agent, "We look into it.")
        self.assertEqual(str(case.answered_at), "2026-03-02 11:30:00")
        self.assertEqual(str(case.acknowledged_at), "2026-03-02 11:30:00")
        with freeze_time("2026-03-02 12:00:00"):
            self.says(case, self.agent, "We found it.")
        self.assertEqual(str(case.answered_at), "2026-03-02 11:30:00")
        self.assertEqual(self.history(case), ["opened", "acknowledged", "answered"])

    def test_notes_robots_and_notices_answer_nobody(self):
        case = self.case()
        self.says(case, self.agent, "Do we know him?", subtype_xmlid="mail.mt_note")
        self.says(case, self.agent, "Moved", message_type="notification")
        self.says(case, self.agent, "Received", message_type="auto_comment")
        self.says(case, self.env.ref("base.user_root"), "I am a robot")
        self.assertFalse(case.answered_at)
        self.assertEqual(self.history(case), ["opened"])

    def test_a_call_that_was_made_answers(self):
        case = self.case()
        activity = case.activity_schedule("mail.mail_activity_data_call", user_id=self.agent.id)
        activity.with_user(self.agent).action_feedback("Spoke with her")
        self.assertTrue(case.answered_at)

    def test_the_customers_answer_ends_the_waiting(self):
        case = self.case()
        case.action_wait("customer", "Which lens?")
        with freeze_time("2026-03-03 08:00:00"):
            self.customer_says(case, "The left one.")
        self.assertEqual((case.step, str(case.last_customer_at)), ("investigating", "2026-03-03 08:00:00"))
        self.assertEqual(self.history(case)[-2:], ["customer", "moved"])

    def test_who_waits_for_the_manufacturer_goes_on_waiting(self):
        case = self.case()
        case.action_wait("third")
        self.customer_says(case, "Any news?")
        self.assertEqual(case.step, "waiting_third")

    def test_a_customer_who_writes_again_opens_his_case_again(self):
        case = self.closed()
        with freeze_time("2026-03-05 08:00:00"):
            self.customer_says(case, "It broke again.")
        self.assertEqual((case.cycle, case.step), (2, "investigating"))
        self.assertFalse(case.answered_at)

    def test_a_merged_case_is_not_opened_by_a_message(self):
        master, double = self.case(), self.case()
        double.action_merge(master)
        self.customer_says(double, "Thanks")
        self.assertEqual((double.cycle, double.step), (1, "closed"))
        self.assertTrue(double.last_customer_at)

    def test_a_clients_context_does_not_stop_a_message_from_counting(self):
        case = self.case()
        case.with_user(self.agent).with_context(sync_case_quiet=True).message_post(
            body="We look into it.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(case.answered_at)

    def test_a_portal_users_comment_is_the_customers(self):
        portal = new_test_user(self.env, "t_case_portal", "base.group_portal")
        case = self.case(partner_id=portal.partner_id.id)
        case.action_wait("customer")
        self.says(case, portal, "Here I am.")
        self.assertEqual((case.step, case.answered_at), ("investigating", False))

    def test_another_customer_is_chosen_and_the_first_gets_nothing_more(self):
        case = self.case()
        case.sudo().message_subscribe(self.contact.ids)
        other = self.env["res.partner"].create({"name": "Bo", "email": "bo@south.example.com"})
        case.partner_id = other
        self.assertNotIn(self.contact, case.sudo().message_partner_ids)
        self.assertEqual(case.email_from, "bo@south.example.com")
