from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.fields import Datetime

from .common import KpiCase

NOW = Datetime.to_datetime("2025-11-20 10:00:00")


class TestClock(KpiCase):
    """Periods are cut by the company's clock, and a manager knows which it is before anything becomes final."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(NOW))
        self.company.partner_id.tz = False
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        # Whatever the database brought along.
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_sync_kpi_period SET state = 'running' WHERE company_id = %s", [self.company.id])
        self.env.invalidate_all()

    def sentence(self):
        return self.company._sync_kpi_clock_sentence()

    def test_without_a_zone_of_its_own_a_company_in_shanghai_has_the_months_of_its_working_hours(self):
        self.call("2025-10-31 17:00:00")
        self.measure()
        november = self.value("2025-11-01").period_id
        self.assertEqual(
            (november.tz, november.at_start), ("Asia/Shanghai", Datetime.to_datetime("2025-10-31 16:00:00"))
        )
        self.assertEqual(self.value("2025-11-01").numerator, 10.0)

    def test_without_working_hours_either_it_is_utc(self):
        self.company.resource_calendar_id = False
        self.assertEqual(self.env["crm.sync.kpi.snapshot"]._clock(self.company)[0], "UTC")

    def test_the_first_steps_name_the_clock_and_warn_until_somebody_has_set_it(self):
        def text():
            steps = self.env["crm.sync.start"].with_user(self.manager).start_data()["steps"]
            return next(step["text"] for step in steps if step["code"] == "measure")

        self.assertIn(
            "Periods are cut in: Asia/Shanghai. The company has no time zone of its own. Set it before", text()
        )
        self.manager.tz = "Asia/Chongqing"
        dialog = self.env["crm.sync.kpi.clock"].with_user(self.manager).create({})
        self.assertEqual(dialog.tz, "Asia/Chongqing", "that of who is asked")
        dialog.tz = "Asia/Tokyo"
        dialog.action_apply()
        self.assertEqual(self.company.partner_id.tz, "Asia/Tokyo")
        self.assertTrue(text().endswith("Periods are cut in: Asia/Tokyo."))

    def test_once_a_month_is_final_nobody_is_promised_that_it_could_be_cut_anew(self):
        self.call("2025-10-15 10:00:00")
        self.measure()
        self.assertEqual(self.value("2025-10-01").state, "closed")
        self.assertIn("Final periods stay as they were cut", self.sentence())
        self.assertNotIn("Set it before", self.sentence())

    def test_only_managers_set_the_clock_and_of_their_own_companies_only(self):
        with self.assertRaises(AccessError):
            self.env["crm.sync.kpi.clock"].with_user(self.head).create({"tz": "Asia/Tokyo"})
        company, _user = self.other_company()
        dialog = self.env["crm.sync.kpi.clock"].with_user(self.manager).create({"tz": "Asia/Tokyo"})
        dialog.sudo().company_id = company
        with self.assertRaisesRegex(AccessError, "Only managers of the company"):
            dialog.action_apply()
        self.assertFalse(company.partner_id.tz)
