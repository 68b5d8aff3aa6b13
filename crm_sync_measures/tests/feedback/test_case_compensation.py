from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from ..loyalty.common import LoyaltyCase


class TestCaseCompensation(LoyaltyCase):
    """Service may give 500 points and 100 in money in March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))
        cls.customer.sync_department_id = cls.service
        cls.card = cls.new_card(100)
        cls.budget = cls.env["crm.sync.case.budget"].create(
            {
                "department_id": cls.service.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "limit_points": 500,
                "limit_amount": 100,
            }
        )
        cls.case = (
            cls.env["crm.sync.case"]
            .with_user(cls.agent)
            .create({"name": "Late", "partner_id": cls.customer.id, "department_id": cls.service.id})
        )

    def wanted(self, amount, kind="points", user=None, **values):
        if kind == "points":
            values.setdefault("card_id", self.card.id)
        values = {"case_id": self.case.id, "kind": kind, "amount": amount, "note": "The parcel was late", **values}
        return self.env["crm.sync.case.compensation"].with_user(user or self.agent).create(values)

    def asked(self, amount, kind="points", user=None, **values):
        wanted = self.wanted(amount, kind, user, **values)
        wanted.action_request()
        return wanted

    # ---------------------------------------------------------------- points

    def test_points_within_the_budget_are_given_at_once_and_are_in_the_ledger(self):
        given = self.asked(200)
        self.assertEqual((given.state, given.adjustment_id.sudo().state, self.card.points), ("granted", "posted", 300))
        self.assertEqual(given.adjustment_id.sudo().reason, "complaint")
        self.assertEqual((self.budget.used_points, self.budget.used_amount), (200, 0))
        self.assertEqual(self.case.sudo().event_ids.sorted("id")[-1].kind, "compensated")

    def test_beyond_the_budget_the_manager_of_the_department_decides(self):
        self.asked(450)
        more = self.asked(50.01)
        self.assertEqual((more.state, more.cause, self.card.points), ("to_approve", "over", 550))
        self.assertEqual(self.case.sudo().activity_ids.user_id, self.head)
        with self.assertRaises(AccessError):
            more.action_approve()
        more.with_user(self.head).action_approve()
        self.assertEqual((more.state, more.approver_id), ("granted", self.head))
        self.assertAlmostEqual(self.card.points, 600.01)
        self.assertFalse(self.case.sudo().activity_ids)

    def test_a_refused_compensation_gives_nothing_and_says_so(self):
        self.asked(500)
        more = self.asked(100)
        with self.assertRaisesRegex(UserError, "Answer: say why"):
            more.with_user(self.head).action_refuse(" ")
        dialog = Form(
            self.env["crm.sync.case.compensation.refuse"]
            .with_user(self.head)
            .with_context(default_compensation_id=more.id)
        )
        dialog.reason = "That is enough."
        dialog.save().action_apply()
        self.assertEqual((more.state, more.answer, self.card.points), ("refused", "That is enough.", 600))
        self.assertIn(self.agent, self.case.sudo().activity_ids.user_id)
        self.assertEqual(self.budget.used_points, 500)
        with self.assertRaisesRegex(UserError, "This can only be done"):
            more.with_user(self.head).action_approve()

    def test_above_what_one_may_give_alone_one_approval_serves_both_rooms(self):
        self.budget.limit_points = 5000
        wanted = self.asked(800)
        self.assertEqual((wanted.state, wanted.cause, self.card.points), ("to_approve", "points", 100))
        wanted.with_user(self.head).action_approve()
        self.assertEqual(
            (wanted.state, wanted.adjustment_id.sudo().state, self.card.points), ("granted", "posted", 900)
        )

    def test_what_is_approved_among_the_adjustments_is_given_here(self):
        self.budget.limit_points = 5000
        wanted = self.asked(800)
        wanted.adjustment_id.with_user(self.head).action_approve()
        self.assertEqual((wanted.state, self.card.points), ("granted", 900))
        self.assertEqual(self.case.sudo().event_ids.mapped("kind").count("compensated"), 1)

    def test_points_that_are_taken_back_go_back_to_the_budget(self):
        given = self.asked(200)
        given.adjustment_id.with_user(self.manager).action_reverse()
        self.assertEqual((given.state, self.card.points, self.budget.used_points), ("refused", 100, 0))

    def test_points_are_given_once(self):
        given = self.asked(200)
        with self.assertRaisesRegex(UserError, "This can only be done"):
            given.action_request()
        self.assertEqual(self.card.points, 300)

    def test_points_go_to_a_card_of_the_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "Card: choose one of the customer"):
            self.wanted(10, card_id=self.new_card(0, stranger).id)
        with self.assertRaisesRegex(UserError, "Card: choose the card"):
            self.asked(10, card_id=False)

    # ---------------------------------------------------------------- money

    def test_money_is_counted_in_money(self):
        self.asked(60, "discount")
        self.asked(40, "gift")
        more = self.asked(0.01, "credit_note")
        self.assertEqual((more.state, more.cause), ("to_approve", "over"))
        self.assertEqual((self.budget.used_points, self.budget.used_amount, self.budget.asked_count), (0, 100, 1))

    def test_money_of_another_currency_counts_at_todays_rate(self):
        rate = {"name": "2026-01-01", "rate": 2.0, "company_id": self.company.id}
        currency = self.env["res.currency"].create({"name": "TST", "symbol": "T", "rate_ids": [Command.create(rate)]})
        self.asked(100, "gift", currency_id=currency.id)
        self.assertEqual(self.budget.used_amount, 50)

    def test_who_decides_is_reminded_until_everything_is_decided(self):
        self.budget.limit_points = 0
        first, second = self.asked(10), self.asked(20)
        first.with_user(self.head).action_approve()
        self.assertIn(self.head, self.case.sudo().activity_ids.user_id)
        second.with_user(self.head).action_approve()
        self.assertFalse(self.case.sudo().activity_ids)

    def test_without_a_budget_everything_is_approved(self):
        with freeze_time("2026-04-01 09:00:00"):
            self.assertEqual(self.asked(1).cause, "no_budget")

    def test_a_credit_note_is_asked_for_and_not_booked(self):
        moves = self.env["account.move"].search_count([])
        given = self.asked(20, "credit_note")
        self.assertEqual(given.state, "granted")
        [activity] = self.case.sudo().activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == self.env.ref("crm_sync_measures.activity_type_case_credit_note")
            )
        )
        self.assertIn("20.00", activity.note)
        self.assertEqual(self.env["account.move"].search_count([]), moves)

    def test_a_coupon_is_made_for_the_customer_by_odoos_own_dialog(self):
        program = self.env["loyalty.program"].create(
            {"name": "Sorry", "program_type": "coupons", "applies_on": "current", "trigger": "with_code"}
        )
        given = self.asked(10, "coupon", program_id=program.id)
        card = given.card_id.sudo()
        self.assertEqual(
            (given.state, card.program_id, card.partner_id, card.points), ("granted", program, self.customer, 1)
        )
        self.assertEqual(self.budget.used_amount, 10)
        with self.assertRaisesRegex(UserError, "Program of the Coupon"):
            self.asked(10, "coupon")

    # ---------------------------------------------------------------- rights

    def test_nobody_approves_his_own_request(self):
        self.budget.limit_points = 0
        own = self.asked(10, user=self.head)
        with self.assertRaises(AccessError):
            own.action_approve()
        own.with_user(self.manager).action_approve()
        self.assertEqual(own.state, "granted")

    def test_only_who_has_written_it_down_and_still_works_on_the_case_asks_for_it(self):
        wanted = self.wanted(10)
        with self.assertRaises(AccessError):
            wanted.with_user(self.manager).action_request()
        self.case._record({"department_id": self.sales.id, "user_id": self.seller.id})
        with self.assertRaises(AccessError):
            wanted.action_request()
        self.assertEqual(wanted.state, "draft")

    def test_nothing_is_given_to_nobody_and_to_a_colleague_by_somebody_else(self):
        Case = self.env["crm.sync.case"].with_user(self.agent)
        of_nobody = Case.create({"name": "Late", "department_id": self.service.id})
        with self.assertRaisesRegex(UserError, "say who he is"):
            self.asked(10, "gift", case_id=of_nobody.id)
        of_head = Case.create({"name": "Late", "department_id": self.service.id, "partner_id": self.head.partner_id.id})
        own = self.asked(10, "gift", case_id=of_head.id)
        self.assertEqual((own.state, own.cause), ("to_approve", "own"))
        with self.assertRaises(AccessError):
            own.with_user(self.head).action_approve()
        own.with_user(self.manager).action_approve()
        self.assertEqual(own.state, "granted")

    def test_who_may_not_change_the_case_gives_nothing_for_it(self):
        with self.assertRaises(AccessError):
            self.wanted(10, user=self.colleague)
        with self.assertRaises(AccessError):
            self.wanted(10, user=self.auditor)

    def test_what_was_asked_for_is_not_changed(self):
        given = self.asked(10)
        for values in ({"amount": 1000}, {"kind": "gift"}, {"note": "x"}):
            with self.assertRaisesRegex(UserError, "not changed any more"):
                given.write(values)
        with self.assertRaisesRegex(UserError, "not deleted"):
            given.unlink()
        draft = self.wanted(10)
        for name, value in (
            ("state", "granted"),
            ("approver_id", self.agent.id),
            ("budget_amount", 1),
            ("answer", "x"),
        ):
            with self.assertRaisesRegex(UserError, "kept by the compensation itself"):
                draft.write({name: value})
        draft.unlink()

    def test_amounts_that_cannot_be_are_refused(self):
        for amount, error in ((-1, CheckViolation), (0, CheckViolation), (2_000_000_000, ValidationError)):
            with self.assertRaises(error), mute_logger("odoo.sql_db"):
                self.wanted(amount)

    def test_one_day_has_one_budget(self):
        with self.assertRaises(ValidationError) as refused:
            self.budget.copy({"date_from": "2026-03-31", "date_to": "2026-04-30"})
        self.assertIn("There is a budget for these days already", str(refused.exception))
        self.budget.copy({"date_from": "2026-04-01", "date_to": "2026-04-30"})

    def test_a_budget_that_was_used_stays(self):
        self.asked(10)
        with self.assertRaisesRegex(UserError, "given from this budget already"):
            self.budget.unlink()
