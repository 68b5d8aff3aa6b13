import json
from datetime import date, timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...rules.kpi_target import expected_share
from ...rules.periods import local_date
from .own_preview import counted, span, window_of


class CrmSyncKpiPeriod(models.Model):
    """How much of a period's result is expected on a day: by working days, or by what last year's days brought."""

    _inherit = "crm.sync.kpi.period"

    curve = fields.Json("Days of Last Year", readonly=True)

    def _expected_shares(self, now):
        """``{period id: share}`` of what is expected when yesterday was over, by the period's clock. Today does not count yet:
        nobody is behind in the morning."""
        companies = [(False, company.id) for company in self.company_id]
        clocks = self.env["crm.sync.working.time"]._clocks(companies) if companies else {}
        shares = {}
        for period in self:
            clock = clocks[False, period.company_id.id]
            worked = {
                local_date(opens, period.tz) for opens, _closes, _before in clock.rows(period.at_start, period.at_end)
            }
            yesterday = local_date(now, period.tz) - timedelta(days=1)
            curve = period.curve if period.kpi_id.pace_by == "last_year" else None
            shares[period.id] = expected_share(yesterday, period.period_start, period.period_end, curve, worked)
        return shares

    def _keep_curves(self):
        """Of periods in progress, keep what each day of the same period a year ago has brought; once for each period.

        Only of what adds up, and only where it was asked for. A year ago without documents is an empty list.
        """
        for period in self:
            kpi = period.kpi_id
            if (
                period.state == "running"
                and kpi.pace_by == "last_year"
                and kpi.additivity in ("sum", "distinct")
                and period.calendar != "day"
                and period.curve is False
            ):
                # By SQL: the ORM refuses changes of periods; this is no fact but how they are looked at.
                self.env.cr.execute(
                    SQL(
                        "UPDATE crm_sync_kpi_period SET curve = %s::jsonb WHERE id = %s AND curve IS NULL",
                        json.dumps(period._days_of_last_year()),
                        period.id,
                    )
                )
                period.invalidate_recordset(["curve"], flush=False)

    def _days_of_last_year(self):
        """What each day of the same period a year ago has brought."""
        first, last = _a_year_before(self.period_start, self.calendar), _a_year_before(self.period_end, self.calendar)
        past = span(first, last, self.tz, self.calendar)
        facts = self.kpi_id._facts(window_of(past, self.company_id.id, fields.Datetime.now()))
        if facts is None or facts.timing == "stand":
            return []
        documents = counted(facts, past, self.company_id.id)
        if facts.subject:
            # A customer counts on the first day of the period on which he came.
            by_day = SQL(
                "SELECT local_day, count(*) FROM (SELECT min(local_day) AS local_day FROM %s f GROUP BY subject_id) s"
                " GROUP BY local_day",
                documents,
            )
        else:
            by_day = SQL("SELECT local_day, sum(numerator) FROM %s f GROUP BY local_day", documents)
        brought = dict(self.env.execute_query(by_day))
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [float(brought.get(day, 0)) for day in days] if brought else []


def _a_year_before(day: date, calendar: str) -> date:
    """The same day of the year before; of weeks, the same weekday.

    >>> str(_a_year_before(date(2028, 2, 29), "month")), str(_a_year_before(date(2026, 3, 2), "week"))
    ('2027-02-28', '2025-03-03')
    >>> str(_a_year_before(date(2025, 2, 28), "month"))
    '2024-02-29'
    """
    if calendar == "week":
        return day - timedelta(days=364)
    is_last = (day + timedelta(days=1)).day == 1
    before = date(day.year - 1, day.month, min(day.day, 28))
    if not is_last:
        return before.replace(day=day.day)
    while (before + timedelta(days=1)).month == before.month:
        before += timedelta(days=1)
    return before
