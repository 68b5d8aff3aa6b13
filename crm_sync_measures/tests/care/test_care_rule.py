from odoo.exceptions import AccessError, UserError, ValidationError

from .care_common import CareCase


class TestCareRule(CareCase):
    """What a rule may say, who starts it, and what it needs for it."""

    def test_a_rule_is_born_a_draft_and_nobody_says_otherwise(self):
        rule = self.rule(running=False)
        self.assertEqual(rule.state, "draft")
        for values in ({"state": "running"}, {"started_on": "2020-01-01"}, {"planned_through": "2020-01-01"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "kept by the rule itself"):
                self.rule(running=False, **values)
            with self.subTest(values), self.assertRaisesRegex(UserError, "kept by the rule itself"):
                rule.write(values)
        forged = self.Rule.with_context(default_state="running").create({"name": "Forged"})
        self.assertEqual(forged.state, "draft")

    def test_it_begins_on_the_companys_day_though_only_its_working_hours_say_where_it_is(self):
        self.company.partner_id.tz = False
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.travel("2026-03-03 17:00:00")
        self.assertEqual(str(self.rule().started_on), "2026-03-04")

    def test_started_it_works_from_that_day_on_and_paused_it_begins_anew(self):
        rule = self.rule()
        self.assertEqual((rule.state, str(rule.started_on)), ("running", "2026-03-03"))
        rule.action_pause()
        self.travel("2026-03-20 10:00:00")
        rule.action_start()
        self.assertEqual((rule.state, str(rule.started_on), rule.planned_through), ("running", "2026-03-20", False))

    def test_only_managers_start_and_pause(self):
        rule = self.rule(running=False)
        for user in (self.agent, self.head, self.auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                rule.with_user(user).action_start()
        with self.assertRaisesRegex(UserError, "cannot do this now"):
            rule.with_user(self.manager).action_pause()

    def test_a_mail_and_a_coupon_need_the_mail_that_tells(self):
        rule = self.rule(running=False, mail_template_id=False)
        with self.assertRaisesRegex(UserError, "choose the mail"):
            rule.action_start()
        rule.mail_template_id = self.template
        rule.action_start()
        with self.assertRaisesRegex(UserError, "choose the mail"):
            rule.mail_template_id = False

    def test_what_makes_no_sense_is_refused(self):
        wrong = (
            {"occasion": "holiday"},
            {"occasion": "membership_day"},
            {"occasion": "no_purchase", "days": 0},
            {"occasion": "no_contact", "days": -1},
            {"occasion": "after_purchase", "days": -1},
            {"action": "points"},
            {"action": "coupon"},
            {"action": "activity", "activity_type_id": False},
            {"audience_domain": "[('nothing_like_it', '=', 1)]"},
            {"audience_domain": "[(1"},
            {"mail_template_id": self.env.ref("crm_sync_measures.mail_template_survey_invitation").id},
        )
        for values in wrong:
            with self.subTest(values), self.assertRaises(ValidationError):
                self.rule(running=False, **values)

    def test_afterwards_it_is_too_late_to_warn_of_points(self):
        program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        with self.assertRaisesRegex(ValidationError, "too late"):
            self.rule("points_expire", running=False, program_id=program.id, days=3)
        self.assertEqual(self.rule("points_expire", running=False, program_id=program.id, days=-14).days, -14)

    def test_the_occasion_of_a_rule_that_has_run_stays(self):
        rule = self.rule()
        with self.assertRaisesRegex(UserError, "Copy the rule"):
            rule.occasion = "no_purchase"
        copy = rule.copy()
        self.assertEqual((copy.state, copy.started_on, copy.name), ("draft", False, "All the best (copy)"))

    def test_a_rule_that_has_worked_is_archived_and_not_deleted(self):
        rule = self.rule()
        with self.assertRaisesRegex(UserError, "not deleted"):
            rule.unlink()
        rule.action_archive()
        self.assertEqual((rule.state, rule.active), ("paused", False))
        self.rule(running=False).unlink()

    def test_nobody_writes_or_deletes_occasions(self):
        self.ordered(at="2026-03-02 08:00:00")
        occasion = self.plan(self.rule())
        for user in (self.env.user, self.manager):
            with self.subTest(user.login), self.assertRaises(UserError):
                occasion.with_user(user).write({"state": "done"})
            with self.subTest(user.login), self.assertRaises(UserError):
                occasion.with_user(user).unlink()

    def test_each_role_reads_the_occasions_of_its_customers(self):
        self.ordered(at="2026-03-02 08:00:00")
        occasion = self.plan(self.rule(department_id=False))
        _other, other_user = self.other_company()
        readers = {self.seller: 1, self.colleague: 0, self.agent: 0, self.head: 0, self.manager: 1, self.auditor: 1}
        for user, count in {**readers, other_user: 0}.items():
            with self.subTest(user.login):
                found = self.Occasion.with_user(user).search_count([("id", "=", occasion.id)])
                self.assertEqual(found, count)

    def test_what_a_department_does_its_members_and_its_manager_read(self):
        self.customer.sync_department_id = self.service
        self.env.cr.precommit.run()
        self.ordered(at="2026-03-02 08:00:00")
        occasion = self.plan(self.rule(department_id=self.service.id))
        for user in (self.agent, self.head):
            self.assertTrue(self.Occasion.with_user(user).search([("id", "=", occasion.id)]), user.login)
