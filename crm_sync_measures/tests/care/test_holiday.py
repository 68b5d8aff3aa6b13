from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ..common import SyncCase

#: When the holidays that come with the addon are in 2027.
IN_2027 = {
    "new_year": "2027-01-01",
    "lunar_new_year_eve": "2027-02-05",
    "lunar_new_year": "2027-02-06",
    "lantern": "2027-02-20",
    "easter": "2027-03-28",
    "mothers_day": "2027-05-09",
    "dragon_boat": "2027-06-09",
    "qixi": "2027-08-08",
    "mid_autumn": "2027-09-15",
    "national_day": "2027-10-01",
    "singles_day": "2027-11-11",
    "christmas": "2027-12-25",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 10:00:00")
class TestHoliday(SyncCase):
    """Holidays that are on one day, that move, and that somebody enters. Today is 22 November 2026."""

    def holiday(self, **values):
        return self.env["crm.sync.care.holiday"].create({"name": "Holiday", **values})

    def test_the_holidays_of_2027(self):
        for name, day in IN_2027.items():
            holiday = self.env.ref(f"crm_sync_measures.holiday_{name}")
            self.assertEqual(holiday._days(2027), [date.fromisoformat(day)], name)

    def test_the_next_days_are_shown(self):
        easter = self.env.ref("crm_sync_measures.holiday_easter")
        self.assertEqual(easter.next_day, date(2027, 3, 28))
        self.assertEqual(easter.next_days, "03/28/2027, 04/16/2028, 04/01/2029")

    def test_a_weekday_of_a_month_and_days_later(self):
        black_friday = self.holiday(kind="weekday", month=11, weekday="3", nth="4", offset=1)
        self.assertEqual(black_friday.next_day, date(2026, 11, 27))
        last = self.holiday(kind="weekday", month=8, weekday="0", nth="-1")
        self.assertEqual(last.next_day, date(2027, 8, 30))

    def test_days_that_follow_no_rule_are_entered_by_hand(self):
        days = [Command.create({"day": day}) for day in ("2026-09-12", "2027-09-11", "2027-09-12")]
        fair = self.holiday(kind="table", day_ids=days)
        self.assertEqual(fair._days(2027), [date(2027, 9, 11), date(2027, 9, 12)])
        self.assertEqual((fair._days(2028), fair.next_day), ([], date(2027, 9, 11)))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            fair.day_ids = [Command.create({"day": "2027-09-11"})]

    def test_what_is_no_day_is_refused(self):
        for values in (
            {"kind": "solar", "month": 2, "day": 30},
            {"kind": "solar", "month": 0, "day": 1},
            {"kind": "lunar", "month": 13, "day": 1},
            {"kind": "lunar", "month": 1, "day": 31},
            {"kind": "weekday", "month": 14},
            {"kind": "easter", "offset": 300},
        ):
            with self.subTest(**values), self.assertRaises(ValidationError), self.cr.savepoint():
                self.holiday(**values)

    def test_managers_say_what_is_a_holiday_and_others_read_it(self):
        with Form(self.env["crm.sync.care.holiday"].with_user(self.manager)) as form:
            form.name = "Saint Nicholas"
            form.month, form.day = 12, 6
        self.assertEqual(form.record.with_user(self.seller).next_day, date(2026, 12, 6))
        with self.assertRaises(AccessError):
            form.record.with_user(self.head).name = "Mine"

    def test_a_holiday_that_a_rule_is_for_is_archived_and_not_deleted(self):
        christmas = self.env.ref("crm_sync_measures.holiday_christmas")
        christmas.active = False
        self.assertNotIn(christmas, self.env["crm.sync.care.holiday"].search([]))
        self.assertEqual(christmas._days(2027), [date(2027, 12, 25)])
