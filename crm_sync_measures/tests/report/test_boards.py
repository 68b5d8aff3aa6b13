import json

from odoo.addons.spreadsheet.utils.validate_data import fields_in_spreadsheet, menus_xml_ids_in_spreadsheet
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .report_common import ReportCase

NAMES = ("management", "service", "loyalty", "adoption")


@tagged("post_install", "-at_install")
class TestBoards(ReportCase):
    """Four boards on the KPI values: what they name is there, and they tell what the values say."""

    def board(self, name):
        return self.env.ref(f"crm_sync_measures.spreadsheet_dashboard_{name}")

    def told(self, name):
        return json.loads(self.board(name).spreadsheet_data)

    def charts(self, name):
        figures = self.told(name)["sheets"][0]["figures"]
        return {figure["id"]: figure["data"] for figure in figures if figure["data"]["type"] != "scorecard"}

    def domain(self, source, company=None):
        told = source.get("domain") or source["searchParams"]["domain"]
        return safe_eval(told, {"allowed_company_ids": (company or self.company).ids})

    def test_every_field_and_menu_that_a_board_names_is_there(self):
        for name in NAMES:
            for model, chains in fields_in_spreadsheet(self.told(name)).items():
                self.assertEqual(model, "crm.sync.kpi.value")
                for chain in chains:
                    self.assertTrue(self.env[model]._fields[chain.split(".")[0]], (name, chain))
            for xmlid in menus_xml_ids_in_spreadsheet(self.told(name)):
                self.assertTrue(self.env.ref(xmlid).action, xmlid)
            self.board(name)._check_spreadsheet_data()

    def test_every_figure_of_a_board_leads_to_its_records(self):
        """Cards by the list they were taken from (``static/src/report/board``), charts by their points, tables by their cells."""
        for name in NAMES:
            told = self.told(name)
            data = next(sheet for sheet in told["sheets"] if sheet["name"] == "Data")
            for figure in told["sheets"][0]["figures"]:
                self.assertIn(figure["id"], told["chartOdooMenusReferences"], name)
                if figure["data"]["type"] == "scorecard":
                    cell = data["cells"][figure["data"]["keyValue"].removeprefix("Data!")]
                    self.assertIn("ODOO.LIST(", cell, (name, figure["id"]))

    def test_the_four_stand_in_a_group_of_their_own_without_a_sample(self):
        group = self.env.ref("crm_sync_measures.spreadsheet_dashboard_group")
        self.assertEqual(
            group.published_dashboard_ids.sorted("sequence").mapped("name"),
            ["Management", "Service", "Loyalty", "Adoption"],
        )
        self.assertFalse(group.dashboard_ids.mapped("sample_dashboard_file_path")[0])

    def test_every_kpi_of_a_board_is_in_the_library(self):
        codes = set(self.env["crm.sync.kpi"].with_context(active_test=False).search([]).mapped("code"))
        for name in NAMES:
            told = self.told(name)
            for source in (*told["lists"].values(), *told["pivots"].values(), *self.charts(name).values()):
                [asked] = [wanted for field, _operator, wanted in self.domain(source) if field == "kpi_id.code"]
                self.assertFalse(set(asked) - codes, name)

    def test_roles_see_their_boards_and_colleagues_without_one_none(self):
        boards = self.env["spreadsheet.dashboard"].union(*map(self.board, NAMES))
        for user, names in (
            (self.agent, {"Service", "Loyalty"}),
            (self.head, {"Management", "Service", "Loyalty", "Adoption"}),
            (self.auditor, {"Management", "Service", "Loyalty", "Adoption"}),
            (self.employee, set()),
        ):
            seen = self.env["spreadsheet.dashboard"].with_user(user).search([("id", "in", boards.ids)])
            self.assertEqual(set(seen.mapped("name")), names, user.login)

    def test_a_card_tells_the_last_final_month_and_the_one_before(self):
        complaints = self.env.ref("crm_sync_measures.kpi_complaints")
        for day, value in (("2026-01-01", 9.0), ("2026-02-01", 8.0), ("2026-03-01", 7.0)):
            self.measured(complaints, day, value)
        self.measured(complaints, "2026-04-01", 1.0, state="running")
        company, _user = self.other_company()
        self.measured(complaints, "2026-03-01", 100.0, company=company)
        [source] = [one for one in self.told("service")["lists"].values() if one["name"] == "Complaints"]
        [order] = source["orderBy"]
        values = self.env["crm.sync.kpi.value"].with_user(self.agent)
        found = values.search(self.domain(source), order=f"{order['name']} desc", limit=2)
        self.assertEqual(found.mapped("value"), [7.0, 8.0])

    def test_a_chart_has_a_point_for_each_month_also_of_a_stand(self):
        points = self.env.ref("crm_sync_measures.kpi_points_outstanding")
        for day, value in (("2026-01-01", 10.0), ("2026-02-01", 12.0), ("2026-03-01", 15.0)):
            self.measured(points, day, value)
        chart = self.charts("loyalty")["loyalty-line-points_outstanding-company"]
        Values = self.env["crm.sync.kpi.value"].with_user(self.agent).with_context(**chart["searchParams"]["context"])
        groups = Values.formatted_read_group(self.domain(chart), chart["metaData"]["groupBy"], ["value:sum"])
        self.assertEqual([group["value:sum"] for group in groups], [10.0, 12.0, 15.0])

    def test_a_table_has_a_figure_for_each_kpi_and_month(self):
        complaints = self.env.ref("crm_sync_measures.kpi_complaints")
        rate = self.env.ref("crm_sync_measures.kpi_case_in_target")
        self.measured(complaints, "2026-03-01", 7.0)
        self.measured(rate, "2026-03-01", 40.0)
        pivot = self.told("service")["pivots"]["1"]
        Values = self.env["crm.sync.kpi.value"].with_user(self.agent)
        groups = Values.formatted_read_group(self.domain(pivot), ["unit", "kpi_id", "period_end:month"], ["value:sum"])
        self.assertEqual(
            {group["kpi_id"][0]: group["value:sum"] for group in groups}, {complaints.id: 7.0, rate.id: 40.0}
        )
