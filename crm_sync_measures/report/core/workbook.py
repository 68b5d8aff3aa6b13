"""Workbooks that hold any number of rows in little memory, and no formulas at all."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

import pytz
import xlsxwriter

from ...rules.spreadsheet import excel_format, number_format, sheet_name

#: The most characters that a cell holds.
_LONGEST = 32767
#: Size of a chart in pixels, and rows of cells that it covers.
_CHART = {"width": 620, "height": 280}
_CHART_ROWS = 15


@dataclass(frozen=True)
class Figure:
    """A number with its unit: it stays a number in its cell. Per cent are written as they are read, 43.2 and not 0.432."""

    value: float | None
    unit: str = "number"
    digits: int = 0
    symbol: str = ""


class Workbook:
    """A workbook in the reader's language and time zone, written to ``file`` row by row.

    Text stays text, whatever it begins with. Numbers are numbers, dates are dates, moments are given in UTC
    and written in the reader's time zone.
    """

    def __init__(self, file, language, tz):
        self._book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
        )
        self._tz = pytz.timezone(tz or "UTC")
        date_format = excel_format(language.date_format)
        moment_format = f"{date_format} {excel_format(language.time_format)}"
        self._title = self._book.add_format({"bold": True, "bg_color": "#EEEEEE", "bottom": 1})
        self._formats = {
            "number": self._book.add_format({"num_format": "#,##0.00##"}),
            "date": self._book.add_format({"num_format": date_format}),
            "moment": self._book.add_format({"num_format": moment_format}),
        }
        self._names = set()

    def add_sheet(self, name, titles=(), widths=()):
        name = sheet_name(name, self._names)
        self._names.add(name)
        return Sheet(self, self._book.add_worksheet(name), titles, widths)

    def add_charts(self, name):
        """A sheet for charts of what other sheets hold."""
        return Charts(self, self.add_sheet(name))

    def close(self):
        self._book.close()

    def _local(self, moment):
        return pytz.utc.localize(moment).astimezone(self._tz).replace(tzinfo=None)

    def _figure_format(self, figure):
        num_format = number_format(figure.unit, figure.digits, figure.symbol)
        if num_format not in self._formats:
            self._formats[num_format] = self._book.add_format({"num_format": num_format})
        return self._formats[num_format]


class Sheet:
    """One sheet; rows are added at its end."""

    def __init__(self, book, sheet, titles, widths):
        self._book, self._sheet, self._row, self._columns = book, sheet, 0, len(titles)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        # On paper all columns stand on one page, beneath their titles.
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if titles:
            self.add_title(*titles)
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)

    @property
    def name(self):
        return self._sheet.get_name()

    @property
    def row(self):
        """Number of the next row, from 0."""
        return self._row

    def add_title(self, *texts):
        for column, text in enumerate(texts):
            self._sheet.write_string(self._row, column, text, self._book._title)
        self._row += 1

    def add_row(self, *values):
        for column, value in enumerate(values):
            self._write(column, value)
        self._row += 1

    def add_filter(self):
        """Let the reader filter by each column of the titles."""
        if self._columns and self._row > 1:
            self._sheet.autofilter(0, 0, self._row - 1, self._columns - 1)

    def _write(self, column, value):
        # Booleans and None are "nothing there", as Odoo reads empty fields.
        if value is None or value is False or value == "":
            return
        if isinstance(value, Figure):
            if value.value is not None and isfinite(value.value):
                self._sheet.write_number(self._row, column, value.value, self._book._figure_format(value))
        elif isinstance(value, str):
            self._sheet.write_string(self._row, column, value[:_LONGEST])
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._row, column, self._book._local(value), self._book._formats["moment"])
        elif hasattr(value, "isoformat"):
            self._sheet.write_datetime(self._row, column, value, self._book._formats["date"])
        elif isinstance(value, int):
            self._sheet.write_number(self._row, column, value)
        else:
            self._sheet.write_number(self._row, column, float(value), self._book._formats["number"])


class Charts:
    """A sheet of native charts, two beside each other; they show cells, so that whoever changes those sees it."""

    def __init__(self, book, sheet):
        self._book, self._sheet, self._count = book, sheet, 0

    def add_line(self, sheet, title, labels, series):
        """Lines over time; see :meth:`_add`."""
        self._add({"type": "line"}, sheet, title, labels, series, {"marker": {"type": "circle", "size": 4}})

    def add_columns(self, sheet, title, labels, series):
        """Columns beside each other; see :meth:`_add`."""
        self._add({"type": "column"}, sheet, title, labels, series, {})

    def _add(self, kind, sheet, title, labels, series, look):
        """
        :param title: ``((row, column), text)`` of the cell with the title: names of customers never become a formula
        :param labels: ``((first row, last row, column), texts)`` of the axis
        :param series: ``[((row, column), text of the name, (first row, last row, column), numbers)]``
        """
        chart = self._book._book.add_chart(kind)
        (first_label, last_label, label), texts = labels
        for place, name, (first, last, column), numbers in series:
            # What cells hold stands beside their range, for programs that draw before they calculate.
            chart.add_series(
                {
                    "name": [sheet.name, *place],
                    "name_data": [name],
                    "categories": [sheet.name, first_label, label, last_label, label],
                    "categories_data": list(texts),
                    "values": [sheet.name, first, column, last, column],
                    "values_data": list(numbers),
                    **look,
                }
            )
        place, text = title
        chart.set_title({"name": [sheet.name, *place], "data": [text], "overlay": False, "name_font": {"size": 12}})
        chart.set_legend({"none": True} if len(series) < 2 else {"position": "bottom"})
        chart.set_size(_CHART)
        chart.show_blanks_as("gap")
        down, right = divmod(self._count, 2)
        self._sheet._sheet.insert_chart(down * _CHART_ROWS, right * 10, chart)
        self._count += 1
