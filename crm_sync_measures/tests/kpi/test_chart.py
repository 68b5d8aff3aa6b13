from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .control_common import ControlCase


@tagged("post_install", "-at_install")
class TestChart(ControlCase):
    def test_the_chart_has_a_point_for_each_month_with_the_limits_it_was_judged_by(self):
        self.steady()
        self.month("2025-03-01", 200)
        told = self.kpi.with_user(self.agent).chart_data()
        self.assertTrue(told["is_judged"])
        points = {point["label"]: point for point in told["points"]}
        march = points["2025-03"]
        self.assertEqual((march["value"], march["is_running"], march["is_baseline"]), (200, False, False))
        self.assertAlmostEqual(march["upper"], 163.19, 2)
        self.assertEqual([signal["rule"] for signal in march["signals"]], ["beyond"])
        self.assertTrue(points["2025-02"]["is_baseline"])
        self.assertTrue(points["2025-04"]["is_running"])
        self.assertFalse(points["2025-04"]["signals"])
        labels = [point["label"] for point in told["points"]]
        self.assertEqual(labels, sorted(labels))

    def test_the_price_of_the_rules_is_told_with_the_chart(self):
        self.steady()
        told = self.kpi.with_user(self.agent).chart_data()
        self.assertIn("15 %", told["alarm"])
        self.assertIn("21 %", told["alarm"])

    def test_with_too_few_figures_it_says_how_many_are_missing_and_draws_no_limits(self):
        kpi = self.new_kpi("t_young", backfill_months=7)
        self.steady(8, kpi)
        told = kpi.with_user(self.agent).chart_data()
        self.assertFalse(told["is_judged"])
        self.assertIn("7 of 12", told["sentence"])
        self.assertEqual({point["upper"] for point in told["points"]}, {False})
        self.assertFalse(told["alarm"])

    def test_a_kpi_without_figures_has_an_empty_chart(self):
        told = self.new_kpi("t_new").with_user(self.agent).chart_data()
        self.assertEqual((told["points"], told["scopes"]), ([], []))
        self.assertIn("0 of 12", told["sentence"])

    def test_what_can_be_chosen_is_what_the_reader_may_read_the_company_first(self):
        self.steady()
        keys = lambda user: [scope["key"] for scope in self.kpi.with_user(user).chart_data()["scopes"]]  # noqa: E731
        person = f"person:{self.agent.id}"
        self.assertEqual(keys(self.manager)[0], "company")
        self.assertIn(person, keys(self.manager))
        self.assertIn(person, keys(self.agent))
        self.assertNotIn(person, keys(self.seller))
        self.assertEqual(self.kpi.with_user(self.seller).chart_data(person)["points"], [])
        self.assertTrue(self.kpi.with_user(self.agent).chart_data(person)["points"])

    def test_after_a_new_baseline_each_month_keeps_the_limits_of_its_time(self):
        self.steady()
        for number in range(12):
            year, month = divmod(2025 * 12 + 2 + number, 12)
            self.month(f"{year}-{month + 1:02d}-01", 200 + 10 * (number % 2))
        values = (
            self.env["crm.sync.kpi.value"]
            .search([("kpi_id", "=", self.kpi.id), ("scope_key", "=", "company"), ("period_start", ">=", "2025-03-01")])
            .filtered(lambda value: value.state == "closed")
        )
        starts = values.mapped("period_start")
        self.kpi._rebase(self.company, "company", min(starts), max(starts), "Adopted")
        points = {point["label"]: point["center"] for point in self.kpi.chart_data()["points"]}
        self.assertAlmostEqual(points["2025-02"], 110)
        self.assertAlmostEqual(points["2025-03"], 205)

    def test_what_is_no_scope_and_what_is_no_company_of_the_reader_is_refused(self):
        company, _other = self.other_company()
        kpi = self.kpi.with_user(self.agent)
        for arguments in (("",), (None,), (7,), ("x" * 65,), ("company", company.id), ("company", True)):
            with self.assertRaises(UserError):
                kpi.chart_data(*arguments)
        with self.assertRaises(AccessError):
            self.kpi.with_user(self.employee).chart_data()

    def test_the_settings_say_what_the_rules_cost_while_they_are_ticked(self):
        settings = self.env["res.config.settings"].create({})
        self.assertIn("15 %", settings.sync_kpi_alarm_sentence)
        settings.update({"sync_kpi_rule_trend6": True, "sync_kpi_rule_four_of_five": True})
        settings.sync_kpi_rule_two_of_three = True
        self.assertRegex(settings.sync_kpi_alarm_sentence, "2[4-5] %")
        settings.update({f"sync_kpi_rule_{rule}": False for rule in self.company._sync_kpi_rules()})
        settings.update({f"sync_kpi_rule_{rule}": False for rule in ("trend6", "two_of_three", "four_of_five")})
        self.assertIn("Without a rule", settings.sync_kpi_alarm_sentence)

    def test_the_settings_say_how_many_false_alarms_to_expect_of_all_charts(self):
        before = self.company._sync_kpi_chart_count()
        self.steady()
        self.assertEqual(self.company._sync_kpi_chart_count() - before, 2)  # the company, and one department
        sentence = self.company._sync_kpi_alarm_sentence(40)
        self.assertIn("40 charts", sentence)
        self.assertIn("about 6 false alarms", sentence)

    def test_the_form_of_a_kpi_shows_its_chart_and_can_be_set_to_seasons(self):
        with Form(self.kpi.with_user(self.manager)) as form:
            form.is_seasonal = True
        self.assertTrue(self.kpi.is_seasonal)
        arch = self.env["crm.sync.kpi"].with_user(self.agent).get_view(view_type="form")["arch"]
        self.assertIn("sync_control_chart", arch)
