from odoo import models
from odoo.fields import Domain

from ...rules.report_matrix import Column, ListRow
from .report_section import report_listing


class CrmSyncReport(models.AbstractModel):
    """What the usage report lists beside its KPIs: contacts that the reader may know of. Nobody is ranked by name."""

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "contacts_department": self.env._("Contacts by department"),
            "contacts_channel": self.env._("Contacts by channel"),
        }

    def _contacts(self, about):
        domain = about.within("date", person="user_id", department="department_id", channel="channel")
        return None if domain is None else domain & Domain("company_id", "in", [False, about.company.id])

    @report_listing("usage", 10, "contacts_department")
    def _listing_contacts_department(self, about):
        domain = self._contacts(about)
        if domain is None:
            return None
        groups = self.env["crm.sync.contact.report"]._read_group(
            domain, ["department_id"], ["__count", "commercial_partner_id:count_distinct"], order="__count desc"
        )
        return self._listing(
            "contacts_department",
            (
                Column(self.env._("Department")),
                Column(self.env._("Contacts Made"), "number"),
                Column(self.env._("Different Customers"), "number"),
            ),
            (
                # sudo: the name of a department whose contacts he may know of
                ListRow((department.sudo().name or self.env._("No department"), count, customers))
                for department, count, customers in groups
            ),
            empty=self.env._("No contact was made in this period."),
            is_chart=True,
        )

    @report_listing("usage", 20, "contacts_channel")
    def _listing_contacts_channel(self, about):
        domain = self._contacts(about)
        if domain is None:
            return None
        Contact = self.env["crm.sync.contact.report"]
        labels = dict(Contact._fields["channel"]._description_selection(self.env))
        groups = Contact._read_group(domain, ["channel"], ["__count"], order="__count desc")
        return self._listing(
            "contacts_channel",
            (Column(self.env._("Channel")), Column(self.env._("Contacts Made"), "number")),
            (ListRow((labels.get(channel, channel or ""), count)) for channel, count in groups),
            empty=self.env._("No contact was made in this period."),
        )
