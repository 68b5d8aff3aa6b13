from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..activity.contact_card_case import ContactCardCase
from ..loyalty.test_reminders import RemindersCase


@tagged("post_install", "-at_install")
class TestAnOpenComplaintIsKnown(ContactCardCase):
    """Before anybody contacts the customer, and before he gets a mailing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.defect = cls.env.ref("crm_sync_measures.case_cause_product_defect")
        cls.complaint = cls.open()
        cls.happy = cls.env["res.partner"].create({"name": "Happy", "email": "happy@example.com"})

    @classmethod
    def open(cls, **values):
        values = {
            "name": "The lens is scratched",
            "partner_id": cls.contact.id,
            "department_id": cls.service.id,
            "user_id": cls.agent.id,
            "severity": "0",
            **values,
        }
        return cls.env["crm.sync.case"].create(values)

    def close(self, case):
        case.write({"cause_id": self.defect.id})
        case.action_move(self.env.ref("crm_sync_measures.case_stage_investigating").id)
        case.action_close("upheld", "You get a new lens.")

    def levels(self, **arguments):
        return [level for level, _text in self.found("complaint", **arguments)]

    def gate(self, partner=None, purpose="marketing", user=None):
        gate = self.env["crm.sync.contact.gate"].with_user(user or self.seller)
        [answer] = gate.may_contact((partner or self.customer).ids, purpose, "email")
        return answer["reason"]

    # ---------------------------------------------------------------- card

    def test_number_subject_since_when_and_who_sees_to_it(self):
        [(level, text)] = self.found("complaint")
        self.assertEqual(level, "yellow")
        self.assertEqual(
            text, f"{self.complaint.number} The lens is scratched, opened today; t_agent (Service) sees to it"
        )
        [finding] = [one for one in self.card()["findings"] if one["code"] == "complaint"]
        link = {"model": "crm.sync.case", "res_id": self.complaint.id, "name": self.complaint.number}
        self.assertEqual(finding["links"], [link])
        self.complaint.action_assign(False)
        self.assertIn("nobody sees to it yet", self.found("complaint")[0][1])

    def test_the_more_urgent_the_redder(self):
        for severity, is_safety, level in (("0", False, "yellow"), ("3", False, "red"), ("0", True, "red")):
            self.complaint.write({"severity": severity, "is_safety": is_safety})
            self.assertEqual(self.levels(), [level], (severity, is_safety))
        self.complaint.write({"is_safety": False})
        self.complaint.action_acknowledge()
        self.complaint.action_escalate("He has called twice")
        self.assertEqual(self.levels(), ["red"])

    def test_of_a_colleague_in_the_same_company_on_every_contact_lead_and_quotation(self):
        for partner in (self.customer, self.contact):
            self.assertEqual(self.levels(partner=partner), ["yellow"])
        lead = self.lead()
        self.assertEqual(self.levels(document=lead), ["yellow"])
        self.assertEqual(self.levels(document=self.quotation(100)), ["yellow"])
        self.assertEqual(self.levels(partner=self.happy), [])

    def test_on_the_case_itself_it_is_only_told(self):
        [(level, text)] = self.found("complaint", document=self.complaint, user=self.agent)
        self.assertEqual((level, text), ("info", "This case, opened today"))

    def test_what_is_over_and_what_is_no_complaint_is_no_reason(self):
        self.open(kind="question", name="How do I clean it?")
        self.open(kind="praise", name="So clear")
        self.assertEqual(len(self.levels()), 1)
        self.close(self.complaint)
        self.assertEqual(self.levels(), [])
        self.complaint.action_reopen("Scratched again")
        self.assertEqual(self.levels(), ["yellow"])

    def test_merged_into_a_case_of_another_customer_it_is_open_as_long_as_that_one(self):
        other = self.open(partner_id=self.happy.id)
        self.complaint.action_merge(other)
        self.assertFalse(self.complaint.is_open)
        [(_level, text)] = self.found("complaint")
        self.assertIn(self.complaint.number, text)
        self.assertNotIn(other.number, text)
        self.close(other)
        self.assertEqual(self.levels(), [])

    def test_two_that_were_merged_are_told_once(self):
        self.complaint.action_merge(self.open(name="Scratched too"))
        self.assertEqual(len(self.levels()), 1)

    def test_who_may_not_read_it_learns_department_and_day_only(self):
        self.assertNotIn(self.colleague, self.complaint.user_id | self.customer.user_id)
        [finding] = [one for one in self.card(self.colleague)["findings"] if one["code"] == "complaint"]
        self.assertTrue(finding["masked"])
        self.assertEqual((finding["text"], finding["links"]), ("Service, today", []))

    def test_a_case_of_another_company_is_not_told(self):
        company, other = self.other_company()
        self.open(company_id=company.id, department_id=False, user_id=False, name="Elsewhere")
        self.assertEqual(len(self.levels()), 1)
        self.assertIn("Elsewhere", self.found("complaint", user=other)[0][1])
        self.assertEqual(len(self.levels(user=other)), 1)

    # ---------------------------------------------------------------- inform, ask, block

    def test_where_the_company_blocks_nothing_is_written_but_on_the_case(self):
        lead = self.lead()
        self.policy("complaint", "block")
        post = {
            "body": "New lamps!",
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "partner_ids": self.contact.ids,
        }
        with self.assertRaisesRegex(UserError, "The lens is scratched"):
            lead.with_user(self.seller).message_post(**post)
        self.complaint.with_user(self.agent).message_post(**post)
        self.close(self.complaint)
        lead.with_user(self.seller).message_post(**post)

    def test_where_the_company_asks_a_reason_opens_the_way(self):
        lead = self.lead()
        self.policy("complaint", "ask")
        post = {
            "body": "New lamps!",
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "partner_ids": self.contact.ids,
        }
        with self.assertRaisesRegex(UserError, "Give a reason"):
            lead.with_user(self.seller).message_post(**post)
        self.contact.with_user(self.seller).sync_contact_override("Agreed with service", "crm.lead", lead.id)
        lead.with_user(self.seller).message_post(**post)

    # ---------------------------------------------------------------- bulk

    def test_marketing_and_surveys_wait_and_nothing_that_is_owed(self):
        for partner in (self.customer, self.contact):
            for purpose in ("marketing", "survey"):
                self.assertEqual(self.gate(partner, purpose), "complaint", purpose)
            for purpose in ("transactional", "service", "loyalty"):
                self.assertFalse(self.gate(partner, purpose), purpose)
        self.close(self.complaint)
        self.assertFalse(self.gate())

    def test_a_company_may_send_all_the_same(self):
        self.policy("complaint", bulk="send")
        self.assertFalse(self.gate())

    def test_what_another_company_settles_holds_nothing_back_here(self):
        _company, other = self.other_company()
        self.assertFalse(self.gate(user=other))
        self.assertEqual(self.gate(), "complaint")

    def test_the_reason_stays_with_the_mail_that_was_held_back(self):
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.manager)
            .with_context(
                default_model="res.partner",
                default_res_ids=(self.customer | self.happy).ids,
                default_composition_mode="mass_mail",
            )
            .create({"subject": "New lamps", "body": "<p>Buy</p>", "auto_delete": False})
        )
        composer.action_send_mail()
        mails = self.env["mail.mail"].search([("model", "=", "res.partner"), ("subject", "=", "New lamps")])
        states = {mail.res_id: mail for mail in mails}
        self.assertEqual(states[self.customer.id].failure_type, "sync_held")
        self.assertIn("A complaint of the customer is open.", states[self.customer.id].failure_reason)
        self.assertNotEqual(states[self.happy.id].state, "cancel")

    def test_thirty_complaints_cost_what_one_costs(self):
        counts = []
        # The round after each creation is for what is the same for all requests.
        for number in (0, 0, 30, 0):
            for _each in range(number):
                self.open(name="Again")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(self.found("complaint"))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[3])
        self.assertEqual(len(self.found("complaint")), 5)

    def test_how_long_it_lasts_is_told(self):
        """Since the day of this cycle, in the reader's days."""
        opened = fields.Datetime.now() - timedelta(days=4)
        self.complaint._record({"opened_at": opened})
        self.assertIn("opened 4 days ago", self.found("complaint")[0][1])


class TestPointsThatExpire(RemindersCase):
    """What a customer would lose is told to him, complaint or not."""

    def test_he_is_reminded_of_his_points_while_his_complaint_is_open(self):
        self.new_card(100)
        self.env["crm.sync.case"].create({"name": "The lens is scratched", "partner_id": self.customer.id})
        self.travel("2026-04-10 06:30:00")
        notice, mail = self.remind()
        self.assertEqual((notice.kind, mail.recipient_ids), ("reminder", self.customer))
        [gate] = self.env["crm.sync.contact.gate"].may_contact(self.customer.ids, "marketing", "email")
        self.assertEqual(gate["reason"], "complaint")
