"""The four boards of the Dashboards app: ``python -m dev.boards`` writes their files from ``board_plans.py``.

A board is a spreadsheet on ``crm.sync.kpi.value``. Each KPI is told apart by its code, as figures of several KPIs have no
sum, and for the one company that the reader works in, as neither have those of several companies. Only final figures are
shown: half a month looks like a bad one.

* Score cards show the last period in the time that is filtered, and the one before it: two lines of a list, since a stand
  and distinct customers have no sum over periods.
* Charts group by the last day of the period and are filtered by its first one. Where both are the same field, Odoo makes
  years of a long time, and a stand has none.
* Tables have a row for each KPI and a column for each period, the latest first; a figure opens what it was made of.

``tests/unit/test_boards.py`` compares the files with this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from .board_plans import BOARDS, Board, Kpi
from .paths import ADDON, ADDON_DIR

FOLDER = ADDON_DIR / "data" / "report"
MODEL = "crm.sync.kpi.value"
MENU = f"{ADDON}.menu_kpi_values"
FILTER = "period"
_VERSION = "18.5.10"
_GREEN, _RED, _INK, _PALE = "#00A04A", "#DC6965", "#434343", "#EFF6FF"
#: Number formats by unit; money has no sign here, as it is the company's own.
_FORMATS = {
    "number": "#,##0",
    "mean": "#,##0.0",
    "percent": '0.0" %"',
    "hours": '#,##0.0" h"',
    "days": '#,##0.0" d"',
    "money": "#,##0",
    "points": "#,##0",
}
_CARD_WIDTH, _CARD_HEIGHT, _CHART_WIDTH, _CHART_HEIGHT, _GAP = 236, 112, 486, 300, 12
_PER_ROW, _ROW_HEIGHT = 4, 23
#: Columns of a table: the name, and so many periods.
_PERIODS = 13


def board(plan: Board) -> dict:
    """The spreadsheet of a board, as Odoo reads it."""
    every = [*plan.cards, *plan.more]
    figures = [*_cards(plan), *_charts(plan)]
    first = _rows_above(plan)
    tables = [
        (str(number), title, calendar, [kpi.code for kpi in every if kpi.calendar == calendar])
        for number, (calendar, title) in enumerate((("month", "By Month"), ("week", "By Week")), 1)
        if any(kpi.calendar == calendar for kpi in every)
    ]
    return {
        "version": _VERSION,
        "sheets": [_front(figures, tables, first), _data(plan.cards)],
        "styles": {
            "1": {"textColor": "#01666b", "bold": True, "fontSize": 16},
            "2": {"bold": True, "textColor": _INK},
            "3": {"textColor": _INK, "wrapping": "wrap"},
        },
        "formats": {str(number): text for number, text in enumerate(_FORMATS.values(), 1)},
        "borders": {"1": {"bottom": {"style": "thin", "color": "#CCCCCC"}}},
        "revisionId": "START_REVISION",
        "uniqueFigureIds": True,
        "settings": {
            "locale": {
                "name": "English (US)",
                "code": "en_US",
                "thousandsSeparator": ",",
                "decimalSeparator": ".",
                "dateFormat": "mm/dd/yyyy",
                "timeFormat": "hh:mm:ss",
                "formulaArgSeparator": ",",
                "weekStart": 7,
            }
        },
        "pivots": {number: _pivot(number, calendar, codes) for number, _title, calendar, codes in tables},
        "pivotNextId": len(tables) + 1,
        "customTableStyles": {},
        "globalFilters": [{"id": FILTER, "type": "date", "label": "Period", "defaultValue": "last_12_months"}],
        "lists": {str(number): _list(number, kpi) for number, kpi in enumerate(plan.cards, 1)},
        "listNextId": len(plan.cards) + 1,
        "chartOdooMenusReferences": {figure["id"]: MENU for figure in figures},
    }


def text(plan: Board) -> str:
    return json.dumps(board(plan), indent=1, ensure_ascii=False) + "\n"


def files() -> Iterator[tuple]:
    return ((FOLDER / f"{plan.name}_dashboard.json", text(plan)) for plan in BOARDS)


# ---------------------------------------------------------------- what is read


def _domain(*codes: str, scope: str = "company", calendar: str = "month") -> str:
    """Final figures of today's knowledge, of the company that the reader works in, where there is something to say."""
    return (
        f"[('kpi_id.code', 'in', {list(codes)!r}), ('calendar', '=', {calendar!r}), ('scope_kind', '=', {scope!r}),"
        " ('is_current', '=', True), ('state', '=', 'closed'), ('is_empty', '=', False),"
        " ('company_id', '=', allowed_company_ids[0])]"
    )


def _matching() -> dict:
    return {FILTER: {"chain": "period_start", "type": "date", "offset": 0}}


def _list(number: int, kpi: Kpi) -> dict:
    return {
        "id": str(number),
        "name": kpi.name,
        "model": MODEL,
        "columns": ["value", "period_start"],
        "domain": _domain(kpi.code, calendar=kpi.calendar),
        "context": {},
        "orderBy": [{"name": "period_start", "asc": False}],
        "fieldMatching": _matching(),
    }


def _pivot(number: str, calendar: str, codes: Sequence[str]) -> dict:
    return {
        "type": "ODOO",
        "id": number,
        "formulaId": number,
        # Stands in the corner of the table, and is not translated.
        "name": "KPI",
        "model": MODEL,
        "context": {},
        "domain": _domain(*codes, calendar=calendar),
        "measures": [{"id": "value:sum", "fieldName": "value", "aggregator": "sum"}],
        "rows": [{"fieldName": "unit"}, {"fieldName": "kpi_id"}],
        "columns": [{"fieldName": "period_end", "granularity": _granularity(calendar), "order": "desc"}],
        "sortedColumn": None,
        "fieldMatching": _matching(),
    }


def _granularity(calendar: str) -> str:
    """A week is told by its last day: which week of the year it is depends on who counts."""
    return "day" if calendar == "week" else "month"


# ---------------------------------------------------------------- what is shown


def _cards(plan: Board) -> Iterator[dict]:
    for number, kpi in enumerate(plan.cards):
        row, column = divmod(number, _PER_ROW)
        is_distance = kpi.unit in ("percent", "mean")
        yield _figure(
            f"{plan.name}-card-{kpi.code}",
            column * (_CARD_WIDTH + _GAP),
            _GAP + row * (_CARD_HEIGHT + _GAP),
            _CARD_WIDTH,
            _CARD_HEIGHT,
            {
                "type": "scorecard",
                "title": {"text": kpi.name, "bold": True, "color": _INK, "fontSize": 11},
                "background": _PALE,
                "keyValue": f"Data!B{number + 2}",
                "baseline": f"Data!C{number + 2}",
                "baselineMode": "difference" if is_distance else "percentage",
                "baselineDescr": {"text": "vs. before"},
                "baselineColorUp": _RED if kpi.is_lower_better else _GREEN,
                "baselineColorDown": _GREEN if kpi.is_lower_better else _RED,
                "humanize": kpi.unit in ("money", "points"),
            },
        )


def _charts(plan: Board) -> Iterator[dict]:
    top = _GAP + -(-len(plan.cards) // _PER_ROW) * (_CARD_HEIGHT + _GAP)
    for number, chart in enumerate(plan.charts):
        row, column = divmod(number, 2)
        group_by = [
            "scope_name" if chart.scope != "company" else f"period_end:{_granularity(chart.calendar)}",
        ]
        yield _figure(
            f"{plan.name}-{chart.kind}-{chart.code}-{chart.scope}",
            column * (_CHART_WIDTH + _GAP),
            top + row * (_CHART_HEIGHT + _GAP),
            _CHART_WIDTH,
            _CHART_HEIGHT,
            {
                "type": f"odoo_{chart.kind}",
                "title": {"text": chart.title, "bold": True, "color": _INK},
                "background": "#FFFFFF",
                "legendPosition": "none",
                "verticalAxisPosition": "left",
                "stacked": False,
                "humanize": True,
                "dataSets": [{}],
                "axesDesign": {},
                "metaData": {
                    "groupBy": group_by,
                    "measure": "value",
                    "order": None,
                    "resModel": MODEL,
                    "mode": chart.kind,
                },
                "searchParams": {
                    # A month without a figure is a gap, and not 0.
                    "context": {"fill_temporal": False},
                    "domain": _domain(chart.code, scope=chart.scope, calendar=chart.calendar),
                    "groupBy": group_by,
                    "orderBy": [],
                },
                "fieldMatching": _matching(),
            },
        )


def _figure(name: str, left: int, top: int, width: int, height: int, data: dict) -> dict:
    return {
        "id": name,
        "tag": "chart",
        "col": 0,
        "row": 0,
        "offset": {"x": left, "y": top},
        "width": width,
        "height": height,
        "data": {**data, "chartId": name},
    }


def _rows_above(plan: Board) -> int:
    """The first row below cards and charts."""
    cards = -(-len(plan.cards) // _PER_ROW) * (_CARD_HEIGHT + _GAP)
    charts = -(-len(plan.charts) // 2) * (_CHART_HEIGHT + _GAP)
    return (cards + charts + 2 * _GAP) // _ROW_HEIGHT + 2


def _front(figures: list, tables: list, first: int) -> dict:
    cells, styles, borders, row = {}, {}, {}, first
    for number, title, calendar, codes in tables:
        cells[f"A{row}"] = f"[{title}](odoo://view/{_view(title, codes, calendar)})"
        styles[f"A{row}"] = 1
        borders[f"A{row}:N{row}"] = 1
        # A row for each KPI, and one above those of each unit; periods beyond are in the list that the title opens.
        height = 2 * len(codes)
        cells[f"A{row + 1}"] = f"=PIVOT({number}, {height}, FALSE, TRUE, {_PERIODS}, FALSE)"
        row += height + 4
    cells[f"A{row}"] = '=_t("Final figures of one company, as known now. A figure opens what it was made of.")'
    styles[f"A{row}"] = 3
    return _sheet(
        "board",
        "Dashboard",
        row + 3,
        {"0": {"size": 280}} | {str(column): {"size": 85} for column in range(1, _PERIODS + 1)},
        cells=cells,
        styles=styles,
        borders=borders,
        figures=figures,
    )


def _view(title: str, codes: Sequence[str], calendar: str) -> str:
    action = {
        "modelName": MODEL,
        "domain": [
            ["kpi_id.code", "in", list(codes)],
            ["calendar", "=", calendar],
            ["scope_kind", "=", "company"],
            ["is_current", "=", True],
        ],
        "context": {},
        "views": [[False, name] for name in ("list", "pivot", "graph", "form", "search")],
    }
    return json.dumps({"viewType": "list", "action": action, "threshold": 0, "name": title}, separators=(",", ":"))


def _data(cards: Sequence[Kpi]) -> dict:
    numbers = {unit: number for number, unit in enumerate(_FORMATS, 1)}
    cells = {"A1": '=_t("KPI")', "B1": '=_t("Last Period")', "C1": '=_t("Period Before")', "D1": '=_t("First Day")'}
    formats = {}
    for number, kpi in enumerate(cards, 1):
        row = number + 1
        cells |= {
            f"A{row}": f'=_t("{kpi.name}")',
            # Before there is a final figure, the card says so; an empty one looks broken.
            f"B{row}": f'=IF(ODOO.LIST({number},1,"value")="","–",ODOO.LIST({number},1,"value"))',
            f"C{row}": f'=ODOO.LIST({number},2,"value")',
            f"D{row}": f'=ODOO.LIST({number},1,"period_start")',
        }
        formats[f"B{row}:C{row}"] = numbers[kpi.unit]
    return _sheet(
        "data",
        "Data",
        len(cards) + 5,
        {"0": {"size": 280}} | {str(column): {"size": 120} for column in range(1, 4)},
        cells=cells,
        styles={"A1:D1": 2},
        formats=formats,
    )


def _sheet(number: str, name: str, rows: int, columns: dict, **content: object) -> dict:
    return {
        "id": number,
        "name": name,
        "colNumber": 15,
        "rowNumber": rows,
        "rows": {},
        "cols": columns,
        "merges": [],
        "cells": {},
        "styles": {},
        "formats": {},
        "borders": {},
        "conditionalFormats": [],
        "dataValidationRules": [],
        "figures": [],
        "tables": [],
        "areGridLinesVisible": False,
        "isVisible": True,
        "headerGroups": {"ROW": [], "COL": []},
        "comments": {},
    } | content


def main(_arguments: Sequence[str] = ()) -> int:
    for path, content in files():
        path.write_text(content)
    return 0


if __name__ == "__main__":
    main()
