from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .promise_common import PromiseCase


@tagged("post_install", "-at_install")
class TestPromiseOrigins(PromiseCase):
    """ "Note a Promise" from everywhere a customer is spoken with: the dialog knows sentence, customer and document."""

    def dialog(self, record, user=None):
        """Defaults that the dialog opens with."""
        action = record.with_user(user or self.seller).action_sync_promise()
        self.assertEqual((action["res_model"], action["target"]), ("crm.sync.promise", "new"))
        return {name.removeprefix("default_"): value for name, value in action["context"].items()}

    def saved(self, record, user=None):
        """One click on Save."""
        action = record.with_user(user or self.seller).action_sync_promise()
        Promise = self.env["crm.sync.promise"].with_user(user or self.seller).with_context(**action["context"])
        form = Form(Promise, "crm_sync_measures.crm_sync_promise_view_form_make")
        if not form.name:
            form.name = "Call back"
        return form.save()

    def test_from_a_mail_of_the_customer_on_a_lead(self):
        lead = self.env["crm.lead"].create(
            {"name": "Lenses", "type": "opportunity", "partner_id": self.customer.id, "user_id": self.seller.id}
        )
        message = lead.message_post(
            body="<p>Dear Ms. Keller,</p><p>you said you would send the offer by Friday. I look forward to it!</p>",
            body_is_html=True,
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        promise = self.saved(message)
        self.assertEqual(promise.name, "you said you would send the offer by Friday.")
        self.assertEqual((promise.partner_id, promise.lead_id, promise.message_id), (self.contact, lead, message))
        self.assertEqual((promise.res_model, promise.res_id, promise.channel), ("crm.lead", lead.id, "email"))
        self.assertEqual(promise.document_name, "Lenses")
        message.sudo().unlink()
        self.assertFalse(promise.message_id)
        self.assertTrue(promise.exists())

    def test_from_ones_own_note_on_the_customer(self):
        message = self.customer.with_user(self.seller).message_post(body="I will call her on Monday. She is nice.")
        promise = self.saved(message)
        self.assertEqual((promise.name, promise.partner_id), ("I will call her on Monday.", self.customer))

    def test_from_an_activity(self):
        activity = self.customer.activity_schedule(
            "mail.mail_activity_data_call", summary="Call about the lenses", user_id=self.seller.id
        )
        promise = self.saved(activity)
        self.assertEqual((promise.name, promise.channel), ("Call about the lenses", "call"))
        self.assertEqual(promise.partner_id, self.customer)

    def test_from_a_logged_contact_of_yesterday(self):
        touch = self.touch(channel="visit", occurred_at=self.days_ago(1), subject="Wants two samples")
        promise = self.saved(touch)
        self.assertEqual((promise.name, promise.channel, promise.touch_id), ("Wants two samples", "visit", touch))
        self.assertEqual(promise.promised_at, touch.occurred_at)

    def test_from_lead_customer_quotation_and_meeting(self):
        lead = self.env["crm.lead"].create({"name": "Lenses", "partner_id": self.contact.id, "user_id": self.seller.id})
        order = self.env["sale.order"].create({"partner_id": self.contact.id, "opportunity_id": lead.id})
        meeting = self.env["calendar.event"].create(
            {
                "name": "Show the frames",
                "start": fields.Datetime.now(),
                "stop": fields.Datetime.now(),
                "partner_ids": [Command.set((self.contact | self.seller.partner_id).ids)],
                "user_id": self.seller.id,
            }
        )
        for record, expected in ((lead, lead), (self.contact, lead.browse()), (order, lead), (meeting, lead.browse())):
            promise = self.saved(record)
            self.assertEqual((promise.partner_id, promise.lead_id), (self.contact, expected), record)
            self.assertEqual((promise.res_model, promise.res_id), (record._name, record.id))
            self.assertEqual(promise.action_open_document()["res_id"], record.id)

    def test_who_may_not_read_the_document_notes_nothing_about_it(self):
        lead = self.env["crm.lead"].create(
            {"name": "Secret", "partner_id": self.contact.id, "user_id": self.manager.id, "team_id": False}
        )
        message = lead.with_user(self.manager).message_post(body="I will send it")
        for record in (lead, message):
            with self.assertRaises(AccessError):
                self.dialog(record, self.agent)
        # Odoo shows an activity to whom it is assigned, even where he may not read its document.
        activity = lead.activity_schedule("mail.mail_activity_data_call", summary="Call", user_id=self.agent.id)
        self.assertEqual(activity.with_user(self.agent).summary, "Call")
        with self.assertRaises(AccessError):
            self.dialog(activity, self.agent)
        with self.assertRaises(AccessError):
            self.promise(self.agent, res_model="crm.lead", res_id=lead.id)
        with self.assertRaises(AccessError):
            self.promise(self.agent, message_id=message.id)

    def test_who_may_not_read_the_document_is_told_what_kind_it_is(self):
        lead = self.env["crm.lead"].create({"name": "Secret", "partner_id": self.contact.id, "user_id": self.seller.id})
        promise = self.promise(res_model="crm.lead", res_id=lead.id)
        seen = promise.with_user(self.auditor)
        self.assertNotIn("Secret", seen.document_name)
        self.assertTrue(seen.document_name)

    def test_without_a_role_there_is_no_dialog(self):
        for user in (self.employee, self.auditor):
            with self.assertRaisesRegex(AccessError, "Customer Sync role"):
                self.customer.with_user(user).action_sync_promise()

    def test_a_document_of_another_company_makes_a_promise_of_that_company(self):
        company, _other = self.other_company()
        self.seller.company_ids += company
        lead = self.env["crm.lead"].create({"name": "Abroad", "company_id": company.id, "user_id": self.seller.id})
        action = (
            lead.with_user(self.seller)
            .with_context(allowed_company_ids=(self.company | company).ids)
            .action_sync_promise()
        )
        self.assertEqual(action["context"]["default_company_id"], company.id)
