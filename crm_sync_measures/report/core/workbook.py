"""Workbooks that hold any number of rows in little memory, and no formulas at all."""

from datetime import datetime

import pytz
import xlsxwriter

from ...rules.spreadsheet import excel_format

#: The most characters that a cell holds.
_LONGEST = 32767


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

    def add_sheet(self, name, titles=(), widths=()):
        return Sheet(self, self._book.add_worksheet(name[:31]), titles, widths)

    def close(self):
        self._book.close()

    def _local(self, moment):
        return pytz.utc.localize(moment).astimezone(self._tz).replace(tzinfo=None)


class Sheet:
    """One sheet; rows are added at its end."""

    def __init__(self, book, sheet, titles, widths):
        self._book, self._sheet, self._row = book, sheet, 0
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if titles:
            self.add_title(*titles)
            sheet.freeze_panes(1, 0)

    def add_title(self, *texts):
        for column, text in enumerate(texts):
            self._sheet.write_string(self._row, column, text, self._book._title)
        self._row += 1

    def add_row(self, *values):
        for column, value in enumerate(values):
            self._write(column, value)
        self._row += 1

    def _write(self, column, value):
        # Booleans and None are "nothing there", as Odoo reads empty fields.
        if value is None or value is False or value == "":
            return
        if isinstance(value, str):
            self._sheet.write_string(self._row, column, value[:_LONGEST])
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._row, column, self._book._local(value), self._book._formats["moment"])
        elif hasattr(value, "isoformat"):
            self._sheet.write_datetime(self._row, column, value, self._book._formats["date"])
        elif isinstance(value, int):
            self._sheet.write_number(self._row, column, value)
        else:
            self._sheet.write_number(self._row, column, float(value), self._book._formats["number"])
