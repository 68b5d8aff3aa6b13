from datetime import date

from odoo.fields import Datetime

from .common import KpiCase


class ControlCase(KpiCase):
    """KPIs with a history: so many minutes of logged contacts in each month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi.owner_id = cls.manager

    def history(self, first, minutes):
        """Contacts on the tenth of each month from ``first`` ("YYYY-MM") on."""
        year, month = map(int, first.split("-"))
        for number, length in enumerate(minutes):
            if length:
                day = date(year + (month - 1 + number) // 12, (month - 1 + number) % 12 + 1, 10)
                self.call(f"{day} 02:00:00", minutes=length)

    def month(self, day, minutes=0, kpi=None):
        """Contacts in the month of ``day``, a first day, and the snapshot on the tenth of the next, when it is final."""
        year, month, _day = map(int, day.split("-"))
        if minutes:
            self.call(f"{year}-{month:02d}-10 02:00:00", minutes=minutes)
        after = date(year + month // 12, month % 12 + 1, 10)
        return self.measure(kpi, Datetime.to_datetime(f"{after} 10:00:00"))

    def steady(self, months=24, kpi=None):
        """Minutes 100 and 120 in turns up to February 2025, measured on 10 March: centre 110, limits 56.81 and 163.19."""
        first = 2025 * 12 + 2 - months
        self.history(f"{first // 12}-{first % 12 + 1:02d}", [100, 120] * (months // 2) + [100] * (months % 2))
        self.measure(kpi, Datetime.to_datetime("2025-03-10 10:00:00"))

    def baseline(self, scope_key="company", kpi=None, state="active"):
        return self.env["crm.sync.kpi.baseline"].search(
            [("kpi_id", "=", (kpi or self.kpi).id), ("scope_key", "=", scope_key), ("state", "=", state)]
        )

    def signals(self, rule=None, kpi=None, scope_key="company"):
        domain = [("kpi_id", "=", (kpi or self.kpi).id), ("scope_key", "=", scope_key)]
        return self.env["crm.sync.kpi.signal"].search(
            [*domain, *([("rule", "=", rule)] if rule else [])], order="period_start, id"
        )
