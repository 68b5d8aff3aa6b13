from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models

#: Whose KPIs they are.
_OWNERS = {"sales": "dora", "marketing": "mia", "service": "wei", "loyalty": "mia", "management": "max"}
#: KPI → what is wanted from it this year and last.
_TARGETS = {
    "win_rate": 45.0,
    "orders_revenue": 30_000.0,
    "new_leads": 8.0,
    "answered_within_target": 80.0,
    "complaints": 3.0,
    "time_to_resolve": 24.0,
    "nps": 40.0,
    "promises_kept": 85.0,
    "points_redeemed": 500.0,
}
#: KPI → (warning, critical).
_THRESHOLDS = {"complaints": (5.0, 8.0), "promises_kept": (75.0, 60.0), "win_rate": (35.0, 25.0), "nps": (20.0, 0.0)}
#: The company has been measuring for so long; what is older was backfilled then.
_MEASURED = timedelta(days=75)


class CrmSyncDemo(models.AbstractModel):
    """What the demo company has measured: its KPIs with targets, final months and what they signal."""

    _inherit = "crm.sync.demo"

    @api.model
    def _play_kpis(self):
        """Play it, once per database: the snapshot of some months ago, and the one of now."""
        if self.env["crm.sync.kpi.period"].search_count([], limit=1):
            return
        kpis = self.env["crm.sync.kpi"].with_context(tracking_disable=True).search([("kind", "=", "builtin")])
        for kpi in kpis:
            kpi.owner_id = self._demo(f"user_{_OWNERS[kpi.subject]}")
            self._play_wanted(kpi)
        Snapshot = self.env["crm.sync.kpi.snapshot"].with_context(mail_activity_quick_update=True)
        # What can be told of now only is not told of then.
        Snapshot._refresh(kpis.filtered(lambda kpi: kpi._can_look_back()), now=fields.Datetime.now() - _MEASURED)
        Snapshot._refresh(kpis)

    def _play_wanted(self, kpi):
        if kpi.code in _THRESHOLDS:
            warning, critical = _THRESHOLDS[kpi.code]
            kpi.write({"has_warning": True, "warning_value": warning, "has_critical": True, "critical_value": critical})
        if kpi.code in _TARGETS:
            first = fields.Date.today() + relativedelta(years=-1, month=1, day=1)
            self.env["crm.sync.kpi.target"].create(
                {
                    "kpi_id": kpi.id,
                    "company_id": self.env.company.id,
                    "date_from": first,
                    "date_to": first + relativedelta(years=2, days=-1),
                    "value": _TARGETS[kpi.code],
                }
            )
