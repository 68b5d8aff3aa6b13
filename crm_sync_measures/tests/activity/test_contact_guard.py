from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .contact_card_case import ContactCardCase


class TestContactGuard(ContactCardCase):
    """A message to a customer is stopped where the company wants it, and by nothing else."""

    def setUp(self):
        super().setUp()
        self.order = self.quotation(100.0)
        self.promise(-1, name="Call back")

    def post(self, user=None, document=None, **values):
        values = {
            "body": "Hello",
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "partner_ids": self.contact.ids,
            **values,
        }
        return (document or self.order).with_user(user or self.seller).message_post(**values)

    def override(self, reason="He asked me to", user=None, **arguments):
        partner = self.customer.with_user(user or self.seller)
        return partner.sync_contact_override(reason, model=self.order._name, res_id=self.order.id, **arguments)

    # ---------------------------------------------------------------- inform

    def test_by_default_the_card_informs_and_stops_nobody(self):
        self.assertEqual(self.card(document=self.order)["decision"], "inform")
        self.assertTrue(self.post())

    # ---------------------------------------------------------------- ask

    def test_a_reason_is_asked_for_and_the_message_goes_once_it_is_given(self):
        self.policy("promise_broken", "ask")
        card = self.card(document=self.order)
        self.assertEqual((card["decision"], card["override"]), ("ask", False))
        with self.assertRaisesRegex(UserError, "(?s)Northern Optics.*Broken promise: Call back.*Give a reason"):
            self.post()
        card = self.override()
        self.assertEqual(card["override"]["reason"], "He asked me to")
        self.assertTrue(self.post())
        [override] = self.env["crm.sync.contact.override"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            (override.user_id, override.rule_codes, override.res_model, override.res_id, override.department_id),
            (self.seller, "promise_broken", "sale.order", self.order.id, self.sales),
        )

    def test_a_reason_holds_for_its_person_document_and_hour_only(self):
        self.policy("promise_broken", "ask")
        self.override()
        with self.assertRaises(UserError):
            self.post(self.manager)
        with self.assertRaises(UserError):
            self.post(document=self.lead())
        self.env.cr.execute("UPDATE crm_sync_contact_override SET at = at - interval '61 minutes'")
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.post()

    def test_a_reason_does_not_cover_what_is_found_later(self):
        self.policy("promise_broken", "ask")
        self.policy("others", "ask")
        self.override()
        self.post()
        self.touch(self.colleague, occurred_at=self.days_ago(1))
        with self.assertRaisesRegex(UserError, "Others in contact"):
            self.post()

    def test_a_reason_is_a_few_words_and_asked_for(self):
        with self.assertRaisesRegex(UserError, "No reason is asked for"):
            self.override()
        self.policy("promise_broken", "ask")
        for reason in ("", "  a ", "x" * 1001, None, 7):
            with self.assertRaises(UserError):
                self.override(reason)

    def test_a_reason_is_neither_changed_nor_deleted(self):
        self.policy("promise_broken", "ask")
        self.override()
        override = self.env["crm.sync.contact.override"].search([("partner_id", "=", self.customer.id)])
        for change in (lambda: override.write({"reason": "Other"}), override.unlink):
            with self.assertRaises(UserError):
                change()

    # ---------------------------------------------------------------- block

    def test_a_block_cannot_be_talked_away(self):
        self.policy("promise_broken", "block")
        with self.assertRaisesRegex(UserError, "not sent"):
            self.post()
        with self.assertRaises(UserError):
            self.override()
        self.env["crm.sync.promise"].search([("partner_id", "=", self.customer.id)]).action_keep()
        self.assertTrue(self.post())

    # ---------------------------------------------------------------- what is never stopped

    def test_notes_colleagues_robots_and_customers_are_not_stopped(self):
        self.policy("promise_broken", "block")
        self.order.message_subscribe(self.contact.ids)
        self.assertTrue(self.post(subtype_xmlid="mail.mt_note", partner_ids=[]))
        self.order.message_unsubscribe(self.contact.ids)
        self.assertTrue(self.post(partner_ids=self.colleague.partner_id.ids))
        self.assertTrue(self.post(message_type="notification"))
        self.assertTrue(self.post(message_type="auto_comment"))
        self.assertTrue(self.post(user=self.env.ref("base.user_root")))
        portal = new_test_user(self.env, "t_portal", "base.group_portal", partner_id=self.contact.id)
        self.order.message_subscribe(self.contact.ids)
        message = (
            self.order.with_user(portal)
            .sudo()
            .message_post(body="Where is it?", message_type="comment", subtype_xmlid="mail.mt_comment")
        )
        self.assertTrue(message)

    def test_a_follower_is_reached_without_being_named(self):
        self.policy("promise_broken", "ask")
        self.assertTrue(self.post(partner_ids=[]))
        self.order.message_subscribe(self.contact.ids)
        with self.assertRaises(UserError):
            self.post(partner_ids=[])

    def test_the_chatter_posts_as_superuser_for_a_person_and_is_stopped_all_the_same(self):
        self.policy("promise_broken", "ask")
        with self.assertRaises(UserError):
            self.order.with_user(self.seller).sudo().message_post(
                body="Hi", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.contact.ids
            )

    def test_what_is_written_on_a_confirmed_order_is_what_the_customer_asked_for(self):
        self.policy("promise_broken", "block")
        self.order.action_confirm()
        self.assertTrue(self.post())

    def test_who_has_no_role_is_told_the_finding_without_its_content(self):
        self.policy("promise_broken", "ask")
        outsider = new_test_user(self.env, "t_outsider", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaises(UserError) as caught:
            self.post(outsider)
        self.assertIn("Broken promise", str(caught.exception))
        self.assertNotIn("Call back", str(caught.exception))

    def test_the_policy_of_one_company_does_not_hold_in_another(self):
        company, _other = self.other_company()
        self.policy("promise_broken", "block", company=company)
        self.assertTrue(self.post())

    def test_a_message_without_a_policy_costs_no_query_more(self):
        self.post()
        self.env.flush_all()
        card = self.env["crm.sync.contact.card"].with_user(self.seller)
        before = self.env.cr.sql_log_count
        card._guard_message(self.order, message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=[1])
        self.assertEqual(self.env.cr.sql_log_count, before)

    # ---------------------------------------------------------------- composer, scheduled

    def composer(self, user=None, **values):
        context = {
            "default_model": "sale.order",
            "default_res_ids": self.order.ids,
            "default_composition_mode": "comment",
        }
        values = {
            "body": "Hello",
            "partner_ids": self.contact.ids,
            "subtype_id": self.env.ref("mail.mt_comment").id,
            **values,
        }
        return self.env["mail.compose.message"].with_user(user or self.seller).with_context(**context).create(values)

    def test_the_composer_shows_the_card_and_takes_the_reason(self):
        self.policy("promise_broken", "ask")
        composer = self.composer()
        self.assertEqual((composer.sync_decision, composer.sync_cards[0]["light"]), ("ask", "red"))
        with self.assertRaises(UserError):
            composer.action_send_mail()
        composer = self.composer(sync_contact_reason="Apology agreed with Dora")
        composer.action_send_mail()
        override = self.env["crm.sync.contact.override"].search(
            [("partner_id", "in", (self.contact + self.customer).ids)]
        )
        self.assertEqual(override.reason, "Apology agreed with Dora")

    def test_a_note_in_the_composer_has_no_card(self):
        self.policy("promise_broken", "ask")
        composer = self.composer(subtype_id=self.env.ref("mail.mt_note").id, partner_ids=[])
        self.assertFalse(composer.sync_cards)
        composer.action_send_mail()

    def test_a_scheduled_message_is_asked_about_when_it_is_scheduled(self):
        self.policy("promise_broken", "ask")
        tomorrow = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=1))
        with self.assertRaises(UserError):
            self.composer(scheduled_date=tomorrow).action_schedule_message()
        self.composer(scheduled_date=tomorrow, sync_contact_reason="He knows").action_schedule_message()
        message = self.env["mail.scheduled.message"].search(
            [("res_id", "=", self.order.id), ("model", "=", "sale.order")]
        )
        self.env.cr.execute("UPDATE crm_sync_contact_override SET at = at - interval '1 day'")
        self.env.invalidate_all()
        message.with_user(self.seller)._post_message()
        self.assertIn("Hello", self.order.message_ids[0].body)
