from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError

from .loop_common import LoopCase

#: What stands in the figures beside texts and domains.
_COUNTS = ("low", "opened", "contacted", "contacted_in_time", "late", "waiting")


class TestLoopFigures(LoopCase):
    """How it goes with those who were unhappy: numbers that are lists, and a comparison that is none where few have answered."""

    def counts(self, user=None):
        figures = self.asker.with_user(user or self.manager).loop_figures()
        return tuple(figures[name] for name in _COUNTS)

    def contact_now(self, loop):
        loop.case_id.sudo()._answered(fields.Datetime.now())

    def again(self, loop, value):
        """He says how it is now, in an hour."""
        answer = self.invite(self.asker, loop.partner_id, "sent", follow_up_of_id=loop.invitation_id.id)
        self.pass_hours(1)
        answer._answer(value, "", fields.Datetime.now())
        self.follow()

    def test_every_number_is_the_list_behind_it(self):
        self.asker.with_user(self.manager).min_answers = 2
        people = self.people(8, user_id=self.seller.id)
        loops = [self.unhappy(number % 7, partner=partner) for number, partner in enumerate(people)]
        self.answered(9, partner=self.people(1))
        self.answered(5, partner=self.people(1))
        for loop in loops[:3]:
            self.contact_now(loop)
        loops[3].case_id.action_outcome("not_reachable", "No answer")
        self.pass_hours(49)
        self.contact_now(loops[4])
        late = self.unhappy(0, partner=self.people(1))
        loops[0].case_id.action_outcome("recovered", "Content")
        loops[1].case_id.action_outcome("not_recovered", "Angry")
        for loop, value in ((loops[0], 9), (loops[1], 2), (loops[5], 7), (loops[6], 3)):
            self.again(loop, value)
        figures = self.asker.with_user(self.manager).loop_figures()
        self.assertEqual({name: figures[name] for name in _COUNTS}, {
            "low": 10, "opened": 10, "contacted": 4, "contacted_in_time": 3, "late": 5, "waiting": 1,
        })  # fmt: skip
        self.assertTrue(late)
        self.assertEqual(figures["outcomes"], {"recovered": 1, "not_recovered": 1, "not_reachable": 1, "open": 7})
        self.assertEqual(figures["follow_up"], {
            "contacted": {"n": 2, "recovered": 1, "rate": 50.0},
            "not_contacted": {"n": 2, "recovered": 1, "rate": 50.0},
            "enough": True,
        })  # fmt: skip
        scores = self.env["crm.sync.score"].with_user(self.manager)
        found = {name: scores.search_count(domain) for name, domain in figures["domains"].items()}
        told = {
            **{name: figures[name] for name in _COUNTS},
            **{f"outcome_{name}": count for name, count in figures["outcomes"].items()},
            "asked_contacted": 2, "recovered_contacted": 1, "asked_not_contacted": 2, "recovered_not_contacted": 1,
        }  # fmt: skip
        self.assertEqual(found, told)

    def test_of_too_few_answers_no_rate_is_told(self):
        loop = self.unhappy()
        self.contact_now(loop)
        self.again(loop, 9)
        self.assertEqual(self.asker.loop_figures()["follow_up"], {
            "contacted": {"n": 1, "recovered": 1, "rate": None},
            "not_contacted": {"n": 0, "recovered": 0, "rate": None},
            "enough": False,
        })  # fmt: skip

    def test_who_was_contacted_after_his_second_answer_was_not_contacted_before_it(self):
        loop = self.unhappy()
        self.again(loop, 9)
        self.pass_hours(1)
        self.contact_now(loop)
        follow_up = self.asker.loop_figures()["follow_up"]
        self.assertEqual((follow_up["contacted"]["n"], follow_up["not_contacted"]["n"]), (0, 1))

    def test_what_waits_becomes_late_by_itself(self):
        loop = self.unhappy()
        self.assertEqual(self.counts(), (1, 1, 0, 0, 0, 1))
        self.travel(loop.contact_due_at)
        self.assertEqual(self.counts(), (1, 1, 0, 0, 0, 1))
        self.travel(loop.contact_due_at + timedelta(seconds=1))
        self.assertEqual(self.counts(), (1, 1, 0, 0, 1, 0))

    def test_one_counts_what_one_may_read(self):
        self.unhappy()
        self.unhappy(partner=self.people(1, user_id=self.colleague.id))
        self.assertEqual(self.counts(self.manager)[:2], (2, 2))
        self.assertEqual(self.counts(self.auditor)[:2], (2, 2))
        self.assertEqual(self.counts(self.agent)[:2], (0, 0))
        for user in (self.employee, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.asker.with_user(user).loop_figures()
        _company, stranger = self.other_company()
        with self.assertRaises(AccessError):
            self.asker.with_user(stranger).loop_figures()

    def test_loops_are_read_by_who_reads_the_case(self):
        loop = self.unhappy()
        readers = (self.seller, self.colleague, self.manager, self.auditor)
        for user in readers:
            self.assertEqual(self.Loop.with_user(user).search([("id", "=", loop.id)]), loop, user.login)
            self.assertEqual(loop.case_id.with_user(user).has_access("read"), True)
        self.assertFalse(self.Loop.with_user(self.agent).search([("id", "=", loop.id)]))
        with self.assertRaises(AccessError):
            self.Loop.with_user(self.employee).search([])
        _company, stranger = self.other_company()
        self.assertFalse(self.Loop.with_user(stranger).search([("id", "=", loop.id)]))

    def test_figures_cost_as_many_statements_for_fifty_answers_as_for_one(self):
        self.unhappy()

        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.asker.with_user(self.manager).loop_figures()
            return self.env.cr.sql_log_count - before

        cost()
        few = cost()
        for partner in self.people(49):
            self.answered(2, partner=partner)
        self.follow()
        self.assertEqual(self.counts()[:2], (50, 50))
        self.assertLessEqual(cost(), few)
