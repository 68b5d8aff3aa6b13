from odoo import models
from odoo.fields import Domain

from ...rules.report_matrix import Column, ListRow
from .report_section import report_listing

_MOST = 20


class CrmSyncReport(models.AbstractModel):
    """What the sales report lists beside its KPIs. Amounts are expected revenues, in the currency of the company."""

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "won": self.env._("Largest opportunities won"),
            "lost": self.env._("Why opportunities were lost"),
            "open": self.env._("Largest open opportunities"),
        }

    def _leads(self, about, moment, status):
        """Opportunities of the company and the scope, or None for a scope that they do not know."""
        domain = about.within(
            moment, team="team_id", person="user_id", department="user_id.sync_department_id", source="source_id"
        )
        if domain is None:
            return None
        return (
            domain
            & Domain("type", "=", "opportunity")
            & Domain("won_status", "=", status)
            & Domain("company_id", "in", [False, about.company.id])
        )

    def _lead_rows(self, leads, moment=None):
        currency = self.env.company.currency_id.name
        for lead in leads:
            # sudo: names of whom an opportunity that he reads is about, and of who works on it
            known = lead.sudo()
            yield ListRow(
                (
                    lead.name,
                    known.partner_id.commercial_partner_id.name or lead.partner_name or "",
                    known.user_id.name or "",
                    lead[moment] if moment else lead.create_date,
                    lead.expected_revenue,
                ),
                currency,
                ("crm.lead", lead.id),
            )

    def _lead_columns(self, moment):
        env = self.env
        return (
            Column(env._("Opportunity")),
            Column(env._("Customer")),
            Column(env._("Salesperson")),
            Column(moment, "moment"),
            Column(env._("Expected Revenue"), "money", self.env.company.currency_id.decimal_places),
        )

    @report_listing("sales", 10, "won")
    def _listing_won(self, about):
        domain = self._leads(about, "date_closed", "won")
        if domain is None:
            return None
        leads = self.env["crm.lead"].search(domain, order="expected_revenue desc, id desc", limit=_MOST)
        return self._listing(
            "won",
            self._lead_columns(self.env._("Won On")),
            self._lead_rows(leads, "date_closed"),
            empty=self.env._("No opportunity was won in this period."),
        )

    @report_listing("sales", 20, "lost")
    def _listing_lost(self, about):
        domain = self._leads(about, "date_closed", "lost")
        if domain is None:
            return None
        groups = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(domain, ["lost_reason_id"], ["__count", "expected_revenue:sum"], order="__count desc")
        )
        env, currency = self.env, self.env.company.currency_id
        return self._listing(
            "lost",
            (
                Column(env._("Lost Reason")),
                Column(env._("Opportunities"), "number"),
                Column(env._("Expected Revenue"), "money", currency.decimal_places),
            ),
            (
                # sudo: the name of a reason
                ListRow((reason.sudo().name or env._("No reason given"), count, revenue or 0.0), currency.name)
                for reason, count, revenue in groups
            ),
            empty=env._("No opportunity was lost in this period."),
            is_chart=True,
        )

    @report_listing("sales", 30, "open")
    def _listing_open(self, about):
        domain = self._leads(about, None, "pending")
        if domain is None:
            return None
        leads = self.env["crm.lead"].search(domain, order="expected_revenue desc, id desc", limit=_MOST)
        return self._listing(
            "open",
            self._lead_columns(self.env._("Created On")),
            self._lead_rows(leads),
            note=self._as_of(about),
            empty=self.env._("No opportunity is open."),
        )
