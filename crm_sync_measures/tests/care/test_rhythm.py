from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ...rules.periods import local_date
from ...rules.rhythm import days_overdue, due_at, is_told, rhythm
from ..common import SyncCase
from ..tier.shown_common import TierGiver


@tagged("post_install", "-at_install")
class TestRhythm(SyncCase):
    """Who is to be contacted again, and who is told. The customer was called on 1 March, and is seen every 30 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rhythm = cls.env["crm.sync.care.rhythm"].sudo()
        cls.seller.tz = "Europe/Berlin"
        with freeze_time("2026-03-01 10:00:00"):
            cls.touch(channel="call")
            cls.customer.sync_contact_days = 30
            cls.env.cr.precommit.run()

    def row(self, partner=None):
        self.env.cr.precommit.run()
        self.env.flush_all()
        return self.Rhythm.search([("partner_id", "=", (partner or self.customer).id)])

    def tell(self, moment):
        """What the job does at ``moment``."""
        with freeze_time(moment):
            ids = self.Rhythm._next_overdue(self.Rhythm._owners(), 0, 1000)
            done = self.Rhythm._tell_set(ids) if ids else (0, 0)
            self.env.flush_all()
        return done

    def activities(self, user=None, partner=None):
        return self.env["mail.activity"].search(
            [
                ("user_id", "=", (user or self.seller).id),
                ("res_model", "=", "res.partner"),
                ("res_id", "=", (partner or self.customer).id),
                ("activity_type_id", "=", self.env.ref("crm_sync_measures.activity_type_return_visit").id),
            ]
        )

    # ---------------------------------------------------------------- rhythm

    def test_the_next_contact_is_due_thirty_days_after_the_last_one(self):
        row = self.row()
        self.assertEqual(row.due_at, fields.Datetime.to_datetime("2026-03-31 10:00:00"))
        self.assertEqual((row.days, row.user_id, row.department_id), (30, self.seller, self.sales))
        self.assertFalse(row.tier_id)

    def test_the_due_day_is_in_time_and_the_next_one_is_late(self):
        row = self.row().with_user(self.seller)
        for moment, late in (("2026-03-31 21:59:00", 0), ("2026-03-31 22:01:00", 1), ("2026-04-10 09:00:00", 10)):
            with freeze_time(moment):
                row.invalidate_recordset()
                self.assertEqual(row.overdue_days, late, moment)
                found = row.search([("is_overdue", "=", True), ("id", "=", row.id)])
                self.assertEqual(bool(found), bool(late), moment)

    def test_a_contact_of_any_kind_begins_a_new_time_at_once(self):
        with freeze_time("2026-03-20 12:00:00"):
            self.touch(self.agent, channel="call", partner_id=self.contact.id)
            self.assertEqual(self.row().due_at, fields.Datetime.to_datetime("2026-04-19 12:00:00"))

    def test_without_a_rhythm_there_is_no_row(self):
        self.customer.sync_contact_days = 0
        self.assertFalse(self.row())

    def test_who_is_archived_or_has_died_is_not_to_be_visited(self):
        self.customer.sync_is_deceased = True
        self.assertFalse(self.row())
        self.customer.sync_is_deceased = False
        self.assertTrue(self.row())
        self.customer.active = False
        self.assertFalse(self.row())

    def test_a_rhythm_is_no_less_than_nothing_and_no_more_than_ten_years(self):
        for days in (-1, 3651):
            with self.assertRaises(ValidationError):
                self.customer.sync_contact_days = days

    def test_the_row_of_every_customer_is_what_the_rule_says(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {days}", "sync_contact_days": days, "user_id": self.agent.id} for days in range(6)]
        )
        self.env.cr.precommit.run()
        self.Rhythm.search([]).unlink()
        self.env.flush_all()
        last = max((partners | self.customer).ids)
        self.Rhythm._refresh_range(None, 1, last)
        customers = self.env["crm.sync.customer"].search([("partner_id", "in", (partners | self.customer).ids)])
        for customer in customers:
            days = rhythm(customer.partner_id.sync_contact_days, [])
            row = self.row(customer.partner_id)
            self.assertEqual(row.days if row else 0, days)
            if days:
                self.assertEqual(row.due_at, due_at(customer.quiet_since, days))
                self.assertEqual(row.user_id, customer.user_id)

    def test_a_night_in_which_nothing_changed_writes_nothing(self):
        self.row()
        self.Rhythm._refresh_range(None, 1, self.contact.id)
        self.env.cr.execute("SELECT ctid::text FROM crm_sync_care_rhythm ORDER BY id")
        before = self.env.cr.fetchall()
        self.Rhythm._refresh_range(None, 1, self.contact.id)
        self.env.cr.execute("SELECT ctid::text FROM crm_sync_care_rhythm ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_the_number_of_statements_does_not_depend_on_the_customers(self):
        def statements(count):
            partners = self.env["res.partner"].create(
                [{"name": f"Many {count} {n}", "sync_contact_days": 7} for n in range(count)]
            )
            self.env.cr.precommit.run()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.Rhythm._refresh_partners(partners)
            return self.env.cr.sql_log_count - before

        self.assertEqual(statements(1), statements(50))

    def test_a_contact_asks_for_rhythms_only_where_somebody_has_one(self):
        self.customer.sync_contact_days = 0
        self.assertFalse(self.row())
        self.env.registry.clear_cache()
        self.assertFalse(self.Rhythm._is_used())
        other, contacted = self.env["res.partner"].create([{"name": "Other"}, {"name": "Contacted"}])
        with patch.object(type(self.Rhythm), "_refresh_partners") as refresh:
            self.env["crm.sync.customer"]._note_partners(contacted)
            self.row()
        refresh.assert_not_called()
        other.sync_contact_days = 30
        self.assertEqual(self.row(other).days, 30, "the first one is seen at once")

    def test_the_first_tier_with_a_rhythm_makes_it_be_asked_for(self):
        self.customer.sync_contact_days = 0
        self.assertFalse(self.row())
        program = self.env["loyalty.program"].create({"name": "Points", "program_type": "loyalty"})
        for values in ({"contact_days": 90}, {}):
            self.env.registry.clear_cache()
            self.assertFalse(self.Rhythm._is_used())
            tier = self.env["crm.sync.tier"].create({"name": "Gold", "program_id": program.id, **values})
            self.assertIs(self.Rhythm._is_used(), bool(values))
            tier.contact_days = 60
            self.assertTrue(self.Rhythm._is_used())
            tier.unlink()

    # ---------------------------------------------------------------- telling

    def test_the_owner_is_told_once_for_one_overdue_time(self):
        self.assertEqual(self.tell("2026-03-31 20:00:00"), (0, 0), "the day on which it is due is in time")
        self.assertEqual(self.tell("2026-03-31 22:30:00"), (1, 0), "in Berlin it is 1 April")
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(self.activities().date_deadline, fields.Date.to_date("2026-04-01"))
        for day in range(2, 30):
            self.assertEqual(self.tell(f"2026-04-{day:02d} 04:00:00"), (0, 0))
        self.assertEqual(len(self.activities()), 1)

    def test_the_activity_goes_when_anybody_has_contacted_the_customer_and_comes_again_thirty_days_later(self):
        self.tell("2026-04-02 04:00:00")
        with freeze_time("2026-04-03 09:00:00"):
            self.touch(self.agent, channel="call")
            row = self.row()
        self.assertFalse(self.activities())
        self.assertFalse(row.told_at)
        self.assertEqual(self.tell("2026-05-03 04:00:00"), (0, 0))
        self.assertEqual(self.tell("2026-05-04 04:00:00"), (1, 0))
        self.assertEqual(len(self.activities()), 1)

    def test_an_activity_that_is_done_is_a_contact_and_stays_as_its_proof(self):
        self.tell("2026-04-02 04:00:00")
        activity = self.activities()
        with freeze_time("2026-04-03 09:00:00"):
            activity.with_user(self.seller).action_feedback(feedback="All is well")
            row = self.row()
        self.assertEqual(row.due_at, fields.Datetime.to_datetime("2026-05-03 09:00:00"))
        self.assertTrue(activity.exists())
        self.assertEqual(activity.state, "done")

    def test_what_the_owner_took_off_his_list_is_not_put_there_again(self):
        self.tell("2026-04-02 04:00:00")
        self.activities().unlink()
        self.assertEqual(self.tell("2026-04-03 04:00:00"), (0, 0))
        self.assertTrue(self.row().told_at)

    def test_a_longer_rhythm_ends_the_overdue_time_and_it_is_told_of_the_next_one(self):
        self.tell("2026-04-02 04:00:00")
        self.customer.sync_contact_days = 60
        self.assertFalse(self.row().told_at)
        self.assertFalse(self.activities())
        self.assertEqual(self.tell("2026-05-02 04:00:00"), (1, 0))

    def test_an_old_contact_that_is_logged_late_does_not_tell_twice(self):
        self.tell("2026-04-20 04:00:00")
        with freeze_time("2026-04-21 09:00:00"):
            self.touch(channel="call", occurred_at="2026-03-05 09:00:00")
            row = self.row()
        self.assertEqual(row.due_at, fields.Datetime.to_datetime("2026-04-04 09:00:00"))
        self.assertTrue(is_told(row.told_at, row.due_at))
        self.assertEqual(self.tell("2026-04-22 04:00:00"), (0, 0))
        self.assertEqual(len(self.activities()), 1)

    def test_an_owner_has_so_many_at_a_time_as_the_company_says_the_longest_overdue_first(self):
        self.company.sync_visit_limit = 3
        with freeze_time("2026-01-01 08:00:00"):
            partners = self.env["res.partner"].create(
                [{"name": f"Long ago {n}", "user_id": self.agent.id, "sync_contact_days": n + 1} for n in range(5)]
            )
            self.env.cr.precommit.run()
            self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_sync_care_rhythm SET due_at = timestamp '2026-01-01' + days * interval '1 day' WHERE partner_id IN %s",
            [tuple(partners.ids)],
        )
        self.Rhythm.invalidate_model()
        theirs = lambda: [bool(self.activities(self.agent, partner)) for partner in partners]  # noqa: E731
        self.assertEqual(self.tell("2026-02-01 04:00:00"), (3, 0))
        self.assertEqual(theirs(), [True, True, True, False, False])
        self.assertEqual(self.tell("2026-02-02 04:00:00"), (0, 0))
        self.activities(self.agent, partners[1]).unlink()
        self.assertEqual(self.tell("2026-02-03 04:00:00"), (1, 0))
        self.assertEqual(theirs(), [True, False, True, True, False])
        self.company.sync_visit_limit = 0
        self.activities(self.agent, partners[0]).unlink()
        self.assertEqual(self.tell("2026-02-04 04:00:00"), (0, 0))

    def test_nobody_is_told_of_a_customer_without_owner_until_somebody_takes_him(self):
        self.customer.user_id = False
        self.row()
        self.assertEqual(self.tell("2026-04-02 04:00:00"), (0, 0))
        self.customer.user_id = self.colleague
        self.row()
        self.assertEqual(self.tell("2026-04-03 04:00:00"), (1, 0))
        self.assertTrue(self.activities(self.colleague))

    def test_the_activity_goes_to_the_new_owner_unless_it_was_given_to_somebody_by_hand(self):
        self.tell("2026-04-02 04:00:00")
        self.customer.user_id = self.colleague
        self.row()
        self.assertFalse(self.activities())
        self.assertEqual(len(self.activities(self.colleague)), 1)
        self.activities(self.colleague).user_id = self.manager
        self.customer.user_id = self.seller
        self.row()
        self.assertEqual(len(self.activities(self.manager)), 1)
        self.assertEqual(self.tell("2026-04-05 04:00:00"), (0, 0))

    def test_an_owner_who_may_not_read_his_customer_is_not_told_and_stops_nobody(self):
        company, _other = self.other_company()
        self.customer.sudo().company_id = False
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "company_id": company.id, "user_id": self.seller.id, "sync_contact_days": 5}
        )
        with freeze_time("2026-04-02 04:00:00"):
            self.row(foreign)
        self.env.cr.execute("UPDATE crm_sync_care_rhythm SET due_at = '2026-01-01' WHERE partner_id = %s", [foreign.id])
        self.Rhythm.invalidate_model()
        self.assertEqual(self.tell("2026-04-02 04:00:00"), (2, 0))
        self.assertFalse(self.activities(partner=foreign))
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(self.tell("2026-04-03 04:00:00"), (0, 0))

    def test_who_does_not_want_to_be_cared_for_is_nobodys_activity(self):
        self.env["crm.sync.contact.preference"]._said(self.customer, {"care": False}, "portal")
        self.assertEqual(self.tell("2026-04-02 04:00:00"), (1, 0))
        self.assertFalse(self.activities())
        self.assertEqual(self.tell("2026-04-03 04:00:00"), (0, 0))

    def test_the_job_catches_up_after_ten_days_without_it_and_tells_once(self):
        self.assertEqual(self.tell("2026-04-12 04:00:00"), (1, 0))
        self.assertEqual(self.tell("2026-04-12 04:00:00"), (0, 0))
        self.assertEqual(len(self.activities()), 1)

    # ---------------------------------------------------------------- merge and rights

    def test_of_two_customers_who_were_one_remain_one_row_and_no_activity_too_many(self):
        other = self.env["res.partner"].create(
            {"name": "Northern Optics Ltd", "is_company": True, "user_id": self.seller.id, "sync_contact_days": 10}
        )
        self.row(other)
        self.env.cr.execute("UPDATE crm_sync_care_rhythm SET due_at = '2026-03-11' WHERE partner_id = %s", [other.id])
        self.Rhythm.invalidate_model()
        self.assertEqual(self.tell("2026-04-02 04:00:00"), (2, 0))
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge([self.customer.id, other.id], self.customer, extra_checks=False)
        self.assertEqual(len(self.Rhythm.search([("partner_id", "in", [self.customer.id, other.id])])), 1)
        self.assertLessEqual(len(self.activities()), 1)

    def test_a_user_sees_his_own_those_of_his_department_and_nobodys(self):
        row = self.row()
        for user, seen in (
            (self.seller, 1),
            (self.colleague, 1),
            (self.agent, 0),
            (self.manager, 1),
            (self.auditor, 1),
        ):
            found = row.with_user(user).search([("id", "=", row.id)])
            self.assertEqual(len(found), seen, user.login)

    def test_nobody_writes_a_row_by_hand(self):
        row = self.row()
        for user in (self.seller, self.manager):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"due_at": "2030-01-01 00:00:00"})

    def test_who_lists_fifty_needs_no_more_queries_than_who_lists_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Listed {n}", "user_id": self.seller.id, "sync_contact_days": 5} for n in range(50)]
        )
        self.env.cr.precommit.run()
        self.env.flush_all()
        names = ["partner_id", "due_at", "overdue_days", "last_contact_at", "days", "user_id", "phone"]

        def queries(partners):
            rows = self.Rhythm.with_user(self.seller)
            rows.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.search([("partner_id", "in", partners.ids)]).web_read({name: {} for name in names})
            return self.env.cr.sql_log_count - before

        queries(partners[:1])
        self.assertLessEqual(queries(partners), queries(partners[:1]))

    def test_days_are_those_of_the_reader(self):
        row, moment = self.row(), fields.Datetime.to_datetime("2026-04-01 23:30:00")
        for tz in ("UTC", "Asia/Shanghai", "America/New_York"):
            with freeze_time(moment):
                row.invalidate_recordset()
                seen = row.with_user(self.seller)
                self.seller.tz = tz
                self.assertEqual(seen.overdue_days, days_overdue(row.due_at, local_date(moment, tz), tz), tz)


@tagged("post_install", "-at_install")
class TestTierRhythm(TierGiver, SyncCase):
    """The rhythm of a tier holds for who has none of his own: Silver every 90 days, Gold every 30."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rhythm = cls.env["crm.sync.care.rhythm"].sudo()
        cls.program = cls.points_program()
        cls.silver, cls.gold = cls.new_tiers(cls.program, "Silver", "Gold")
        cls.silver.contact_days, cls.gold.contact_days = 90, 30

    @classmethod
    def give(cls, *args, **values):
        """The review would look at the new card, which has no rules: the tier stays as it is given."""
        card = super().give(*args, **values)
        cls.env.cr.precommit.data.pop("crm.sync.tier", None)
        return card

    def row(self):
        """As the job leaves it."""
        self.env.cr.precommit.run()
        self.env.flush_all()
        self.Rhythm._refresh_partners(self.customer)
        return self.Rhythm.search([("partner_id", "=", self.customer.id)])

    def test_without_a_tier_that_has_a_rhythm_there_is_none(self):
        self.assertFalse(self.row())
        self.gold.contact_days = 0
        self.give(self.customer, self.gold)
        self.assertFalse(self.row())

    def test_the_shortest_of_the_tiers_of_a_customer_and_his_contacts_holds(self):
        self.give(self.customer, self.silver)
        self.assertEqual((self.row().days, self.row().tier_id), (90, self.silver))
        self.give(self.contact, self.gold)
        self.assertEqual((self.row().days, self.row().tier_id), (30, self.gold))
        self.assertEqual(self.row().days, rhythm(0, [90, 30]))

    def test_a_tier_that_is_not_shown_does_not_count(self):
        self.give(self.customer, self.silver)
        self.give(self.contact, self.gold, is_shown=False)
        self.assertEqual(self.row().tier_id, self.silver)

    def test_the_customers_own_rhythm_goes_before_a_shorter_one_of_his_tier(self):
        self.give(self.customer, self.gold)
        self.customer.sync_contact_days = 45
        row = self.row()
        self.assertEqual((row.days, row.due_at - timedelta(days=45)), (45, self.standing().quiet_since))
        self.assertFalse(row.tier_id)
        self.customer.sync_contact_days = 0
        self.assertEqual(self.row().tier_id, self.gold)

    def test_who_loses_his_tier_has_no_rhythm_any_more(self):
        self.give(self.customer, self.gold)
        self.assertTrue(self.row())
        self.env.cr.execute("UPDATE crm_sync_tier_standing SET tier_id = NULL, is_shown = FALSE")
        self.env.invalidate_all()
        self.assertFalse(self.row())
