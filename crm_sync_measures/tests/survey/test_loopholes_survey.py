from itertools import pairwise

from odoo.exceptions import AccessError, UserError

from .asking_common import AskingCase
from .loop_common import LoopCase
from .score_common import ScoreCase
from .survey_common import SurveyCase


class TestLoopholesProgram(SurveyCase):
    """Who may make programs goes by their buttons, also over the API."""

    def new(self, context=None, **values):
        programs = self.Program.with_user(self.manager).with_context(**(context or {}))
        return programs.create({"name": "Forged", "survey_id": self.survey.id, "metric": "nps", **values})

    def test_what_the_program_keeps_itself_cannot_be_given_when_it_is_made(self):
        for forged in (
            {"state": "running"},
            {"wave": 7},
            {"asks_from": "2020-01-01"},
            {"scanned_until": "2020-01-01"},
            {"wave_since": "2020-01-01"},
            {"kind_of_score": "relational", "trigger": "order_confirmed"},
        ):
            with self.subTest(forged), self.assertRaises(UserError):
                self.new(**forged)

    def test_defaults_that_the_caller_sends_start_no_program(self):
        program = self.new(
            {"default_state": "running", "default_wave": 3, "default_asks_from": "2020-01-01", "default_metric": "nps"}
        )
        self.assertEqual((program.state, program.wave, program.asks_from), ("draft", 0, False))

    def test_an_event_is_not_called_a_relation(self):
        program = self.new(trigger="order_confirmed")
        with self.assertRaises(UserError):
            program.write({"kind_of_score": "relational"})

    def test_a_running_program_stays_one_that_could_be_started(self):
        self.company.sync_adjust_limit = 100
        club = self.env["loyalty.program"].create({"name": "Club", "program_type": "loyalty"})
        program = self.program(
            running=True, promoter_action="points", promoter_program_id=club.id, promoter_points=100, reminder_count=1
        )
        for wrong in (
            {"active": False},
            {"promoter_points": 101},
            {"reminder_template_id": False},
            {"promoter_action": "thanks", "thanks_template_id": False},
            {"promoter_action": "referral", "thanks_template_id": False},
        ):
            with self.subTest(wrong), self.assertRaises(UserError):
                program.write(wrong)
        program.name = "Another name"
        program.action_pause()
        program.active = False

    def test_nothing_is_promised_for_high_scores_where_nobody_knows_whose_they_are(self):
        for action in ("thanks", "referral"):
            with self.subTest(action), self.assertRaises(UserError):
                self.program(is_anonymous=True, low_score_opens_case=False, promoter_action=action)

    def test_the_number_of_a_theme_is_its_own(self):
        theme = (
            self.env["crm.sync.survey.theme"].with_user(self.manager).create({"name": "Price", "version": 2**31 - 1})
        )
        theme.write({"version": 2**31 - 1})
        theme.active = False
        self.assertLess(theme.version, 2**31 - 1)

    def test_points_are_given_of_a_loyalty_program_of_the_own_company_and_of_nothing_else(self):
        company, _user = self.other_company()
        theirs, wallet, ours = self.env["loyalty.program"].create(
            [
                {"name": "Theirs", "program_type": "loyalty", "company_id": company.id},
                {"name": "Money", "program_type": "ewallet", "company_id": self.company.id},
                {"name": "Ours", "program_type": "loyalty", "company_id": self.company.id},
            ]
        )
        for wrong in (theirs, wallet):
            with self.subTest(wrong.name), self.assertRaises(UserError):
                self.program(promoter_action="points", promoter_program_id=wrong.id, promoter_points=5)
        self.assertTrue(self.program(promoter_action="points", promoter_program_id=ours.id, promoter_points=5))


class TestLoopholesPlan(AskingCase):
    """A plan is of who made it."""

    def test_nobody_reads_the_address_of_a_foreign_contact_by_a_line_of_his_own(self):
        company, _user = self.other_company()
        stranger = self.env["res.partner"].create(
            {"name": "Stranger", "email": "stranger@example.com", "company_id": company.id}
        )
        plan = self.asking("wave").with_user(self.manager)._make_plan()
        with self.assertRaises(AccessError):
            stranger.with_user(self.manager).read(["email"])
        Line = self.env["crm.sync.survey.plan.line"].with_user(self.manager)
        with self.assertRaises(AccessError):
            Line.create({"plan_id": plan.id, "partner_id": stranger.id})
        lines = Line.search([("plan_id", "=", plan.id)])
        self.assertTrue(lines)
        with self.assertRaises(AccessError):
            lines[0].partner_id = stranger

    def test_nobody_plans_for_another_company(self):
        company, _user = self.other_company()
        theirs = self.program(self.env.user, company_id=company.id, department_id=False)
        with self.assertRaises(AccessError):
            self.env["crm.sync.survey.plan"].with_user(self.manager).create({"program_id": theirs.id})

    def test_a_manager_does_not_read_the_plan_of_another_one(self):
        other = self.new_user("t_manager_two", "group_manager", self.sales)
        plan = self.asking("wave").with_user(self.manager)._make_plan()
        for model in ("crm.sync.survey.plan", "crm.sync.survey.plan.line", "crm.sync.survey.plan.reason"):
            own, foreign = (self.env[model].with_user(user).search([]) for user in (self.manager, other))
            self.assertTrue(own, model)
            self.assertFalse(foreign, model)
        with self.assertRaises(AccessError):
            plan.with_user(other).read(["sentence"])


class TestLoopholesFigures(ScoreCase):
    """A figure is of one question."""

    def test_another_marked_question_of_the_questionnaire_is_no_answer_to_the_program(self):
        again = self.new_question("nps", title="And our product?")
        invitation = self.invite(self.program(running=True), state="sent")
        answer = self.native({self.questions["nps"]: "9", self.questions["csat"]: "1", again: "0"}, done=False)
        invitation._record({"user_input_id": answer.id})
        answer._mark_done()
        scores = self.Score.search([("user_input_id", "=", answer.id)])
        self.assertEqual(len(scores), 3)
        program = invitation.program_id
        program.min_answers = 1
        page = program.with_user(self.manager).results_page(wave=0)
        self.assertEqual(
            (page["score"]["metric"], page["score"]["answers"], page["score"]["figure"]), ("nps", 1, 100.0)
        )
        self.assertEqual(sum(value["count"] for value in page["values"]), 1)
        self.assertEqual(len(page["trend"]), 1)
        self.assertTrue(all(scores.mapped("is_relational")))


class TestLoopholesAnonymous(ScoreCase):
    """Differences tell of no one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anonymous = cls.program(
            is_anonymous=True, low_score_opens_case=False, trigger="wave", min_answers=5, running=True
        )

    def answers(self, *values):
        for value, partner in zip(values, self.people(len(values)), strict=True):
            invited = self.invite(self.anonymous, partner, "sent", wave=1)
            self.Score._answer(self.anonymous, value, invitation=invited)
            invited._set_state("done")

    def told(self):
        return self.Score.with_user(self.manager).anonymous_figures(self.anonymous.id)["answers"]

    def test_the_end_does_not_tell_what_the_last_one_has_said(self):
        told = {0}
        for _number in range(12):
            self.answers(10)
            told.add(self.told())
        self.anonymous.action_end()
        told.add(self.told())
        steps = sorted(told)
        self.assertEqual(steps[-1], 12)
        self.assertTrue(all(after - before >= 5 for before, after in pairwise(steps)), steps)


class TestLoopholesPeople(AskingCase):
    """Merged, archived and deleted contacts."""

    def test_two_contacts_that_become_one_while_both_are_queued_get_one_mail(self):
        twin = self.env["res.partner"].create({"name": "Li Na", "email": "li@home.example.com", "tz": "UTC"})
        program = self.asking(
            "wave", audience_domain=f"[('id', 'in', {[self.contact.id, twin.id]})]", wave_spread_days=1
        )
        program.action_send_wave()
        self.env["crm.sync.survey.scan"]._cron_scan()
        self.env["crm.sync.survey.selection"]._cron_sift()
        self.assertEqual(self.of(program).mapped("state"), ["queued", "queued"])
        self.env["base.partner.merge.automatic.wizard"]._merge((self.contact | twin).ids, self.contact)
        self.env["crm.sync.survey.dispatch"]._cron_dispatch()
        self.assertEqual(len(self.mails(self.of(program))), 1)
        self.assertEqual(sorted(self.of(program).mapped("state")), ["queued", "suppressed"])

    def test_the_number_of_who_is_deleted_goes_with_him(self):
        leaver = self.env["res.partner"].create({"name": "Leaver", "email": "leaver@example.com"})
        invitation = self.invite(partner=leaver, state="sent")
        invitation._answer(2, "Call me", self.now())
        invitation._wish_call("+1 202 555 0199")
        leaver.unlink()
        self.assertFalse(invitation.call_phone)
        self.assertFalse(invitation.follow_at)


class TestLoopholesMoney(LoopCase):
    """One human has one voice in a wave, and is thanked for it once."""

    def twins(self, program, *values):
        """Two contacts were mailed in a wave, became one, and both links are answered."""
        twin = self.env["res.partner"].create({"name": "Li Na", "email": "li@home.example.com", "tz": "UTC"})
        both = self.invite(program, state="sent", wave=1), self.invite(program, twin, "sent", wave=1)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.contact | twin).ids, self.contact)
        for invitation, value in zip(both, values, strict=True):
            invitation._answer(value, "", self.now())
            self.follow()
        return both

    def test_both_links_of_one_human_earn_points_once(self):
        club = self.env["loyalty.program"].create({"name": "Club", "program_type": "loyalty"})
        for values in ((10, 10), (9, 10)):
            with self.subTest(values):
                program = self.program(
                    running=True, promoter_action="points", promoter_program_id=club.id, promoter_points=5
                )
                before = sum(self.env["loyalty.card"].search([("program_id", "=", club.id)]).mapped("points"))
                self.twins(program, *values)
                after = sum(self.env["loyalty.card"].search([("program_id", "=", club.id)]).mapped("points"))
                self.assertEqual(after - before, 5)

    def test_who_says_later_in_the_wave_that_he_is_content_has_his_points(self):
        club = self.env["loyalty.program"].create({"name": "Club", "program_type": "loyalty"})
        self.twins(
            self.program(running=True, promoter_action="points", promoter_program_id=club.id, promoter_points=5), 3, 10
        )
        self.assertEqual(self.env["loyalty.card"].search([("program_id", "=", club.id)]).mapped("points"), [5])

    def test_both_links_of_one_unhappy_human_are_one_case(self):
        first, second = self.twins(self.asker, 3, 3)
        self.assertEqual(len(self.loop_of(first)), 1)
        self.assertFalse(self.loop_of(second))
        self.assertFalse(second.follow_at)


class TestLoopholesNotes(LoopCase):
    """What colleagues have noted about a customer is for who may read his case."""

    def test_who_reads_the_answer_and_not_the_case_finds_no_word_of_the_note_by_asking(self):
        loop = self.unhappy()
        loop.case_id.with_user(self.manager).action_outcome("recovered", "Owes us money")
        leader = self.new_user("t_leader", "group_user", None)
        team = self.env["crm.team"].create({"name": "Readers", "user_id": leader.id})
        self.env.cr.execute("UPDATE crm_sync_score SET team_id = %s WHERE id = %s", [team.id, loop.score_id.id])
        self.env.invalidate_all()
        mine = loop.score_id.with_user(leader)
        self.assertEqual(mine.search([("id", "=", mine.id)]), mine)
        self.assertFalse(loop.with_user(leader).search([("id", "=", loop.id)]))
        with self.assertRaises(AccessError):
            mine.search([("id", "=", mine.id), ("loop_ids.outcome_said", "ilike", "money")])
        with self.assertRaises(ValueError):
            mine.search([("id", "=", mine.id), ("loop_ids.outcome_note", "ilike", "money")])
        self.assertEqual(loop.with_user(self.manager).outcome_note, "Owes us money")


class TestLoopholesSecrets(SurveyCase):
    """What nobody reads is not found out by asking either."""

    def test_the_random_bits_of_a_link_cannot_be_searched_grouped_sorted_or_exported(self):
        asks = {
            "search": lambda mine: mine.search([("nonce", "like", "a")]),
            "read": lambda mine: mine.read(["nonce"]),
            "export": lambda mine: mine.export_data(["nonce"]),
            "group": lambda mine: mine.formatted_read_group([], ["nonce"], ["__count"]),
            "order": lambda mine: mine.search([], order="nonce"),
            "figures": lambda mine: mine.response_figures([["nonce", "like", "a"]]),
            "scores": lambda mine: mine.env["crm.sync.score"].score_figures([["invitation_id.nonce", "like", "a"]]),
        }
        invitation = self.invite(state="sent")
        for user in (self.manager, self.auditor, self.agent):
            for name, ask in asks.items():
                with self.subTest(name, user=user.login), self.assertRaises(UserError):
                    ask(invitation.with_user(user))
