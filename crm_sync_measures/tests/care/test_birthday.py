from datetime import date

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ...rules.birthday import kept_days
from ..common import SyncCase

#: (day, month, more) that nobody has: the sentence begins with.
WRONG = [
    (12, 0, {}, "enter day and month"),
    (0, 5, {}, "enter day and month"),
    (1, 13, {}, "the month is a number"),
    (31, 4, {}, "this month has no such day"),
    (30, 2, {}, "this month has no such day"),
    (31, 8, {"sync_birth_calendar": "lunar"}, "this month has no such day"),
    (15, 12, {"sync_birth_calendar": "lunar", "sync_birth_is_leap": True}, "no such leap month"),
    (15, 6, {"sync_birth_is_leap": True}, "no such leap month"),
    (29, 2, {"sync_birth_year": 1990}, "no such day in that year"),
    (
        15,
        6,
        {"sync_birth_calendar": "lunar", "sync_birth_is_leap": True, "sync_birth_year": 1990},
        "no such leap month",
    ),
    (23, 11, {"sync_birth_year": 2026}, "not in the future"),
    (1, 1, {"sync_birth_year": 90}, "from 1900 on"),
    (0, 0, {"sync_birth_year": 1990}, "enter day and month"),
]


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 10:00:00")
class TestBirthday(SyncCase):
    """Li Na's birthday: entered by day and month, by one of two calendars. Today is 22 November 2026."""

    def born(self, day, month, partner=None, **more):
        (partner or self.contact).write({"sync_birth_day": day, "sync_birth_month": month, **more})

    def next(self):
        return self.contact.sync_next_birthday

    def test_day_and_month_suffice(self):
        self.born(12, 5)
        self.assertEqual(self.next(), date(2027, 5, 12))
        self.born(22, 11)
        self.assertEqual(self.next(), date(2026, 11, 22))
        self.born(0, 0)
        self.assertFalse(self.next())

    def test_a_birthday_on_the_leap_day_is_on_28_february_in_common_years(self):
        self.born(29, 2)
        self.assertEqual(self.next(), date(2027, 2, 28))
        with freeze_time("2027-12-01 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.next(), date(2028, 2, 29))

    def test_the_fifteenth_of_the_eighth_lunar_month_is_on_15_september_2027(self):
        self.born(15, 8, sync_birth_calendar="lunar")
        self.assertEqual(self.next(), date(2027, 9, 15))

    def test_who_was_born_in_a_leap_month_has_the_ordinary_one_in_years_without_it(self):
        self.born(15, 6, sync_birth_calendar="lunar", sync_birth_is_leap=True, sync_birth_year=1987)
        self.assertEqual(self.next(), date(2027, 7, 18))
        with freeze_time("2025-07-10 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.next(), date(2025, 8, 8))

    def test_what_is_no_day_is_refused_with_the_reason(self):
        for day, month, more, words in WRONG:
            with self.subTest(day=day, month=month, **more):
                with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
                    self.born(day, month, **more)
                self.env.invalidate_all()

    # ---------------------------------------------------------------- who reads it

    def test_the_year_is_for_managers_and_not_told_by_an_error_either(self):
        self.born(28, 2, sync_birth_year=1990)
        for user in (self.seller, self.head, self.auditor):
            contact = self.contact.with_user(user)
            self.assertEqual(contact.sync_birth_day, 28)
            with self.assertRaises(AccessError):
                contact.read(["sync_birth_year"])
            with self.assertRaises(AccessError):
                contact.search([("sync_birth_year", "=", 1990)])
        self.assertEqual(self.contact.with_user(self.manager).sync_birth_year, 1990)
        self.contact.with_user(self.seller).sync_birth_day = 29
        self.assertEqual(self.contact.sync_birth_day, 29)

    def test_who_has_no_role_reads_no_birthday_but_that_somebody_died(self):
        self.born(28, 2)
        contact = self.contact.with_user(self.employee)
        with self.assertRaises(AccessError):
            contact.read(["sync_birth_day"])
        with self.assertRaises(AccessError):
            contact.search([("sync_next_birthday", "<=", "2027-12-31")])
        self.assertEqual(contact.read(["sync_is_deceased"])[0]["sync_is_deceased"], False)

    def test_the_chatter_and_a_copy_tell_nothing_of_it(self):
        before = len(self.contact.message_ids)
        self.contact.with_context(tracking_disable=False).write(
            {"sync_birth_day": 12, "sync_birth_month": 5, "sync_birth_year": 1990}
        )
        self.env.cr.precommit.run()
        self.assertEqual(len(self.contact.message_ids), before)
        copy = self.contact.copy()
        self.assertEqual((copy.sync_birth_day, copy.sync_birth_year), (0, 0))

    # ---------------------------------------------------------------- found by it

    def test_customers_are_found_by_their_next_birthday(self):
        people = {
            name: self.env["res.partner"].create(
                {"name": name, "sync_birth_day": day, "sync_birth_month": month, **more}
            )
            for name, day, month, more in (
                ("soon", 1, 12, {}),
                ("today", 22, 11, {}),
                ("yesterday", 21, 11, {}),
                ("lunar", 1, 11, {"sync_birth_calendar": "lunar"}),
                ("spring", 1, 1, {"sync_birth_calendar": "lunar"}),
            )
        }
        nobody = self.env["res.partner"].create({"name": "Unknown"})
        own = [("id", "in", [person.id for person in people.values()] + nobody.ids)]

        def found(*domain):
            partners = self.env["res.partner"].with_user(self.seller).search([*own, *domain])
            filtered = partners.browse([person.id for person in people.values()] + nobody.ids).filtered_domain(domain)
            self.assertEqual(filtered.sorted("id"), partners.sorted("id"))
            return set(partners.mapped("name"))

        # The eleventh lunar month of 2026 begins on 9 December.
        self.assertEqual(found(("sync_next_birthday", "<=", "2026-12-22")), {"soon", "today", "lunar"})
        self.assertEqual(found(("sync_next_birthday", ">", "2026-12-22")), {"yesterday", "spring"})
        self.assertEqual(found(("sync_next_birthday", "=", "2027-02-06")), {"spring"})
        self.assertEqual(found(("sync_next_birthday", "=", False)), {"Unknown"})
        self.assertEqual(found(("sync_next_birthday", "!=", False)), set(people))

    def test_what_is_kept_on_a_day_is_what_the_contact_says_his_next_birthday_is(self):
        """The table that a million customers are joined with, against one customer at a time."""
        today = fields.Date.to_date("2026-11-22")
        for kept in kept_days(today, date(2026, 12, 24)):
            self.born(
                kept.day,
                kept.month,
                sync_birth_calendar=kept.calendar,
                sync_birth_is_leap=kept.is_leap and self.is_known_leap(kept),
            )
            self.assertEqual(self.next(), kept.solar_day, kept)

    def is_known_leap(self, kept):
        """A leap month that the two centuries of the table have with this day; others cannot be entered."""
        return (kept.month == 11 and kept.day < 30) or (kept.month == 10 and kept.day < 30)

    # ---------------------------------------------------------------- merged, forgotten

    def merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source | target).ids, target)

    def test_a_merge_keeps_one_birthday_and_mixes_none(self):
        double = self.env["res.partner"].create({"name": "Li Na"})
        self.born(15, 6, double, sync_birth_calendar="lunar", sync_birth_is_leap=True, sync_birth_year=1987)
        self.born(12, 5)
        self.merge(double, self.contact)
        contact = self.contact
        self.assertEqual((contact.sync_birth_day, contact.sync_birth_month), (12, 5))
        self.assertFalse(contact.sync_birth_calendar or contact.sync_birth_is_leap or contact.sync_birth_year)

    def test_a_merge_brings_the_birthday_along_where_the_survivor_has_none(self):
        double = self.env["res.partner"].create({"name": "Li Na"})
        self.born(15, 6, double, sync_birth_calendar="lunar", sync_birth_is_leap=True, sync_birth_year=1987)
        self.merge(double, self.contact)
        contact = self.contact
        self.assertEqual(
            (contact.sync_birth_day, contact.sync_birth_month, contact.sync_birth_calendar), (15, 6, "lunar")
        )
        self.assertEqual((contact.sync_birth_is_leap, contact.sync_birth_year), (True, 1987))

    def test_who_is_anonymised_has_no_birthday_any_more(self):
        self.born(12, 5, sync_birth_year=1990)
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.assertFalse(self.contact.sync_birth_day or self.contact.sync_birth_month or self.contact.sync_birth_year)
