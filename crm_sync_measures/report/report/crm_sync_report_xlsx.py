from odoo import api, models
from odoo.tools.misc import get_lang

from ...rules.spreadsheet import column_width
from ..core.workbook import Figure, Workbook


class CrmSyncReportXlsx(models.AbstractModel):
    """The workbook of a report: figures, their trend, charts, lists, and what it was made of. It says what the page says."""

    _name = "crm.sync.report.xlsx"
    _description = "Report Workbook"

    @api.model
    def _write_to(self, report, file):
        """Write the workbook of ``report`` to ``file``."""
        book = Workbook(file, get_lang(self.env), self.env.user.tz)
        self._add_figures(book, report)
        trend = self._add_trend(book, report)
        sheets = [(listing, self._add_listing(book, listing)) for listing in report.listings]
        self._add_charts(book, report, trend, sheets)
        self._add_about(book, report)
        book.close()

    # ---------------------------------------------------------------- figures

    def _add_figures(self, book, report):
        env = self.env
        titles = [
            env._("KPI"), env._("Period"), env._("Unit"), env._("Actual"), env._("Target"), env._("Attainment"),
            env._("Previous Period"), env._("Change"), env._("A Year Ago"), env._("How It Stands"), env._("Status"),
            env._("Documents"), env._("Code"),
        ]  # fmt: skip
        sheet = book.add_sheet(env._("Figures of KPIs"), titles, (34, 12, 14, 16, 16, 12, 16, 26, 16, 18, 14, 12, 26))
        Value = env["crm.sync.kpi.value"]
        units = dict(Value._fields["unit"]._description_selection(env))
        levels = dict(Value._fields["level"]._description_selection(env))
        states = dict(Value._fields["state"]._description_selection(env))
        for row in report.kpis:
            sheet.add_row(
                row.name, row.period, row.currency if row.unit == "money" else units.get(row.unit, row.unit),
                self._figure(row, row.actual), self._figure(row, row.target), Figure(row.attainment, "percent", 1),
                self._figure(row, row.previous), self._change(row), self._figure(row, row.last_year),
                levels.get(row.level, ""), states["running" if row.is_running else "closed"], row.documents, row.code,
            )  # fmt: skip
        sheet.add_filter()

    def _figure(self, row, value):
        return Figure(value, row.unit, row.digits, self._symbol(row.unit, row.currency))

    def _change(self, row):
        if row.unit == "percent":
            return Figure(row.change, "points", row.digits, self.env._("%s percentage points", "").strip())
        return self._figure(row, row.change)

    def _symbol(self, unit, currency):
        # A single letter cannot be translated by itself.
        words = {"money": currency, "hours": self.env._("%s h", "").strip(), "days": self.env._("days")}
        return words.get(unit, "")

    # ---------------------------------------------------------------- trend

    def _add_trend(self, book, report):
        """One line for each KPI and period; ``(sheet, [(first row, last row)])`` of each KPI is returned for the charts."""
        env = self.env
        titles = [env._("KPI"), env._("Period"), env._("Actual"), env._("Target")]
        sheet = book.add_sheet(env._("Trend"), titles, (34, 12, 16, 16))
        ranges = []
        for row in report.kpis:
            first = sheet.row
            for label, actual, target in row.trend:
                sheet.add_row(row.name, label, self._figure(row, actual), self._figure(row, target))
            ranges.append((first, sheet.row - 1, any(target is not None for _label, _actual, target in row.trend)))
        sheet.add_filter()
        return sheet, ranges

    # ---------------------------------------------------------------- lists

    def _add_listing(self, book, listing):
        widths = [
            max(column_width([column.label]), self._cells_width(column, cells))
            for column, *cells in zip(listing.columns, *(row.cells for row in listing.rows), strict=True)
        ]
        if listing.is_masked:
            sheet = book.add_sheet(listing.title, widths=(60,))
            sheet.add_row(self.env._("You do not have access to this."))
            return sheet
        sheet = book.add_sheet(listing.title, [column.label for column in listing.columns], widths)
        for row in listing.rows:
            sheet.add_row(
                *(
                    Figure(cell, column.unit, column.digits, self._symbol(column.unit, row.currency))
                    if column.is_number and cell is not None
                    else cell
                    for cell, column in zip(row.cells, listing.columns, strict=True)
                )
            )
        sheet.add_filter()
        return sheet

    def _cells_width(self, column, cells):
        if column.unit == "text":
            return column_width(str(cell or "") for cell in cells)
        return 22 if column.unit == "moment" else 16

    # ---------------------------------------------------------------- charts

    def _add_charts(self, book, report, trend, sheets):
        drawn = [
            (row, first, last, has_target)
            for row, (first, last, has_target) in zip(report.kpis, trend[1], strict=True)
            if sum(actual is not None for _label, actual, _target in row.trend) > 1
        ]
        columns = [(listing, sheet) for listing, sheet in sheets if listing.is_chart and len(listing.rows) > 1]
        if not drawn and not columns:
            return
        charts = book.add_charts(self.env._("Charts"))
        for row, first, last, has_target in drawn:
            labels, actual, target = zip(*row.trend, strict=True)
            series = [((0, 2), self.env._("Actual"), (first, last, 2), actual)]
            if has_target:
                series.append(((0, 3), self.env._("Target"), (first, last, 3), target))
            charts.add_line(trend[0], ((first, 0), row.name), ((first, last, 1), labels), series)
        for listing, sheet in columns:
            number, column = next(pair for pair in enumerate(listing.columns) if pair[1].is_number)
            last = len(listing.rows)
            labels = [row.cells[0] for row in listing.rows]
            numbers = [row.cells[number] for row in listing.rows]
            title = (0, number), column.label
            charts.add_columns(sheet, title, ((1, last, 0), labels), [(*title, (1, last, number), numbers)])

    # ---------------------------------------------------------------- about

    def _add_about(self, book, report):
        env = self.env
        sheet = book.add_sheet(env._("About This Report"), widths=(28, 80))
        sheet.add_title(report.title)
        for label, text in report.filters:
            sheet.add_row(label, text)
        sheet.add_row(env._("Read by"), report.reader)
        sheet.add_row(env._("Made at"), report.made_at)
        for number, source in enumerate(report.sources):
            sheet.add_row("" if number else env._("Source"), source)
        notes = {listing.note for listing in report.listings if listing.note}
        for note in sorted(notes):
            sheet.add_row("", note)
        sheet.add_row(
            "", env._("It tells what its reader may read. Empty cells mean that there is nothing to say, not 0.")
        )
