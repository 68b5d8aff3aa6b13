from odoo.exceptions import AccessError, UserError

from .care_common import CareCase


class TestCarePreview(CareCase):
    """Who would get what this week; the jobs do the same afterwards."""

    def preview(self, rules, days=7):
        action = (
            self.env["crm.sync.care.preview"].with_user(self.manager)._open_for(rules.with_user(self.manager), days)
        )
        return self.env["crm.sync.care.preview"].with_user(self.manager).browse(action["res_id"])

    def people(self, count=6):
        people = self.env["res.partner"]
        for number in range(count):
            people |= self.person(f"Person {number}")
            self.ordered(people[-1], at=f"2026-03-{2 + number % 3:02} 08:00:00")
        return people

    def test_the_preview_tells_what_the_jobs_then_do(self):
        people = self.people()
        self.env["mail.blacklist"]._add(people[1].email)
        rule = self.rule(audience_domain=self.for_all(*people), holdout_percent=30)
        preview = self.preview(rule)
        told = {(number.code or "done"): number.count for number in preview.number_ids}
        self.assertEqual(sum(told.values()), 6)
        self.assertFalse(self.of(rule))
        for day in (3, 4, 5):
            self.travel(f"2026-03-{day:02} 12:00:00")
            self.run_all(rule)
        done = {}
        for one in self.of(rule):
            code = "done" if one.handed_at else one.reason
            done[code] = done.get(code, 0) + 1
        self.assertEqual(told, done)

    def test_each_number_is_a_list(self):
        people = self.people()
        self.env["mail.blacklist"]._add(people[1].email)
        preview = self.preview(self.rule(audience_domain=self.for_all(*people)))
        self.assertEqual({number.code: number.count for number in preview.number_ids}, {False: 5, "opted_out": 1})
        for number in preview.number_ids:
            action = number.action_open()
            lines = self.env[action["res_model"]].with_user(self.manager).search(action["domain"])
            self.assertEqual(len(lines), number.count)

    def test_what_was_done_already_is_not_told_again(self):
        people = self.people(3)
        rule = self.rule(audience_domain=self.for_all(*people))
        self.run_all(rule)
        # One is done, two wait for tomorrow and the day after.
        self.assertEqual(self.preview(rule).candidate_count, 2)

    def test_a_draft_can_be_tried_and_nothing_happens(self):
        people = self.people()
        rule = self.rule(running=False, audience_domain=self.for_all(*people))
        preview = self.preview(rule)
        self.assertEqual((preview.candidate_count, preview.is_complete), (6, True))
        self.assertFalse(self.of(rule))

    def test_all_running_rules_together(self):
        people = self.people()
        first = self.rule(audience_domain=self.for_all(*people[:2]))
        second = self.rule(audience_domain=self.for_all(*people[2:]))
        told = self.Rule.with_user(self.manager).care_preview()
        numbers = {number["rule_id"]: number["count"] for number in told["numbers"]}
        self.assertEqual((numbers[first.id], numbers[second.id]), (2, 4))
        for number in told["numbers"]:
            lines = self.env[told["model"]].with_user(self.manager).search_count(number["domain"])
            self.assertEqual(lines, number["count"])

    def test_only_managers_see_it(self):
        rule = self.rule()
        for user in (self.agent, self.head, self.auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                rule.with_user(user).action_preview()

    def test_days_that_make_no_sense_are_refused(self):
        for days in (0, 32, "7", True, None):
            with self.subTest(days), self.assertRaises(UserError):
                self.rule().with_user(self.manager).care_preview(days)
