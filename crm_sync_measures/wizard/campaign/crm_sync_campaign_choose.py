from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ...rules.campaign import is_held_out, needed_sample


class CrmSyncCampaignChoose(models.TransientModel):
    """Choose the customers of a campaign and who of them is held out, with the counts before anything is written.

    The preview draws as the campaign will: the same customers, the same groups. It also says whether the groups are large
    enough, by what share of the audience has bought within as many days until now.
    """

    _name = "crm.sync.campaign.choose"
    _description = "Choose Customers and Hold-Out"
    _transient_max_hours = 2.0

    campaign_id = fields.Many2one("utm.campaign", required=True, readonly=True, ondelete="cascade")
    audience_domain = fields.Char("Audience", default="[]")
    holdout_percent = fields.Integer(
        "Held Out (%)",
        default=10,
        help="So many per cent of the customers get nothing, always the same: they show what it brings.",
    )
    window_days = fields.Integer(
        "Purchase Within (Days)", default=30, help="Fixed in advance, and the same for both groups."
    )
    worth_points = fields.Float(
        "Difference Worth Finding (Points)",
        default=5.0,
        digits=(16, 1),
        help="So many percentage points more who buy would be worth the campaign. It says how many customers are needed.",
    )
    contact_count = fields.Integer("Contacts in the Audience", compute="_compute_preview")
    customer_count = fields.Integer("Customers in the Audience", compute="_compute_preview")
    treated_count = fields.Integer("In the Target Group", compute="_compute_preview")
    held_out_count = fields.Integer("In the Hold-Out Group", compute="_compute_preview")
    sentence = fields.Text(compute="_compute_preview")
    is_possible = fields.Boolean(compute="_compute_preview")

    @api.model
    def default_get(self, fields):
        """What was chosen before."""
        values = super().default_get(fields)
        campaign = self.env["utm.campaign"].browse(values.get("campaign_id") or [])
        if campaign.sync_assigned_at:
            chosen = {
                "audience_domain": campaign.sync_audience,
                "holdout_percent": campaign.sync_holdout_percent,
                "window_days": campaign.sync_window_days,
                "worth_points": campaign.sync_worth_points,
            }
            values.update({name: value for name, value in chosen.items() if name in fields})
        return values

    @api.depends("campaign_id", "audience_domain", "holdout_percent", "window_days", "worth_points")
    def _compute_preview(self):
        for wizard in self:
            campaign = wizard.campaign_id._origin
            wizard.update(dict.fromkeys(("contact_count", "customer_count", "treated_count", "held_out_count"), 0))
            wizard.is_possible = False
            try:
                # Who is held out could be asked for one by one otherwise.
                campaign._check_sync_leader()
                campaign._sync_check_numbers(wizard.holdout_percent, wizard.window_days, wizard.worth_points)
                customers = campaign._sync_customers(wizard.audience_domain or "[]")
                contacts = campaign._sync_contacts(wizard.audience_domain or "[]")
            except UserError as error:
                wizard.sentence = str(error)
                continue
            held = sum(is_held_out(campaign.id, one, wizard.holdout_percent) for one in customers)
            wizard.contact_count = len(contacts)
            wizard.customer_count = len(customers)
            wizard.held_out_count, wizard.treated_count = held, len(customers) - held
            wizard.is_possible = bool(customers)
            wizard.sentence = wizard._tell(customers, held)

    def _tell(self, customers, held):
        """Whether the groups are large enough, in a sentence."""
        self.ensure_one()
        if not customers:
            return self.env._("Nobody is in this audience.")
        if not held:
            return self.env._("Nobody is held out: what would have been bought anyway will not be known.")
        rate = self._bought_before(customers) / len(customers)
        needed = needed_sample(rate, self.worth_points / 100.0, held / len(customers))
        facts = {
            "rate": formatLang(self.env, 100 * rate, digits=1),
            "days": self.window_days,
            "points": formatLang(self.env, self.worth_points, digits=1),
            "treated": formatLang(self.env, needed[0] if needed else 0, digits=0),
            "held": formatLang(self.env, needed[1] if needed else 0, digits=0),
        }
        before = self.env._("Within the last %(days)s days %(rate)s %% of them have bought.", **facts)
        if not needed:
            return before
        if needed[1] <= held:
            return f"{before} " + self.env._("That is enough to find a difference of %(points)s points.", **facts)
        return f"{before} " + self.env._(
            "To find a difference of %(points)s points, %(treated)s in the target group and %(held)s held out are needed.",
            **facts,
        )

    def _bought_before(self, customers):
        """How many of them have ordered within as many days until now."""
        campaign = self.campaign_id._origin
        now = fields.Datetime.now()
        windows = SQL(
            "SELECT %s::int AS campaign_id, %s::int AS company_id, %s::timestamp AS since, %s::timestamp AS until",
            campaign.id,
            campaign.company_id.id or None,
            now - timedelta(days=self.window_days),
            now,
        )
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM (%s) b WHERE b.customer_id = ANY(%s)",
                campaign._sync_orders_sql(windows),
                customers,
            )
        )
        return count

    # ---------------------------------------------------------------- choosing

    def action_choose(self):
        """Draw the groups. They may be drawn anew until they are fixed."""
        self._choose()
        return {"type": "ir.actions.act_window_close"}

    def action_choose_and_freeze(self):
        """Draw the groups, and nobody is chosen anew from now on."""
        self._choose()
        self.campaign_id.action_sync_freeze()
        return {"type": "ir.actions.act_window_close"}

    def _choose(self):
        self.ensure_one()
        self.campaign_id._sync_choose(
            self.audience_domain or "[]", self.holdout_percent, self.window_days, self.worth_points
        )
