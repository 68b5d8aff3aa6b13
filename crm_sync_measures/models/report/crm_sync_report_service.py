from odoo import models
from odoo.fields import Domain

from ...rules.report_matrix import Column, ListRow
from .report_section import report_listing

_MOST = 20


class CrmSyncReport(models.AbstractModel):
    """What the service report lists beside its KPIs: what cases were about, and which wait longest."""

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "causes": self.env._("What cases were caused by"),
            "case_kinds": self.env._("Cases by kind"),
            "waiting": self.env._("Cases that are open longest"),
        }

    def _cases(self, about, moment):
        domain = about.within(moment, person="user_id", department="department_id")
        return None if domain is None else domain & Domain("company_id", "=", about.company.id)

    @report_listing("service", 10, "causes")
    def _listing_causes(self, about):
        domain = self._cases(about, "first_opened_at")
        if domain is None:
            return None
        groups = self.env["crm.sync.case"]._read_group(domain, ["cause_id"], ["__count"], order="__count desc")
        return self._listing(
            "causes",
            (Column(self.env._("Cause")), Column(self.env._("Cases"), "number")),
            (
                # sudo: the name of a cause of cases that he reads
                ListRow((cause.sudo().display_name or self.env._("No cause yet"), count))
                for cause, count in groups
            ),
            empty=self.env._("No case was opened in this period."),
            is_chart=True,
        )

    @report_listing("service", 20, "case_kinds")
    def _listing_case_kinds(self, about):
        domain = self._cases(about, "first_opened_at")
        if domain is None:
            return None
        Case = self.env["crm.sync.case"]
        labels = dict(Case._fields["kind"]._description_selection(self.env))
        groups = Case._read_group(domain, ["kind"], ["__count"], order="__count desc")
        return self._listing(
            "case_kinds",
            (Column(self.env._("Kind")), Column(self.env._("Cases"), "number")),
            (ListRow((labels.get(kind, kind or ""), count)) for kind, count in groups),
            empty=self.env._("No case was opened in this period."),
        )

    @report_listing("service", 30, "waiting")
    def _listing_waiting(self, about):
        domain = self._cases(about, None)
        if domain is None:
            return None
        env = self.env
        cases = env["crm.sync.case"].search(
            domain & Domain("is_open", "=", True), order="first_opened_at, id", limit=_MOST
        )
        rows = []
        for case in cases:
            known = case.sudo()  # sudo: names beside a case that he reads
            who = known.commercial_partner_id.name or case.partner_name or ""
            rows.append(
                ListRow(
                    (f"{case.number} {case.name}", who, known.user_id.name or "", case.first_opened_at, case.deadline),
                    document=("crm.sync.case", case.id),
                )
            )
        return self._listing(
            "waiting",
            (
                Column(env._("Case")),
                Column(env._("Customer")),
                Column(env._("Owner")),
                Column(env._("Case Opened On"), "moment"),
                Column(env._("Deadline"), "moment"),
            ),
            rows,
            note=self._as_of(about),
            empty=env._("No case is open."),
        )
