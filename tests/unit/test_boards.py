"""The boards' files are what ``dev/boards.py`` says, and what it says is what Odoo reads."""

import re
from xml.etree import ElementTree

import pytest

from dev.board_plans import BOARDS
from dev.boards import board, files, text
from dev.paths import ADDON_DIR


def every_kpi():
    """Codes of the library, with calendar and whether less is better."""
    found = {}
    for path in (ADDON_DIR / "data" / "kpi").glob("*.xml"):
        for record in ElementTree.parse(path).iter("record"):
            if record.get("model") == "crm.sync.kpi":
                told = {field.get("name"): field.text for field in record}
                found[told["code"]] = told
    return found


@pytest.mark.parametrize(("path", "content"), list(files()), ids=[plan.name for plan in BOARDS])
def test_the_file_is_what_the_script_writes(path, content):
    assert path.read_text() == content, "run: python -m dev.boards"


@pytest.mark.parametrize("plan", BOARDS, ids=lambda plan: plan.name)
def test_each_kpi_is_one_of_the_library_by_its_name_calendar_and_direction(plan):
    library = every_kpi()
    for kpi in (*plan.cards, *plan.more):
        told = library[kpi.code]
        assert (kpi.name, kpi.calendar) == (told["name"], told["calendar"]), kpi.code
        if told["direction"] != "range":
            assert kpi.is_lower_better == (told["direction"] == "lower"), kpi.code
    for chart in plan.charts:
        assert chart.calendar == library[chart.code]["calendar"], chart.code


@pytest.mark.parametrize("plan", BOARDS, ids=lambda plan: plan.name)
def test_nothing_lies_upon_anything_else(plan):
    figures = board(plan)["sheets"][0]["figures"]
    boxes = [(f["offset"]["x"], f["offset"]["y"], f["width"], f["height"]) for f in figures]
    for number, (left, top, width, height) in enumerate(boxes):
        for other_left, other_top, other_width, other_height in boxes[number + 1 :]:
            is_apart = (
                left + width <= other_left
                or other_left + other_width <= left
                or top + height <= other_top
                or other_top + other_height <= top
            )
            assert is_apart
    first = min(int(re.sub(r"\D", "", cell)) for cell in board(plan)["sheets"][0]["cells"])
    assert max(top + height for _left, top, _width, height in boxes) <= (first - 1) * 23


@pytest.mark.parametrize("plan", BOARDS, ids=lambda plan: plan.name)
def test_every_source_is_filtered_by_the_period_and_tells_one_company(plan):
    told = board(plan)
    charts = [figure["data"] for figure in told["sheets"][0]["figures"] if figure["data"]["type"] != "scorecard"]
    domains = [chart["searchParams"]["domain"] for chart in charts]
    sources = [*charts, *told["pivots"].values(), *told["lists"].values()]
    domains += [source["domain"] for source in sources if "domain" in source]
    assert len(domains) == len(sources)
    assert all("allowed_company_ids[0]" in domain and "'closed'" in domain for domain in domains)
    [filter_id] = [one["id"] for one in told["globalFilters"]]
    assert all(source["fieldMatching"][filter_id]["chain"] == "period_start" for source in sources)


def test_every_sheet_has_its_figures_so_that_odoo_finds_the_words():
    assert all('"figures": [' in text(plan) and len(board(plan)["sheets"]) == 2 for plan in BOARDS)
    assert all("figures" in sheet for plan in BOARDS for sheet in board(plan)["sheets"])
