from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo.tools import SQL

from ...rules.kpi_period import period_next
from ..common import SyncCase


class ImprovementCase(SyncCase):
    """KPIs with final values of as many months as a test says. It is Friday 10 July 2026, noon in Greenwich, everywhere."""

    NOW = "2026-07-10 12:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).partner_id.tz = "UTC"
        cls.Improvement = cls.env["crm.sync.improvement"]
        cls.kpis = 0

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        self.startPatcher(patch.object(self.env.cr, "rollback", lambda: None))
        self.travel(self.NOW)

    def travel(self, moment):
        """Go to that moment, for the rest of the test."""
        self.startPatcher(freeze_time(moment))

    # ---------------------------------------------------------------- figures

    def kpi(self, **values):
        """Hours until an answer, monthly, unless said otherwise."""
        type(self).kpis += 1
        return self.env["crm.sync.kpi"].create(
            {
                "name": "Hours to answer",
                "code": f"test_improvement_{self.kpis}",
                "kind": "builtin",
                "subject": "service",
                "unit": "hours",
                "digits": 1,
                "direction": "lower",
                "additivity": "ratio",
                "calendar": "month",
                "closing_days": 3,
                "scope_department": True,
                "scope_team": True,
                "scope_person": True,
                **values,
            }
        )

    def share(self, **values):
        """Won of decided, in per cent."""
        return self.kpi(name="Win rate", unit="percent", direction="higher", **values)

    def months(self, kpi, figures, first=(2026, 1), scope="company", company=None, definition="a"):
        """Final months: numbers are values, pairs are numerator and denominator, None is nothing to measure."""
        day = date(*first, 1)
        for figure in figures:
            self.month(kpi, day, figure, scope, company or self.company, definition)
            day = period_next(day, "month")

    def month(self, kpi, day, figure, scope="company", company=None, definition="a"):
        company = company or self.company
        period = self.period(kpi, day, company)
        numerator, denominator = figure if isinstance(figure, tuple) else (figure, 1)
        value = figure
        if isinstance(figure, tuple):
            value = 100 * numerator / denominator
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_kpi_value
                        (kpi_id, period_id, company_id, currency_id, unit, additivity, scope_kind, scope_key, scope_name, calendar,
                         period_start, period_end, tz, at_start, at_end, revision, is_first, is_current, state, source,
                         definition_hash, value, is_empty, numerator, denominator, count, computed_at, closed_at)
                   SELECT kpi_id, id, company_id, %(currency)s, %(unit)s, %(additivity)s, %(kind)s, %(key)s, %(key)s, calendar,
                          period_start, period_end, tz, at_start, at_end, 1, TRUE, TRUE, 'closed', 'auto',
                          %(hash)s, %(value)s, %(value)s::float8 IS NULL, %(numerator)s, %(denominator)s, %(count)s, closed_at, closed_at
                     FROM crm_sync_kpi_period WHERE id = %(period)s""",
                currency=company.currency_id.id,
                unit=kpi.unit,
                additivity=kpi.additivity,
                kind=scope.partition(":")[0],
                key=scope,
                hash=definition,
                value=value,
                numerator=numerator,
                denominator=denominator if figure is not None else 0,
                count=int(denominator),
                period=period.id,
            )
        )
        self.env.invalidate_all()

    def period(self, kpi, day, company=None):
        company = company or self.company
        Period = self.env["crm.sync.kpi.period"]
        known = Period.search([("kpi_id", "=", kpi.id), ("company_id", "=", company.id), ("period_start", "=", day)])
        end = period_next(day, "month") - timedelta(days=1)
        closes = datetime.combine(end, datetime.min.time()) + timedelta(days=1 + kpi.closing_days)
        return known or Period.create(
            {
                "kpi_id": kpi.id,
                "company_id": company.id,
                "calendar": "month",
                "period_start": day,
                "period_end": end,
                "tz": "UTC",
                "at_start": datetime.combine(day, datetime.min.time()),
                "at_end": datetime.combine(end + timedelta(days=1), datetime.min.time()),
                "state": "closed",
                "source": "auto",
                "closes_at": closes,
                "closed_at": closes,
            }
        )

    # ---------------------------------------------------------------- actions

    def action(self, kpi=None, user=None, **values):
        """Planned by the manager of the service department for her colleague, to be compared by six months."""
        return self.Improvement.with_user(user or self.head).create(
            {
                "name": "Answer on the day it comes in",
                "owner_id": self.agent.id,
                "department_id": self.service.id,
                "due_on": "2026-07-20",
                **({"kpi_id": kpi.id} if kpi else {}),
                **values,
            }
        )

    def begun(self, kpi, **values):
        """The baseline is frozen."""
        action = self.action(kpi, **values)
        action.action_start()
        return action

    def placed(self, kpi, **values):
        """In place since 10 July: measured from August to January."""
        action = self.begun(kpi, **values)
        action.action_done()
        return action

    def checked(self, kpi, after, compared=None, scope="company", **values):
        """In place, and checked when the six months afterwards are final."""
        action = self.placed(kpi, scope_key=scope, **values)
        self.travel("2027-02-05 12:00:00")
        self.months(kpi, after, first=(2026, 8), scope=scope)
        if compared:
            self.months(kpi, compared, first=(2026, 8), scope=action.compare_scope_key)
        action.action_check()
        return action

    def proven(self, **values):
        """Half a year of 30 hours and more, half a year of 25 hours and less."""
        kpi = self.kpi()
        self.months(kpi, (31, 34, 32, 30, 33, 32))
        return self.checked(kpi, (25, 24, 26, 23, 25, 24), expected_change=-5, **values)

    @classmethod
    def signal(cls, kpi, day=date(2026, 5, 1), **values):
        """The control chart has told something."""
        row = {
            "kpi_id": kpi.id,
            "company_id": cls.company.id,
            "scope_kind": "company",
            "scope_key": "company",
            "scope_name": cls.company.name,
            "calendar": "month",
            "period_start": day,
            "rule": "beyond",
            "is_favourable": False,
            "is_above": True,
            "value": 40,
            "center": 32,
            "limit_value": 38,
            "found_at": "2026-06-04 08:00:00",
            "state": "new",
            "owner_id": cls.head.id,
            **values,
        }
        cls.env.flush_all()
        [[signal_id]] = cls.env.execute_query(
            SQL(
                "INSERT INTO crm_sync_kpi_signal (%s) VALUES %s RETURNING id",
                SQL(", ").join(map(SQL.identifier, row)),
                tuple(row.values()),
            )
        )
        return cls.env["crm.sync.kpi.signal"].browse(signal_id)
