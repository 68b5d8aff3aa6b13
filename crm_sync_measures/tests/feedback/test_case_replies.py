from odoo.exceptions import AccessError, UserError

from .case_core_common import CaseCase


class TestCaseReplies(CaseCase):
    """Replies that colleagues begin with: in Odoo's own composer, for whoever may write to the customer."""

    NAMES = ("look", "question", "proposal", "apology", "refusal", "suggestion")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.env["mail.template"].union(
            *(cls.env.ref(f"crm_sync_measures.mail_template_case_reply_{name}") for name in cls.NAMES)
        )

    def composer(self, case, user=None, **values):
        return (
            self.env["mail.compose.message"]
            .with_user(user or self.agent)
            .with_context(default_model=case._name, default_res_ids=case.ids, default_composition_mode="comment")
            .create(values)
        )

    def test_every_reply_can_be_chosen_and_reads_well_for_a_plain_colleague(self):
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        case = self.case(order_id=order.id, user=self.env.user)
        for template in self.templates:
            composer = self.composer(case, template_id=template.id)
            words = composer.body.striptags()
            self.assertIn("Li Na", words, template.name)
            self.assertIn("The lens is scratched", words, template.name)
            self.assertEqual(composer.subject, f"{case.number}: The lens is scratched")
            self.assertEqual(composer.partner_ids, self.contact)

    def test_what_was_proposed_and_why_it_was_rejected_stand_in_the_reply(self):
        case = self.case()
        case.action_move(self.stage("investigating"))
        case.action_propose("You get two new lenses.")
        body = self.composer(case, template_id=self.templates[2].id).body
        self.assertIn("You get two new lenses.", body)
        case.action_reject("They were <b>scratched</b> by a dog.")
        body = self.composer(case, template_id=self.templates[4].id).body
        self.assertIn("They were &lt;b&gt;scratched&lt;/b&gt; by a dog.", body)

    def test_a_reply_is_written_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.templates[3].with_context(lang="fr_FR").body_html = "<p>Pardon <t t-out='object.partner_name'/></p>"
        self.contact.lang = "fr_FR"
        composer = self.composer(self.case(), template_id=self.templates[3].id)
        self.assertIn("Pardon Li Na", composer.body)

    def test_a_reply_sent_answers_the_case(self):
        case = self.case()
        composer = self.composer(case, template_id=self.templates[0].id)
        composer.action_send_mail()
        self.assertTrue(case.answered_at)
        self.assertIn("I look into it myself", self.told(case)[-1])

    def test_colleagues_keep_replies_of_their_own_and_leave_ours_alone(self):
        case = self.case()
        composer = self.composer(case, subject="Hello", body="<p>Ours</p>")
        composer.template_name = "My own words"
        composer.create_mail_template()
        own = self.env["mail.template"].search([("name", "=", "My own words")])
        self.assertEqual((own.model, own.user_id), ("crm.sync.case", self.agent))
        with self.assertRaises(AccessError):
            self.templates[0].with_user(self.agent).write({"subject": "x"})
        self.assertIn("Ours", self.composer(case, template_id=own.id).body)

    def test_who_may_not_read_the_case_renders_no_reply_of_it(self):
        case = self.case(user=self.agent)
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.composer(case, user=self.colleague, template_id=self.templates[0].id).body  # noqa: B018
