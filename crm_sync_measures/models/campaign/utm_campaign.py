from odoo import api, fields, models

from ...rules.campaign import cost_for_each, percent_of_return

#: Who may read results at all: of his own campaigns, department managers and auditors of all (:meth:`_sync_readable`).
READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"

_SUMS = {
    "sync_planned": "total_planned",
    "sync_actual": "total_actual",
    "sync_revenue": "total_revenue",
    "sync_margin": "total_margin",
    "sync_leads": "leads",
    "sync_won_leads": "won_leads",
}


class UtmCampaign(models.Model):
    """What a campaign costs and brings, in the currency of its company, of the companies that the reader works in.

    Odoo's own *Revenues* are the balance of all invoices and bills with the campaign, of all companies in one sum without
    conversion; these are confirmed orders, each at its own rate (see ``crm.sync.campaign.result``).
    """

    _inherit = "utm.campaign"

    sync_cost_ids = fields.One2many("crm.sync.campaign.cost", "campaign_id", "Costs", groups=READERS)
    sync_result_ids = fields.One2many("crm.sync.campaign.result", "campaign_id", "Results by Company", groups=READERS)
    sync_currency_id = fields.Many2one("res.currency", "Currency of the Campaign", compute="_compute_sync_currency")
    sync_planned = fields.Monetary(
        "Planned Cost", compute="_compute_sync_results", currency_field="sync_currency_id", groups=READERS
    )
    sync_actual = fields.Monetary(
        "Actual Cost", compute="_compute_sync_results", currency_field="sync_currency_id", groups=READERS
    )
    sync_leads = fields.Integer("Leads of the Campaign", compute="_compute_sync_results", groups=READERS)
    sync_won_leads = fields.Integer("Won Leads", compute="_compute_sync_results", groups=READERS)
    sync_won_customers = fields.Integer("Won Customers", compute="_compute_sync_results", groups=READERS)
    sync_revenue = fields.Monetary(
        "Won Revenue", compute="_compute_sync_results", currency_field="sync_currency_id", groups=READERS
    )
    sync_margin = fields.Monetary(
        "Won Margin", compute="_compute_sync_results", currency_field="sync_currency_id", groups=READERS
    )
    sync_return = fields.Float(
        "Return (%)",
        compute="_compute_sync_results",
        digits=(16, 1),
        groups=READERS,
        help="(Margin − actual cost) / actual cost. It counts whoever would have bought anyway as well: what the campaign"
        " itself has brought is told by the customers held out.",
    )
    sync_has_return = fields.Boolean(compute="_compute_sync_results", groups=READERS)
    sync_cost_per_won = fields.Monetary(
        "Cost per Won Customer",
        compute="_compute_sync_results",
        currency_field="sync_currency_id",
        groups=READERS,
    )

    sync_can_read = fields.Boolean("May Read Results", compute="_compute_sync_can_read")

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_sync_can_read(self):
        readable = self._sync_readable()
        for campaign in self:
            campaign.sync_can_read = campaign in readable

    def _sync_readable(self):
        """Those of these campaigns whose results the reader may know: his own; department managers and auditors all."""
        user = self.env.user
        if self.env.su or any(
            user.has_group(f"crm_sync_measures.group_{role}") for role in ("department_manager", "auditor")
        ):
            return self
        return self.filtered(lambda campaign: campaign.user_id == user)

    def _sync_of_companies(self):
        """Those of these campaigns that are of no company, or of one that the reader works in; as the rule of members says."""
        if self.env.su:
            return self
        return self.filtered(lambda campaign: not campaign.company_id or campaign.company_id in self.env.companies)

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_sync_currency(self):
        for campaign in self:
            # sudo: the currency of a company is no secret
            company = campaign.company_id.sudo() or self.env.company
            campaign.sync_currency_id = company.currency_id

    @api.depends("sync_cost_ids.amount_company", "sync_cost_ids.kind", "company_id")
    @api.depends_context("company", "allowed_company_ids", "uid")
    def _compute_sync_results(self):
        figures = self._origin._sync_sums()
        for campaign in self:
            campaign.update(figures[campaign._origin.id])

    def _sync_sums(self):
        """``{campaign id: {field: value}}`` of the fields above, in two queries; nothing of what he may not read."""
        Result = self.env["crm.sync.campaign.result"]
        empty = {**dict.fromkeys(_SUMS, 0), "sync_won_customers": 0}
        sums = {campaign_id: dict(empty) for campaign_id in (False, *self.ids)}
        rows = (
            Result._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], [f"{name}:sum" for name in _SUMS.values()]
            )
            if self.ids
            else []
        )
        for campaign, *values in rows:
            sums[campaign.id].update(zip(_SUMS, values, strict=True))
        for campaign_id, count in Result._count_won_customers(self._sync_readable()):
            sums[campaign_id]["sync_won_customers"] = count
        for own in sums.values():
            percent = percent_of_return(own["sync_margin"] or 0.0, own["sync_actual"] or 0.0)
            own["sync_return"] = percent or 0.0
            own["sync_has_return"] = percent is not None
            own["sync_cost_per_won"] = cost_for_each(own["sync_actual"] or 0.0, own["sync_won_customers"]) or 0.0
        return sums

    # ---------------------------------------------------------------- looking

    def action_open_sync_leads(self):
        """The campaign's leads, how good they are and what became of them."""
        return self._sync_open("crm_sync_measures.crm_sync_lead_quality_action", [("campaign_id", "in", self.ids)])

    def action_open_sync_costs(self):
        """What was planned and what was spent, each with its sum; what is entered there is this campaign's."""
        self.ensure_one()
        action = self._sync_open("crm_sync_measures.crm_sync_campaign_cost_action", [("campaign_id", "=", self.id)])
        return {**action, "context": {"default_campaign_id": self.id, "search_default_group_kind": 1}}

    def action_open_sync_members(self):
        """Who is treated and who is held out."""
        return self._sync_open("crm_sync_measures.crm_sync_campaign_member_action", [("campaign_id", "in", self.ids)])

    def _sync_open(self, xmlid, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": domain, "context": {}}
