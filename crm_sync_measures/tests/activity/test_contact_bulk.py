from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .contact_card_case import ContactCardCase


class TestContactBulk(ContactCardCase):
    """Mails to many pass over who should not get them now, and say so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.happy = cls.env["res.partner"].create({"name": "Happy", "email": "happy@example.com"})

    def gate(self, partner=None, purpose="marketing", channel="email"):
        gate = self.env["crm.sync.contact.gate"].with_user(self.seller)
        [answer] = gate.may_contact((partner or self.customer).ids, purpose, channel)
        return answer["reason"]

    def mailing(self, partners=None, **values):
        partners = partners or (self.customer | self.contact | self.happy)
        context = {
            "default_model": "res.partner",
            "default_res_ids": partners.ids,
            "default_composition_mode": "mass_mail",
        }
        values = {"subject": "New lamps", "body": "<p>Buy</p>", "auto_delete": False, **values}
        return self.env["mail.compose.message"].with_user(self.manager).with_context(**context).create(values)

    def states(self, partners):
        mails = self.env["mail.mail"].search([("model", "=", "res.partner"), ("res_id", "in", partners.ids)])
        return {mail.res_id: (mail.state, mail.failure_type or None) for mail in mails}

    # ---------------------------------------------------------------- gate

    def test_an_unhappy_customer_and_a_broken_promise_hold_back_marketing_and_surveys_only(self):
        self.assertFalse(self.gate())
        self.promise(-1)
        for purpose, reason in (
            ("marketing", "promise_broken"),
            ("survey", "promise_broken"),
            ("service", False),
            ("loyalty", False),
            ("transactional", False),
        ):
            self.assertEqual(self.gate(purpose=purpose), reason, purpose)
        self.answer(1)
        self.assertEqual(self.gate(), "unhappy")
        self.policy("unhappy", bulk="send")
        self.assertEqual(self.gate(), "promise_broken")

    def test_a_company_may_hold_back_whatever_the_card_finds(self):
        self.touch(self.colleague, occurred_at=self.days_ago(1))
        self.assertFalse(self.gate())
        self.policy("others", bulk="hold")
        self.assertEqual(self.gate(), "others")

    def test_the_budget_is_kept_per_contact_and_0_is_never(self):
        cap = self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
        self.assertFalse(self.gate())
        self.env["crm.sync.contact.sent"]._note(self.customer, "email", "marketing", self.company)
        self.assertEqual(self.gate(), "budget")
        self.assertFalse(self.gate(self.contact))
        self.assertFalse(self.gate(purpose="loyalty"))
        self.assertFalse(self.gate(channel="phone"))
        cap.limit = 0
        self.assertEqual(self.gate(self.contact), "budget")
        cap.unlink()
        self.assertFalse(self.gate())

    def test_what_was_sent_by_another_company_is_its_affair(self):
        company, _other = self.other_company()
        self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
        self.env["crm.sync.contact.sent"]._note(self.customer, "email", "marketing", company)
        self.assertFalse(self.gate())

    def test_fifty_partners_cost_the_queries_of_one(self):
        self.policy("others", bulk="hold")
        self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
        partners = self.env["res.partner"].create([{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(50)])
        gate = self.env["crm.sync.contact.gate"]
        counts = []
        self.env.flush_all()
        # The first round is for what is the same for all requests, such as policies and groups.
        for some in (partners, partners[:1], partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            gate._may_contact(some, "marketing", "email")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # ---------------------------------------------------------------- mass composer

    def test_the_composer_tells_who_will_be_left_out_and_leaves_him_out(self):
        self.promise(-1)
        composer = self.mailing()
        self.assertEqual(composer.sync_purpose, "marketing")
        self.assertEqual({name: composer.sync_held[name] for name in ("total", "held")}, {"total": 3, "held": 2})
        self.assertEqual(
            composer.sync_held["names"][0],
            {"partner": "Northern Optics", "reason": "We broke a promise to the customer and have not made up for it."},
        )
        composer.action_send_mail()
        states = self.states(self.customer | self.contact | self.happy)
        self.assertEqual(states[self.customer.id], ("cancel", "sync_held"))
        self.assertEqual(states[self.contact.id], ("cancel", "sync_held"))
        self.assertNotEqual(states[self.happy.id][0], "cancel")
        [held] = self.env["mail.mail"].search([("model", "=", "res.partner"), ("res_id", "=", self.customer.id)])
        self.assertIn("We broke a promise", held.failure_reason)

    def test_who_got_the_mail_is_written_down_and_counts(self):
        self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
        self.promise(-1)
        self.mailing().action_send_mail()
        sent = self.env["crm.sync.contact.sent"].search([("source", "=", "New lamps")])
        self.assertEqual(sent.partner_id, self.happy)
        self.mailing(self.happy, subject="More lamps").action_send_mail()
        self.assertIn(("cancel", "sync_held"), list(self.states(self.happy).values()) + self.all_states(self.happy))

    def all_states(self, partner):
        mails = self.env["mail.mail"].search([("model", "=", "res.partner"), ("res_id", "=", partner.id)])
        return [(mail.state, mail.failure_type or None) for mail in mails]

    def test_what_the_customer_asked_for_is_neither_held_back_nor_counted(self):
        self.promise(-1)
        composer = self.mailing(sync_purpose="transactional")
        self.assertFalse(composer.sync_held)
        composer.action_send_mail()
        self.assertNotEqual(self.states(self.customer)[self.customer.id][0], "cancel")
        self.assertFalse(self.env["crm.sync.contact.sent"].search([("source", "=", "New lamps")]))

    def test_one_contact_with_two_leads_gets_one_mail_of_a_budget_of_one(self):
        self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
        self.env["ir.config_parameter"].set_param("mail.batch_size", 1)
        leads = self.lead(name="One") | self.lead(name="Two")
        composer = self.mailing().with_context(default_model="crm.lead", default_res_ids=leads.ids)
        composer = composer.create({"subject": "News {{ object.name }}", "body": "<p>Buy</p>", "auto_delete": False})
        composer.action_send_mail()
        mails = self.env["mail.mail"].search([("model", "=", "crm.lead"), ("res_id", "in", leads.ids)])
        self.assertEqual(sorted(mail.failure_type or "" for mail in mails), ["", "sync_held"])

    def test_mails_to_many_orders_are_asked_for_and_automatic_ones_always_go(self):
        order = self.quotation(100.0)
        self.promise(-1)
        for user, partners, expected in (
            (self.manager, order, "transactional"),
            (None, self.customer, "transactional"),
        ):
            composer = self.env["mail.compose.message"].with_context(
                default_model=partners._name, default_res_ids=partners.ids, default_composition_mode="mass_mail"
            )
            composer = (composer.with_user(user) if user else composer.sudo()).create({"subject": "x", "body": "y"})
            self.assertEqual(composer.sync_purpose, expected)

    def test_the_form_of_the_composer_recomputes_who_is_left_out(self):
        self.promise(-1)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.manager)
            .with_context(
                default_model="res.partner", default_res_ids=self.customer.ids, default_composition_mode="mass_mail"
            )
        )
        with Form(composer) as form:
            self.assertEqual(form.sync_held["held"], 1)
            form.sync_purpose = "transactional"
            self.assertFalse(form.sync_held)
            form.subject = "x"


class TestContactPolicies(ContactCardCase):
    """What a company wants, who may say so, and who may read the reasons."""

    def test_opening_the_list_writes_down_what_holds(self):
        Policy = self.env["crm.sync.contact.policy"]
        Policy.with_user(self.manager).action_open()
        policies = Policy.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(policies.mapped("rule_code")), set(self.env["crm.sync.contact.card"]._codes()))
        self.assertEqual(set(policies.mapped("decision")), {"inform"})
        held = set(policies.filtered(lambda policy: policy.bulk == "hold").mapped("rule_code"))
        self.assertEqual(held, {"complaint", "unhappy", "promise_broken", "budget"})
        Policy.with_user(self.manager).action_open()
        self.assertEqual(Policy.search_count([("company_id", "=", self.company.id)]), len(policies))

    def test_every_rule_has_a_label_and_a_reason(self):
        Card = self.env["crm.sync.contact.card"]
        self.assertLessEqual(set(Card._codes()), set(Card._rule_labels()))
        # The tier is only told, and never a reason.
        self.assertLessEqual(set(Card._codes()) - {"consent", "tier"}, set(Card._rule_reasons()))

    def test_a_user_reads_policies_and_changes_none(self):
        policy = self.policy("others")
        self.assertEqual(policy.with_user(self.seller).decision, "inform")
        with self.assertRaises(AccessError):
            policy.with_user(self.seller).decision = "block"
        with self.assertRaises(AccessError):
            self.env["crm.sync.contact.policy"].with_user(self.employee).action_open()

    def test_a_reason_is_read_by_its_author_the_owner_of_the_customer_managers_and_auditors(self):
        self.policy("others", "ask")
        self.touch(self.seller, occurred_at=self.days_ago(1))
        self.customer.with_user(self.agent).sync_contact_override("He called me")
        for user, may_read in (
            (self.agent, True),
            (self.seller, True),
            (self.head, True),
            (self.manager, True),
            (self.auditor, True),
            (self.colleague, False),
        ):
            found = (
                self.env["crm.sync.contact.override"].with_user(user).search([("partner_id", "=", self.customer.id)])
            )
            self.assertEqual(bool(found), may_read, user.login)

    def test_an_auditor_gives_no_reasons_and_nobody_writes_one_down_by_hand(self):
        self.policy("others", "ask")
        self.touch(self.seller, occurred_at=self.days_ago(1))
        with self.assertRaises(UserError):
            self.customer.with_user(self.auditor).sync_contact_override("I am curious")
        for model in ("crm.sync.contact.override", "crm.sync.contact.sent"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).create({"partner_id": self.customer.id})

    def test_a_merge_carries_reasons_and_bulk_messages_along(self):
        self.policy("others", "ask")
        double = self.env["res.partner"].create({"name": "Northern Optic"})
        self.touch(self.seller, partner_id=double.id, occurred_at=self.days_ago(1))
        double.with_user(self.colleague).sync_contact_override("He called me")
        self.env["crm.sync.contact.sent"]._note(double, "email", "marketing", self.company)
        self.env["base.partner.merge.automatic.wizard"]._merge((double | self.customer).ids, self.customer)
        override = self.env["crm.sync.contact.override"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(override.commercial_partner_id, self.customer)
        self.assertTrue(self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.customer.id)]))

    def test_a_reason_given_for_a_customer_who_is_merged_stands_at_the_survivor(self):
        self.policy("others", "ask")
        double = self.env["res.partner"].create({"name": "Northern Optic"})
        self.touch(self.seller, partner_id=double.id, occurred_at=self.days_ago(1))
        double.with_user(self.colleague).sync_contact_override("He called me", "res.partner", double.id)
        override = self.env["crm.sync.contact.override"].search([("partner_id", "=", double.id)])
        self.assertEqual(override.res_id, double.id)
        self.env["base.partner.merge.automatic.wizard"]._merge((double | self.customer).ids, self.customer)
        self.assertEqual((override.res_id, override.partner_id), (self.customer.id, self.customer))

    def test_an_erased_customer_leaves_no_words_of_reasons(self):
        self.policy("others", "ask")
        self.touch(self.colleague, partner_id=self.contact.id, occurred_at=self.days_ago(1))
        self.contact.with_user(self.seller).sync_contact_override("Li Na is pregnant")
        self.env["crm.sync.erasure"]._erase(self.contact)
        override = self.env["crm.sync.contact.override"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(override.reason, "—")

    def test_bad_budgets_get_a_sentence(self):
        from psycopg2.errors import CheckViolation, UniqueViolation

        Cap = self.env["crm.sync.contact.cap"]
        Cap.create({"channel": "email", "limit": 1, "days": 30})
        for error, values in (
            (CheckViolation, {"channel": "sms", "limit": -1}),
            (CheckViolation, {"channel": "sms", "days": 0}),
            (UniqueViolation, {"channel": "email"}),
        ):
            with self.assertRaises(error), self.env.cr.savepoint(), self.muted():
                Cap.create(values)

    def muted(self):
        from odoo.tools import mute_logger

        return mute_logger("odoo.sql_db")
