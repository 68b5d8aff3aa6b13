from odoo import api, fields, models


class CrmSyncCampaignCost(models.Model):
    """What a campaign is to cost, or has cost: one line each, in the currency in which it is paid.

    ``amount_company`` is in the currency of the company that pays, at the rate of the line's own day, and kept: a rate that
    changes later changes no cost of the past.
    """

    _name = "crm.sync.campaign.cost"
    _description = "Cost of a Campaign"
    _order = "day desc, id desc"

    campaign_id = fields.Many2one("utm.campaign", required=True, index=True, ondelete="cascade")
    name = fields.Char("What For", required=True)
    kind = fields.Selection(
        [("planned", "Planned Cost"), ("actual", "Actual Cost")], "Kind of Cost", required=True, default="actual"
    )
    day = fields.Date("Cost Date", required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(required=True, help="Without taxes that come back. What is credited is less than 0.")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency of the Company")
    amount_company = fields.Monetary(
        "Amount in Company Currency",
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
        help="At the rate of the cost date.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for cost in self:
            cost.currency_id = cost.currency_id or cost.company_id.currency_id or self.env.company.currency_id

    @api.depends("amount", "currency_id", "company_id", "day")
    def _compute_amount_company(self):
        for cost in self:
            company = cost.company_id or self.env.company
            day = cost.day or fields.Date.context_today(cost)
            source = cost.currency_id or company.currency_id
            cost.amount_company = source._convert(cost.amount, company.currency_id, company, day)

    @api.model_create_multi
    def create(self, vals_list):
        """A line of a campaign is its company's, unless said otherwise."""
        for vals in vals_list:
            campaign = self.env["utm.campaign"].browse(vals.get("campaign_id"))
            if "company_id" not in vals and campaign.company_id in self.env.companies:
                vals["company_id"] = campaign.company_id.id
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        # Odoo looks before the change only: nobody moves a cost into a company that he is not in.
        self.check_access("write")
        return result
