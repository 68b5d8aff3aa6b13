from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .contact_card_case import ContactCardCase


class TestContactLimits(ContactCardCase):
    """What the card passes over, and what holds for one company, one channel or one reason only."""

    def meeting(self, start, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Fitting",
                "user_id": self.agent.id,
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set(self.contact.ids)],
                **values,
            }
        )

    # ---------------------------------------------------------------- others in contact

    def test_a_private_meeting_one_to_come_and_a_corrected_entry_are_no_contacts(self):
        self.meeting(self.days_ago(1), privacy="private")
        self.meeting(self.days_ago(-1))
        wrong = self.touch(self.colleague, occurred_at=self.days_ago(2))
        self.touch(self.colleague, occurred_at=self.days_ago(20), corrects_id=wrong.id)
        self.assertFalse(self.found("others"))

    def test_a_contact_logged_in_a_company_that_is_not_selected_is_not_told(self):
        company, other = self.other_company()
        self.touch(self.colleague, occurred_at=self.days_ago(1))
        arguments = {"user": other, "partner": self.customer.with_context(allowed_company_ids=company.ids)}
        self.assertFalse(self.found("others", **arguments))
        self.assertTrue(self.found("others", user=self.agent))

    # ---------------------------------------------------------------- prices, opportunities, channels

    def test_a_deposit_and_a_reward_are_no_prices(self):
        mine = self.quotation(100.0)
        other = self.quotation(100.0, self.colleague)
        [line] = other.order_line
        line.write({"price_unit": 30.0, "is_downpayment": True})
        self.assertFalse(self.found("price", document=mine))
        program = self.env["loyalty.program"].create(
            {"name": "Gift", "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})]}
        )
        line.write({"is_downpayment": False, "reward_id": program.reward_ids[0].id})
        self.assertFalse(self.found("price", document=mine))
        line.reward_id = False
        self.assertTrue(self.found("price", document=mine))

    def test_a_won_opportunity_is_open_no_more(self):
        lead = self.lead(self.colleague)
        self.assertTrue(self.found("leads"))
        lead.action_set_won()
        self.assertFalse(self.found("leads"))

    def test_a_quotation_without_an_opportunity_goes_past_the_dealer_too(self):
        dealer = self.env["res.partner"].create({"name": "Optics Trade", "sync_channel_role": "dealer"})
        self.customer.sync_dealer_ids = dealer
        order = self.quotation(100.0)
        self.assertEqual(
            self.found("channel", document=order),
            [("yellow", f"{order.name} goes past Optics Trade, who serves this customer")],
        )
        order.opportunity_id = self.lead(sync_dealer_id=dealer.id)
        self.assertFalse(self.found("channel", document=order), "it goes by its opportunity")

    # ---------------------------------------------------------------- standing, owed

    def test_a_test_of_the_survey_and_an_answer_that_was_broken_off_say_nothing(self):
        self.answer(1).test_entry = True
        self.answer(1).state = "in_progress"
        self.assertFalse(self.found("unhappy"))

    def test_an_invoice_that_is_paid_in_part_is_overdue_and_one_of_another_company_is_not_told(self):
        company, other = self.other_company()
        invoice = self.env["account.move"].create({"move_type": "out_invoice", "partner_id": self.customer.id})
        day = fields.Date.today() - timedelta(days=5)
        self.env.flush_all()
        # Without a chart of accounts nothing can be posted.
        self.env.cr.execute(
            """UPDATE account_move SET state = 'posted', payment_state = 'partial', invoice_date_due = %s,
                      amount_residual_signed = 70 WHERE id = %s""",
            [day, invoice.id],
        )
        self.env.invalidate_all()
        self.assertEqual([level for level, _text in self.found("overdue")], ["yellow"])
        arguments = {"user": other, "partner": self.customer.with_context(allowed_company_ids=company.ids)}
        self.assertFalse(self.found("overdue", **arguments))

    def test_who_was_answered_waits_no_more(self):
        touch = {"direction": "in", "outcome": "call_back", "occurred_at": self.days_ago(1)}
        self.touch(**touch)
        self.env.cr.precommit.run()
        self.assertEqual(len(self.found("waiting")), 1)
        self.touch(outcome="reached")
        self.env.cr.precommit.run()
        self.assertFalse(self.found("waiting"))

    # ---------------------------------------------------------------- reasons

    def test_a_reason_given_for_one_company_does_not_hold_for_another(self):
        company, _user = self.other_company()
        self.seller.company_ids |= company
        self.promise(-1)
        self.promise(-1, company_id=company.id)
        lead = self.lead(company_id=False)
        for one in self.company | company:
            self.policy("promise_broken", "ask", company=one)
        self.customer.with_user(self.seller).sync_contact_override("He knows", model="crm.lead", res_id=lead.id)
        values = {
            "body": "Hello",
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "partner_ids": self.contact.ids,
        }
        self.assertTrue(lead.with_user(self.seller).message_post(**values))
        there = lead.with_user(self.seller).with_context(allowed_company_ids=[company.id, self.company.id])
        with self.assertRaisesRegex(UserError, "Give a reason"):
            there.message_post(**values)

    def test_a_policy_and_a_budget_that_are_changed_hold_at_once(self):
        policy = self.policy("others")
        cap = self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
        for decision, limit in (("inform", 1), ("block", 5)):
            policy.decision, cap.limit = decision, limit
            self.assertEqual(policy._get_policies(self.company)["others"].decision, decision)
            self.assertEqual(cap._get_caps(self.company)["email"].limit, limit)

    # ---------------------------------------------------------------- mails to many

    def bulk(self, records, **values):
        context = {
            "default_model": records._name,
            "default_res_ids": records.ids,
            "default_composition_mode": "mass_mail",
        }
        values = {"subject": "New lamps", "body": "<p>Buy</p>", "auto_delete": False, **values}
        composer = self.env["mail.compose.message"].with_user(self.manager).with_context(**context).create(values)
        composer.action_send_mail()
        mails = self.env["mail.mail"].search([("model", "=", records._name), ("res_id", "in", records.ids)])
        return [mail.failure_type or "" for mail in mails.sorted("res_id")]

    def test_who_is_known_by_the_address_alone_is_held_back_as_well(self):
        self.promise(-1)
        lead = self.env["crm.lead"].create({"name": "Form", "email_from": "Li Na <LI.NA@northern.example.com>"})
        self.assertFalse(lead.partner_id)
        self.assertEqual(self.bulk(lead), ["sync_held"])

    def test_who_switches_the_exclusion_list_off_writes_to_those_on_it_but_to_nobody_held_back(self):
        happy = self.env["res.partner"].create({"name": "Happy", "email": "happy@example.com"})
        self.env["mail.blacklist"]._add(happy.email)
        self.promise(-1)
        self.assertEqual(self.bulk(self.customer | happy, use_exclusion_list=False), ["sync_held", ""])

    def test_the_budget_of_one_channel_is_not_used_up_by_another(self):
        self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
        gate = self.env["crm.sync.contact.gate"]
        for channel, allowed in (("sms", True), ("email", False)):
            self.env["crm.sync.contact.sent"]._note(self.customer, channel, "marketing", self.company)
            verdict = gate._may_contact(self.customer, "marketing", "email")[self.customer.id]
            self.assertEqual(verdict.allowed, allowed, channel)

    def test_the_gate_is_not_asked_about_customers_one_may_not_read(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody knows this one",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.customer.id})]",
            }
        )
        with self.assertRaises(AccessError):
            self.env["crm.sync.contact.gate"].with_user(self.seller).may_contact(
                self.customer.ids, "marketing", "email"
            )
