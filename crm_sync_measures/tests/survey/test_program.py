from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .survey_common import SurveyCase

TEMPLATES = ("nps_relationship", "nps_delivery", "csat_case", "csat_meeting", "ces_onboarding", "csat_lost")


class TestProgram(SurveyCase):
    # ---------------------------------------------------------------- templates

    def test_there_is_a_draft_ready_for_each_score_and_for_lost_deals(self):
        programs = self.Program.browse(
            self.env.ref(f"crm_sync_measures.survey_program_{name}").id for name in TEMPLATES
        )
        self.assertEqual(set(programs.mapped("metric")), {"nps", "csat", "ces"})
        self.assertIn("lead_lost", programs.mapped("trigger"))
        self.assertTrue(all(program.mail_template_id and program.reminder_template_id for program in programs))
        for program in programs:
            self.assertEqual(program.question_id.survey_id, program.survey_id)

    def test_a_questionnaire_begins_with_the_score_and_asks_why(self):
        for name in TEMPLATES:
            survey = self.env.ref(f"crm_sync_measures.survey_{name}")
            self.assertTrue(survey.question_ids[0].sync_metric, name)
            self.assertEqual(survey.question_ids[0]._sync_why(), survey.question_ids[1], name)
            self.assertEqual(survey.question_ids[1].question_type, "text_box", name)
            self.assertFalse(survey.lang_ids, "every installed language")

    # ---------------------------------------------------------------- question

    def test_a_question_gets_the_scale_of_its_score(self):
        question = self.env["survey.question"].new({"survey_id": self.survey.id, "title": "Easy?"})
        question.sync_metric = "ces"
        question._onchange_sync_metric()
        self.assertEqual((question.question_type, question.scale_min, question.scale_max), ("scale", 1, 7))

    def test_a_score_on_another_scale_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "from 0 to 10"):
            self.new_question("nps", scale_min=1)
        with self.assertRaisesRegex(ValidationError, "from 1 to 5"):
            self.questions["csat"].scale_max = 10
        with self.assertRaises(ValidationError):
            self.questions["csat"].question_type = "text_box"

    def test_a_scale_from_0_to_10_is_no_recommendation_unless_somebody_says_so(self):
        question = self.new_question("nps", sync_metric=False)
        with self.assertRaises(ValidationError):
            self.program(question_id=question.id)

    def test_what_a_program_asks_does_not_become_another_score(self):
        self.program()
        with self.assertRaisesRegex(ValidationError, "How are we doing"):
            self.questions["nps"].write({"sync_metric": False})

    def test_the_question_of_the_score_is_found_by_itself(self):
        program = self.program(metric="ces")
        self.assertEqual(program.question_id, self.questions["ces"])
        program.metric = "csat"
        self.assertEqual(program.question_id, self.questions["csat"])

    def test_a_manager_makes_one_in_the_form(self):
        form = Form(self.Program.with_user(self.manager))
        form.name = "After a delivery"
        form.metric = "csat"
        form.survey_id = self.survey.with_user(self.manager)
        program = form.save()
        self.assertEqual((program.state, program.question_id), ("draft", self.questions["csat"]))
        self.assertEqual(program.mail_template_id, self.env.ref("crm_sync_measures.mail_template_survey_invitation"))

    # ---------------------------------------------------------------- kind of score

    def test_waves_ask_of_the_relation_and_events_of_an_experience(self):
        kinds = {}
        for trigger, _label in self.Program._fields["trigger"].selection:
            kinds.setdefault(self.program(trigger=trigger).kind_of_score, set()).add(trigger)
        self.assertEqual(kinds["relational"], {"wave", "manual"})
        self.assertEqual(len(kinds["transactional"]), 8)

    # ---------------------------------------------------------------- states

    def test_it_is_started_paused_started_again_and_ended_for_good(self):
        program = self.program()
        for action, state in (("start", "running"), ("pause", "paused"), ("start", "running"), ("end", "ended")):
            getattr(program, f"action_{action}")()
            self.assertEqual(program.state, state)
        for action in ("start", "pause", "end"):
            with self.assertRaises(UserError):
                getattr(program, f"action_{action}")()

    def test_a_draft_is_neither_paused_nor_ended(self):
        for action in ("pause", "end"):
            with self.assertRaises(UserError):
                getattr(self.program(), f"action_{action}")()

    def test_state_and_wave_are_written_by_its_buttons_only(self):
        program = self.program()
        for values in ({"state": "running"}, {"wave": 7}):
            with self.assertRaises(UserError):
                program.write(values)
            with self.assertRaises(UserError):
                program.sudo().write(values)

    def test_what_its_scores_mean_stays_once_it_has_run(self):
        program = self.program(running=True)
        program.action_pause()
        for values in (
            {"metric": "csat"},
            {"question_id": self.questions["csat"].id},
            {"survey_id": self.survey.copy().id},
            {"trigger": "delivered"},
            {"is_anonymous": True},
            {"company_id": self.env["res.company"].create({"name": "Other"}).id},
        ):
            with self.assertRaises(UserError, msg=str(values)):
                program.write(values)
        program.write({"metric": "nps", "survey_id": self.survey.id, "name": "Renamed", "delay_hours": 3})
        self.assertEqual(program.name, "Renamed")

    def test_ending_it_drops_what_was_only_planned(self):
        program = self.program(running=True)
        planned, sent = self.invite(program), self.invite(program, state="sent")
        program.action_end()
        self.assertEqual((planned.state, sent.state), ("cancelled", "sent"))

    def test_it_does_not_start_without_what_it_needs(self):
        self.survey.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            self.program().action_start()
        self.survey.active = True
        with self.assertRaisesRegex(UserError, "reminder"):
            self.program(reminder_template_id=False).action_start()
        if "stock.picking" not in self.env:
            with self.assertRaisesRegex(UserError, "Inventory"):
                self.program(trigger="delivered").action_start()

    def test_a_program_that_has_asked_is_not_deleted(self):
        program = self.program(running=True)
        with self.assertRaises(UserError):
            program.unlink()
        self.assertTrue(self.program().unlink())

    def test_a_copy_is_a_draft_with_another_name(self):
        program = self.program(running=True)
        copy = program.copy()
        self.assertEqual((copy.state, copy.wave, copy.name), ("draft", 0, "How are we doing? (copy)"))
        self.assertEqual(copy.question_id, program.question_id)

    # ---------------------------------------------------------------- checks

    def test_numbers_out_of_range_are_refused(self):
        for values in (
            {"sample_percent": 0},
            {"sample_percent": 101},
            {"reminder_count": 3},
            {"reminder_days": 0},
            {"deadline_days": 0},
            {"delay_hours": -1},
            {"cap_per_day": -1},
            {"cooldown_days": -1},
            {"trigger_day": 0},
            {"wave_months": 0},
            {"min_answers": 0},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.program(**values)

    def test_an_anonymous_program_asks_in_waves_and_follows_up_nobody(self):
        quiet = {"is_anonymous": True, "low_score_opens_case": False}
        self.assertTrue(self.program(**quiet))
        with self.assertRaisesRegex(ValidationError, "waves"):
            self.program(trigger="delivered", **quiet)
        with self.assertRaisesRegex(ValidationError, "neither called"):
            self.program(is_anonymous=True, low_score_opens_case=True)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.program(min_answers=4, **quiet)

    def test_points_are_given_of_a_program_and_more_than_none(self):
        loyalty = self.env["loyalty.program"].create({"name": "Points", "program_type": "loyalty"})
        for values in ({}, {"promoter_points": 5}, {"promoter_program_id": loyalty.id}):
            with self.assertRaises(ValidationError):
                self.program(promoter_action="points", **values)
        self.assertTrue(self.program(promoter_action="points", promoter_program_id=loyalty.id, promoter_points=5))

    def test_a_mail_of_something_else_is_refused(self):
        other = self.env.ref("crm_sync_measures.mail_template_case_survey")
        with self.assertRaises(ValidationError):
            self.program(mail_template_id=other.id)

    def test_the_sender_works_for_the_company(self):
        _company, other = self.other_company()
        with self.assertRaisesRegex(ValidationError, "Sender"):
            self.program(sender_id=other.id)
        self.assertTrue(self.program(sender_id=self.seller.id))

    def test_an_audience_that_cannot_be_understood_is_refused(self):
        for audience in ("[('no_such_field', '=', 1)]", "[(", "__import__('os')", "[('name', 'nearly', 'x')]", "5"):
            with self.subTest(audience), self.assertRaises(ValidationError):
                self.program(audience_domain=audience)

    def test_nobody_finds_out_by_an_audience_what_he_may_not_read(self):
        with self.assertRaises(AccessError):
            self.program(audience_domain="[('signup_type', '!=', False)]")

    # ---------------------------------------------------------------- audience, rest, cases

    def test_the_audience_are_customers_of_the_company_and_no_colleagues(self):
        company, _other = self.other_company()
        foreign = self.env["res.partner"].create({"name": "Foreign", "company_id": company.id})
        partners = self.contact | self.seller.partner_id | foreign
        asked = self.env["res.partner"].search(self.program()._audience() & Domain("id", "in", partners.ids))
        self.assertEqual(asked, self.contact)
        none = self.program(audience_domain="[('name', '=', 'Nobody')]")
        self.assertFalse(self.env["res.partner"].search(none._audience() & Domain("id", "in", partners.ids)))

    def test_a_rest_of_its_own_comes_before_the_companys(self):
        self.company.sync_survey_cooldown_days = 60
        self.assertEqual(self.program()._cooldown(), 60)
        self.assertEqual(self.program(cooldown_days=7)._cooldown(), 7)

    def test_a_running_program_asks_how_cases_went_so_that_nobody_else_must(self):
        self.Program.search([("trigger", "=", "case_closed"), ("state", "=", "running")]).action_end()
        program = self.program(metric="csat", trigger="case_closed")
        company, _other = self.other_company()
        self.assertFalse(self.Program._asks_about_cases(self.company))
        program.action_start()
        self.assertTrue(self.Program._asks_about_cases(self.company))
        self.assertTrue(self.Program.with_user(self.agent)._asks_about_cases(self.company))
        self.assertFalse(self.Program._asks_about_cases(company))
        program.action_pause()
        self.assertFalse(self.Program._asks_about_cases(self.company))

    # ---------------------------------------------------------------- figures

    def test_the_response_rate_is_of_those_delivered(self):
        program = self.program(running=True)
        states = ["planned", "suppressed", "sent", "bounced", "opened", "done", "done"]
        for number, state in enumerate(states):
            partner = self.env["res.partner"].create({"name": f"P{number}", "email": f"p{number}@example.com"})
            self.invite(program, partner, None if state == "planned" else state)
        self.assertEqual((program.invited_count, program.delivered_count, program.done_count), (5, 4, 2))
        self.assertEqual((program.response_rate, program.suppressed_count), (50.0, 1))

    def test_who_answers_a_mail_that_came_back_has_got_it(self):
        program = self.program(running=True)
        invitation = self.invite(program, state="bounced")
        invitation._set_state("done")
        self.assertEqual((program.delivered_count, program.done_count, program.response_rate), (1, 1, 100.0))

    # ---------------------------------------------------------------- rights

    def test_only_managers_decide_whom_we_ask(self):
        program = self.program()
        for user in (self.seller, self.head, self.auditor):
            with self.assertRaises(AccessError):
                program.with_user(user).action_start()
            with self.assertRaises(AccessError):
                self.program(user)
            self.assertEqual(program.with_user(user).name, program.name)
        with self.assertRaises(AccessError):
            program.with_user(self.employee).read(["name"])

    def test_nobody_of_another_company_sees_it(self):
        company, other = self.other_company()
        program = self.program()
        self.assertFalse(
            self.Program.with_user(other)
            .with_context(allowed_company_ids=company.ids)
            .search([("id", "=", program.id)])
        )

    def test_a_manager_chooses_no_questionnaire_that_is_for_others(self):
        self.survey.restrict_user_ids = self.seller
        self.assertNotIn(self.survey, self.env["survey.survey"].with_user(self.manager).search([]))

    # ---------------------------------------------------------------- the link for everybody

    def test_the_link_for_everybody_finds_its_program_and_no_guess_does(self):
        program, other = self.program(), self.program()
        token = program._public_token()
        self.assertEqual(self.Program._by_public_token(token), program)
        signature = token.split("-")[1]
        for wrong in (f"{other.id}-{signature}", f"{program.id}-{'0' * 32}", str(program.id), "", None, "x" * 5000):
            self.assertFalse(self.Program._by_public_token(wrong))
        self.assertIn(token, program.public_url)

    # ---------------------------------------------------------------- settings

    def test_rest_and_hours_are_each_companys_own(self):
        company, _other = self.other_company()
        self.env["res.config.settings"].create({"sync_survey_cooldown_days": 30, "sync_survey_hour_to": 16}).execute()
        self.assertEqual((self.company.sync_survey_cooldown_days, self.company.sync_survey_hour_to), (30, 16))
        self.assertEqual((company.sync_survey_cooldown_days, company.sync_survey_hour_to), (90, 18))

    @mute_logger("odoo.sql_db")
    def test_a_day_without_an_hour_to_send_is_refused(self):
        for values in ({"sync_survey_hour_from": 18}, {"sync_survey_hour_to": 25}, {"sync_survey_cap": -1}):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.company.write(values)
                self.company.flush_recordset()
