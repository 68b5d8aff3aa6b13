from datetime import date, timedelta
from io import BytesIO

import openpyxl
from freezegun import freeze_time
from odoo.tools import SQL

from ...rules.kpi_period import local_midnight_utc, period_next
from ..common import SyncCase


class ReportCase(SyncCase):
    """KPIs with figures that are known, as if they had been measured."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaints = cls.kpi("t_complaint_count", "Complaints of the Test", direction="lower")
        cls.rate = cls.kpi("t_answered", "Answered in Time", unit="percent", digits=1, additivity="ratio")

    def travel(self, moment):
        self.startPatcher(freeze_time(moment))

    @classmethod
    def kpi(cls, code, name, **values):
        return cls.env["crm.sync.kpi"].create(
            {"code": code, "name": name, "subject": "service", "kind": "builtin", **values}
        )

    @classmethod
    def measured(cls, kpi, day, value, scope_key="company", company=None, **values):
        """A figure of the period that begins on ``day``, as the snapshot would have written it."""
        company = company or cls.company
        first = date.fromisoformat(day)
        last = period_next(first, kpi.calendar) - timedelta(days=1)
        kind, _colon, which = scope_key.partition(":")
        state = values.get("state", "closed")
        bounds = {
            "tz": "UTC",
            "at_start": local_midnight_utc(first, "UTC"),
            "at_end": local_midnight_utc(last + timedelta(days=1), "UTC"),
            "period_start": first,
            "period_end": last,
            "calendar": kpi.calendar,
            "company_id": company.id,
            "kpi_id": kpi.id,
            "state": state,
            "source": "auto",
        }
        cls.env.flush_all()
        [[period]] = cls.insert(
            "crm_sync_kpi_period",
            {**bounds, "closes_at": bounds["at_end"], "revision": 1},
            SQL("ON CONFLICT DO NOTHING"),
        ) or cls.env.execute_query(
            SQL(
                "SELECT id FROM crm_sync_kpi_period WHERE kpi_id = %s AND company_id = %s AND period_start = %s",
                kpi.id,
                company.id,
                first,
            )
        )
        row = {
            **bounds,
            "period_id": period,
            "currency_id": company.currency_id.id,
            "unit": kpi.unit,
            "additivity": kpi.additivity,
            "scope_kind": kind,
            "scope_key": scope_key,
            "scope_name": values.pop("scope_name", company.name),
            "scope_id": int(which) if which.isdigit() else None,
            "user_id": int(which) if kind == "person" else None,
            "revision": 1,
            "is_first": True,
            "is_current": True,
            "value": value,
            "is_empty": value is None,
            "numerator": value,
            "denominator": 1.0,
            "count": 1,
            "has_target": values.get("target") is not None,
            "has_attainment": values.get("attainment") is not None,
            **values,
        }
        [[value_id]] = cls.insert("crm_sync_kpi_value", row)
        cls.env.invalidate_all()
        return cls.env["crm.sync.kpi.value"].browse(value_id)

    @classmethod
    def insert(cls, table, values, conflict=None):
        return cls.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s %s RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
                conflict or SQL(),
            )
        )

    def report(self, code="service", user=None, day="2026-03-31", kind="month", scope="company", **options):
        Report = self.env["crm.sync.report"].with_user(user or self.manager)
        return Report._compose(code, kind, date.fromisoformat(day), self.company, scope, **options)

    def row(self, report, kpi):
        return next((row for row in report.kpis if row.code == kpi.code), None)

    def listing(self, report, code):
        return next(listing for listing in report.listings if listing.code == code)

    def workbook(self, report, user=None):
        file = BytesIO()
        self.env["crm.sync.report.xlsx"].with_user(user or self.manager)._write_to(report, file)
        return openpyxl.load_workbook(BytesIO(file.getvalue()))
