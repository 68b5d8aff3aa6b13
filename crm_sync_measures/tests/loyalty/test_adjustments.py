from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .common import LoyaltyCase


class TestAdjustments(LoyaltyCase):
    """Who gives points, why, and who agreed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales.manager_id = cls.manager
        cls.customer.sync_department_id = cls.service
        cls.card = cls.new_card(100)

    def request(self, quantity, user=None, card=None, **values):
        return (
            self.env["crm.sync.loyalty.adjustment"]
            .with_user(user or self.agent)
            .create(
                {
                    "card_id": (card or self.card).id,
                    "quantity": quantity,
                    "reason": "complaint",
                    "explanation": "The parcel came two weeks late.",
                    **values,
                }
            )
        )

    def submitted(self, quantity, user=None, card=None, **values):
        request = self.request(quantity, user, card, **values)
        request.action_submit()
        return request

    # ---------------------------------------------------------------- alone

    def test_up_to_the_limit_the_requester_posts_alone(self):
        request = self.submitted(500)
        self.assertEqual((request.state, request.cause, request.balance), ("posted", False, 600))
        self.assertEqual(self.kinds(self.card)[-1], ("goodwill", 500))
        entry = self.card.sync_entry_ids[:1]
        self.assertEqual((entry.source_name, entry.user_id, entry.reason), (request.number, self.agent, "complaint"))
        self.assertEqual(entry, request.entry_ids)
        self.assertLedger(self.card, 600)

    def test_odoos_history_says_what_the_customer_may_know(self):
        self.submitted(5, customer_text="For the late parcel")
        self.submitted(-3, reason="correction")
        lines = self.card.history_ids.sorted("id")[-2:]
        self.assertEqual(
            [(line.description, line.issued, line.used) for line in lines],
            [("For the late parcel", 5, 0), ("Correction", 0, 3)],
        )

    def test_granted_points_can_be_used_through_the_day_that_was_chosen(self):
        day = fields.Date.add(fields.Date.today(), days=20)
        self.submitted(5, expires_on=day)
        self.assertEqual(self.card.sync_lot_ids[:1].sorted("id").expires_on, day)
        with self.assertRaisesRegex(UserError, "Usable Through"):
            self.request(5, expires_on=fields.Date.add(fields.Date.today(), days=-2))
        with self.assertRaisesRegex(UserError, "Usable Through"):
            self.request(-5, expires_on=day)

    def test_one_takes_what_is_there_and_not_more(self):
        self.submitted(-100)
        self.assertLedger(self.card, 0)
        with self.assertRaisesRegex(UserError, "holds 0 Points"):
            self.submitted(-0.0001)

    def test_a_correction_may_leave_arrears_when_a_manager_agrees(self):
        request = self.submitted(-130, reason="correction")
        self.assertEqual((request.state, request.cause), ("to_approve", "arrears"))
        with self.assertRaisesRegex(AccessError, "by a manager"):
            request.with_user(self.head).action_approve()
        request.with_user(self.manager).action_approve()
        self.assertLedger(self.card, -30)

    # ---------------------------------------------------------------- a second person

    def test_above_the_limit_a_second_person_decides_and_never_the_requester(self):
        kind = self.env.ref("crm_sync_measures.activity_type_adjustment")
        # The company may word it in its own way.
        kind.summary = "Decide on points"
        request = self.submitted(501)
        self.assertEqual((request.state, request.cause), ("to_approve", "limit"))
        self.assertLedger(self.card, 100)
        self.assertEqual((request.activity_ids.user_id, request.activity_ids.summary), (self.head, kind.summary))
        for user in (self.agent, self.seller, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                request.with_user(user).action_approve()
        request.with_user(self.head).action_approve()
        self.assertEqual((request.state, request.approver_id), ("posted", self.head))
        self.assertFalse(request.activity_ids)
        self.assertLedger(self.card, 601)
        with self.assertRaisesRegex(UserError, "Status"):
            request.with_user(self.manager).action_approve()

    def test_a_manager_does_not_approve_his_own_request(self):
        for user in (self.head, self.manager):
            request = self.submitted(501, user=user)
            self.assertEqual(request.state, "to_approve")
            self.assertNotIn(user, request.activity_ids.user_id)
            with self.subTest(user=user.login), self.assertRaisesRegex(AccessError, "neither the requester"):
                request.action_approve()
        self.assertLedger(self.card, 100)

    def test_a_limit_of_0_asks_a_second_person_always(self):
        self.env.company.sync_adjust_limit = 0
        self.assertEqual(self.submitted(1).state, "to_approve")

    def test_small_steps_do_not_get_around_the_limit(self):
        self.assertEqual(self.submitted(300).state, "posted")
        self.assertEqual(self.submitted(200).state, "posted")
        request = self.submitted(1)
        self.assertEqual((request.state, request.cause), ("to_approve", "steps"))
        # Nor does reversing, another card of the same customer, or taking them again.
        self.env["crm.sync.loyalty.adjustment"].with_user(self.agent).search(
            [("state", "=", "posted")]
        ).action_reverse()
        self.assertEqual(self.submitted(1).cause, "steps")
        self.assertEqual(self.submitted(1, card=self.new_card()).cause, "steps")
        # Another colleague has a limit of his own, and after 30 days it is there again.
        self.assertEqual(self.submitted(500, user=self.seller).state, "posted")
        self.env["crm.sync.loyalty.adjustment"].search([]).decided_at = self.days_ago(31)
        self.assertEqual(self.submitted(500).state, "posted")

    def test_what_a_second_person_agreed_to_does_not_use_up_the_limit(self):
        self.submitted(900).with_user(self.head).action_approve()
        self.assertEqual(self.submitted(500).state, "posted")

    def test_on_a_card_of_ones_own_or_a_colleagues_a_second_person_decides(self):
        firm = self.env["res.partner"].create({"name": "Agent's Firm", "is_company": True})
        self.agent.partner_id.parent_id = firm
        child = self.env["res.partner"].create({"name": "Cousin", "parent_id": firm.id})
        for partner in (self.agent.partner_id, firm, child, self.seller.partner_id):
            partner.commercial_partner_id.sync_department_id = self.service
            request = self.submitted(1, card=self.new_card(partner=partner))
            with self.subTest(partner=partner.name):
                self.assertEqual((request.state, request.cause), ("to_approve", "own_card"))
                self.assertTrue(request.is_self_award)

    def test_nobody_approves_points_for_himself(self):
        request = self.submitted(1, card=self.new_card(partner=self.manager.partner_id), user=self.seller)
        self.assertNotIn(self.manager, request.activity_ids.user_id)
        with self.assertRaises(AccessError):
            request.with_user(self.manager).action_approve()

    def test_own_customers_are_flagged(self):
        self.assertTrue(self.submitted(1, user=self.seller).is_own_customer)
        self.assertFalse(self.submitted(1).is_own_customer)

    def test_a_refused_request_books_nothing_and_tells_why(self):
        request = self.submitted(501)
        request.with_user(self.head).decision = "Ask for 100."
        request.with_user(self.head).action_refuse()
        self.assertEqual((request.state, request.approver_id), ("refused", self.head))
        self.assertIn("Ask for 100.", request.message_ids[:1].body)
        self.assertIn(self.agent.partner_id, request.message_ids[:1].partner_ids)
        self.assertLedger(self.card, 100)

    def test_a_request_is_withdrawn_by_who_made_it(self):
        request = self.submitted(501)
        with self.assertRaises(AccessError):
            request.with_user(self.head).action_withdraw()
        request.action_withdraw()
        self.assertEqual(request.state, "draft")
        self.assertFalse(request.activity_ids)

    def test_what_an_approver_has_seen_does_not_change_under_his_eyes(self):
        request = self.submitted(501)
        request.action_withdraw()
        with self.assertRaisesRegex(UserError, "Duplicate"):
            request.quantity = 50_000
        request.explanation = "In other words"
        request.action_submit()
        request.with_user(self.head).action_approve()
        self.assertLedger(self.card, self.card.points)
        self.assertEqual(request.quantity, 501)

    # ---------------------------------------------------------------- for good

    def test_reversed_once_it_takes_back_what_it_gave(self):
        self.submitted(50)
        request = self.submitted(40)
        request.action_reverse()
        self.assertEqual(self.kinds(self.card)[-1], ("adjust", -40))
        self.assertEqual(self.card.sync_lot_ids.sorted("id").mapped("remaining"), [100, 50, 0])
        with self.assertRaisesRegex(UserError, "Status"):
            request.action_reverse()
        self.assertEqual((request.state, request.reversed_by_id), ("reversed", self.agent))
        self.assertLedger(self.card, 150)

    def test_reversed_after_the_points_were_spent_they_are_owed(self):
        request = self.submitted(40)
        self.card.points = 10
        request.action_reverse()
        self.assertLedger(self.card, -30)

    def test_a_debit_that_is_reversed_goes_back_to_its_lots(self):
        request = self.submitted(-70)
        request.action_reverse()
        self.assertEqual(self.card.sync_lot_ids.mapped("remaining"), [100])
        self.assertLedger(self.card, 100)

    def test_what_a_second_person_agreed_to_is_not_reversed_by_the_requester(self):
        request = self.submitted(501)
        request.with_user(self.head).action_approve()
        with self.assertRaises(AccessError):
            request.action_reverse()
        request.with_user(self.head).action_reverse()
        self.assertLedger(self.card, 100)

    def test_a_submitted_adjustment_is_neither_changed_nor_deleted(self):
        for quantity in (1, 501):
            request = self.submitted(quantity)
            for values in ({"quantity": 9}, {"card_id": self.new_card().id}, {"explanation": "x"}, {"reason": "other"}):
                with self.assertRaises(UserError):
                    request.write(values)
            with self.assertRaisesRegex(UserError, "not deleted"):
                request.unlink()
        self.request(1).unlink()

    def test_what_the_document_keeps_comes_in_by_no_door(self):
        kept = {
            "state": "posted",
            "approver_id": self.agent.id,
            "requester_id": self.seller.id,
            "is_own_customer": False,
            "is_self_award": False,
            "cause": "limit",
            "balance": 1,
            "number": "X",
            "company_id": self.company.id,
            "decision": "Yes",
            "key": "k",
            "department_id": self.sales.id,
        }
        request = self.request(501)
        for name, value in kept.items():
            with self.subTest(field=name):
                with self.assertRaises(AccessError):
                    self.request(1, **{name: value})
                with self.assertRaises(AccessError):
                    request.write({name: value})
        context = {f"default_{name}": value for name, value in kept.items()}
        by_default = request.with_context(**context).create(
            {"card_id": self.card.id, "quantity": 1, "explanation": "By default"}
        )
        self.assertEqual((by_default.state, by_default.requester_id), ("draft", self.agent))
        self.assertFalse(by_default.approver_id or by_default.decision or by_default.sudo().key)
        copy = self.submitted(501).copy()
        self.assertEqual((copy.state, copy.submitted_at, copy.requester_id), ("draft", False, self.agent))

    def test_quantities_that_are_none_are_refused_with_a_sentence(self):
        for quantity in (0, 0.0, 0.00001, float("nan"), float("inf"), 1e18, "1", True, [1], None):
            with self.subTest(quantity=quantity), self.assertRaisesRegex(UserError, "Points"):
                self.request(quantity)
            with self.subTest(quantity=quantity), self.assertRaisesRegex(UserError, "Points"):
                self.card.with_user(self.agent).sync_adjust(quantity, "other", "Why", "k")
        with self.assertRaisesRegex(UserError, "Points"):
            self.env["crm.sync.loyalty.adjustment"].with_user(self.agent).with_context(default_quantity=1e18).create(
                {"card_id": self.card.id, "explanation": "By default"}
            )

    def test_an_explanation_is_needed_and_has_an_end(self):
        for text in ("", "   ", "x" * 2001):
            with self.assertRaises(UserError):
                self.request(1, explanation=text)

    # ---------------------------------------------------------------- rights

    def test_each_sees_what_concerns_him(self):
        request = self.submitted(501)
        seen = lambda user: request.with_user(user).search([("id", "=", request.id)])  # noqa: E731
        for user in (self.agent, self.head, self.manager, self.auditor):
            self.assertEqual(seen(user), request, user.login)
        for user in (self.seller, self.colleague):
            self.assertFalse(seen(user), user.login)
        company, other = self.other_company()
        self.assertFalse(request.with_user(other).with_context(allowed_company_ids=company.ids).search_count([]))

    def test_a_head_does_not_see_what_other_departments_do_for_their_customers(self):
        stranger = self.env["res.partner"].create({"name": "Else"})
        request = self.submitted(501, self.seller, self.new_card(partner=stranger))
        self.assertFalse(request.with_user(self.head).search_count([("id", "=", request.id)]))
        self.assertTrue(request.with_user(self.manager).search_count([("id", "=", request.id)]))

    def test_one_asks_for_points_only_on_cards_one_may_read(self):
        foreign = self.env["res.partner"].create({"name": "Sales' own", "sync_department_id": self.sales.id})
        with self.assertRaises(AccessError):
            self.request(1, card=self.new_card(partner=foreign))
        for user in (self.employee, self.auditor):
            with self.assertRaises(AccessError):
                self.request(1, user=user)

    # ---------------------------------------------------------------- for other systems

    def test_a_key_is_used_once(self):
        card = self.card.with_user(self.agent)
        first = card.sync_adjust(25, "goodwill", "Birthday", "crm:17")
        self.assertEqual((first["state"], first["balance"]), ("posted", 125))
        self.assertEqual(card.sync_adjust(25.0, "goodwill", "Birthday", "crm:17"), first)
        for other in (
            lambda: card.sync_adjust(26, "goodwill", "Birthday", "crm:17"),
            lambda: self.new_card().with_user(self.agent).sync_adjust(25, "goodwill", "Birthday", "crm:17"),
        ):
            with self.assertRaisesRegex(UserError, "key"):
                other()
        self.assertLedger(self.card, 125)

    def test_what_waits_for_approval_says_so(self):
        answer = self.card.with_user(self.agent).sync_adjust(501, "goodwill", "Birthday", "crm:18")
        self.assertEqual((answer["state"], answer["balance"]), ("to_approve", 100))

    def test_values_that_cannot_be_used_are_named(self):
        card = self.card.with_user(self.agent)
        good = {"quantity": 1, "reason": "other", "explanation": "Why", "key": "k"}
        for name, values in {
            "reason": ("", "gift", None, 1, []),
            "explanation": ("", " ", None, ["x"]),
            "key": ("", " ", "k" * 201, "a\x00b", None, 7, {}),
        }.items():
            for value in values:
                with self.subTest(name=name, value=value), self.assertRaisesRegex(UserError, name):
                    card.sync_adjust(**{**good, name: value})
        with self.assertRaisesRegex(UserError, "ids"):
            card.browse().sync_adjust(**good)

    # ---------------------------------------------------------------- Odoo's wizards

    def test_odoos_balance_wizard_makes_an_adjustment(self):
        def update(balance):
            wizard = self.env["loyalty.card.update.balance"].with_user(self.colleague)
            wizard = wizard.create({"card_id": self.card.id, "new_balance": balance, "description": "Gift"})
            return wizard.action_update_card_point()

        answer = update(150)
        self.assertIn("booked", answer["params"]["message"])
        self.assertLedger(self.card, 150)
        answer = update(5000)
        self.assertIn("approved", answer["params"]["message"])
        self.assertLedger(self.card, 150)
        requests = self.env["crm.sync.loyalty.adjustment"].search([("requester_id", "=", self.colleague.id)])
        self.assertEqual(requests.sorted("id").mapped("quantity"), [50, 4850])
        self.assertEqual(requests.sorted("id").mapped("state"), ["posted", "to_approve"])
        with self.assertRaises(UserError):
            update(float("nan"))

    def test_the_balance_wizard_opens_with_the_balance_of_the_card_and_not_with_nothing(self):
        action = self.card.with_user(self.colleague).action_loyalty_update_balance()
        wizard = self.env[action["res_model"]].with_user(self.colleague).with_context(**action["context"])
        with Form(wizard) as form:
            self.assertEqual((form.old_balance, form.new_balance), (100, 100))
            form.description = "Confirmed in haste"
        with self.assertRaisesRegex(ValidationError, "another one than the card has"):
            form.record.action_update_card_point()
        self.assertEqual(
            wizard.create({"card_id": self.card.id, "new_balance": 0, "description": "All"}).new_balance, 0
        )

    def test_generated_wallets_are_empty_until_the_sum_is_approved(self):
        program = self.new_program(
            program_type="ewallet",
            name="Wallet",
            rule_ids=[Command.clear()],
            reward_ids=[Command.create({"reward_type": "discount", "discount_mode": "per_point", "discount": 1})],
        )
        partners = self.env["res.partner"].create([{"name": f"Guest {number}"} for number in range(3)])
        wizard = self.env["loyalty.generate.wizard"].with_user(self.manager)
        wizard = wizard.create(
            {
                "program_id": program.id,
                "mode": "selected",
                "customer_ids": [Command.set(partners.ids)],
                "points_granted": 200,
                "description": "Fair",
            }
        )
        cards = wizard.generate_coupons()
        self.assertEqual(cards.mapped("points"), [0, 0, 0])
        requests = self.env["crm.sync.loyalty.adjustment"].search([("card_id", "in", cards.ids)])
        self.assertEqual(requests.mapped("state"), ["to_approve"] * 3)
        requests.with_user(self.new_user("t_second", "group_manager", self.sales)).action_approve()
        for card in cards:
            self.assertLedger(card, 200)
        wizard.points_granted = 100
        for card in wizard.generate_coupons():
            self.assertLedger(card, 100)

    def test_generated_coupons_are_booked_as_a_bonus_of_their_program(self):
        program = self.new_program(program_type="coupons", name="Coupons", applies_on="current", trigger="with_code")
        wizard = self.env["loyalty.generate.wizard"].with_user(self.manager)
        cards = wizard.create({"program_id": program.id, "coupon_qty": 2, "points_granted": 1}).generate_coupons()
        for card in cards:
            self.assertEqual(self.kinds(card), [("bonus", 1)])
            self.assertEqual(card.sync_entry_ids.source_name, program.display_name)
        with self.assertRaises(AccessError):
            wizard.with_user(self.seller).create({"program_id": program.id, "coupon_qty": 1}).generate_coupons()
