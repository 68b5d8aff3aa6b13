from datetime import date, timedelta

from odoo import fields
from odoo.tools import SQL

from ...models.kpi.measures import SCOPE_COLUMNS, Window
from ...rules.periods import utc_bounds


class MeasureMixin:
    """What a built-in KPI counts, looked at by itself: documents of a period of UTC days, put together as the KPI says."""

    def window(self, first, last, company=None):
        """The days ``first`` to ``last``, as seen now."""
        company = company or self.company
        first, last = date.fromisoformat(first), date.fromisoformat(last)
        since, until = utc_bounds(first, last, "UTC")
        return Window(
            since=since,
            until=until,
            day_since=first - timedelta(days=1),
            day_until=last + timedelta(days=2),
            companies=(company.id,),
            periods=SQL(
                """(SELECT 1 AS id, %s AS company_id, %s AS at_start, %s AS at_end, %s AS day_start, %s AS day_end,
                           'UTC'::varchar AS tz)""",
                company.id,
                since,
                until,
                first,
                last + timedelta(days=1),
            ),
            now=fields.Datetime.now(),
        )

    def documents(self, code, first, last, *only, company=None):
        """Rows of the period that count, as dicts; of these records alone, if any are said."""
        window = self.window(first, last, company)
        facts = self.env.ref(f"crm_sync_measures.kpi_{code}")._facts(window)
        inside = {
            "moment": SQL("f.at >= %s AND f.at < %s", window.since, window.until),
            "day": SQL("f.day >= %s AND f.day <= %s", date.fromisoformat(first), date.fromisoformat(last)),
            "stand": SQL("f.period_id = 1"),
        }[facts.timing]
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT f.* FROM (%s) f WHERE f.company_id = %s AND %s",
                facts.select,
                (company or self.company).id,
                inside,
            )
        )
        wanted = {(records._name, record_id) for records in only for record_id in records.ids}
        return [row for row in rows if not only or (row["res_model"], row["res_id"]) in wanted]

    def figure(self, code, first, last, *only, company=None):
        """The figure of these documents, to two decimals; None where nothing can be said."""
        return self._together(code, self.documents(code, first, last, *only, company=company))

    def figures_by(self, scope, code, first, last, *only):
        """``{value of the scope: figure}``"""
        groups = {}
        for row in self.documents(code, first, last, *only):
            groups.setdefault(row[SCOPE_COLUMNS[scope]], []).append(row)
        return {key: self._together(code, rows) for key, rows in groups.items()}

    def _together(self, code, rows):
        kpi = self.env.ref(f"crm_sync_measures.kpi_{code}")
        total = sum(row["numerator"] for row in rows)
        if kpi.additivity != "ratio":
            return round(total, 2)
        of = sum(row["denominator"] for row in rows)
        return round(total / of * (100 if kpi.unit == "percent" else 1), 2) if of else None
