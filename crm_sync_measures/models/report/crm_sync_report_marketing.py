from odoo import models
from odoo.fields import Domain

from ...rules.campaign import percent_of_return
from ...rules.report_matrix import Column, ListRow
from .report_section import report_listing

_MOST = 20


class CrmSyncReport(models.AbstractModel):
    """What the sales report tells marketing: where good leads come from, and what campaigns brought.

    Everybody with a role reads it, as he reads the KPIs of the company: sums of the one company that the report is of, and
    nothing of a customer. Who has collected leads is named to those only who may read the quality of all.
    """

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "lead_sources": self.env._("Leads by source"),
            "lead_places": self.env._("Leads by where they were collected"),
            "campaigns": self.env._("Campaigns of the period"),
        }

    # ---------------------------------------------------------------- leads

    def _lead_sums(self, about, groupby):
        """``[(*groups, leads, won, revenue)]`` of leads created in the period, most first; None for a scope unknown to them."""
        domain = about.within("created_at", team="team_id", person="user_id", department="user_id.sync_department_id")
        if domain is None:
            return None
        Quality = self.env["crm.sync.lead.quality"]
        Quality.check_access("read")
        if about.scope[0] != "person":
            # sudo: sums of the company that was asked for, which the reader works for, without customers; he reads its KPIs of
            # company, departments and teams as well. Of a person he finds what his own rights let him find.
            Quality = Quality.sudo()
        return Quality._read_group(
            domain & Domain("company_id", "=", about.company.id),
            groupby,
            ["leads:sum", "won_leads:sum", "revenue:sum"],
            order="leads:sum desc",
            limit=_MOST,
        )

    def _lead_sum_columns(self):
        env = self.env
        return (
            Column(env._("Leads"), "number"),
            Column(env._("Won Leads"), "number"),
            Column(env._("Conversion"), "percent", 1),
            Column(env._("Won Revenue"), "money", env.company.currency_id.decimal_places),
        )

    def _lead_sum_cells(self, leads, won, revenue):
        return leads, won, 100.0 * won / leads, revenue or 0.0

    @report_listing("sales", 40, "lead_sources")
    def _listing_lead_sources(self, about):
        groups = self._lead_sums(about, ["source_id"])
        if groups is None:
            return None
        return self._listing(
            "lead_sources",
            (Column(self.env._("Lead Source")), *self._lead_sum_columns()),
            (
                ListRow(
                    # sudo: the name of a source
                    (source.sudo().name or self.env._("No source given"), *self._lead_sum_cells(*sums)),
                    about.company.currency_id.name,
                )
                for source, *sums in groups
            ),
            note=self._lead_note(),
            empty=self.env._("No lead was created in this period."),
            is_chart=True,
        )

    @report_listing("sales", 50, "lead_places")
    def _listing_lead_places(self, about):
        names = self._reads_all_leads()
        groups = self._lead_sums(about, ["collected_at", *(["collector_id"] if names else [])])
        if groups is None:
            return None
        places = dict(self.env["crm.sync.lead.quality"]._fields["collected_at"]._description_selection(self.env))
        return self._listing(
            "lead_places",
            (
                Column(self.env._("Collected At")),
                *([Column(self.env._("Collector"))] if names else []),
                *self._lead_sum_columns(),
            ),
            (
                ListRow(
                    (
                        places.get(place) or self.env._("No place given"),
                        # sudo: the name of a collector, for who may read it on each lead
                        *(one.sudo().name or "" for one in key[:-3]),
                        *self._lead_sum_cells(*key[-3:]),
                    ),
                    about.company.currency_id.name,
                )
                for place, *key in groups
            ),
            note=self._lead_note(),
            empty=self.env._("No lead was created in this period."),
        )

    def _reads_all_leads(self):
        """Whether the reader may read the quality of all leads, and who has collected each."""
        has_group = self.env.user.has_group
        return any(has_group(f"crm_sync_measures.group_{role}") for role in ("department_manager", "auditor"))

    def _lead_note(self):
        return self.env._("Leads created in the period, and what has become of them until now.")

    # ---------------------------------------------------------------- campaigns

    @report_listing("sales", 60, "campaigns")
    def _listing_campaigns(self, about):
        if about.scope_key != "company":
            return None
        Result = self.env["crm.sync.campaign.result"]
        Result.check_access("read")
        rows = Result._until(about.company, about.span.first, about.span.last)[:_MOST]
        # sudo: titles of campaigns and the outcome of their hold-out, a word and no customer. It is told of campaigns of this
        # company, and of those of none.
        campaigns = self.env["utm.campaign"].sudo().browse(row[0] for row in rows)
        own = campaigns.filtered(lambda campaign: campaign.company_id in (about.company, about.company.browse()))
        words = dict(own._fields["sync_outcome"]._description_selection(self.env))
        outcomes = {campaign.id: words[campaign.sync_outcome] for campaign in own}
        currency, env = about.company.currency_id, self.env
        return self._listing(
            "campaigns",
            (
                Column(env._("Campaign")),
                Column(env._("Leads"), "number"),
                Column(env._("Won Customers"), "number"),
                Column(env._("Actual Cost"), "money", currency.decimal_places),
                Column(env._("Won Margin"), "money", currency.decimal_places),
                Column(env._("Return (%)"), "percent", 1),
                Column(env._("Outcome of the Campaign")),
            ),
            (
                ListRow(
                    (
                        campaign.title,
                        leads,
                        won,
                        cost,
                        margin,
                        percent_of_return(margin, cost),
                        outcomes.get(campaign.id, ""),
                    ),
                    currency.name,
                )
                for campaign, (_id, leads, won, cost, margin) in zip(campaigns, rows, strict=True)
            ),
            note=env._("All that they cost and brought until the end of the period; the outcome is that of now."),
            empty=env._("No campaign had costs, leads or orders in this period."),
        )
