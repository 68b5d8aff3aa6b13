from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .advice_common import AdviceCase


@tagged("post_install", "-at_install")
class TestAssignment(AdviceCase):
    """Chosen or overridden is recorded, and how it ended is told later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.touch(cls.third)
        cls.advisor = cls.env["crm.sync.advisor"]

    def assign(self, user, lead=None, by=None, **arguments):
        lead = lead or self.lead
        assignment_id = self.advisor.with_user(by or self.manager).sync_assign(
            lead._name, lead.id, user.id, **arguments
        )
        return self.env["crm.sync.assignment"].browse(assignment_id)

    def report(self, assignments):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.sync.assignment.report"].search([("assignment_id", "in", assignments.ids)])

    def test_the_advice_is_followed_by_one_click_and_recorded_with_all_its_reasons(self):
        told = self.advisor.with_user(self.manager).sync_advise("crm.lead", self.lead.id)
        self.assertEqual(told["people"][0]["user_id"], self.third.id)
        assignment = self.assign(self.third, seen_user_id=self.third.id)
        self.assertEqual(self.lead.user_id, self.third)
        self.assertFalse(assignment.is_overridden)
        self.assertEqual((assignment.chosen_place, assignment.decided_by_id), (1, self.manager))
        self.assertEqual((assignment.department_id, assignment.partner_id), (self.sales, self.customer))
        self.assertEqual([one["user_id"] for one in assignment.advice], [one["user_id"] for one in told["people"]])
        self.assertIn("Knows the customer: 1 contact, today", assignment.advice_text)

    def test_for_somebody_else_a_reason_is_asked_and_for_another_reason_its_words(self):
        with self.assertRaisesRegex(UserError, "Why somebody else"):
            self.assign(self.seller)
        with self.assertRaisesRegex(UserError, "In words"):
            self.assign(self.seller, reason="other", note="  ")
        self.assertFalse(self.lead.user_id)
        assignment = self.assign(self.seller, reason="customer", note="Asked for her on the phone")
        self.assertTrue(assignment.is_overridden)
        self.assertEqual((assignment.proposed_id, assignment.chosen_id), (self.third, self.seller))
        self.assertEqual((assignment.override_reason, assignment.note), ("customer", "Asked for her on the phone"))

    def test_when_the_advice_has_changed_meanwhile_nothing_happens(self):
        for _number in range(3):
            self.touch(self.seller)
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            self.assign(self.third, seen_user_id=self.third.id)
        self.assertFalse(self.lead.user_id or self.env["crm.sync.assignment"].search([("lead_id", "=", self.lead.id)]))

    def test_who_is_not_in_question_or_has_it_already_cannot_be_chosen(self):
        with self.assertRaisesRegex(UserError, "Person"):
            self.assign(self.agent)
        self.lead.user_id = self.third
        with self.assertRaisesRegex(UserError, "has it already"):
            self.assign(self.third)

    def test_a_visit_goes_to_who_is_chosen_with_the_invitation(self):
        start = fields.Datetime.now() + timedelta(days=1)
        visit = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.manager.id,
                "opportunity_id": self.lead.id,
                "partner_ids": [Command.set((self.manager.partner_id | self.contact).ids)],
            }
        )
        assignment = self.assign(self.third, visit)
        self.assertEqual(visit.user_id, self.third)
        self.assertEqual(visit.partner_ids, self.third.partner_id | self.contact)
        self.assertEqual((assignment.previous_id, assignment.partner_id), (self.manager, self.contact))
        self.assertEqual(self.report(assignment).result, "open")
        visit.write({"start": start - timedelta(days=2), "stop": start - timedelta(days=2) + timedelta(hours=1)})
        self.assertEqual(self.report(assignment).result, "done")

    def test_a_private_meeting_of_others_tells_nothing(self):
        start = fields.Datetime.now() + timedelta(days=1)
        meeting = self.env["calendar.event"].create(
            {
                "name": "Doctor",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.seller.id,
                "privacy": "private",
                "partner_ids": [Command.set(self.seller.partner_id.ids)],
            }
        )
        with self.assertRaises(AccessError):
            self.advisor.with_user(self.manager).sync_advise("calendar.event", meeting.id)

    # ---------------------------------------------------------------- how it ended

    def test_two_followed_and_one_overridden_end_won_lost_and_open(self):
        leads = [self.lead, self.new_lead(), self.new_lead()]
        followed = self.assign(self.third, leads[0]) | self.assign(self.third, leads[1])
        overridden = self.assign(self.seller, leads[2], reason="learn")
        leads[0].action_set_won()
        leads[1].action_set_lost()
        self.assertEqual(set(self.report(followed).mapped("result")), {"won", "lost"})
        self.assertEqual(self.report(overridden).result, "open")
        groups = self.env["crm.sync.assignment.report"]._read_group(
            [("assignment_id", "in", (followed | overridden).ids)], ["advice"], ["won_rate:avg", "__count"]
        )
        self.assertEqual({group[0]: group[1:] for group in groups}, {"followed": (0.5, 2), "overridden": (False, 1)})

    def test_the_share_followed_is_right_in_the_sum_over_unequal_months(self):
        leads = [self.new_lead() for _number in range(3)]
        rows = self.assign(self.third, leads[0]) | self.assign(self.third, leads[1])
        rows |= self.assign(self.seller, leads[2], reason="learn")
        [(rate,)] = self.env["crm.sync.assignment.report"]._read_group(
            [("assignment_id", "in", rows.ids)], [], ["followed_rate:avg"]
        )
        self.assertAlmostEqual(rate, 2 / 3)

    def test_what_a_successor_wins_is_not_the_predecessors(self):
        first = self.assign(self.third)
        second = self.assign(self.seller, reason="customer")
        self.lead.action_set_won()
        self.assertEqual((self.report(first).result, self.report(second).result), ("moved", "won"))

    def test_who_is_assigned_again_wins_once(self):
        rows = self.assign(self.third)
        rows |= self.assign(self.seller, reason="customer")
        rows |= self.assign(self.third)
        self.lead.action_set_won()
        self.assertEqual(self.report(rows).sorted("id").mapped("result"), ["moved", "moved", "won"])

    def test_the_first_contact_of_the_chosen_person_stops_the_hours_and_a_note_does_not(self):
        assignment = self.assign(self.third)
        self.assertFalse(self.report(assignment).response_hours)
        lead = self.lead.with_user(self.third)
        lead.message_post(body="Internal", subtype_xmlid="mail.mt_note")
        self.lead.with_user(self.seller).message_post(
            body="From a colleague", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(self.report(assignment).response_hours)
        message = lead.message_post(body="Good morning", message_type="comment", subtype_xmlid="mail.mt_comment")
        message.sudo().date = assignment.decided_at + timedelta(hours=3)
        self.assertAlmostEqual(self.report(assignment).response_hours, 3)

    # ---------------------------------------------------------------- journal

    def test_an_assignment_is_never_changed_nor_deleted_not_even_by_the_administrator(self):
        assignment = self.assign(self.third)
        for attempt in (lambda: assignment.write({"is_overridden": True}), assignment.unlink):
            with self.assertRaises(UserError):
                attempt()
        with self.assertRaises(AccessError):
            self.env["crm.sync.assignment"].with_user(self.manager).create({"name": "x"})

    def test_merged_opportunities_keep_their_assignments(self):
        other = self.new_lead(user_id=self.seller.id)
        rows = self.assign(self.third) | self.assign(self.third, other)
        head = (self.lead | other).merge_opportunity()
        self.assertEqual(rows.exists().lead_id, head)
        self.assertEqual(set(rows.mapped("res_id")), {head.id})

    def test_a_deleted_opportunity_leaves_its_assignment(self):
        assignment = self.assign(self.third)
        self.lead.unlink()
        self.assertTrue(assignment.exists())
        self.assertEqual(self.report(assignment).result, "gone")

    def test_a_chosen_person_who_is_archived_stays_in_the_journal(self):
        assignment = self.assign(self.third)
        self.third.action_archive()
        self.assertEqual(assignment.chosen_id, self.third)

    def test_of_an_anonymised_customer_no_words_remain(self):
        person = self.env["res.partner"].create({"name": "Ivo Grau"})
        lead = self.new_lead(partner_id=person.id, name="Glasses for Ivo Grau")
        assignment = self.assign(
            self.rank(lead)[0] and self.env["res.users"].browse(self.rank(lead)[0]["user_id"]), lead
        )
        self.env["crm.sync.erasure"]._erase(person)
        self.assertNotIn("Ivo", assignment.name)

    # ---------------------------------------------------------------- rights

    def test_the_advice_itself_is_for_those_who_lead_people(self):
        assignment = self.assign(self.third)
        for user in (self.manager, self.auditor):
            self.assertTrue(assignment.with_user(user).advice)
        with self.assertRaises(AccessError):
            assignment.with_user(self.third).read(["advice_text"])
        self.assertEqual(assignment.with_user(self.third).chosen_id, self.third)

    def test_a_user_of_another_department_or_company_sees_no_assignment(self):
        assignment = self.assign(self.third)
        _company, other = self.other_company()
        other.sync_department_id = False
        for user in (self.agent, self.head, other):
            found = self.env["crm.sync.assignment"].with_user(user).search([("id", "=", assignment.id)])
            self.assertFalse(found, user.login)

    def test_who_may_not_edit_the_opportunity_cannot_assign_it(self):
        lead = self.new_lead(user_id=self.seller.id)
        with self.assertRaises(AccessError):
            self.assign(self.third, lead, by=self.agent)
        with self.assertRaises(AccessError):
            self.assign(self.third, lead, by=self.employee)
        self.auditor.group_ids = [Command.link(self.env.ref("sales_team.group_sale_manager").id)]
        with self.assertRaises(AccessError):
            self.assign(self.third, lead, by=self.auditor)
