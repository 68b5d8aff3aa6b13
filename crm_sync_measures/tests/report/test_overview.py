from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .report_common import ReportCase


@tagged("post_install", "-at_install")
class TestOverview(ReportCase):
    """Friday 10 April 2026: March is over, April in progress. The page tells each reader what is his."""

    def setUp(self):
        super().setUp()
        self.travel("2026-04-10 09:00:00")
        self.of_agent = f"person:{self.agent.id}"
        self.of_service = f"department:{self.service.id}"

    def page(self, user, company=None):
        Overview = self.env["crm.sync.overview"].with_user(user)
        return (Overview.with_company(company) if company else Overview).overview_data()

    def tiles(self, user):
        return [tile for section in self.page(user)["sections"] for tile in section["tiles"]]

    def tile(self, user, kpi=None):
        return next((tile for tile in self.tiles(user) if tile["code"] == (kpi or self.complaints).code), None)

    def figures_of_march(self):
        """The agent has 2, his department 5, the company 7."""
        self.measured(self.complaints, "2026-03-01", 2.0, self.of_agent, scope_name="Agent")
        self.measured(self.complaints, "2026-03-01", 5.0, self.of_service, scope_name="Service")
        self.measured(self.complaints, "2026-03-01", 7.0)

    # ---------------------------------------------------------------- whose figure

    def test_a_colleague_sees_his_own_the_head_the_departments_and_managers_the_companys(self):
        self.figures_of_march()
        for user, text, scope in (
            (self.agent, "2", self.of_agent),
            (self.head, "5", self.of_service),
            (self.manager, "7", "company"),
            (self.auditor, "7", "company"),
        ):
            tile = self.tile(user)
            self.assertEqual((tile["text"], tile["scope"]["key"]), (text, scope), user.login)
        self.assertEqual(self.tile(self.agent)["scope"]["name"], "Me")

    def test_without_an_own_figure_it_is_the_departments_else_the_companys(self):
        self.measured(self.complaints, "2026-03-01", 7.0)
        self.assertEqual(self.tile(self.agent)["text"], "7")
        self.measured(self.complaints, "2026-03-01", 5.0, self.of_service, scope_name="Service")
        self.assertEqual(self.tile(self.agent)["text"], "5")

    def test_nobody_sees_the_figure_of_a_colleague(self):
        self.measured(self.complaints, "2026-03-01", 2.0, self.of_agent, scope_name="Agent")
        for user in (self.seller, self.colleague):
            self.assertIsNone(self.tile(user), user.login)

    def test_a_seller_is_not_told_of_the_service_unless_he_wants_to_be(self):
        sold = self.kpi("t_sold", "Sold in the Test", subject="sales")
        self.measured(sold, "2026-03-01", 40.0)
        self.measured(self.complaints, "2026-03-01", 7.0)
        self.assertEqual([tile["code"] for tile in self.tiles(self.seller)], [sold.code])
        self.env["crm.sync.overview"].with_user(self.seller).set_pin(self.complaints.id, True)
        self.assertEqual([tile["code"] for tile in self.tiles(self.seller)], [self.complaints.code, sold.code])

    def test_the_subject_of_ones_own_department_comes_first(self):
        sold = self.kpi("t_sold", "Sold in the Test", subject="sales")
        self.measured(sold, "2026-03-01", 3.0, self.of_service, scope_name="Service")
        self.measured(self.complaints, "2026-03-01", 7.0)
        sections = self.page(self.agent)["sections"]
        self.assertEqual([section["code"] for section in sections], ["service", "sales"])

    # ---------------------------------------------------------------- what a tile says

    def test_the_last_month_that_is_over_is_told_and_this_one_beside_it(self):
        self.measured(self.complaints, "2026-02-01", 9.0)
        self.measured(self.complaints, "2026-03-01", 7.0)
        self.measured(self.complaints, "2026-04-01", 3.0, state="running")
        tile = self.tile(self.manager)
        self.assertEqual((tile["period"], tile["text"], tile["is_final"]), ("2026-03", "7", True))
        self.assertEqual(
            tile["change"], {"text": "2", "arrow": "down", "word": "better", "period": "2026-02"}, "fewer complaints"
        )
        self.assertEqual((tile["running"]["period"], tile["running"]["text"]), ("2026-04", "3"))

    def test_a_month_that_awaits_its_closing_says_so(self):
        self.measured(self.complaints, "2026-03-01", 7.0, state="running")
        tile = self.tile(self.manager)
        self.assertEqual((tile["period"], tile["is_over"], tile["is_final"]), ("2026-03", True, False))
        self.assertFalse(tile["running"])

    def test_what_is_empty_is_no_zero_and_is_compared_with_nothing(self):
        self.measured(self.rate, "2026-02-01", 43.2)
        self.measured(self.rate, "2026-03-01", None)
        tile = self.tile(self.manager, self.rate)
        self.assertEqual((tile["text"], tile["change"]), ("–", False))

    def test_two_shares_differ_by_percentage_points(self):
        self.measured(self.rate, "2026-02-01", 43.2)
        self.measured(self.rate, "2026-03-01", 40.0)
        change = self.tile(self.manager, self.rate)["change"]
        self.assertEqual((change["text"], change["word"]), ("3.2 percentage points", "worse"))

    def test_a_month_that_is_missing_is_not_compared_over(self):
        self.measured(self.complaints, "2026-01-01", 9.0)
        self.measured(self.complaints, "2026-03-01", 7.0)
        self.assertFalse(self.tile(self.manager)["change"])

    def test_target_and_level_are_those_of_the_figure(self):
        self.measured(
            self.complaints, "2026-03-01", 7.0, target=8.0, has_target=True, attainment=114.3, has_attainment=True,
            level="ok",
        )  # fmt: skip
        tile = self.tile(self.manager)
        self.assertEqual((tile["target"], tile["attainment"], tile["level"]), ("8", "114 %", "ok"))
        self.assertEqual(tile["level_label"], "As It Should Be")

    def test_thirteen_months_are_drawn_and_told_in_a_sentence(self):
        for number in range(20):
            month = 2026 * 12 + 2 - number
            self.measured(self.complaints, f"{month // 12}-{month % 12 + 1:02d}-01", float(number))
        tile = self.tile(self.manager)
        [line] = tile["trend"]
        self.assertEqual(len(line.split()), 13)
        self.assertEqual(tile["trend_text"], "13 periods: 12 in 2025-03, 0 in 2026-03")

    def test_what_was_replaced_by_a_revision_is_not_told(self):
        self.measured(self.complaints, "2026-03-01", 7.0, is_current=False)
        self.measured(self.complaints, "2026-03-01", 8.0, revision=2, is_first=False, source="revision", reason="Late")
        self.assertEqual(self.tile(self.manager)["text"], "8")

    # ---------------------------------------------------------------- pins

    def test_what_is_pinned_comes_first_and_stands_there_once(self):
        self.figures_of_march()
        self.measured(self.rate, "2026-03-01", 40.0)
        Overview = self.env["crm.sync.overview"].with_user(self.agent)
        for _twice in range(2):
            Overview.set_pin(self.rate.id, True)
        sections = self.page(self.agent)["sections"]
        self.assertEqual([section["code"] for section in sections], ["pinned", "service"])
        self.assertEqual([tile["code"] for tile in sections[0]["tiles"]], [self.rate.code])
        self.assertNotIn(self.rate.code, [tile["code"] for tile in sections[1]["tiles"]])
        self.assertFalse(self.page(self.head)["sections"][0]["code"] == "pinned", "it is the agent's own")
        Overview.set_pin(self.rate.id, False)
        self.assertEqual([section["code"] for section in self.page(self.agent)["sections"]], ["service"])

    def test_nonsense_and_what_one_may_not_read_is_not_pinned(self):
        company, other = self.other_company()
        foreign = self.kpi("t_foreign", "Of the Other Company", company_id=company.id)
        Overview = self.env["crm.sync.overview"].with_user(self.agent)
        for arguments in ((foreign.id, True), (0, True), (True, True), ("1 OR 1=1", True), (self.rate.id, 1)):
            with self.assertRaises(UserError):
                Overview.set_pin(*arguments)
        Pin = self.env["crm.sync.overview.pin"]
        with self.assertRaises(AccessError):
            Pin.with_user(self.agent).create({"kpi_id": self.rate.id, "user_id": self.head.id})
        with self.assertRaises(AccessError):
            Pin.with_user(other).create({"kpi_id": self.rate.id}).write({"kpi_id": self.complaints.id})

    # ---------------------------------------------------------------- lists

    def signal(self, kpi, scope_key="company", owner=None, **values):
        kind, _colon, which = scope_key.partition(":")
        [[number]] = self.insert(
            "crm_sync_kpi_signal",
            {
                "kpi_id": kpi.id,
                "subject": kpi.subject,
                "company_id": self.company.id,
                "scope_kind": kind,
                "scope_key": scope_key,
                "scope_name": "Somebody",
                "user_id": int(which) if kind == "person" else None,
                "calendar": "month",
                "period_start": "2026-03-01",
                "rule": "beyond",
                "is_above": True,
                "is_favourable": False,
                "value": 7.0,
                "center": 3.0,
                "limit_value": 6.0,
                "state": "new",
                "owner_id": owner.id if owner else None,
                "found_at": "2026-04-04 08:00:00",
                **values,
            },
        )
        return number

    def test_a_new_signal_is_on_the_tile_and_in_the_list_and_a_confirmed_one_is_not(self):
        self.measured(self.complaints, "2026-03-01", 7.0)
        number = self.signal(self.complaints)
        self.signal(self.rate, state="acknowledged")
        page = self.page(self.manager)
        self.assertEqual([row["id"] for row in page["signals"]["rows"]], [number])
        self.assertIn("above the upper control limit of 6", self.tile(self.manager)["signal"]["text"])

    def test_a_colleague_is_told_of_his_tiles_and_of_what_he_owns(self):
        self.measured(self.complaints, "2026-03-01", 2.0, self.of_agent, scope_name="Agent")
        mine = self.signal(self.complaints, self.of_agent)
        self.signal(self.rate)
        self.assertEqual([row["id"] for row in self.page(self.agent)["signals"]["rows"]], [mine])
        owned = self.signal(self.rate, self.of_service, owner=self.agent)
        self.assertEqual({row["id"] for row in self.page(self.agent)["signals"]["rows"]}, {mine, owned})
        self.assertEqual(self.page(self.seller)["signals"]["count"], 0)

    def test_what_was_told_of_a_month_that_is_over_is_no_news(self):
        self.measured(self.complaints, "2026-03-01", 7.0)
        self.signal(self.complaints, rule="pace", state="ended", ended_at="2026-04-04 08:00:00")
        self.assertEqual(self.page(self.manager)["signals"], {"count": 0, "is_more": False, "rows": []})
        self.assertFalse(self.tile(self.manager)["signal"])

    def test_managers_are_told_how_many_kpis_nobody_owns(self):
        self.env["crm.sync.kpi"].search([]).owner_id = self.manager
        self.measured(self.complaints, "2026-03-01", 7.0)
        (self.complaints | self.rate).owner_id = False
        sentence = "2 KPIs have no owner: nobody is told of their signals."
        self.assertEqual(self.page(self.manager)["unowned"], sentence)
        for user in (self.agent, self.head, self.auditor):
            self.assertFalse(self.page(user)["unowned"], user.login)
        self.rate.owner_id = self.agent
        self.assertEqual(self.page(self.manager)["unowned"], "One KPI has no owner: nobody is told of its signals.")
        self.complaints.owner_id = self.agent
        self.assertFalse(self.page(self.manager)["unowned"])

    def test_improvement_actions_of_the_week_are_called_for(self):
        self.measured(self.complaints, "2026-03-01", 7.0)
        Action = self.env["crm.sync.improvement"].with_user(self.head)
        for name, day in (("Late", "2026-04-01"), ("Soon", "2026-04-17"), ("Later", "2026-04-18")):
            Action.create({"name": name, "owner_id": self.agent.id, "department_id": self.service.id, "due_on": day})
        for user in (self.agent, self.head, self.manager):
            rows = self.page(user)["actions"]["rows"]
            self.assertEqual([(row["name"], row["is_late"]) for row in rows], [("Late", True), ("Soon", False)])
        self.assertFalse(self.page(self.seller)["actions"]["rows"])

    # ---------------------------------------------------------------- rights, the first time, cost

    def test_who_has_no_role_is_told_nothing(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        for user in (self.employee, portal):
            Overview = self.env["crm.sync.overview"].with_user(user)
            for call in (Overview.overview_data, Overview.action_measure, lambda: Overview.set_pin(1, True)):  # noqa: B023
                with self.assertRaises(AccessError):
                    call()

    def test_figures_of_another_company_stay_there(self):
        company, other = self.other_company()
        self.measured(self.complaints, "2026-03-01", 7.0)
        self.assertFalse(self.page(other, company)["sections"])
        self.measured(self.complaints, "2026-03-01", 1.0, company=company)
        [section] = self.page(other, company)["sections"]
        self.assertEqual([tile["text"] for tile in section["tiles"]], ["1"])

    def test_before_the_first_time_managers_may_have_it_measured(self):
        company, other = self.other_company()
        self.assertEqual((self.page(other, company)["sections"], self.page(other, company)["can_measure"]), ([], False))
        self.assertTrue(self.page(self.manager)["can_measure"])
        cron = self.env.ref("crm_sync_measures.cron_kpi_snapshot")
        self.env["crm.sync.overview"].with_user(self.manager).action_measure()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        for user in (self.agent, self.head, self.auditor):
            with self.assertRaises(AccessError):
                self.env["crm.sync.overview"].with_user(user).action_measure()

    def test_the_page_costs_the_same_for_a_few_kpis_and_for_many(self):
        def cost(user):
            """Of the second time: rights and rules are read once for all (a new KPI makes Odoo forget them)."""
            for _again in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.page(user)
            return self.env.cr.sql_log_count - before

        def fill(kpi):
            for day in ("2026-01-01", "2026-02-01", "2026-03-01"):
                self.measured(kpi, day, 7.0)
                self.measured(kpi, day, 5.0, self.of_service, scope_name="Service")
            self.measured(kpi, "2026-04-01", 3.0, state="running", target=9.0, has_target=True)
            self.signal(kpi, period_start="2026-02-01")

        users = (self.manager, self.head, self.agent)
        fill(self.complaints)
        few = {user: cost(user) for user in users}
        for number in range(20):
            fill(self.kpi(f"t_more_{number}", f"More {number}"))
        for user in users:
            self.assertEqual(cost(user), few[user], user.login)
            self.assertLessEqual(few[user], 40, user.login)

    def test_the_app_opens_with_it_and_has_no_entry_more(self):
        root = self.env.ref("crm_sync_measures.menu_root")
        self.assertLessEqual(len(root.child_id), 6)
        for user in (self.agent, self.manager, self.auditor):
            menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
            self.assertEqual(menus[root.id]["actionPath"], "sync-overview")
        self.assertNotIn(root.id, self.env["ir.ui.menu"].with_user(self.employee).load_web_menus(False))
