from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...rules.kpi_period import local_midnight_utc, months_before, period_after, period_start, periods_between
from ...rules.periods import local_date


class CrmSyncKpiSnapshot(models.AbstractModel):
    """Which periods a KPI has: every one since its first start, none twice, and none left out."""

    _inherit = "crm.sync.kpi.snapshot"

    @api.model
    def _make_periods(self, kpi, now):
        """Make the periods that have begun since the last one, of every company; those of the first start are history.

        :return: the companies that the KPI is measured for from now on
        """
        companies = kpi._companies()
        last = self._last_periods(kpi, companies)
        rows = [row for company in companies for row in self._new_periods(kpi, company, last.get(company.id), now)]
        if not rows:
            return companies.browse()
        columns = dict(zip(rows[0], zip(*(row.values() for row in rows), strict=True), strict=True))
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_kpi_period (kpi_id, calendar, company_id, period_start, period_end, tz, at_start, at_end, closes_at,
                                                    source, state, revision, create_uid, create_date, write_uid, write_date)
                   SELECT %(kpi)s, %(calendar)s, t.*, 'running', 1, %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM unnest(%(company_id)s::int[], %(period_start)s::date[], %(period_end)s::date[], %(tz)s::varchar[],
                                 %(at_start)s::timestamp[], %(at_end)s::timestamp[], %(closes_at)s::timestamp[], %(source)s::varchar[]) t
                   ON CONFLICT (kpi_id, company_id, calendar, period_start) DO NOTHING""",
                kpi=kpi.id,
                calendar=kpi.calendar,
                uid=self.env.uid,
                now=now,
                **{name: list(values) for name, values in columns.items()},
            )
        )
        self.env["crm.sync.kpi.period"].invalidate_model(flush=False)
        return companies.filtered(lambda company: company.id not in last)

    def _forget_before_first(self, kpi, companies):
        """History begins with its first document: months before it are no zeros, they are before our time.

        Part of the first start, before anybody has seen them.
        """
        if not companies:
            return
        self.env.cr.execute(
            SQL(
                """SELECT p.id FROM crm_sync_kpi_period p
                    WHERE p.kpi_id = %(kpi)s AND p.company_id = ANY(%(companies)s) AND p.source = 'backfill'
                      AND NOT EXISTS (SELECT FROM crm_sync_kpi_period e JOIN crm_sync_kpi_value v ON v.period_id = e.id
                                       WHERE e.kpi_id = p.kpi_id AND e.company_id = p.company_id AND e.calendar = p.calendar
                                         AND e.period_start <= p.period_start AND v.count > 0)""",
                kpi=kpi.id,
                companies=list(companies.ids),
            )
        )
        before = [period_id for [period_id] in self.env.cr.fetchall()]
        if before:
            self.env.cr.execute(SQL("DELETE FROM crm_sync_kpi_value WHERE period_id = ANY(%s)", before))
            self.env.cr.execute(SQL("DELETE FROM crm_sync_kpi_period WHERE id = ANY(%s)", before))
            self._forget_caches()

    def _last_periods(self, kpi, companies):
        """``{company id: (last day, end)}`` of the latest period in the KPI's calendar."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (company_id) company_id, period_end, at_end FROM crm_sync_kpi_period
                    WHERE kpi_id = %s AND company_id = ANY(%s) AND calendar = %s ORDER BY company_id, period_start DESC""",
                kpi.id,
                list(companies.ids),
                kpi.calendar,
            )
        )
        return {company_id: (last_day, at_end) for company_id, last_day, at_end in rows}

    def _new_periods(self, kpi, company, last, now):
        """Values of the periods of a company that are not there yet, the one that runs included."""
        timezone, week_start = self._clock(company)
        if not last:
            return self._first_periods(kpi, company, now)
        rows = []
        last_day, at_end = last
        # Whatever the clock or the week has become, a period begins where its predecessor ends.
        while at_end <= now:
            first_day, last_day = period_after(last_day, kpi.calendar, week_start)
            at_start, at_end = at_end, max(local_midnight_utc(last_day + timedelta(days=1), timezone), at_end)
            rows.append(self._period_row(kpi, company, (first_day, last_day), timezone, (at_start, at_end), "auto"))
        return rows

    def _first_periods(self, kpi, company, now):
        timezone, week_start = self._clock(company)
        today = local_date(now, timezone)
        first = period_start(today, kpi.calendar, week_start)
        if kpi.backfill_months and kpi._can_look_back():
            first = min(first, months_before(today, kpi.backfill_months))
        rows = []
        for days in periods_between(first, today, kpi.calendar, week_start):
            bounds = (
                local_midnight_utc(days[0], timezone),
                local_midnight_utc(days[1] + timedelta(days=1), timezone),
            )
            source = "backfill" if bounds[1] <= now else "auto"
            rows.append(self._period_row(kpi, company, days, timezone, bounds, source))
        return rows

    def _period_row(self, kpi, company, days, timezone, bounds, source):
        """In the order of the columns of the statement above."""
        # What can be told of now only is final as soon as its day is over.
        wait = timedelta(days=kpi.closing_days if kpi._can_look_back() else 0)
        return {
            "company_id": company.id,
            "period_start": days[0],
            "period_end": days[1],
            "tz": timezone,
            "at_start": bounds[0],
            "at_end": bounds[1],
            "closes_at": bounds[1] + wait,
            "source": source,
        }

    @api.model
    def _clock(self, company):
        """``(time zone, ISO weekday on which weeks start)`` of a company, whoever looks."""
        partner = company.sudo().partner_id  # sudo: where the company is
        week_start = self.env["res.lang"]._get_data(code=partner.lang).week_start if partner.lang else None
        return company._sync_tz(), int(week_start or 1)
