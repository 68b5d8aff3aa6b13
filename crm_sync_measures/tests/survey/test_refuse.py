from odoo.tests import tagged

from .survey_common import SurveyCase

TEMPLATES = ("invitation", "reminder", "thanks", "follow_up", "referral")


@tagged("-at_install", "post_install")
class TestRefuse(SurveyCase):
    """Who wants no surveys says so by one click in any mail about them, and is heard at once."""

    def refuse(self, partner=None):
        self.env["crm.sync.contact.preference"]._said(partner or self.contact, {"survey": False}, "link")

    def test_every_mail_of_a_survey_has_the_link_in_it_and_for_the_mail_program(self):
        invitation = self.invite(self.program(running=True), state="sent")
        key = self.env["crm.sync.contact.link"]._key(self.contact)
        for name in TEMPLATES:
            template = self.env.ref(f"crm_sync_measures.mail_template_survey_{name}")
            mail = self.env["mail.mail"].browse(template.send_mail(invitation.id, force_send=False))
            self.assertIn(f"/c/{key}", mail.body_html, name)
            [email] = mail._prepare_outgoing_list()
            self.assertEqual(
                (email["headers"]["List-Unsubscribe"], email["headers"]["List-Unsubscribe-Post"]),
                (f"<{invitation.get_base_url()}/c/{key}/stop?p=survey>", "List-Unsubscribe=One-Click"),
            )
            self.assertNotIn(key, mail.headers or "", "the key is in no table but in what is to be sent")

    def test_a_copy_to_a_colleague_has_no_button_for_the_customer(self):
        invitation = self.invite(self.program(running=True), state="sent")
        template = self.env.ref("crm_sync_measures.mail_template_survey_invitation")
        mail = self.env["mail.mail"].browse(template.send_mail(invitation.id, force_send=False))
        mail.recipient_ids += self.seller.partner_id
        headers = {email["partner_id"]: email["headers"] for email in mail._prepare_outgoing_list()}
        self.assertIn("List-Unsubscribe", headers[self.contact])
        self.assertNotIn("List-Unsubscribe", headers[self.seller.partner_id])

    def test_a_mail_that_is_no_document_of_ours_is_left_alone(self):
        mail = self.env["mail.mail"].create({"email_to": "x@example.com", "body_html": "x"})
        self.assertNotIn("List-Unsubscribe", mail._prepare_outgoing_list()[0]["headers"])
        quotation = self.env["sale.order"].create({"partner_id": self.customer.id})
        mail = self.env["mail.mail"].create(
            {"model": "sale.order", "res_id": quotation.id, "recipient_ids": self.customer.ids, "body_html": "x"}
        )
        self.assertNotIn("List-Unsubscribe", mail._prepare_outgoing_list()[0]["headers"])

    def test_who_wants_no_surveys_is_not_asked(self):
        self.refuse()
        program = self.program(running=True)
        reasons = self.env["crm.sync.survey.gate"]._sift(
            program, (self.contact | self.customer).ids, self.env.cr.now()
        )  # fmt: skip
        self.assertEqual(reasons[self.contact.id], "preference")

    def test_who_refuses_between_the_gate_and_the_mail_gets_none(self):
        invitation = self.invite(self.program(running=True), state="queued")
        self.refuse()
        self.env.flush_all()
        self.env["crm.sync.survey.dispatch"]._mail_set(invitation.ids)
        self.assertEqual((invitation.state, invitation.suppressed_by), ("suppressed", "preference"))
        self.assertFalse(invitation.handed_at)

    def test_who_has_refused_is_not_reminded(self):
        program = self.program(running=True)
        invitation = self.invite(program, state="sent")
        self.refuse()
        self.assertFalse(self.env["crm.sync.survey.reminders"]._allowed(program, invitation))
