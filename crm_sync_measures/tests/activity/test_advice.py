from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged, users, warmup

from .advice_common import AdviceCase

moment = fields.Datetime.to_datetime


@tagged("post_install", "-at_install")
class TestAdvice(AdviceCase):
    """Who should take it: ranked, with reasons in words."""

    # ---------------------------------------------------------------- relation

    def test_who_knows_the_customer_is_proposed_and_the_reason_says_how_well(self):
        for days in (3, 40, 41):
            self.touch(self.colleague, occurred_at=self.days_ago(days))
        ranking = self.rank()
        self.assertEqual(ranking[0]["user_id"], self.colleague.id)
        self.assertEqual(ranking[0]["reasons"][0], "Knows the customer: 3 contacts, the last 3 days ago")
        self.assertFalse([one for one in ranking[1:] for reason in one["reasons"] if "Knows" in reason])

    def test_a_contact_of_this_week_weighs_more_than_two_of_two_years_ago(self):
        self.touch(self.seller, occurred_at=self.days_ago(720))
        self.touch(self.seller, occurred_at=self.days_ago(730))
        self.touch(self.third, occurred_at=self.days_ago(2))
        ranking = self.rank()
        self.assertGreater(self.value(ranking, self.third, "relation"), self.value(ranking, self.seller, "relation"))

    def test_orders_won_deals_and_ownership_are_relations_too(self):
        self.customer.user_id = self.third
        self.env["sale.order"].create({"partner_id": self.contact.id, "user_id": self.third.id}).action_confirm()
        self.close(self.third, 1, 0, partner_id=self.contact.id)
        reason = self.of(self.rank(), self.third)["reasons"][0]
        self.assertEqual(reason, "Knows the customer: owner of the customer, 1 order, 1 opportunity won")

    def test_contacts_in_another_company_are_not_told(self):
        company, other = self.other_company()
        other.company_ids = [Command.link(self.company.id)]
        self.env["crm.team.member"].create({"crm_team_id": self.team.id, "user_id": other.id})
        self.env["crm.sync.touch"].create(
            {"partner_id": self.customer.id, "subject": "x", "user_id": other.id, "company_id": company.id}
        )
        self.assertIsNone(self.value(self.rank(), other, "relation"))

    def test_who_has_the_opportunity_knows_the_customer_no_better_for_it(self):
        self.lead.user_id = self.third
        self.assertIsNone(self.value(self.rank(), self.third, "relation"))
        other = self.new_lead()
        self.assertIn("Knows the customer: 1 open opportunity", self.told(self.rank(other), self.third))

    # ---------------------------------------------------------------- win rate

    def test_one_deal_won_of_one_is_no_proof_against_eight_of_ten(self):
        self.close(self.seller, 1, 0)
        self.close(self.colleague, 8, 2)
        self.close(self.third, 2, 8)
        ranking = self.rank()
        values = [self.value(ranking, user, "deals") for user in (self.colleague, self.seller, self.third)]
        self.assertEqual(values, sorted(values, reverse=True))
        self.assertIn("Won 8 of 10 deals (team: 52%)", self.told(ranking, self.colleague))

    def test_deals_with_the_same_tag_count_where_the_team_closed_five_of_them(self):
        tag = self.env["crm.tag"].create({"name": "Retail"})
        self.close(self.seller, 5, 0, tag_ids=[Command.link(tag.id)])
        self.close(self.seller, 0, 5)
        self.close(self.third, 5, 0)
        lead = self.new_lead(tag_ids=[Command.link(tag.id)])
        self.assertIn("Won 5 of 5 deals “Retail”", self.told(self.rank(lead), self.seller))
        self.assertIn("Won 5 of 10 deals (team", self.told(self.rank(), self.seller))

    def test_a_colleague_learns_who_is_good_at_it_and_no_figures(self):
        self.close(self.seller, 9, 1)
        self.close(self.colleague, 1, 9)
        ranking = self.rank(user=self.third)
        self.assertIn("Wins deals more often than the team", self.told(ranking, self.seller))
        self.assertNotIn("Won", self.told(ranking, self.seller) + self.told(ranking, self.colleague))

    def test_deals_of_three_years_ago_are_forgotten(self):
        self.close(self.seller, 5, 0)
        closed = self.env["crm.lead"].search([("user_id", "=", self.seller.id), ("won_status", "=", "won")])
        closed.date_closed = self.days_ago(1100)
        self.assertIsNone(self.value(self.rank(), self.seller, "deals"))

    # ---------------------------------------------------------------- load

    def test_who_has_less_open_comes_first_and_the_number_is_told(self):
        for _number in range(4):
            self.new_lead(user_id=self.seller.id, partner_id=False)
        self.new_lead(user_id=self.third.id, partner_id=False)
        ranking = self.rank()
        self.assertEqual(
            [self.of(ranking, user)["load"] for user in (self.seller, self.third, self.colleague)], [4, 1, 0]
        )
        self.assertEqual([one["user_id"] for one in ranking], (self.colleague | self.third | self.seller).ids)
        self.assertIn("Nothing open", self.told(ranking, self.colleague))
        self.assertIn("More open work than the others (opportunities 4)", self.told(ranking, self.seller))

    def test_a_broken_promise_that_is_still_owed_is_open_work(self):
        with freeze_time(fields.Datetime.now() - timedelta(days=9)):
            promise = self.env["crm.sync.promise"].create(
                {
                    "name": "Call on Monday",
                    "partner_id": self.customer.id,
                    "user_id": self.seller.id,
                    "due_at": fields.Datetime.now() + timedelta(days=1),
                }
            )
        promise._break_overdue(fields.Datetime.now())
        self.assertEqual((promise.state, self.of(self.rank(), self.seller)["load"]), ("broken", 1))

    def test_of_three_who_are_equal_not_always_the_same_is_named_first(self):
        leads = self.env["crm.lead"]
        for _number in range(20):
            leads |= self.new_lead(partner_id=False)
        rankings = self.env["crm.sync.advisor"]._rank_set("crm.lead", leads.ids)
        self.assertEqual({ranking[0]["user_id"] for ranking in rankings.values()}, set(self.people.ids))


@tagged("post_install", "-at_install")
class TestAdviceHours(AdviceCase):
    """Leave, working hours and other meetings. Monday, 4 May 2026, is a working day in Brussels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.company.resource_calendar_id
        cls.calendar.tz = "Europe/Brussels"
        cls.people.tz = cls.manager.tz = "Europe/Brussels"
        cls.resource = cls.env["resource.resource"].create(
            {"name": "Seller", "user_id": cls.seller.id, "calendar_id": cls.calendar.id, "tz": "Europe/Brussels"}
        )
        cls.touch(cls.seller)

    def leave(self, first, last, resource=None):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Operation",
                "resource_id": (resource or self.resource).id if resource is not False else False,
                "calendar_id": self.calendar.id,
                "date_from": first,
                "date_to": last,
            }
        )

    def meeting(self, start, **values):
        values = {"name": "Visit", "start": start, "stop": start + timedelta(hours=1), **values}
        return self.env["calendar.event"].with_context(dont_notify=True).create(values)

    def test_who_is_on_leave_comes_last_with_the_day_he_is_back_and_without_the_reason(self):
        with freeze_time("2026-05-04 10:00"):
            self.assertEqual(self.rank()[0]["user_id"], self.seller.id)
            self.leave(moment("2026-05-03 00:00:00"), moment("2026-05-06 22:00:00"))
            ranking = self.rank()
        self.assertEqual(ranking[-1]["user_id"], self.seller.id)
        self.assertFalse(ranking[-1]["available"])
        self.assertEqual(ranking[-1]["reasons"][0], "On leave, back on 05/07/2026")
        self.assertNotIn("Operation", str(ranking))

    def test_at_night_and_on_a_public_holiday_nobody_is_away(self):
        self.leave(moment("2026-05-05 06:00:00"), moment("2026-05-05 06:30:00"), resource=False)
        with freeze_time("2026-05-04 23:00"):
            ranking = self.rank()
        self.assertTrue(all(one["available"] for one in ranking))
        self.assertNotIn("Next at work", str(ranking), "it is no reason for anybody when it holds for all")

    def test_who_begins_at_six_is_named_before_those_who_begin_at_eight(self):
        early = self.calendar.copy({"name": "Early", "attendance_ids": [Command.clear()]})
        early.attendance_ids = [
            Command.create({"name": "x", "dayofweek": str(day), "hour_from": 6, "hour_to": 14, "day_period": "morning"})
            for day in range(5)
        ]
        self.resource.calendar_id = early
        with freeze_time("2026-05-04 04:30"):
            ranking = self.rank()
        self.assertIn("At work now", self.told(ranking, self.seller))
        self.assertIn("Next at work on", self.told(ranking, self.third))

    def test_the_clock_change_in_october_moves_the_working_day_by_an_hour_in_utc(self):
        for moment, is_at_work in (("2026-10-23 06:30", True), ("2026-10-26 06:30", False), ("2026-10-26 07:30", True)):
            with freeze_time(moment):
                value = self.value(self.rank(), self.seller, "hours")
            self.assertEqual(value == 1, is_at_work, moment)

    def test_a_colleague_with_another_meeting_cannot_go_and_the_visit_itself_is_none(self):
        start = moment("2026-05-05 09:00:00")
        with freeze_time("2026-05-04 10:00"):
            visit = self.meeting(
                start,
                user_id=self.seller.id,
                opportunity_id=self.lead.id,
                partner_ids=[Command.set(self.seller.partner_id.ids)],
            )
            self.meeting(start + timedelta(minutes=30), partner_ids=[Command.set(self.colleague.partner_id.ids)])
            self.meeting(start + timedelta(hours=1), partner_ids=[Command.set(self.third.partner_id.ids)])
            ranking = self.rank(visit)
        self.assertIn("Free at that time", self.told(ranking, self.seller))
        self.assertIn("Free at that time", self.told(ranking, self.third))
        self.assertEqual(self.of(ranking, self.colleague)["available"], False)
        self.assertIn("Has another meeting at that time", self.told(ranking, self.colleague))

    def test_a_visit_on_sunday_is_within_nobodys_hours(self):
        with freeze_time("2026-05-04 10:00"):
            visit = self.meeting(moment("2026-05-10 09:00:00"), user_id=self.seller.id, opportunity_id=self.lead.id)
            ranking = self.rank(visit)
        self.assertIn("Not within the working hours", self.told(ranking, self.third))

    def test_without_working_hours_anywhere_nothing_is_said_of_them(self):
        self.resource.calendar_id = False
        self.company.resource_calendar_id = False
        self.assertIsNone(self.value(self.rank(), self.third, "hours"))


@tagged("post_install", "-at_install")
class TestAdviceSubject(AdviceCase):
    """Skills, products, language, area."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.glass = cls.env["product.category"].create({"name": "Glass"})
        cls.thin = cls.env["product.category"].create({"name": "Thin Glass", "parent_id": cls.glass.id})
        cls.product = cls.env["product.product"].create({"name": "Lens", "categ_id": cls.thin.id})

    def order(self, user, partner=None, **values):
        values = {"partner_id": (partner or self.customer).id, "user_id": user.id, **values}
        line = Command.create({"product_id": self.product.id, "product_uom_qty": 1})
        return self.env["sale.order"].create({"order_line": [line], **values})

    def test_a_skill_in_the_tag_of_the_deal_counts_in_full(self):
        tag = self.env["crm.tag"].create({"name": "Retail"})
        self.third.sync_skill_tag_ids = tag
        ranking = self.rank(self.new_lead(tag_ids=[Command.link(tag.id)]))
        self.assertEqual(ranking[0]["user_id"], self.third.id)
        self.assertIn("Skilled in Retail", self.told(ranking, self.third))

    def test_a_skill_in_a_category_holds_for_what_is_below_it_and_selling_such_products_counts_too(self):
        self.third.sync_skill_category_ids = self.glass
        elsewhere = self.env["res.partner"].create({"name": "Elsewhere"})
        for _number in range(5):
            self.order(self.colleague, elsewhere).action_confirm()
        self.order(self.manager, opportunity_id=self.lead.id)
        ranking = self.rank()
        self.assertEqual(self.value(ranking, self.third, "skills"), 1)
        self.assertEqual(self.value(ranking, self.colleague, "skills"), 0.5)
        self.assertIn("Skilled in Thin Glass", self.told(ranking, self.third))
        self.assertIn("Sold “Thin Glass” in 5 orders", self.told(ranking, self.colleague))

    def test_who_speaks_the_customers_language_is_preferred_and_nothing_is_said_where_all_do(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("fr_BE")
        self.assertIsNone(self.value(self.rank(), self.third, "language"), "all speak English")
        self.customer.lang = "fr_BE"
        self.third.sync_lang_ids = french
        ranking = self.rank(self.new_lead(lang_id=False))
        self.assertEqual(ranking[0]["user_id"], self.third.id)
        self.assertIn("Speaks French (BE) / Français (BE)", self.told(ranking, self.third))

    def test_who_looks_after_the_dealer_of_the_opportunity_is_named(self):
        dealer = self.env["res.partner"].create({"name": "Lens Trade", "is_company": True, "user_id": self.third.id})
        ranking = self.rank(self.new_lead(sync_dealer_id=dealer.id))
        self.assertIn("Looks after the dealer Lens Trade", self.told(ranking, self.third))
        self.customer.sync_dealer_ids = dealer
        self.assertIn("Looks after the dealer Lens Trade", self.told(self.rank(), self.third))

    def test_who_is_in_the_customers_city_anyway_is_named(self):
        self.env["res.partner"].create(
            [{"name": f"Neighbour {number}", "city": "springfield", "user_id": self.third.id} for number in range(2)]
        )
        self.assertIn("Looks after 2 other customers in Springfield", self.told(self.rank(), self.third))


@tagged("post_install", "-at_install")
class TestAdvicePeople(AdviceCase):
    """Who is in question at all, and what it costs to ask."""

    def test_archived_portal_and_foreign_users_and_those_without_rights_are_not_proposed(self):
        _company, other = self.other_company()
        asked = self.people | other | self.agent | self.env.ref("base.public_user")
        self.colleague.action_archive()
        ranking = self.env["crm.sync.advisor"]._rank("crm.lead", self.lead.id, asked)
        self.assertEqual({one["user_id"] for one in ranking}, {self.seller.id, self.third.id})

    def test_without_a_team_the_department_in_charge_is_asked_and_the_owner_in_any_case(self):
        self.customer.write({"sync_department_id": self.service.id, "user_id": self.seller.id})
        self.env.cr.precommit.run()
        ranking = self.env["crm.sync.advisor"]._rank("res.partner", self.customer.id)
        self.assertLessEqual({self.seller.id}, {one["user_id"] for one in ranking})
        self.assertFalse({self.colleague.id, self.third.id} & {one["user_id"] for one in ranking})

    def test_a_matter_without_a_record_is_told_as_facts_and_an_unknown_fact_is_named(self):
        advisor = self.env["crm.sync.advisor"]
        ranking = advisor._rank("crm.lead", {"partner_id": self.customer.id, "team_id": self.team.id})
        self.assertEqual({one["user_id"] for one in ranking}, set(self.people.ids))
        with self.assertRaisesRegex(UserError, "colour"):
            advisor._rank("crm.lead", {"colour": 7})

    def test_a_matter_that_nobody_can_take_has_no_ranking(self):
        self.team.crm_team_member_ids.unlink()
        self.people.sync_department_id = False
        self.assertEqual(self.rank(user=self.third), [])

    @users("t_manager")
    @warmup
    def test_fifty_opportunities_cost_as_many_queries_as_one(self):
        tag = self.env["crm.tag"].sudo().create({"name": "Many"})
        leads = self.env["crm.lead"].sudo()
        for number in range(50):
            customer = self.customer.copy({"name": f"Customer {number}", "user_id": self.seller.id})
            leads |= self.new_lead(partner_id=customer.id, tag_ids=[Command.link(tag.id)])
        self.close(self.seller, 3, 3, tag_ids=[Command.link(tag.id)])
        self.env.cr.precommit.run()
        for some in (leads[:1], leads):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(38):
                rankings = self.env["crm.sync.advisor"]._rank_set("crm.lead", some.ids)
            self.assertEqual([len(ranking) for ranking in rankings.values()], [3] * len(some))

    def test_a_customer_with_a_thousand_contacts_costs_no_more(self):
        now = fields.Datetime.now()
        self.env["crm.sync.touch"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "subject": "x",
                    "user_id": self.third.id,
                    "occurred_at": now - timedelta(hours=n),
                }
                for n in range(1000)
            ]
        )
        self.assertIn("1000 contacts, the last today", self.told(self.rank(), self.third))
