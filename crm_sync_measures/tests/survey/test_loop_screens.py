from odoo.tests import Form

from .loop_common import LoopCase


class TestLoopScreens(LoopCase):
    """What people see of it, each with his rights."""

    def test_everybody_with_a_role_opens_the_list_and_the_case(self):
        loop = self.unhappy()
        for user in (self.seller, self.head, self.manager, self.auditor):
            views = self.Loop.with_user(user).get_views(
                [(False, "list"), (False, "kanban"), (False, "form"), (False, "search")]
            )["views"]
            self.assertEqual(set(views), {"list", "kanban", "form", "search"})
            loop.with_user(user if user != self.head else self.manager).web_read(
                {"partner_id": {}, "value": {}, "comment": {}, "user_id": {}, "outcome": {}}
            )
        self.assertEqual(loop.with_user(self.seller).action_open_case()["res_id"], loop.case_id.id)

    def test_the_case_shows_what_came_of_it_and_by_when_he_is_to_be_contacted(self):
        loop = self.unhappy()
        case = loop.case_id.with_user(self.seller)
        self.assertEqual(
            (case.is_from_survey, case.contact_due_at, case.loop_outcome), (True, loop.contact_due_at, False)
        )
        case.action_outcome("not_recovered", "He is angry")
        self.assertEqual(case.loop_outcome, "not_recovered")
        other = self.Case.create({"name": "Scratched", "partner_id": self.contact.id})
        self.assertEqual((other.is_from_survey, other.loop_outcome), (False, False))

    def test_the_dialog_asks_what_came_of_it(self):
        loop = self.unhappy()
        context = {"default_change": "outcome", "active_ids": loop.case_id.ids}
        dialog = Form(self.env["crm.sync.case.change"].with_user(self.seller).with_context(**context))
        with self.assertRaises(AssertionError):
            dialog.save()
        dialog.outcome, dialog.outcome_note = "recovered", "He laughs again"
        dialog.save().action_apply()
        self.assertEqual((loop.outcome, loop.outcome_note), ("recovered", "He laughs again"))

    def test_a_manager_sets_up_what_follows(self):
        form = Form(self.Program.with_user(self.manager).browse(self.program(metric="ces").id))
        self.assertEqual((form.low_to, form.high_from, form.contact_hours, form.follow_up_days), (3, 6, 48, 30))
        form.metric = "nps"
        self.assertEqual((form.low_to, form.high_from), (6, 9))
        form.promoter_action = "referral"
        self.assertEqual(form.thanks_template_id, self.env.ref("crm_sync_measures.mail_template_survey_referral"))
        program = form.save()
        self.assertEqual(program.metric, "nps")

    def test_the_activity_and_the_case_speak_the_owners_and_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.asker.with_context(lang="fr_FR").name = "Comment allons-nous ?"
        invitation = self.invite(self.asker, state="sent", lang="fr_FR")
        invitation._answer(1, "Rien", self.now())
        self.follow()
        self.assertIn("Comment allons-nous ?", self.loop_of(invitation).case_id.name)
