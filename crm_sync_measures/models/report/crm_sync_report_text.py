from markupsafe import Markup
from odoo import api, models
from odoo.tools import format_amount, format_date, format_datetime, formatLang

from ...rules.report_matrix import polylines


class CrmSyncReportText(models.AbstractModel):
    """A report as text in the reader's language: one template for the screen, the PDF and the mail."""

    _name = "crm.sync.report.text"
    _description = "Text of a Report"

    @api.model
    def _body(self, report):
        """The report as HTML with its own style."""
        return Markup(self.env["ir.qweb"]._render("crm_sync_measures.report_body", {"report": self._told(report)}))

    @api.model
    def _told(self, report):
        """The report as plain texts, ready to be shown."""
        levels = dict(self.env["crm.sync.kpi.value"]._fields["level"]._description_selection(self.env))
        return {
            "code": report.code,
            "title": report.title,
            "subtitle": " · ".join((report.company, report.scope, report.period)),
            "kpis": [self._kpi_texts(row, levels) for row in report.kpis],
            "listings": [self._listing_texts(listing) for listing in report.listings],
            "filters": report.filters,
            "made": self.env._(
                "Made on %(moment)s for %(reader)s. It tells what %(reader)s may read.",
                moment=format_datetime(self.env, report.made_at, dt_format="short"),
                reader=report.reader,
            ),
            "sources": self.env._("Source: %s", "; ".join(report.sources)) if report.sources else "",
        }

    def _kpi_texts(self, row, levels):
        def text(value):
            return "–" if value is None else self._number(value, row.unit, row.digits, row.currency)

        return {
            "code": row.code,
            "name": row.name,
            "id": row.kpi_id,
            "period": row.period,
            "actual": text(row.actual),
            "is_running": row.is_running,
            "target": text(row.target),
            "attainment": "–" if row.attainment is None else self._number(row.attainment, "percent", 0),
            "previous": text(row.previous),
            "change": "" if row.change is None else self._signed(row.change, row),
            "tone": row.tone,
            "last_year": text(row.last_year),
            "level": levels.get(row.level, ""),
            "level_tone": {"ok": "success", "warning": "warning", "critical": "danger"}.get(row.level, ""),
            "lines": polylines([value for _label, value, _target in row.trend]),
        }

    def _signed(self, value, row):
        if row.unit == "percent":
            # The distance of two shares is told in points: two per cent of 40 % would be 0.8.
            text = self.env._("%s percentage points", formatLang(self.env, value, digits=row.digits))
        else:
            text = self._number(value, row.unit, row.digits, row.currency)
        return f"+{text}" if value > 0 else text

    def _listing_texts(self, listing):
        return {
            "code": listing.code,
            "title": listing.title,
            "columns": [{"label": column.label, "is_number": column.is_number} for column in listing.columns],
            "rows": [
                {
                    "cells": [
                        self._cell(cell, column, row.currency)
                        for cell, column in zip(row.cells, listing.columns, strict=True)
                    ],
                    "document": row.document,
                }
                for row in listing.rows
            ],
            "note": listing.note,
            "empty": listing.empty,
            "is_masked": listing.is_masked,
        }

    def _cell(self, value, column, currency):
        if value is None or value is False or value == "":
            return ""
        if column.unit == "moment":
            return format_datetime(self.env, value, dt_format="short")
        if column.unit == "date":
            return format_date(self.env, value)
        if column.unit == "text":
            return str(value)
        return self._number(value, column.unit, column.digits, currency)

    @api.model
    def _number(self, value, unit, digits=0, currency=""):
        """A number with its unit, in the reader's format."""
        if unit == "money":
            known = self._currency(currency)
            if known:
                return format_amount(self.env, value, known, trailing_zeroes=True)
        text = formatLang(self.env, value, digits=digits)
        match unit:
            case "percent":
                return f"{text} %"
            case "hours":
                return self.env._("%s h", text)
            case "days":
                return self.env._("%s days", text)
            case _:
                return text

    @api.model
    def _currency(self, name):
        """The currency of that name; of the company's own one nothing is looked up."""
        own = self.env.company.currency_id
        return own if own.name == name else self.env["res.currency"].search([("name", "=", name)], limit=1)
