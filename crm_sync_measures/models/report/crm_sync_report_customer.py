from odoo import models
from odoo.fields import Domain

from ...rules.report_matrix import Column, ListRow
from .report_section import report_listing

_MOST = 20


class CrmSyncReport(models.AbstractModel):
    """What the customer report lists beside its KPIs: who was left alone, and how customers are contacted."""

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "neglected": self.env._("Longest without contact"),
            "new_customers": self.env._("New customers by department in charge"),
        }

    def _customers(self, about, moment):
        domain = about.within(moment, person="user_id", department="department_id")
        return None if domain is None else domain & Domain("company_id", "in", [False, about.company.id])

    @report_listing("customer", 10, "neglected")
    def _listing_neglected(self, about):
        domain = self._customers(about, None)
        if domain is None:
            return None
        env = self.env
        customers = env["crm.sync.customer"].search(
            domain & Domain("is_neglected", "=", True), order="quiet_since, id", limit=_MOST
        )
        rows = []
        for customer in customers:
            known = customer.sudo()  # sudo: names beside a customer whom he reads
            rows.append(
                ListRow(
                    (
                        known.partner_id.name or "",
                        known.user_id.name or "",
                        known.department_id.name or "",
                        customer.last_contact_at,
                        customer.days_since_contact,
                    ),
                    document=("res.partner", customer.partner_id.id),
                )
            )
        return self._listing(
            "neglected",
            (
                Column(env._("Customer")),
                Column(env._("Owner")),
                Column(env._("Department in Charge")),
                Column(env._("Last Contact"), "moment"),
                Column(env._("Days Without Contact"), "number"),
            ),
            rows,
            note=self._as_of(about),
            empty=env._("Nobody has been left alone for too long."),
        )

    @report_listing("customer", 20, "new_customers")
    def _listing_new_customers(self, about):
        domain = about.within("partner_id.create_date", person="user_id", department="department_id")
        if domain is None:
            return None
        groups = self.env["crm.sync.customer"]._read_group(
            domain & Domain("company_id", "in", [False, about.company.id]),
            ["department_id"],
            ["__count"],
            order="__count desc",
        )
        return self._listing(
            "new_customers",
            (Column(self.env._("Department in Charge")), Column(self.env._("Customers"), "number")),
            (
                # sudo: the name of the department in charge of customers that he reads
                ListRow((department.sudo().name or self.env._("No department"), count))
                for department, count in groups
            ),
            empty=self.env._("No customer was created in this period."),
            is_chart=True,
        )
