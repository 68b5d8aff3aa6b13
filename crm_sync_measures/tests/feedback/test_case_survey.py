from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .case_core_common import CaseCase


class TestCaseSurvey(CaseCase):
    """A case that is over asks its customer how it went, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"sync_case_survey": True, "sync_case_survey_hours": 24})

    def run_job(self, at="2026-03-03 09:00:00"):
        with freeze_time(at):
            due = self.env["crm.sync.case"].search([("survey_at", "<=", fields.Datetime.now())])
            for case in due:
                case._ask_verdict()

    def surveys(self, case):
        return case.sudo().message_ids.filtered(lambda message: "How did it go?" in (message.subject or ""))

    def outcome(self, case):
        return case.sudo().event_ids.filtered(lambda event: event.kind == "survey").mapped("note")

    def test_he_is_asked_a_day_after_the_end_and_once(self):
        case = self.closed()
        self.assertEqual(str(case.survey_at), "2026-03-03 09:00:00")
        self.run_job("2026-03-03 08:59:59")
        self.assertFalse(self.surveys(case))
        self.run_job()
        self.run_job()
        self.assertEqual(len(self.surveys(case)), 1)
        self.assertEqual(self.surveys(case).partner_ids, self.contact)
        self.assertEqual(self.outcome(case), ["Asked by e-mail."])
        self.assertFalse(case.survey_at)

    def test_the_mail_has_a_link_for_each_number_of_stars(self):
        case = self.closed()
        self.run_job()
        body = self.env["mail.mail"].sudo().search([("mail_message_id", "=", self.surveys(case).id)]).body_html
        for stars in range(1, 6):
            self.assertIn(f"stars={stars}#verdict", body)
        self.assertIn(case.sudo().access_token, body)

    def test_the_mail_has_a_link_to_refuse_which_colleagues_do_not_read(self):
        case = self.closed()
        self.run_job()
        message = self.surveys(case)
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        key = self.env["crm.sync.contact.link"]._key(self.contact)
        self.assertIn(f"/c/{key}/stop?p=survey", mail.body_html)
        [email] = mail._prepare_outgoing_list()
        self.assertIn(f"/c/{key}/stop?p=survey>", email["headers"]["List-Unsubscribe"])
        self.assertNotIn(key, message.body)

    def test_who_wants_no_questions_is_not_asked(self):
        case = self.closed()
        self.env["crm.sync.contact.preference"]._said(self.contact, {"survey": False}, "link")
        self.run_job()
        self.assertFalse(self.surveys(case))
        self.assertIn("does not want", self.outcome(case)[0])

    def test_he_is_asked_in_his_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        template = self.env.ref("crm_sync_measures.mail_template_case_survey")
        template.with_context(lang="fr_FR").subject = "How did it go? en français"
        case = self.closed()
        self.run_job()
        self.assertIn("en français", self.surveys(case).subject)

    def test_it_counts_in_the_budget_of_contacts(self):
        self.closed()
        before = self.env["crm.sync.contact.sent"].search_count([("partner_id", "=", self.contact.id)])
        self.run_job()
        sent = self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual((len(sent) - before, sent[0].purpose), (1, "survey"))

    def test_also_who_was_told_no_is_asked_and_nobody_how_we_took_his_praise(self):
        rejected, praise, suggestion = self.case(), self.case(kind="praise"), self.case(kind="suggestion")
        rejected.action_reject("It is not from us")
        praise.action_close(note="Thank you")
        suggestion.action_reject("Too dear")
        self.assertTrue(rejected.survey_at)
        self.assertTrue(suggestion.survey_at)
        self.assertFalse(praise.survey_at)

    def test_of_a_merged_case_nobody_is_asked(self):
        case, master = self.case(), self.case()
        case.action_merge(master)
        self.assertFalse(case.survey_at)

    def test_a_case_that_is_opened_again_waits_for_its_new_end(self):
        case = self.closed()
        case.action_reopen("Scratched again")
        self.assertFalse(case.survey_at)
        self.run_job()
        self.assertFalse(self.surveys(case))
        with freeze_time("2026-03-04 09:00:00"):
            case.action_close("upheld", "Another one")
        self.run_job("2026-03-05 09:00:00")
        self.assertEqual(len(self.surveys(case)), 1)
        with freeze_time("2026-03-06 09:00:00"):
            case.action_reopen("And again")
            case.action_close("upheld", "Money back")
        self.run_job("2026-03-07 09:00:00")
        self.assertEqual(len(self.surveys(case)), 2, "once in each cycle")

    def test_moved_among_the_stages_for_what_is_over_he_is_not_asked_again(self):
        case = self.closed()
        self.run_job()
        other = self.stage("closed").copy({"name": "Filed"})
        case.action_move(other)
        self.assertEqual(case.stage_id, other)
        self.assertFalse(case.survey_at)

    def test_who_has_told_us_already_is_not_asked(self):
        case = self.closed()
        case._give_verdict(4)
        self.run_job()
        self.assertFalse(self.surveys(case))
        self.assertEqual(self.outcome(case), ["Not asked: The customer has told us already."])

    def test_who_must_not_be_written_to_is_not_asked_and_the_history_says_why(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        case = self.closed()
        self.run_job()
        self.assertFalse(self.surveys(case))
        self.assertEqual(self.outcome(case), ["Not asked: The customer does not want to be contacted this way."])
        self.assertFalse(case.survey_at, "a refusal is not tried again")

    def test_without_an_address_or_a_contact_nobody_is_asked(self):
        self.contact.email = False
        without_address = self.closed()
        unknown = self.closed(partner_id=False, email_from="somebody@example.com")
        self.run_job()
        self.assertEqual(self.outcome(without_address), ["Not asked: There is no address for this channel."])
        self.assertEqual(self.outcome(unknown), ["Not asked: The customer is no contact of ours."])

    def test_of_who_is_forgotten_nothing_is_asked(self):
        case = self.closed()
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.run_job()
        self.assertFalse(self.surveys(case))
        self.assertIn("Not asked", self.outcome(case)[0])

    def test_a_company_that_asks_nobody(self):
        planned = self.closed()
        self.company.sync_case_survey = False
        self.assertFalse(self.closed().survey_at)
        self.run_job()
        self.assertEqual(self.outcome(planned), ["Not asked: The survey of cases is switched off."])

    def test_the_delay_is_the_companys(self):
        self.company.sync_case_survey_hours = 0
        case = self.closed()
        self.assertEqual(case.survey_at, case.closed_at)
        self.company.sync_case_survey_hours = 72
        case = self.closed()
        self.assertEqual(case.survey_at, case.closed_at + timedelta(days=3))

    @mute_logger("odoo.sql_db")
    def test_the_database_takes_one_question_for_a_case_and_cycle(self):
        case = self.closed()
        self.run_job()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            case._ask_verdict()

    def test_the_question_neither_answers_nor_reopens_the_case(self):
        case = self.closed()
        answered = case.answered_at
        self.run_job()
        self.assertEqual((case.step, case.cycle, case.answered_at), ("closed", 1, answered))
