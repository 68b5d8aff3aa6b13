from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ...rules.holdout import is_held_out
from .care_common import CareCase


class TestCareDispatch(CareCase):
    """What is done, once; what is not done, and why."""

    def setUp(self):
        super().setUp()
        self.ordered(at="2026-03-02 08:00:00")

    # ---------------------------------------------------------------- mail

    def test_one_mail_however_often_the_jobs_run(self):
        rule = self.rule()
        occasion = self.run_all(rule)
        self.run_all(rule)
        self.assertEqual(len(self.mails(occasion)), 1)
        self.assertEqual((occasion.state, occasion.email), ("planned", "li.na@northern.example.com"))
        self.assertEqual(occasion.handed_at, fields.Datetime.now())
        mail = self.mails(occasion)
        self.assertEqual((mail.subject, mail.recipient_ids), ("All the best, Li Na", self.contact))
        self.assertFalse(mail.mail_message_id.body)
        self.assertNoFailures()

    def test_the_outbox_says_when_it_left_and_when_it_could_not(self):
        occasion = self.run_all(self.rule())
        mail = self.mails(occasion)
        mail._postprocess_sent_message([], [], "no such host", "mail_smtp")
        self.assertEqual((occasion.state, occasion.reason), ("failed", "mail_smtp"))
        # The outbox tries again by itself; what succeeds later counts.
        mail._postprocess_sent_message([], [])
        self.assertEqual((occasion.state, occasion.reason), ("sent", False))

    def test_colleagues_see_in_the_timeline_what_the_customer_was_sent(self):
        self.run_all(self.rule())
        greetings = [event for event in self.events(partner=self.contact) if event["kind"] == "care"]
        self.assertEqual([event["title"] for event in greetings], ["All the best"])

    def test_it_counts_in_the_contact_budget(self):
        self.run_all(self.rule())
        sent = self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual((len(sent), sent.purpose, sent.source), (1, "marketing", "All the best"))

    def test_killed_after_the_mail_was_made_nothing_of_it_is_left_and_it_is_made_once(self):
        rule = self.rule()
        occasion = self.plan(rule)
        dispatch = self.env["crm.sync.care.dispatch"]
        broken = patch.object(type(self.env["crm.sync.contact.sent"]), "_note", side_effect=KeyboardInterrupt)
        with broken, self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            dispatch._do_set(occasion.ids)
        self.env.invalidate_all()
        self.assertFalse(occasion.handed_at)
        self.assertFalse(self.mails(occasion))
        self.run_all(rule)
        self.assertEqual(len(self.mails(occasion)), 1)

    def test_one_that_cannot_be_done_stops_nobody_else(self):
        person = self.person()
        self.ordered(person, at="2026-03-02 08:00:00")
        rule = self.rule(audience_domain=self.for_all(self.contact, person))
        mail = type(self.Occasion)._mail

        def broken(occasions, rule):
            if self.contact in occasions.partner_id:
                raise ValueError("broken")
            return mail(occasions, rule)

        with patch.object(type(self.Occasion), "_mail", broken), mute_logger("odoo.addons.crm_sync_measures"):
            occasions = self.run_all(rule)
        done = occasions.filtered("handed_at")
        self.assertEqual(done.partner_id, person)
        failure = self.env["crm.sync.job.failure"].search(
            [("job_id.code", "=", "care_dispatch"), ("state", "=", "retry")]
        )
        self.assertEqual(failure.key, str((occasions - done).id))

    # ---------------------------------------------------------------- once, for certain

    def test_the_database_itself_refuses_the_same_occasion_twice(self):
        occasion = self.plan(self.rule())
        values = {name: occasion[name] for name in ("action", "day", "due_on", "due_at", "occasion_key")}
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.Occasion.create({"rule_id": occasion.rule_id.id, "partner_id": self.customer.id, **values})
            self.env.flush_all()

    def merge(self, target, source):
        self.env["base.partner.merge.automatic.wizard"]._merge((target | source).ids, target, extra_checks=False)
        self.env.invalidate_all()

    def test_of_two_contacts_that_are_merged_before_one_mail_is_sent(self):
        twin = self.person("Li Na again")
        self.ordered(twin, at="2026-03-02 09:00:00")
        rule = self.rule(audience_domain=self.for_all(self.contact, twin))
        self.assertEqual(len(self.plan(rule)), 2)
        self.merge(self.contact, twin)
        occasions = self.run_all(rule)
        self.assertEqual(sorted(occasions.mapped("state")), ["cancelled", "planned"])
        self.assertEqual(len(self.mails(occasions)), 1)

    def test_who_was_greeted_before_he_was_merged_is_not_greeted_again(self):
        twin = self.person("Li Na again")
        self.ordered(twin, at="2026-03-02 09:00:00")
        rule = self.rule(audience_domain=self.for_all(twin))
        self.assertEqual(len(self.mails(self.run_all(rule))), 1)
        rule.audience_domain = self.for_all(self.contact, twin)
        self.merge(self.contact, twin)
        occasions = self.run_all(rule)
        self.assertEqual(len(self.mails(occasions)), 1)
        self.assertEqual(occasions.filtered("handed_at").partner_id, self.contact)

    def test_a_birthday_that_comes_with_a_merge_is_not_celebrated_twice(self):
        self.contact.write({"sync_birth_month": 3, "sync_birth_day": 3})
        twin = self.person("Li Na again", sync_birth_month=3, sync_birth_day=4)
        rule = self.rule("birthday", audience_domain=self.for_all(self.contact, twin))
        self.assertEqual(len(self.mails(self.run_all(rule))), 1)
        self.merge(self.contact, twin)
        # Whichever day is kept, he was greeted yesterday.
        self.contact.sync_birth_day = 4
        self.travel("2026-03-04 10:00:00")
        occasions = self.run_all(rule)
        self.assertEqual(len(self.mails(occasions)), 1)
        self.assertEqual(occasions[-1].state, "cancelled")
        self.assertEqual(occasions[-1].reason, "merged")

    def test_two_contacts_with_one_address_get_one_mail(self):
        twin = self.person("Li Na at home", email=self.contact.email)
        self.ordered(twin, at="2026-03-02 09:00:00")
        rule = self.rule(audience_domain=self.for_all(self.contact, twin))
        occasions = self.run_all(rule)
        self.assertEqual(len(self.mails(occasions)), 1)
        self.assertEqual(self.states(rule), [(self.contact, "planned", False), (twin, "held", "duplicate")])

    def test_a_deleted_contact_leaves_a_row_that_does_nothing(self):
        person = self.person()
        lonely = self.rule("birthday", audience_domain=self.for_all(person))
        person.write({"sync_birth_month": 3, "sync_birth_day": 4})
        occasion = self.plan(lonely)
        person.unlink()
        self.travel("2026-03-04 10:00:00")
        self.assertEqual((self.run_all(lonely).state, occasion.reason), ("cancelled", "gone"))

    # ---------------------------------------------------------------- too late, asleep

    def test_no_greeting_more_than_two_days_late(self):
        for moment, is_sent in (("2026-03-05 08:59:00", True), ("2026-03-05 09:01:00", False)):
            with self.subTest(moment), self.env.cr.savepoint():
                rule = self.rule()
                self.plan(rule)
                self.travel(moment)
                self.env["crm.sync.care.dispatch"]._cron_dispatch()
                occasion = self.of(rule)
                self.assertEqual(bool(occasion.handed_at), is_sent)
                self.assertEqual(occasion.state, "planned" if is_sent else "late")
                self.travel(self.NOW)

    def test_after_a_breakdown_nobody_is_woken(self):
        rule = self.rule()
        self.plan(rule)
        self.travel("2026-03-03 23:30:00")
        occasion = self.run_all(rule)
        self.assertEqual((occasion.handed_at, str(occasion.put_off_until)), (False, "2026-03-04 08:00:00"))
        self.travel("2026-03-04 08:00:00")
        self.assertTrue(self.run_all(rule).handed_at)

    def test_nothing_leaves_before_the_hour(self):
        rule = self.rule(send_hour=14)
        self.assertFalse(self.run_all(rule).handed_at)
        self.travel("2026-03-03 14:00:00")
        self.assertTrue(self.run_all(rule).handed_at)

    def test_what_a_paused_rule_has_planned_waits_and_becomes_too_late(self):
        rule = self.rule(send_hour=14)
        self.plan(rule)
        rule.action_pause()
        self.travel("2026-03-04 10:00:00")
        self.assertEqual(self.run_all(rule).state, "planned")
        self.travel("2026-03-19 10:00:00")
        self.assertEqual(self.run_all(rule).state, "late")

    # ---------------------------------------------------------------- the reason is gone

    def test_an_order_that_was_cancelled_meanwhile_has_no_mail(self):
        rule = self.rule(send_hour=14)
        self.plan(rule)
        self.env["sale.order"].search([("partner_id", "=", self.contact.id)])._action_cancel()
        self.travel("2026-03-03 14:00:00")
        occasion = self.run_all(rule)
        self.assertEqual((occasion.state, occasion.reason, bool(self.mails(occasion))), ("cancelled", "gone", False))

    # ---------------------------------------------------------------- held back

    def complain(self):
        return self.env["crm.sync.case"].create(
            {"name": "Scratched", "kind": "complaint", "partner_id": self.contact.id}
        )

    def test_nobody_is_wished_well_in_writing_while_his_complaint_is_open(self):
        self.complain()
        self.assertEqual(self.states(self._ran(purpose="care")), [(self.contact, "held", "complaint")])

    def test_whose_complaint_is_open_is_called_warned_and_answered_all_the_same(self):
        self.complain()
        self.contact.phone = "+32 2 555 01 23"
        self.assertEqual(self.of(self._ran(purpose="care", action="call_list")).mapped("state"), ["done"])
        for purpose in ("loyalty", "service"):
            self.assertTrue(self.of(self._ran(purpose=purpose)).handed_at)

    def test_a_company_that_sends_bulk_messages_in_spite_of_complaints_sends_greetings_too(self):
        self.complain()
        self.env["crm.sync.contact.policy"].create(
            {"company_id": self.env.company.id, "rule_code": "complaint", "bulk": "send"}
        )
        self.assertTrue(self.of(self._ran(purpose="care")).handed_at)

    def _ran(self, **values):
        rule = self.rule(**values)
        self.run_all(rule)
        return rule

    def test_who_has_opted_out_is_held_back_with_the_reason(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        rule = self.rule()
        occasion = self.run_all(rule)
        self.assertEqual((occasion.state, occasion.reason), ("held", "opted_out"))
        self.assertEqual(occasion.reason_text, "The customer does not want to be contacted this way.")

    def test_who_wants_no_greetings_gets_none_whatever_the_rule_is_good_for(self):
        self.env["crm.sync.contact.preference"].create(
            {"partner_id": self.contact.id, "purpose": "care", "is_allowed": False}
        )
        for purpose in ("marketing", "care", "service"):
            with self.subTest(purpose):
                occasion = self.run_all(self.rule(purpose=purpose))
                self.assertEqual((occasion.state, occasion.reason), ("held", "preference"))

    def test_the_deceased_are_left_alone_by_every_action(self):
        self.contact.sync_is_deceased = True
        program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        for values in (
            {},
            {"action": "activity"},
            {"action": "call_list"},
            {"action": "points", "points": 5, "program_id": program.id},
        ):
            with self.subTest(values):
                occasion = self.run_all(self.rule(mail_template_id=self.template.id, **values))
                self.assertEqual((occasion.state, occasion.reason), ("held", "deceased"))

    # ---------------------------------------------------------------- held out

    def test_who_is_held_out_would_have_been_written_to(self):
        people = self.env["res.partner"]
        for number in range(40):
            people |= self.person(f"Person {number}")
            self.ordered(people[-1], at="2026-03-02 08:00:00")
        self.env["mail.blacklist"]._add(people[0].email)
        rule = self.rule(audience_domain=self.for_all(*people), holdout_percent=50)
        occasions = self.run_all(rule)
        control = occasions.filtered(lambda one: one.state == "control")
        expected = people[1:].filtered(lambda one: is_held_out(rule.id, one.email_normalized, 50))
        self.assertEqual(control.partner_id, expected)
        self.assertTrue(5 < len(control) < 35)
        self.assertFalse(self.mails(control))
        self.assertEqual(len(self.mails(occasions)), 39 - len(control))
        self.assertEqual(occasions.filtered(lambda one: one.partner_id == people[0]).state, "held")

    # ---------------------------------------------------------------- activity, call list

    def test_the_owner_has_an_activity_with_a_due_date(self):
        rule = self.rule(action="activity", activity_days=3, note="Ask how the lens is")
        occasion = self.run_all(rule)
        activity = occasion.activity_id
        self.assertEqual((occasion.state, activity.user_id), ("done", self.seller))
        self.assertEqual((str(activity.date_deadline), activity.res_id), ("2026-03-06", self.contact.id))
        self.assertIn("Ask how the lens is", activity.summary)
        self.run_all(rule)
        self.assertEqual(self.env["mail.activity"].search_count([("id", ">=", activity.id)]), 1)

    def test_a_customer_without_anybody_in_charge_is_told_of(self):
        (self.customer | self.contact).user_id = False
        occasion = self.run_all(self.rule(action="activity"))
        self.assertEqual((occasion.state, occasion.reason), ("held", "no_owner"))

    def test_the_manager_of_the_department_steps_in(self):
        (self.customer | self.contact).user_id = False
        self.customer.sync_department_id = self.service
        occasion = self.run_all(self.rule(action="activity"))
        self.assertEqual(occasion.activity_id.user_id, self.head)

    def test_who_was_called_leaves_the_list_and_the_call_is_a_contact(self):
        self.contact.phone = "+1 202 555 0199"
        occasion = self.run_all(self.rule(action="call_list", note="Ask how the lens is"))
        self.assertEqual((occasion.state, occasion.called_at), ("done", False))
        occasion.with_user(self.seller).action_called()
        touch = self.env["crm.sync.touch"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual((touch.user_id, touch.subject), (self.seller, "Ask how the lens is"))
        self.assertEqual(occasion.called_by_id, self.seller)
        with self.assertRaisesRegex(UserError, "called already"):
            occasion.with_user(self.seller).action_called()

    def test_who_has_no_phone_is_not_on_the_call_list(self):
        occasion = self.run_all(self.rule(action="call_list"))
        self.assertEqual((occasion.state, occasion.reason), ("held", "no_address"))

    def test_a_set_is_as_large_as_what_it_does_allows(self):
        """Mails are made one by one; calls are put on the list by a few statements for thousands."""
        dispatch = self.env["crm.sync.care.dispatch"]
        people = [self.person(f"Person {number}", phone="+1 202 555 0100") for number in range(60)]
        for person in people:
            self.ordered(person, at="2026-03-02 08:00:00")
        now = fields.Datetime.now()
        for action, size in (("call_list", 50), ("activity", 10), ("mail", 2)):
            with self.subTest(action):
                rule = self.rule(action=action, audience_domain=self.for_all(*people))
                self.plan(rule)
                self.assertEqual(len(dispatch._due(now, 0, 2)), size)
                rule.action_pause()

    # ---------------------------------------------------------------- points, coupon

    def test_points_are_booked_once(self):
        program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        rule = self.rule(action="points", program_id=program.id, points=25, mail_template_id=False)
        occasion = self.run_all(rule)
        self.run_all(rule)
        card = self.env["loyalty.card"].search([("program_id", "=", program.id), ("partner_id", "=", self.contact.id)])
        self.assertEqual((occasion.state, card.points), ("done", 25))
        self.assertEqual(occasion.adjustment_id.card_id, card)
        self.assertFalse(self.mails(occasion))

    def test_a_mail_tells_of_points_once_they_are_on_the_card(self):
        program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        occasion = self.run_all(self.rule(action="points", program_id=program.id, points=25))
        self.assertEqual(len(self.mails(occasion)), 1)
        self.assertRegex(occasion._points_text(), "^25 ")
        self.assertFalse(self.Occasion.new({"rule_id": occasion.rule_id.id})._points_text())

    def test_a_coupon_has_a_mail_with_its_code_and_an_end(self):
        program = self.env["loyalty.program"].create({"name": "Ten per cent", "program_type": "coupons"})
        self.template.body_html = "<p><t t-out='object._coupon_code()'/></p>"
        rule = self.rule(action="coupon", coupon_program_id=program.id, coupon_days=30)
        occasion = self.run_all(rule)
        self.run_all(rule)
        coupon = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        self.assertEqual((len(coupon), coupon.partner_id, str(coupon.expiration_date)), (1, self.contact, "2026-04-02"))
        self.assertEqual((occasion.state, occasion.card_id), ("done", coupon))
        self.assertIn(coupon.code, self.mails(occasion).body_html)
