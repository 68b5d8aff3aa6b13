from odoo import models
from odoo.fields import Domain

from ...rules.kpi_period import period_label
from ...rules.kpi_target import attainment, level
from ...rules.report_matrix import KpiRow, Point, nests, reach, span_before, trend, value_in, year_before
from ...rules.report_plan import kpis_of

#: What is read of each value.
_COLUMNS = [
    "kpi_id", "calendar", "period_start", "period_end", "value", "is_empty", "numerator", "denominator", "count", "target",
    "has_target", "attainment", "has_attainment", "level", "state", "currency_id",
]  # fmt: skip


class CrmSyncReport(models.AbstractModel):
    """The table of KPIs: value, target, attainment, previous period, same period of last year, trend.

    A few statements, however many KPIs there are.
    """

    _inherit = "crm.sync.report"

    def _kpi_rows(self, code, about):
        """One row for each KPI of the report that was measured for the scope and that the reader may see."""
        kpis = self._kpis(code, about)
        values = self._values(kpis, about)
        rows = (self._kpi_row(kpi, values.get(kpi.id, ()), about) for kpi in kpis)
        return tuple(row for row in rows if row)

    def _kpis(self, code, about):
        found = self.env["crm.sync.kpi"].search(Domain("company_id", "in", [False, about.company.id]))
        chosen = set(kpis_of(code, [(kpi.id, kpi.code, kpi.subject) for kpi in found]))
        if code == "improvement":
            chosen.update(self._improved_kpis(about).ids)
        return found.filtered(lambda kpi: kpi.id in chosen)

    def _values(self, kpis, about):
        """``{kpi id: values}`` of the scope, as far back as the report looks."""
        known = "is_first" if about.is_reported else "is_current"
        values = self.env["crm.sync.kpi.value"].search_fetch(
            Domain("kpi_id", "in", kpis.ids)
            & Domain("company_id", "=", about.company.id)
            & Domain("scope_key", "=", about.scope_key)
            & Domain(known, "=", True)
            & Domain("period_start", ">=", reach(about.span))
            & Domain("period_end", "<=", about.span.last),
            _COLUMNS,
            order="kpi_id, period_start",
        )
        return {kpi.id: own for kpi, own in values.grouped("kpi_id").items()}

    def _kpi_row(self, kpi, values, about):
        if not values:
            return None
        # Of a KPI that was measured by other periods before, those are another story.
        points = [self._point(value) for value in values if value.calendar == kpi.calendar]
        shape = (points, kpi.calendar, kpi.additivity, kpi.unit)
        now = value_in(about.span, *shape)
        if not now:
            return None
        # Where weeks make up no month, the previous value is that of the week before.
        before = (
            value_in(span_before(about.span), *shape)
            if nests(kpi.calendar, about.span.kind)
            else self._point_before(points, now)
        )
        last_year = value_in(year_before(about.span), *shape)
        reached, grade = self._judged(kpi, now)
        count = sum(value.count for value in values if now.start <= value.period_start and value.period_end <= now.end)
        return KpiRow(
            code=kpi.code,
            name=kpi.name,
            unit=kpi.unit,
            digits=kpi.digits,
            direction=kpi.direction,
            currency=values[-1].currency_id.name or "",
            period=about.span.label if now.start == about.span.first else period_label(now.start, kpi.calendar),
            actual=now.value,
            target=now.target,
            attainment=reached,
            previous=before and before.value,
            last_year=last_year and last_year.value,
            level=grade,
            is_running=now.is_running,
            documents=count,
            trend=tuple(
                (label, point and point.value, point and point.target) for label, point in trend(about.span, *shape)
            ),
            kpi_id=kpi.id,
        )

    def _point_before(self, points, now):
        return max((point for point in points if point.end < now.start), key=lambda point: point.start, default=None)

    def _point(self, value):
        return Point(
            start=value.period_start,
            end=value.period_end,
            value=None if value.is_empty else value.value,
            numerator=value.numerator,
            denominator=value.denominator,
            # A range is no number; how far its figure is within it is told by its attainment.
            target=value.target if value.has_target and value.kpi_id.direction != "range" else None,
            attainment=value.attainment if value.has_attainment else None,
            level=value.level or "",
            is_running=value.state == "running",
        )

    def _judged(self, kpi, point):
        """(attainment in per cent or None, level) of what the table shows: kept with the value, or of several together."""
        if point.attainment is not None or point.level:
            return point.attainment, point.level
        # How far several periods together are from a range nobody has said.
        if point.value is None or kpi.direction == "range":
            return None, ""
        warning = kpi.warning_value if kpi.has_warning else None
        critical = kpi.critical_value if kpi.has_critical else None
        reached = None
        # A part of a sum is measured by its pace, not by the target of the whole period.
        if point.target is not None and not (point.is_running and kpi.additivity == "sum"):
            reached = attainment(point.value, point.target, kpi.direction)
        return reached, level(point.value, warning, critical, kpi.direction) or ""
