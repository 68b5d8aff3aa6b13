from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .library_common import LibraryCase


@tagged("post_install", "-at_install")
class TestLibraryCustomers(LibraryCase):
    """How things stand with customers: what documents tell of any moment, and what is known of now only."""

    def today(self):
        """The period of today, as of now."""
        day = fields.Datetime.context_timestamp(
            self.env.user.with_context(tz="Asia/Shanghai"), fields.Datetime.now()
        ).date()
        return {"period": (day, day), "now": fields.Datetime.now()}

    def test_one_of_two_customers_of_the_year_before_has_bought_again(self):
        kept, lost, new = (self.new_customer(name) for name in ("Kept", "Lost", "New"))
        self.order(100, "2019-08-01 04:00:00", partner=kept)
        self.order(100, "2020-10-01 04:00:00", partner=kept)
        self.order(100, "2019-08-01 04:00:00", partner=lost)
        self.order(100, "2020-10-01 04:00:00", partner=new)
        self.assertEqual(self.sums("retention"), (1, 2, 2))

    def test_a_kept_customer_counts_for_whom_he_bought_from_then(self):
        self.order(100, "2019-08-01 04:00:00", user_id=self.colleague.id)
        self.order(100, "2020-10-01 04:00:00", partner=self.contact)
        self.customer.user_id = self.agent
        self.assertEqual(self.by("retention", "user_id"), {self.colleague.id: 1})

    def test_a_customer_is_neglected_the_day_after_the_companys_limit(self):
        self.company.sync_neglect_days = 30
        standing, now = self.standing(), fields.Datetime.now()
        self.put(standing, quiet_since=now - timedelta(days=31))
        self.assertEqual(self.sums("neglected_customers", self.customer, **self.today()), (1, 1, 1))
        self.put(standing, quiet_since=now - timedelta(days=30))
        self.assertEqual(self.sums("neglected_customers", self.customer, **self.today()), (0, 1, 1))

    def test_a_customer_of_another_company_is_none_of_ours_and_one_of_no_company_is_everybodys(self):
        other, _user = self.other_company()
        self.standing()
        for company in (self.company, other):
            self.assertEqual(self.sums("data_completeness", self.customer, company=company, **self.today())[2], 1)
        self.customer.user_id = False
        self.customer.company_id = other
        self.standing()
        self.assertEqual(self.sums("data_completeness", self.customer, **self.today())[2], 0)

    def test_a_customer_without_a_city_or_an_owner_is_not_complete(self):
        self.standing()
        self.assertEqual(self.sums("data_completeness", self.customer, **self.today()), (1, 1, 1))
        self.customer.city = False
        self.assertEqual(self.sums("data_completeness", self.customer, **self.today()), (0, 1, 1))
        self.customer.write({"city": "Springfield", "email": False})
        self.assertEqual(self.sums("data_completeness", self.customer, **self.today()), (1, 1, 1))
        self.customer.phone = False
        self.assertEqual(self.sums("data_completeness", self.customer, **self.today()), (0, 1, 1))

    def test_one_of_the_two_addresses_of_a_company_bounces(self):
        self.standing()
        self.contact.message_bounce = 2
        both = self.customer | self.contact
        self.assertEqual(self.sums("bounced_addresses", both, **self.today()), (1, 2, 2))

    def test_what_is_known_of_now_only_is_said_of_no_period_that_is_over_for_long(self):
        self.standing()
        for code in ("neglected_customers", "data_completeness", "bounced_addresses"):
            options, _measure = self.env["crm.sync.kpi.library"]._measures()[code]
            self.assertIs(options["backfill"], False)
            self.assertEqual(self.sums(code), (0, 0, 0))
            kpi = self.env.ref(f"crm_sync_measures.kpi_{code}")
            self.assertEqual((kpi.backfill_months, kpi.closing_days), (0, 0))


@tagged("post_install", "-at_install")
class TestLibraryKeepingWord(LibraryCase):
    """Promises, activities, and warnings that somebody passed over."""

    def promise(self, state, agreed, **values):
        promise = (
            self.env["crm.sync.promise"]
            .with_user(self.seller)
            .create(
                {
                    "name": "Send the offer",
                    "partner_id": self.contact.id,
                    "due_at": fields.Datetime.now() + timedelta(hours=72),
                }
            )
        )
        return self.put(promise, state=state, binding_due_at=agreed, **values)

    def test_two_of_five_judged_promises_were_kept(self):
        for state in ("kept", "kept", "kept_late", "broken", "open", "released"):
            self.promise(state, "2021-03-10 08:00:00")
        self.promise("kept", "2021-04-10 08:00:00")
        self.assertEqual(self.sums("promises_kept"), (2, 5, 5))
        early = datetime.fromisoformat("2021-03-09 00:00:00")
        self.assertEqual(self.sums("promises_kept", now=early), (2, 4, 4))

    def test_the_promise_analysis_says_the_same(self):
        for state in ("kept", "kept", "kept_late", "broken"):
            self.promise(state, "2021-03-10 08:00:00")
        window = self.window()
        [[rate]] = self.env["crm.sync.promise.report"]._read_group(
            [("due_at", ">=", window.since), ("due_at", "<", window.until)], [], ["kept_rate:avg"]
        )
        kept, judged, _count = self.sums("promises_kept")
        self.assertEqual((kept / judged, rate), (0.5, 0.5))

    def activity(self, due, done=None, user=None):
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "user_id": (user or self.seller).id,
                "date_deadline": due,
                "summary": "Call",
            }
        )
        return self.put(activity, active=not done, date_done=done)

    def test_what_is_never_done_is_late(self):
        self.activity("2021-03-10", "2021-03-10")
        self.activity("2021-03-11", "2021-03-09")
        self.activity("2021-03-12", "2021-03-13")
        self.activity("2021-03-13")
        self.activity("2021-04-01", "2021-03-31")
        self.assertEqual(self.sums("activities_on_time"), (2, 4, 4))

    def test_an_activity_is_not_late_before_its_day_is_over_where_the_person_is(self):
        self.seller.tz = "Asia/Shanghai"
        activity = self.activity("2021-03-10")
        self.assertEqual(activity.user_tz, "Asia/Shanghai")
        evening, morning = (datetime.fromisoformat(f"2021-03-10 {hour}:00:00") for hour in (15, 16))
        self.assertEqual(self.sums("activities_on_time", now=evening), (0, 0, 0))
        self.assertEqual(self.sums("activities_on_time", now=morning), (0, 1, 1))

    def test_one_reason_was_given_in_four_contacts_of_ours(self):
        self.env["crm.sync.contact.override"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.seller.id,
                "department_id": self.sales.id,
                "company_id": self.company.id,
                "at": "2021-03-10 08:00:00",
                "rule_code": "promise_broken",
                "rule_codes": "promise_broken",
                "rule_count": 1,
                "reason": "He asked me to",
            }
        )
        wrong = self.touch(occurred_at="2021-03-10 08:00:00")
        self.touch(occurred_at="2021-03-10 08:00:00", corrects_id=wrong.id)
        self.touch(occurred_at="2021-03-10 08:00:00", direction="in")
        for day in (11, 12, 13):
            self.message(self.seller, f"2021-03-{day} 08:00:00")
        self.message(self.seller, "2021-03-14 08:00:00", subtype_id=self.env.ref("mail.mt_note").id)
        self.env["mail.message"].create(
            {
                "model": "res.partner",
                "res_id": self.customer.id,
                "message_type": "email",
                "author_id": self.contact.id,
                "date": "2021-03-15 08:00:00",
            }
        )
        self.assertEqual(self.sums("override_rate"), (1, 4, 5))


@tagged("post_install", "-at_install")
class TestLibraryAdoption(LibraryCase):
    """Who works with it, and how much."""

    def logged(self, user, at):
        return self.put(self.touch(user), create_date=at)

    def test_each_colleague_is_one_active_user_however_much_he_did(self):
        self.message(self.seller, "2021-03-03 08:00:00")
        self.message(self.seller, "2021-03-04 08:00:00", subtype_id=self.env.ref("mail.mt_note").id)
        self.logged(self.seller, "2021-03-05 08:00:00")
        self.logged(self.agent, "2021-03-05 08:00:00")
        documents = self.documents("active_users")
        self.assertEqual({one["subject_id"] for one in documents}, {self.seller.id, self.agent.id})
        self.assertEqual(self.sums("actions_per_user"), (4, 2, 2))
        self.assertEqual(self.by("actions_per_user", "user_id"), {self.seller.id: 3, self.agent.id: 1})

    def test_an_activity_marked_as_done_is_an_action_and_customers_robots_and_chats_are_none(self):
        done = self.env.ref("mail.mail_activity_data_call")
        self.message(self.seller, "2021-03-03 08:00:00", message_type="notification", mail_activity_type_id=done.id)
        self.message(self.seller, "2021-03-03 08:00:00", message_type="notification")
        self.message(self.seller, "2021-03-03 08:00:00", model="discuss.channel", res_id=1)
        self.message(self.env.ref("base.user_root"), "2021-03-03 08:00:00")
        self.env["mail.message"].create(
            {
                "model": "res.partner",
                "res_id": self.customer.id,
                "message_type": "comment",
                "author_id": self.contact.id,
                "date": "2021-03-03 08:00:00",
            }
        )
        self.assertEqual(self.sums("actions_per_user"), (1, 1, 1))

    def test_a_real_activity_marked_as_done_is_one_action(self):
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "user_id": self.seller.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            }
        )
        now = fields.Datetime.now()
        day = fields.Datetime.context_timestamp(self.env.user.with_context(tz="Asia/Shanghai"), now).date()
        arguments = {"period": (day - timedelta(days=1), day + timedelta(days=1)), "now": now}
        before = self.by("actions_per_user", "user_id", **arguments).get(self.seller.id, 0)
        activity.with_user(self.seller).action_feedback(feedback="Reached him")
        self.assertEqual(self.by("actions_per_user", "user_id", **arguments)[self.seller.id], before + 1)

    def write_a_lot(self, user, weeks, each):
        """So many messages in each of the last weeks of March."""
        for week in weeks:
            at = datetime.fromisoformat("2021-03-30 08:00:00") - timedelta(weeks=week)
            self.messages(user, [at] * each)

    def test_180_actions_in_nine_of_twelve_weeks_make_a_power_user(self):
        self.write_a_lot(self.seller, range(9), 20)
        self.write_a_lot(self.colleague, range(8), 23)
        self.write_a_lot(self.agent, range(9), 19)
        self.write_a_lot(self.head, range(4, 13), 20)
        self.assertEqual([one["res_id"] for one in self.documents("power_users")], [self.seller.id])

    def test_all_built_in_kpis_have_a_measure_and_all_measures_a_kpi(self):
        kpis = self.env["crm.sync.kpi"].with_context(active_test=False).search([("kind", "=", "builtin")])
        self.assertEqual({kpi.code for kpi in kpis}, set(self.env["crm.sync.kpi.library"]._measures()))
        self.assertGreaterEqual(len(kpis), 30)

    def test_a_measure_has_the_columns_it_names_and_knows_nothing_beyond_what_is_asked(self):
        for code, (_options, measure) in self.env["crm.sync.kpi.library"]._measures().items():
            with self.subTest(code):
                facts = measure(self.window())
                if facts is None:
                    continue
                kpi = self.env["crm.sync.kpi"].with_context(active_test=False).search([("code", "=", code)])
                self.env.cr.execute(facts.select)
                columns = {column.name for column in self.env.cr.description}
                timing = {"moment": "at", "day": "day", "stand": "period_id"}[facts.timing]
                needed = {"company_id", "res_model", "res_id", "numerator", "denominator", timing, *facts.dims}
                self.assertLessEqual(needed | ({"subject_id"} if facts.subject else set()), columns)
                self.assertTrue(facts.subject or kpi.additivity != "distinct")
