from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from .case_core_common import CaseCase


class TestAColleagueLeaves(CaseCase):
    """The agent of Service leaves: his open cases go to the successor, and none is left with him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.successor = cls.new_user("t_successor", "group_user", cls.service)
        cls.open = cls.case(user_id=cls.agent.id)
        cls.over = cls.case(user_id=cls.agent.id, cause_id=cls.defect.id)
        cls.over.action_move(cls.stage("investigating"))
        cls.over.action_close("upheld", "You get a new lens.")

    def handover(self):
        handover = (
            self.env["crm.sync.handover"].with_user(self.head).create({"user_id": self.agent.id, "reason": "leaving"})
        )
        handover.action_gather()
        return handover

    def line(self, handover, case):
        return handover.sudo().line_ids.filtered(
            lambda line: (line.res_model, line.res_id) == ("crm.sync.case", case.id)
        )

    def rows(self):
        """The cases and their clocks, as the database has them."""
        self.env.flush_all()
        found = []
        for table in ("crm_sync_case", "crm_sync_case_clock"):
            self.env.cr.execute(
                SQL("SELECT id, to_jsonb(t) - 'write_uid' - 'write_date' FROM %s t ORDER BY id", SQL.identifier(table))
            )
            found.append(self.env.cr.fetchall())
        return found

    # ---------------------------------------------------------------- handover

    def test_his_open_cases_are_on_the_list_with_customer_deadline_and_a_suggestion(self):
        self.customer.user_id = False
        another = self.new_user("t_left", "group_user", self.service)
        anothers = self.case(user_id=another.id)
        another.action_archive()
        handover = self.handover()
        self.assertFalse(self.line(handover, anothers), "somebody else left it")
        line = self.line(handover, self.open)
        self.assertEqual((line.kind, line.partner_id), ("case", self.contact))
        self.assertEqual(line.due_on, self.open.deadline.date())
        self.assertIn(line.suggested_user_id, self.successor | self.head)
        self.assertTrue(line.suggestion)
        self.assertFalse(self.line(handover, self.over))

    def test_who_takes_over_owns_it_and_the_history_says_so(self):
        handover = self.handover()
        self.line(handover, self.open).user_id = self.successor
        handover.action_execute()
        self.assertEqual(self.open.user_id, self.successor)
        event = self.open.sudo().event_ids.filtered(lambda event: event.kind == "assigned")[-1:]
        self.assertEqual((event.old_user_id, event.new_user_id), (self.agent, self.successor))
        self.assertEqual(self.over.user_id, self.agent)

    def test_an_undo_gives_back_every_column(self):
        nobody = self.case(user_id=self.agent.id, department_id=False)
        # As it was entered before he had a department.
        nobody.sudo()._record({"department_id": False})
        handover = self.handover()
        handover.sudo().line_ids.filtered(lambda line: line.kind == "case").user_id = self.successor
        before = self.rows()
        handover.action_execute()
        self.assertEqual((self.open | nobody).mapped("user_id"), self.successor)
        self.assertEqual(nobody.department_id, self.service)
        handover.action_undo()
        self.assertEqual(self.rows(), before)

    def test_what_the_successor_has_worked_on_stays_his(self):
        handover = self.handover()
        self.line(handover, self.open).user_id = self.successor
        handover.action_execute()
        self.open.with_user(self.successor).message_post(body="I am on it", subtype_xmlid="mail.mt_comment")
        handover.action_undo()
        self.assertEqual((self.open.user_id, self.line(handover, self.open).outcome), (self.successor, "acted"))

    # ---------------------------------------------------------------- archiving

    def archive_by_button(self):
        self.agent.action_archive()

    def archive_by_write(self):
        self.agent.write({"active": False})

    def archive_by_import(self):
        rows = self.env["res.users"].load([".id", "active"], [[str(self.agent.id), "0"]])
        self.assertFalse(rows["messages"])

    def test_however_he_is_archived_no_open_case_stays_with_him(self):
        for archive in (self.archive_by_button, self.archive_by_write, self.archive_by_import):
            with self.subTest(archive.__name__), self.env.cr.savepoint() as savepoint:
                archive()
                self.assertFalse(self.agent.active)
                self.assertFalse(self.open.user_id)
                self.assertEqual((self.open.left_by_id, self.over.user_id), (self.agent, self.agent))
                event = self.open.sudo().event_ids.sorted("id")[-1]
                self.assertEqual((event.kind, event.old_user_id, event.new_user_id.id), ("assigned", self.agent, False))
                pending = self.env["crm.sync.handover"].search([("user_id", "=", self.agent.id)])
                self.assertEqual((pending.state, self.line(pending, self.open).state), ("pending", "pending"))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_gathered_anew_and_executed_it_is_handed_over_and_the_undo_leaves_it_to_nobody(self):
        self.agent.action_archive()
        handover = self.env["crm.sync.handover"].search([("user_id", "=", self.agent.id)])
        before = self.rows()
        handover.action_gather()
        self.line(handover, self.open).user_id = self.successor
        handover.line_ids.filtered(lambda line: not line.user_id).unlink()
        handover.action_execute()
        self.assertEqual((self.open.user_id, self.open.left_by_id.id), (self.successor, False))
        handover.action_undo()
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.line(handover, self.open).state, "pending")

    def test_handed_over_before_he_was_archived_an_undo_does_not_give_it_back_to_him(self):
        handover = self.handover()
        self.line(handover, self.open).user_id = self.successor
        handover.action_execute()
        self.agent.action_archive()
        handover.action_undo()
        self.assertEqual((self.open.user_id.id, self.open.left_by_id), (False, self.agent))

    def test_who_is_back_gets_what_nobody_has_taken(self):
        taken, ended = self.case(user_id=self.agent.id), self.case(user_id=self.agent.id)
        self.agent.action_archive()
        ended.with_user(self.head).action_reject("It is not from us.")
        taken.with_user(self.successor).action_take()
        self.agent.action_unarchive()
        self.assertEqual((self.open.user_id, taken.user_id), (self.agent, self.successor))
        self.assertFalse(ended.user_id, "it was over when he came back")
        self.assertFalse((self.open | taken).left_by_id)

    def test_reopened_after_he_left_it_is_nobodys_and_the_head_is_told(self):
        self.agent.action_archive()
        self.over.with_user(self.successor).action_reopen("Scratched again")
        self.assertFalse(self.over.user_id)
        self.assertIn(self.head, self.over.sudo().activity_ids.user_id)
        self.assertNotIn(self.agent, self.over.sudo().activity_ids.user_id)

    def test_nobody_is_given_a_case_who_has_left(self):
        self.agent.action_archive()
        with self.assertRaises(UserError):
            self.case(self.head, user_id=self.agent.id)
        with self.assertRaises(UserError):
            self.open.with_user(self.head).action_assign(self.agent)


class TestWhoShouldTakeACase(CaseCase):
    """People of the department, ranked by who solves such cases, knows the matter, and has time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls.new_user("t_good", "group_user", cls.service)
        cls.good.name, cls.agent.name = "Good", "Agent"
        cls.customer.user_id = False
        cls.open = cls.case()

    def solved(self, user, count, late=0, **values):
        """So many cases that ``user`` has ended, some of them too late."""
        for number in range(count):
            case = self.case(self.head, user_id=user.id, cause_id=self.defect.id, **values)
            case._record(
                {
                    "stage_id": self.stage("closed").id,
                    "closed_at": fields.Datetime.now() - timedelta(days=1),
                    "is_breached": number < late,
                }
            )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_sync_case SET is_breached = n.late FROM (SELECT id, row_number() OVER (ORDER BY id) <= %s AS late"
            " FROM crm_sync_case WHERE user_id = %s) n WHERE n.id = crm_sync_case.id AND NOT is_open",
            [late, user.id],
        )
        self.env.invalidate_all()

    def advice(self, user=None, case=None):
        advisor = self.env["crm.sync.advisor"].with_user(user or self.head)
        return advisor.sync_advise("crm.sync.case", (case or self.open).id)

    def point(self, advice, person):
        [one] = [one for one in advice["people"] if one["user_id"] == person.id]
        return next((point for point in one["points"] if point["code"] == "solved"), None)

    def test_the_people_of_the_department_are_in_question(self):
        people = {one["user_id"] for one in self.advice()["people"]}
        self.assertEqual(people, {self.agent.id, self.good.id, self.head.id})

    def test_who_solves_such_cases_is_first_and_says_why(self):
        self.open.cause_id = self.defect
        self.solved(self.good, 8)
        self.solved(self.agent, 8, late=8)
        advice = self.advice()
        good, agent = self.point(advice, self.good), self.point(advice, self.agent)
        self.assertGreater(good["value"], 0.5)
        self.assertLess(agent["value"], 0.5)
        self.assertIn("Solved 8 of 8 cases", good["text"])
        self.assertIn(self.defect.name, good["text"])
        self.assertEqual(advice["people"][0]["user_id"], self.good.id)

    def test_one_lucky_case_is_no_proof(self):
        self.solved(self.agent, 9, late=2)
        self.solved(self.good, 1)
        advice = self.advice()
        self.assertLess(self.point(advice, self.good)["value"], 0.6)

    def test_colleagues_read_no_figures_of_each_other(self):
        self.solved(self.good, 8)
        self.solved(self.agent, 8, late=8)
        advice = self.advice(self.agent)
        self.assertTrue(all(not one["points"] for one in advice["people"]))
        reasons = " ".join(reason for one in advice["people"] for reason in one["reasons"])
        self.assertNotIn("of 8", reasons)
        self.assertIn("more often than the others", reasons)

    def test_open_cases_are_work(self):
        for _number in range(6):
            self.case(user_id=self.agent.id)
        loads = {one["user_id"]: one["load"] for one in self.advice()["people"]}
        self.assertEqual(loads[self.agent.id] - loads[self.good.id], 6)
        self.assertEqual(self.advice()["people"][-1]["user_id"], self.agent.id)

    def test_the_customers_language_counts(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.good.sync_lang_ids = self.env.ref("base.lang_zh_CN")
        self.open.lang = "zh_CN"
        self.assertEqual(self.advice()["people"][0]["user_id"], self.good.id)

    def test_it_is_given_and_the_history_knows(self):
        advisor = self.env["crm.sync.advisor"].with_user(self.head)
        seen = self.advice()["people"][0]["user_id"]
        advisor.sync_assign("crm.sync.case", self.open.id, seen, seen)
        self.assertEqual(self.open.user_id.id, seen)
        self.assertIn("assigned", self.history(self.open))
        self.assertEqual(self.open.with_user(self.head).action_sync_advise()["tag"], "crm_sync_advice")

    def test_ten_cases_cost_what_one_costs(self):
        self.solved(self.good, 6)
        product = self.env["product.product"].create({"name": "Lens"})
        cases = self.open
        for _number in range(10):
            cases |= self.case(product_id=product.id, cause_id=self.defect.id)
        counts = []
        advisor = self.env["crm.sync.advisor"].with_user(self.head)
        self.env.flush_all()
        for some in (cases, cases[1:2], cases):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            advisor._rank_set("crm.sync.case", some.ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
