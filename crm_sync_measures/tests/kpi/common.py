from unittest.mock import patch

from odoo.fields import Datetime
from odoo.tools import SQL

from ...models.kpi.measures import Facts
from ..common import SyncCase

#: Thursday evening in Shanghai, where the company is.
NOW = Datetime.to_datetime("2025-11-20 10:00:00")


class KpiCase(SyncCase):
    """A company in Shanghai, and KPIs of its own that count logged contacts whose subject begins with “KPI”.

    ``self.calls`` counts them month by month: numerator is their minutes where it is a sum or a ratio, the denominator 1.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.company.partner_id.lang = "en_US"
        cls.startClassPatcher(patch.object(cls.env.registry["crm.sync.kpi"], "_custom_facts", cls.facts))
        cls.kpi = cls.new_kpi("t_minutes")

    @classmethod
    def new_kpi(cls, code, **values):
        return cls.env["crm.sync.kpi"].create(
            {
                "name": code,
                "code": code,
                "company_id": cls.company.id,
                "subject": "service",
                "scope_department": True,
                "scope_person": True,
                "scope_channel": True,
                **values,
            }
        )

    @staticmethod
    def facts(kpi, window):
        return Facts(
            SQL(
                """SELECT COALESCE(company_id, %s) AS company_id, 'crm.sync.touch' AS res_model, id AS res_id,
                          COALESCE(minutes, 0)::float8 AS numerator, 1::float8 AS denominator, occurred_at AS at,
                          user_id, channel, partner_id AS subject_id
                     FROM crm_sync_touch WHERE subject LIKE 'KPI %%' AND occurred_at >= %s AND occurred_at < %s""",
                kpi.company_id.id,
                window.since,
                window.until,
            ),
            dims=("user_id", "channel"),
            subject=True,
        )

    @classmethod
    def call(cls, at, minutes=10, user=None, channel="call", partner=None):
        """A logged contact at ``at``, "YYYY-MM-DD HH:MM:SS" in UTC."""
        return cls.touch(
            user or cls.agent,
            subject="KPI call",
            occurred_at=at,
            minutes=minutes,
            channel=channel,
            partner_id=(partner or cls.customer).id,
        )

    def measure(self, kpi=None, now=NOW):
        return self.env["crm.sync.kpi.snapshot"]._refresh(kpi or self.kpi, now)

    def value(self, start, scope_key="company", kpi=None, **domain):
        """The figure of now of the period that begins on ``start``; with ``revision=1``, of that revision."""
        conditions = [
            ("kpi_id", "=", (kpi or self.kpi).id),
            ("period_start", "=", start),
            ("scope_key", "=", scope_key),
            *((name, "=", wanted) for name, wanted in (domain or {"is_current": True}).items()),
        ]
        return self.env["crm.sync.kpi.value"].search(conditions)
