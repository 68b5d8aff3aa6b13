from odoo import fields
from odoo.tests import warmup

from .care_common import CareCase


class TestCareSelection(CareCase):
    """Who has which occasion on which day."""

    def days(self, rule):
        return [
            (one.partner_id, fields.Date.to_string(one.day), fields.Date.to_string(one.due_on))
            for one in self.plan(rule)
        ]

    # ---------------------------------------------------------------- purchases

    def test_thirty_days_after_a_purchase(self):
        self.ordered(at="2026-02-01 15:00:00")
        self.ordered(self.customer, at="2026-02-03 15:00:00")
        rule = self.rule(days=30)
        self.assertEqual(self.days(rule), [(self.contact, "2026-02-01", "2026-03-03")])

    def test_several_orders_of_a_day_are_one_occasion(self):
        for hour in (8, 12, 20):
            self.ordered(at=f"2026-03-02 {hour:02}:00:00")
        self.assertEqual(self.days(self.rule()), [(self.contact, "2026-03-02", "2026-03-03")])

    def test_a_day_is_one_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.ordered(at="2026-03-01 23:00:00")
        self.assertEqual(self.days(self.rule()), [(self.contact, "2026-03-02", "2026-03-03")])

    def test_only_the_products_and_categories_of_the_rule(self):
        category = self.env["product.category"].create({"name": "Glasses"})
        child = self.env["product.category"].create({"name": "Sun glasses", "parent_id": category.id})
        frame = self.env["product.product"].create({"name": "Frame", "type": "consu", "categ_id": child.id})
        self.ordered(at="2026-03-02 08:00:00")
        nothing = self.rule(categ_ids=[(6, 0, category.ids)])
        lens = self.rule(product_ids=[(6, 0, self.product.ids)])
        self.assertFalse(self.plan(nothing))
        self.assertEqual(len(self.of(lens)), 1)
        self.ordered(self.customer, at="2026-03-02 09:00:00", order_line=[(0, 0, {"product_id": frame.id})])
        self.assertEqual(self.plan(nothing).partner_id, self.customer)

    def test_quotations_and_cancelled_orders_are_no_purchases(self):
        self.ordered(at="2026-03-02 08:00:00")._action_cancel()
        self.assertFalse(self.plan(self.rule()))

    def test_half_a_year_without_a_purchase_is_one_of_the_whole_company(self):
        self.ordered(self.contact, at="2025-09-04 10:00:00")
        rule = self.rule("no_purchase", days=180)
        self.assertEqual(self.days(rule), [(self.customer, "2025-09-04", "2026-03-03")])

    def test_who_has_bought_since_has_not_been_silent(self):
        self.ordered(self.contact, at="2025-09-04 10:00:00")
        self.ordered(self.customer, at="2026-01-10 10:00:00")
        self.assertFalse(self.plan(self.rule("no_purchase", days=180)))

    def test_who_falls_silent_again_has_the_occasion_again(self):
        rule = self.rule("no_purchase", days=30)
        self.ordered(self.contact, at="2026-02-01 10:00:00")
        self.assertEqual(len(self.plan(rule)), 1)
        self.ordered(self.contact, at="2026-03-10 10:00:00")
        self.travel("2026-04-09 10:00:00")
        self.assertEqual([str(one.day) for one in self.plan(rule)], ["2026-02-01", "2026-03-10"])

    def test_the_anniversary_of_the_first_order_and_of_no_later_one(self):
        for at in ("2023-03-03 10:00:00", "2024-03-03 10:00:00", "2025-05-01 10:00:00"):
            self.ordered(at=at)
        rule = self.rule("first_order_day")
        self.assertEqual(self.days(rule), [(self.customer, "2026-03-03", "2026-03-03")])

    def test_the_day_of_the_first_order_itself_is_no_anniversary(self):
        self.ordered(at="2026-03-03 08:00:00")
        self.assertFalse(self.plan(self.rule("first_order_day")))

    def test_an_order_of_29_february_has_its_day_on_the_28th(self):
        self.ordered(at="2024-02-29 10:00:00")
        self.travel("2026-02-28 10:00:00")
        rule = self.rule("first_order_day")
        self.assertEqual(self.days(rule), [(self.customer, "2026-02-28", "2026-02-28")])

    # ---------------------------------------------------------------- contacts

    def test_ninety_days_without_a_contact(self):
        self.touch(occurred_at="2025-12-03 09:00:00")
        self.env.cr.precommit.run()
        rule = self.rule("no_contact", days=90)
        found = self.plan(rule).filtered(lambda one: one.partner_id == self.customer)
        self.assertEqual([(str(one.day), str(one.due_on)) for one in found], [("2025-12-03", "2026-03-03")])

    # ---------------------------------------------------------------- birthdays, holidays

    def test_birthdays_by_both_calendars(self):
        solar = self.person("Solar", sync_birth_month=3, sync_birth_day=3)
        # 3 March 2026 is the fifteenth of the first month.
        lunar = self.person("Lunar", sync_birth_calendar="lunar", sync_birth_month=1, sync_birth_day=15)
        other = self.person("Other", sync_birth_month=3, sync_birth_day=5)
        rule = self.rule("birthday", audience_domain=self.for_all(solar, lunar, other))
        self.assertEqual(self.plan(rule).partner_id, solar | lunar)

    def test_a_birthday_that_is_corrected_after_the_greeting_is_not_greeted_again(self):
        person = self.person(sync_birth_month=3, sync_birth_day=3)
        rule = self.rule("birthday", audience_domain=self.for_all(person))
        self.run_all(rule)
        person.sync_birth_day = 5
        self.travel("2026-03-05 10:00:00")
        self.assertEqual([one.handed_at is not False for one in self.run_all(rule)], [True])
        person.write({"sync_birth_calendar": "lunar", "sync_birth_month": 2, "sync_birth_day": 1})
        self.travel("2026-03-19 10:00:00")
        self.assertEqual(len(self.run_all(rule)), 1)

    def test_a_birthday_that_is_corrected_before_the_greeting_is_greeted_on_the_right_day(self):
        person = self.person(sync_birth_month=3, sync_birth_day=4)
        rule = self.rule("birthday", audience_domain=self.for_all(person))
        self.assertEqual(self.plan(rule).state, "planned")
        person.sync_birth_day = 6
        self.travel("2026-03-04 10:00:00")
        self.assertEqual(self.run_all(rule).mapped("state"), ["cancelled"])
        self.travel("2026-03-06 10:00:00")
        found = self.run_all(rule)
        self.assertEqual(
            [(str(one.day), bool(one.handed_at)) for one in found], [("2026-03-04", False), ("2026-03-06", True)]
        )

    def test_everybody_of_the_audience_has_a_holiday_but_addresses_of_a_contact(self):
        holiday = self.env["crm.sync.care.holiday"].create({"name": "Open day", "kind": "solar", "month": 3, "day": 3})
        address = self.env["res.partner"].create(
            {"name": "Dock 4", "type": "delivery", "parent_id": self.customer.id, "email": "dock@example.com"}
        )
        rule = self.rule(
            "holiday", holiday_id=holiday.id, audience_domain=self.for_all(self.customer, self.contact, address)
        )
        self.assertEqual(self.plan(rule).partner_id, self.customer | self.contact)

    # ---------------------------------------------------------------- points

    def test_points_that_expire_are_told_of_before(self):
        program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        program.write({"sync_expiry": "fixed", "sync_expiry_months": 12})
        card = self.env["loyalty.card"].create({"program_id": program.id, "partner_id": self.contact.id, "points": 0})
        card.sync_adjust(100, "migration", "Old points", "test:1")
        expires_on = self.env["crm.sync.loyalty.lot"].search([("card_id", "=", card.id)]).expires_on
        rule = self.rule("points_expire", program_id=program.id, days=-30)
        self.assertFalse(self.plan(rule))
        self.travel(f"{fields.Date.subtract(expires_on, days=30)} 10:00:00")
        rule = self.rule("points_expire", program_id=program.id, days=-30)
        self.assertEqual(self.plan(rule).mapped("day"), [expires_on])

    # ---------------------------------------------------------------- whom

    def test_colleagues_archived_contacts_and_those_of_other_companies_are_no_customers(self):
        other, _user = self.other_company()
        archived = self.person("Archived", active=False)
        foreign = self.person("Foreign")
        colleague = self.seller.partner_id
        for partner in (archived, foreign, colleague, self.contact):
            self.ordered(partner, at="2026-03-02 08:00:00")
        foreign.company_id = other
        rule = self.rule(audience_domain="[]")
        self.assertEqual(self.plan(rule).partner_id & (archived | foreign | colleague | self.contact), self.contact)

    def test_only_customers_of_the_rules_department(self):
        self.ordered(at="2026-03-02 08:00:00")
        rule = self.rule(department_id=self.service.id)
        self.assertFalse(self.plan(rule))
        self.customer.sync_department_id = self.service
        self.env.cr.precommit.run()
        self.assertEqual(self.plan(rule).partner_id, self.contact)

    # ---------------------------------------------------------------- when

    def test_the_hour_is_that_of_the_customers_clock(self):
        self.contact.tz = "Asia/Shanghai"
        self.ordered(at="2026-03-02 08:00:00")
        self.assertEqual(str(self.plan(self.rule(send_hour=9.5)).due_at), "2026-03-03 01:30:00")

    def test_whose_clock_nobody_knows_has_that_of_his_company_else_ours(self):
        self.contact.tz = False
        self.customer.tz = "America/New_York"
        self.ordered(at="2026-03-02 08:00:00")
        self.assertEqual(str(self.plan(self.rule()).due_at), "2026-03-03 14:00:00")
        self.customer.tz = False
        self.assertEqual(str(self.plan(self.rule()).due_at), "2026-03-03 09:00:00")

    def test_it_is_planned_a_day_before(self):
        self.ordered(at="2026-03-03 08:00:00")
        self.assertEqual(str(self.plan(self.rule()).due_on), "2026-03-04")

    def test_what_was_due_before_the_rule_was_started_is_not_made_up_for(self):
        self.ordered(at="2026-03-01 08:00:00")
        self.assertFalse(self.plan(self.rule()))

    def test_after_six_days_without_a_server_what_is_too_late_is_listed(self):
        rule = self.rule()
        self.plan(rule)
        for day in (4, 5, 8):
            self.ordered(at=f"2026-03-{day:02} 08:00:00")
        self.travel("2026-03-10 10:00:00")
        self.assertEqual(
            [(str(one.due_on), one.state, one.reason) for one in self.run_all(rule)],
            [("2026-03-05", "late", "too_late"), ("2026-03-06", "late", "too_late"), ("2026-03-09", "planned", False)],
        )
        self.assertTrue(self.of(rule)[-1].handed_at)

    # ---------------------------------------------------------------- once

    def test_planned_twice_is_once(self):
        self.ordered(at="2026-03-02 08:00:00")
        rule = self.rule()
        first = self.plan(rule)
        self.assertEqual(self.plan(rule), first)
        self.assertEqual(first.occasion_key, f"{rule.id}:{self.contact.id}:2026-03-02")
        self.assertNoFailures()

    @warmup
    def test_many_customers_cost_as_many_queries_as_one(self):
        rule = self.rule(audience_domain="[]")
        planner, zones = self.env["crm.sync.care.planner"], self.env["crm.sync.care.selection"]._zones()
        now = fields.Datetime.now()

        def queries(count):
            for number in range(count):
                self.ordered(self.person(f"Person {count} {number}"), at="2026-03-02 08:00:00")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            planner._insert(rule, planner._span(rule, now), 0, now, zones)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(1), queries(20))
        self.assertEqual(len(self.of(rule)), 22)
