from odoo import models
from odoo.fields import Domain

from ...rules.report_matrix import Column, ListRow
from .report_section import report_listing


class CrmSyncReport(models.AbstractModel):
    """What the loyalty report lists beside its KPIs: how points moved, how tiers stand, what is owed."""

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "points": self.env._("Points by kind"),
            "tiers": self.env._("Members by tier"),
            "owed": self.env._("Points owed by program"),
        }

    @report_listing("loyalty", 10, "points")
    def _listing_points(self, about):
        if about.scope_key != "company":
            return None
        Entry = self.env["crm.sync.loyalty.entry"]
        domain = (
            Domain("business_date", ">=", about.span.first)
            & Domain("business_date", "<=", about.span.last)
            & Domain("company_id", "in", [False, about.company.id])
        )
        labels = dict(Entry._fields["kind"]._description_selection(self.env))
        return self._listing(
            "points",
            (
                Column(self.env._("Kind")),
                Column(self.env._("Points"), "points", 2),
                Column(self.env._("Entries"), "number"),
            ),
            (
                ListRow((labels.get(kind, kind), quantity or 0.0, count))
                for kind, quantity, count in Entry._read_group(domain, ["kind"], ["quantity:sum", "__count"])
            ),
            empty=self.env._("No points were moved in this period."),
            is_chart=True,
        )

    @report_listing("loyalty", 20, "tiers")
    def _listing_tiers(self, about):
        domain = about.within(None, tier="tier_id")
        if domain is None:
            return None
        groups = self.env["crm.sync.tier.standing"]._read_group(
            domain & Domain("company_id", "in", [False, about.company.id]) & Domain("tier_id", "!=", False),
            ["program_id", "tier_id"],
            ["__count"],
        )
        return self._listing(
            "tiers",
            (
                Column(self.env._("Tier")),
                Column(self.env._("Program")),
                Column(self.env._("Number of Members"), "number"),
            ),
            (
                # sudo: names of the tier and program of members whom he reads
                ListRow((tier.sudo().name, program.sudo().name, count))
                for program, tier, count in groups
            ),
            note=self._as_of(about),
            empty=self.env._("Nobody has a tier yet."),
            is_chart=True,
        )

    @report_listing("loyalty", 30, "owed")
    def _listing_owed(self, about):
        if about.scope_key != "company":
            return None
        currency = about.company.currency_id
        # sudo: sums of the one company that was asked for, which the reader works for, by program and of no customer. The KPI
        # of the same figure is told to everybody who reads this report.
        groups = (
            self.env["crm.sync.loyalty.liability"]
            .sudo()
            ._read_group(
                Domain("company_id", "=", about.company.id), ["program_id"], ["points:sum", "value_company:sum"]
            )
        )
        return self._listing(
            "owed",
            (
                Column(self.env._("Program")),
                Column(self.env._("Points Owed"), "points", 2),
                Column(self.env._("Worth"), "money", currency.decimal_places),
            ),
            (ListRow((program.name, points or 0.0, worth or 0.0), currency.name) for program, points, worth in groups),
            note=self._as_of(about),
            empty=self.env._("No points are owed."),
        )
