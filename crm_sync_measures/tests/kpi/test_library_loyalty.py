from datetime import date, timedelta

from odoo.tools import SQL

from ...models.kpi.measures import SCOPE_COLUMNS
from ...rules.ledger import Part, exact
from ..care.care_common import CareCase
from ..loyalty.nightly import NightlyCase
from .measure_common import MeasureMixin

MARCH = ("2026-03-01", "2026-03-31")
_COLUMNS = ("res_model", "res_id", "numerator", "denominator")
APRIL = ("2026-04-01", "2026-04-30")


class TestLibraryOfPoints(MeasureMixin, NightlyCase):
    """Points that move from 10 March 2026 on; a point is worth 0.10."""

    def setUp(self):
        super().setUp()
        self.card = self.new_card()

    def book(self, kind, points, card=None, **values):
        (card or self.card)._sync_move("test", [Part(kind, exact(points), **values)])

    def entries(self, card=None):
        return (card or self.card).sync_entry_ids

    # ---------------------------------------------------------------- movements

    def test_issued_is_what_was_given_less_what_was_taken_back(self):
        for kind, points in (("earn", 200), ("bonus", 50), ("goodwill", 20), ("reverse_earn", -80), ("adjust", -10)):
            self.book(kind, points)
        self.book("redeem", -100)
        self.book("reverse_redeem", 30)
        self.assertEqual(self.figure("points_issued", *MARCH, self.entries()), 180)
        self.assertEqual(self.figure("points_redeemed", *MARCH, self.entries()), 70)
        self.assertEqual(self.figure("redemption_rate", *MARCH, self.entries()), 38.89)
        self.assertEqual(self.figure("points_issued", *APRIL, self.entries()), 0)

    def test_what_an_order_grants_is_issued_when_it_is_granted_though_nobody_may_spend_it_yet(self):
        self.program.sync_hold = "paid"
        self.confirmed(2)
        self.assertEqual(self.figure("points_issued", *MARCH, self.entries()), 200)
        self.assertEqual(self.figure("points_outstanding", *MARCH, self.program), 200)

    def test_of_a_hundred_points_that_ended_sixty_expired(self):
        today = self.today()
        self.book("bonus", 100, earned_on=today, expires_on=today + timedelta(days=10))
        self.book("redeem", -40)
        self.travel("2026-03-25 12:00:00")
        self.expire()
        self.assertEqual(self.figure("points_expired", *MARCH, self.entries()), 60)
        self.assertEqual(self.figure("breakage_rate", *MARCH, self.entries()), 60)
        self.assertIsNone(self.figure("breakage_rate", *APRIL, self.entries()), "nothing ended, so there is no rate")

    def test_a_wallet_of_money_holds_no_points(self):
        wallet = self.new_program(name="Wallet", program_type="ewallet")
        card = self.new_card(program=wallet)
        self.book("bonus", 100, card)
        self.assertFalse(self.documents("points_issued", *MARCH, self.entries(card)))
        self.assertFalse(self.documents("points_outstanding", *MARCH, wallet))
        self.assertTrue(self.documents("points_liability", *MARCH, wallet))

    def test_points_count_for_the_tier_that_the_account_had_on_that_day(self):
        silver, gold = self.env["crm.sync.tier"].create(
            [{"program_id": self.program.id, "sequence": rank, "name": f"Tier {rank}"} for rank in (0, 1)]
        )
        self.held(silver, "2026-01-01", "2026-03-15")
        self.held(gold, "2026-03-15")
        self.book("bonus", 10)
        self.travel("2026-03-15 12:00:00")
        self.book("bonus", 25)
        found = self.figures_by("tier", "points_issued", *MARCH, self.entries())
        self.assertEqual(found, {silver.id: 10, gold.id: 25})

    # ---------------------------------------------------------------- stands

    def test_what_was_owed_at_a_moment_of_the_past_is_what_the_ledger_says_of_it(self):
        self.book("bonus", 100)
        self.travel("2026-03-20 12:00:00")
        self.book("redeem", -30)
        self.travel("2026-04-05 12:00:00")
        self.book("bonus", 50)
        self.book("redeem", -100)
        for last, points in (("03-09", 0), ("03-10", 100), ("03-19", 100), ("03-20", 70), ("03-31", 70), ("04-05", 20)):
            found = self.figure("points_outstanding", "2026-03-01", f"2026-{last}", self.program)
            self.assertEqual(found, points, last)
        self.assertEqual(self.figure("points_liability", *MARCH, self.program), 7)

    def test_of_now_it_is_what_the_liability_report_says(self):
        other = self.new_card(250, partner=self.contact)
        self.book("bonus", 120)
        self.book("redeem", -50)
        other.points -= 300  # 50 of them are owed to us
        self.travel("2026-03-20 12:00:00")
        self.env.flush_all()
        rows = self.env["crm.sync.loyalty.liability"].search([("program_id", "=", self.program.id)])
        self.assertEqual((sum(rows.mapped("points")), sum(rows.mapped("value_company"))), (70, 7))
        self.assertEqual(self.figure("points_outstanding", *MARCH, self.program), 70)
        self.assertEqual(self.figure("points_liability", *MARCH, self.program), 7)

    def test_arrears_that_are_repaid_leave_what_is_left(self):
        self.book("redeem", -30)
        self.assertEqual(self.figure("points_outstanding", *MARCH, self.program), 0)
        self.travel("2026-03-15 12:00:00")
        self.book("bonus", 100)
        self.assertEqual(self.figure("points_outstanding", *MARCH, self.program), 70)
        self.assertEqual(self.figure("points_outstanding", "2026-03-01", "2026-03-14", self.program), 0)

    def test_merged_cards_owe_what_they_owed(self):
        self.book("bonus", 100)
        source = self.env["res.partner"].create({"name": "Northern Optics (old)"})
        self.new_card(40, partner=source)
        self.travel("2026-03-20 12:00:00")
        self.merge_partners(source, self.customer)
        for last in ("10", "20", "31"):
            self.assertEqual(self.figure("points_outstanding", "2026-03-01", f"2026-03-{last}", self.program), 140)

    def test_the_liability_of_march_is_at_the_rate_of_march(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TPT",
                "symbol": "T",
                "rate_ids": [
                    (0, 0, {"name": day, "rate": rate}) for day, rate in (("2020-01-01", 2), ("2026-04-01", 4))
                ],
            }
        )
        program = self.new_program(name="Foreign", currency_id=currency.id)
        self.new_card(100, program=program)
        self.travel("2026-05-10 12:00:00")
        expected = [
            currency._convert(10, self.company.currency_id, self.company, date(2026, *day))
            for day in ((3, 31), (4, 30))
        ]
        self.assertEqual([self.figure("points_liability", *month, program) for month in (MARCH, APRIL)], expected)
        self.assertEqual(expected[0], 2 * expected[1])

    def test_members_are_accounts_in_use_and_no_month_before_the_first_start_is_told(self):
        cards = self.card
        for partner in (self.contact, self.env["res.partner"].create({"name": "Second Customer"})):
            cards |= self.new_card(partner=partner)
        cards |= self.new_card(partner=self.env["res.partner"].create({"name": "Gone"}))
        cards[-1].active = False
        self.env.flush_all()
        # Odoo stamps what a test makes with the moment at which its transaction began.
        self.env.cr.execute("UPDATE loyalty_card SET create_date = '2026-03-10' WHERE id = ANY(%s)", [cards.ids])
        self.assertEqual(self.figure("members", *MARCH, cards), 3)
        self.assertEqual(self.figure("members", "2026-02-01", "2026-02-28", cards), 0)
        self.program.sync_is_pooled = True
        self.assertEqual(self.figure("members", *MARCH, cards), 2, "a contact's card is a key to his company's")
        kpi = self.env.ref("crm_sync_measures.kpi_members")
        self.assertEqual((kpi._can_look_back(), kpi.backfill_months), (False, 0))

    # ---------------------------------------------------------------- tiers

    def held(self, tier, date_from, date_to=None, card=None):
        card = card or self.card
        return self.env["crm.sync.tier.membership"].create(
            {
                "card_id": card.id,
                "partner_id": card.partner_id.id,
                "program_id": card.program_id.id,
                "tier_id": tier.id,
                "date_from": date_from,
                "date_to": date_to,
                "reason": "joined",
            }
        )

    def test_rises_and_falls_are_those_of_the_movements(self):
        silver, gold = self.env["crm.sync.tier"].create(
            [{"program_id": self.program.id, "sequence": rank, "name": f"Tier {rank}"} for rank in (0, 1)]
        )
        rows = self.held(silver, "2026-01-01", "2026-03-05")
        rows |= self.held(gold, "2026-03-05", "2026-03-20")
        rows |= self.held(gold, "2026-03-20", "2026-03-25")
        rows |= self.held(silver, "2026-03-25", "2026-03-30")
        self.assertEqual(self.figures_by("tier", "tier_up", *MARCH, rows), {gold.id: 1})
        self.assertEqual(self.figures_by("tier", "tier_down", *MARCH, rows), {silver.id: 1})
        movements = self.env["crm.sync.tier.movement"].search([("card_id", "=", self.card.id)])
        for direction, code in (("up", "tier_up"), ("down", "tier_down")):
            moved = movements.filtered(lambda one, direction=direction: one.direction == direction)
            found = self.documents(code, *MARCH, rows)
            self.assertEqual([row["res_id"] for row in found], moved.membership_id.ids)
            self.assertEqual([row["day"] for row in found], moved.mapped("day"))
        self.assertEqual(movements.filtered(lambda one: one.direction == "left").day, date(2026, 3, 30))


class TestLibraryOfCare(MeasureMixin, CareCase):
    """Forty customers of 2 March 2026; half of them are greeted."""

    def test_both_groups_tell_what_the_rule_tells(self):
        rule = self.rule(holdout_percent=50, purchase_days=20, purpose="service")
        people = self.env["res.partner"]
        for number in range(40):
            people |= self.person(f"Person {number}")
        for person in people:
            self.ordered(person, at="2026-03-02 08:00:00")
        rule.audience_domain = self.for_all(*people)
        occasions = self.run_all(rule)
        for mail in self.mails(occasions):
            mail._postprocess_sent_message([], [])
        cared = occasions.filtered(lambda one: one.state == "sent")
        for one in cared[:5]:
            self.ordered(one.partner_id, at="2026-03-10 10:00:00")
        self.assertFalse(self.documents("care_bought", *MARCH, occasions), "the days are not over")
        self.travel("2026-03-25 10:00:00")
        self.env.invalidate_all()
        [told] = rule.care_figures()
        self.assertEqual(round(self.figure("care_bought", *MARCH, occasions), 1), told["cared_rate"])
        self.assertEqual(round(self.figure("care_control_bought", *MARCH, occasions), 1), told["control_rate"])
        self.assertEqual(len(self.documents("care_bought", *MARCH, occasions)), told["cared_over"])


class TestLibrary(MeasureMixin, NightlyCase):
    """What holds for every measure of service and loyalty."""

    def test_every_built_in_kpi_has_a_measure_that_runs_and_tells_its_scopes(self):
        kpis = self.env["crm.sync.kpi"].search([("kind", "=", "builtin"), ("subject", "in", ("service", "loyalty"))])
        self.assertGreaterEqual(len(kpis), 30)
        measures = self.env["crm.sync.kpi.library"]._measures()
        window = self.window(*MARCH)
        for kpi in kpis:
            with self.subTest(kpi.code):
                _options, measure = measures[kpi.code]
                facts = measure(window)
                told = {scope for scope, column in SCOPE_COLUMNS.items() if column in facts.dims}
                if "person" in told:
                    told.add("department")
                self.assertLessEqual(set(kpi._scopes()) - {"company"}, told)
                columns = SQL(", ").join(map(SQL.identifier, ("company_id", *_COLUMNS, *facts.dims)))
                self.env.execute_query(SQL("SELECT %s FROM (%s) f LIMIT 10", columns, facts.select))
