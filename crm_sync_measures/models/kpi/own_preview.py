"""What a definition would have counted in the last complete period: one window without a table of its own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from odoo import fields
from odoo.tools import SQL

from ...rules.kpi_period import period_label, period_next, period_start
from ...rules.periods import local_date, utc_bounds
from .kpi_sql import is_quotient, sums_of, value_of
from .measures import Window


@dataclass(frozen=True)
class Span:
    """One period: local days [day_since, day_until), and its bounds in UTC [since, until)."""

    day_since: date
    day_until: date
    since: datetime
    until: datetime
    tz: str
    label: str


def span(first, last, tz, calendar):
    """The period of the local days ``first`` to ``last``, both included."""
    since, until = utc_bounds(first, last, tz)
    return Span(first, last + timedelta(days=1), since, until, tz, period_label(first, calendar))


def last_complete(kpi, company=None):
    """The last period that is over."""
    company = company or kpi._own_company()
    tz, week_start = kpi.env["crm.sync.kpi.snapshot"]._clock(company)
    current = period_start(local_date(fields.Datetime.now(), tz), kpi.calendar, week_start)
    first = period_start(current - timedelta(days=1), kpi.calendar, week_start)
    return span(first, period_next(first, kpi.calendar) - timedelta(days=1), tz, kpi.calendar)


def window_of(period, company_id, now):
    """A :class:`Window` of one company and period."""
    relation = SQL(
        """(SELECT 0::int AS id, %s::int AS company_id, %s::timestamp AS at_start, %s::timestamp AS at_end,
                   %s::date AS day_start, %s::date AS day_end, %s::varchar AS tz)""",
        company_id,
        period.since,
        period.until,
        period.day_since,
        period.day_until,
        period.tz,
    )
    return Window(
        since=period.since,
        until=period.until,
        day_since=period.day_since - timedelta(days=1),
        day_until=period.day_until + timedelta(days=1),
        companies=(company_id,),
        periods=relation,
        now=now,
    )


def counted(facts, period, company_id):
    """Relation of the facts that count for one company and period, with the local ``day`` of each."""
    if facts.timing == "stand":
        return SQL(
            "(SELECT s.*, %s::date AS local_day FROM (%s) s WHERE s.company_id = %s)",
            period.day_since,
            facts.select,
            company_id,
        )
    if facts.timing == "day":
        day, moment, bounds = SQL("s.day::date"), SQL("s.day"), (period.day_since, period.day_until)
    else:
        day = SQL("(s.at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", period.tz)
        moment, bounds = SQL("s.at"), (period.since, period.until)
    return SQL(
        "(SELECT s.*, %(day)s AS local_day FROM (%(facts)s) s"
        " WHERE s.company_id = %(company)s AND %(moment)s >= %(since)s AND %(moment)s < %(until)s)",
        day=day,
        facts=facts.select,
        company=company_id,
        moment=moment,
        since=bounds[0],
        until=bounds[1],
    )


def preview(kpi):
    """See ``kpi_preview``; as superuser."""
    company = kpi._own_company()
    period = last_complete(kpi, company)
    facts = kpi._own_facts(window_of(period, company.id, fields.Datetime.now()))
    numerator = SQL("count(DISTINCT subject_id)") if kpi.additivity == "distinct" else SQL("sum(numerator)")
    kpi.env.flush_all()
    [(count, above, below, value)] = kpi.env.execute_query(
        SQL(
            """SELECT count, numerator, denominator, %(value)s FROM (
                      SELECT count, %(sums)s FROM (
                             SELECT count(*) AS count, %(numerator)s AS above, sum(denominator) AS below FROM %(facts)s f) t) u""",
            value=value_of(kpi.additivity, kpi.unit),
            sums=sums_of(kpi.additivity, kpi.unit, SQL("above"), SQL("below")),
            numerator=numerator,
            facts=counted(facts, period, company.id),
        )
    )
    found = {
        "period": period.label,
        "first_day": fields.Date.to_string(period.day_since),
        "last_day": fields.Date.to_string(period.day_until - timedelta(days=1)),
        "count": count,
        "numerator": above,
        "denominator": below if is_quotient(kpi.additivity, kpi.unit) else None,
        "value": value,
    }
    return found | {"text": _sentence(kpi, company, found)}


def _sentence(kpi, company, found):
    words = {"period": found["period"], "count": found["count"], "company": company.name}
    if not found["count"]:
        return kpi.env._("%(period)s, %(company)s: no document fits. Look at the conditions and at the date.", **words)
    return kpi.env._(
        "%(period)s, %(company)s: %(count)s documents, figure %(value)s.",
        value=kpi._format(found["value"], company.currency_id),
        **words,
    )
