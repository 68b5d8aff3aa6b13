from unittest.mock import patch

from odoo.exceptions import AccessError

from .asking_common import AskingCase


class TestPlan(AskingCase):
    """The planner says before it is sent who would be skipped and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Plan {n:02}", "email": f"plan{n}@example.com", "tz": "UTC"} for n in range(10)]
        )
        cls.env["mail.blacklist"]._add("plan0@example.com")
        cls.env["crm.sync.case"].create(
            [{"name": "Scratched", "kind": "complaint", "partner_id": partner.id} for partner in cls.people[1:3]]
        )
        cls.people[9].email = "plan8@example.com"

    def setUp(self):
        super().setUp()
        self.env["crm.sync.contact.sent"]._note(self.people[3:6], "email", "survey", self.company)
        self.asker = self.asking("manual", audience_domain=f"[('id', 'in', {self.people.ids})]")

    def test_each_number_is_told_and_is_a_list(self):
        plan = self.asker._plan()
        self.assertEqual((plan["all"], plan["asked"], plan["skipped"]), (10, 3, 7))
        self.assertEqual(
            plan["sentence"],
            "7 of 10 will be skipped: 3 were asked less than 90 days ago, 2 have an open complaint, 1 have opted out, "
            "and 1 have the address of another contact who is asked.",
        )
        lines = self.env[plan["model"]]
        for row in plan["reasons"]:
            self.assertEqual(lines.search_count(row["domain"]), row["count"], row)
        self.assertEqual(sum(row["count"] for row in plan["reasons"]), 10)

    def test_a_plan_sends_nothing(self):
        self.asker._plan()
        self.assertFalse(self.of(self.asker))

    def test_what_is_sent_is_what_was_planned(self):
        self.asker.wave_spread_days = 1
        plan = self.asker._plan()
        self.asker.action_send_wave()
        states = self.run_all(self.asker).mapped("state")
        self.assertEqual((states.count("queued"), states.count("suppressed")), (plan["asked"], plan["skipped"]))

    def test_many_are_counted_in_several_steps(self):
        plan = self.env["crm.sync.survey.plan"].create({"program_id": self.asker.id, "wave": 1})
        plan._gather()
        module = "odoo.addons.crm_sync_measures.wizard.survey.crm_sync_survey_plan"
        with patch(f"{module}._BATCH", 4):
            self.assertFalse(plan._count(seconds=-1))
            self.assertIn("4 of 10", plan.sentence)
            self.assertFalse(plan.is_complete)
            while not plan._count(seconds=-1):
                plan.invalidate_recordset()
        plan.invalidate_recordset()
        self.assertTrue(plan.is_complete)
        self.assertEqual(plan._as_dict()["skipped"], 7)

    def test_a_program_that_follows_events_plans_for_who_waits(self):
        program = self.asking("order_confirmed", delay_hours=24)
        self.ordered()
        self.assertEqual(program._plan()["all"], 1)
        self.scan(program)
        self.assertEqual(program._plan()["all"], 1)

    def test_only_managers_plan(self):
        with self.assertRaises(AccessError):
            self.asker.with_user(self.seller).action_plan()
        self.assertEqual(self.asker.with_user(self.manager).action_plan()["res_model"], "crm.sync.survey.plan")
