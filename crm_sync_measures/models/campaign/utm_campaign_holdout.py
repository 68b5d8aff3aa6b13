from ast import literal_eval
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.campaign import is_held_out
from .utm_campaign import READERS

#: Fields that the campaign's own actions write, and nobody else.
_OWN = {
    "sync_audience",
    "sync_holdout_percent",
    "sync_window_days",
    "sync_worth_points",
    "sync_assigned_at",
    "sync_frozen_at",
    "sync_started_at",
}
#: The longest text of an audience.
_LONGEST = 10_000


class UtmCampaign(models.Model):
    """Who is held out of a campaign, so that it is known what it brings: drawn by customer, fixed before it is sent.

    Customers are chosen → fixed → running → over. Chosen anew is possible until they are fixed. From then on the groups, the
    days within which a purchase counts and the company stay. They are fixed at the latest when the first mailing is sent.
    """

    _inherit = "utm.campaign"

    sync_audience = fields.Char("Audience of the Campaign", readonly=True, copy=False, groups=READERS)
    sync_holdout_percent = fields.Integer("Held Out (%)", readonly=True, copy=False, groups=READERS)
    sync_window_days = fields.Integer("Purchase Within (Days)", readonly=True, copy=False, groups=READERS)
    sync_worth_points = fields.Float(
        "Difference Worth Finding (Points)", readonly=True, copy=False, digits=(16, 1), groups=READERS
    )
    sync_assigned_at = fields.Datetime("Customers Chosen At", readonly=True, copy=False, groups=READERS)
    sync_frozen_at = fields.Datetime("Groups Fixed At", readonly=True, copy=False, groups=READERS)
    sync_started_at = fields.Datetime(
        "Days Begin At", readonly=True, copy=False, groups=READERS, help="For both groups at the same moment."
    )
    sync_ends_at = fields.Datetime("Days End At", compute="_compute_sync_holdout_state", groups=READERS)
    sync_holdout_state = fields.Selection(
        [
            ("none", "Nobody Chosen"),
            ("chosen", "Customers Chosen"),
            ("frozen", "Groups Fixed"),
            ("running", "Days Are Running"),
            ("over", "Days Are Over"),
        ],
        "State of the Hold-Out",
        compute="_compute_sync_holdout_state",
        groups=READERS,
    )
    sync_member_ids = fields.One2many("crm.sync.campaign.member", "campaign_id", "Members", groups=READERS)
    sync_treated_count = fields.Integer("In the Target Group", compute="_compute_sync_counts", groups=READERS)
    sync_held_out_count = fields.Integer("In the Hold-Out Group", compute="_compute_sync_counts", groups=READERS)

    @api.depends("sync_assigned_at", "sync_frozen_at", "sync_started_at", "sync_window_days")
    def _compute_sync_holdout_state(self):
        now = fields.Datetime.now()
        for campaign in self:
            started = campaign.sync_started_at
            campaign.sync_ends_at = started and started + timedelta(days=campaign.sync_window_days)
            if started:
                campaign.sync_holdout_state = "over" if campaign.sync_ends_at <= now else "running"
            elif campaign.sync_frozen_at:
                campaign.sync_holdout_state = "frozen"
            else:
                campaign.sync_holdout_state = "chosen" if campaign.sync_assigned_at else "none"

    def _compute_sync_counts(self):
        rows = self.env["crm.sync.campaign.member"]._read_group(
            [("campaign_id", "in", self.ids), ("is_counted", "=", True)], ["campaign_id", "member_group"], ["__count"]
        )
        counts = {(campaign.id, group): count for campaign, group, count in rows}
        for campaign in self:
            campaign.sync_treated_count = counts.get((campaign._origin.id, "treated"), 0)
            campaign.sync_held_out_count = counts.get((campaign._origin.id, "held_out"), 0)

    # ---------------------------------------------------------------- protected

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._sync_refuse_own(vals)
        forged = {f"default_{name}" for name in _OWN}
        context = {name: value for name, value in self.env.context.items() if name not in forged}
        plain = self.with_env(self.env(context=context))
        return super(UtmCampaign, plain).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._sync_refuse_own(vals)
        if "user_id" in vals:
            self._check_sync_passed_on(vals["user_id"])
        if "company_id" in vals:
            # sudo: whether somebody is chosen is not for everybody to read. Customers and orders are those of the company.
            self.sudo().filtered(
                lambda one: one.sync_assigned_at and one.company_id.id != (vals["company_id"] or False)
            ).with_env(self.env)._check_sync_leader()
        # sudo: whether the groups are fixed is not for everybody to read
        if "company_id" in vals and (fixed := self.sudo().filtered("sync_frozen_at")):
            for campaign in fixed:
                if campaign.company_id.id != (vals["company_id"] or False):
                    raise UserError(
                        self.env._("“%s”: the groups are fixed, and so is the company.", campaign.display_name)
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_sync_not_fixed(self):
        # sudo: as above
        if fixed := self.sudo().filtered("sync_frozen_at")[:1]:
            raise UserError(
                self.env._("“%s”: its groups are fixed, they are the proof. Archive it instead.", fixed.display_name)
            )
        # sudo: its costs go with it, also those that the user does not see
        if costs := self.sudo().sync_cost_ids:
            costs.with_env(self.env).check_access("unlink")

    def _sync_record(self, vals):
        """Write what only the campaign's own actions write; callers have checked who asks."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.model
    def _sync_refuse_own(self, vals):
        if own := sorted(_OWN & vals.keys()):
            label = self._fields[own[0]].get_description(self.env, ["string"])["string"]
            raise UserError(self.env._("%s: use “Choose Customers and Hold-Out”.", label))

    def _check_sync_passed_on(self, user_id):
        """Every colleague may write campaigns in Odoo: whoever made one his own would read what it costs and brings."""
        # sudo: whether there is anything to be read
        kept = self.sudo().filtered(
            lambda one: one.user_id.id != user_id and (one.sync_cost_ids or one.sync_assigned_at)
        )
        if not self.env.su and kept - kept.with_env(self.env)._sync_leadable():
            raise AccessError(
                self.env._("A campaign with costs or members is passed on by its responsible person or a manager.")
            )

    def _sync_leadable(self):
        """Those of these campaigns that the user decides on: his own; department managers all."""
        user = self.env.user
        if self.env.su or user.has_group("crm_sync_measures.group_department_manager"):
            return self
        if not user.has_group("crm_sync_measures.group_user"):
            return self.browse()
        return self.filtered(lambda campaign: campaign.user_id == user)

    def _check_sync_leader(self):
        """The responsible person and department managers decide, in the companies they work in."""
        self.check_access("write")
        if self.env.su:
            return
        if self - self._sync_leadable():
            raise AccessError(
                self.env._("Only its responsible person and department managers decide whom a campaign is for.")
            )
        if foreign := self.filtered(lambda one: one.company_id and one.company_id not in self.env.companies)[:1]:
            raise AccessError(self.env._("“%s” belongs to another company.", foreign.display_name))

    # ---------------------------------------------------------------- states

    def _sync_choose(self, audience, percent, days, points):
        """Draw the groups anew. With the rights of who chooses: whom he may not see, he does not choose."""
        self.ensure_one()
        self._check_sync_leader()
        self.lock_for_update()
        self.invalidate_recordset(["sync_frozen_at"])
        if self.sync_frozen_at or self._sync_has_given():
            raise UserError(self.env._("“%s”: the groups are fixed. Make another campaign.", self.display_name))
        self._sync_check_numbers(percent, days, points)
        customers = self._sync_customers(audience)
        if not customers:
            raise UserError(self.env._("Nobody is in this audience."))
        groups = {
            customer_id: "held_out" if is_held_out(self.id, customer_id, percent) else "treated"
            for customer_id in customers
        }
        self.env["crm.sync.campaign.member"]._redraw(self, groups)
        self._sync_record(
            {
                "sync_audience": audience,
                "sync_holdout_percent": percent,
                "sync_window_days": days,
                "sync_worth_points": points,
                "sync_assigned_at": fields.Datetime.now(),
            }
        )

    def _sync_has_given(self):
        """Whether customers who were chosen have material of it: whom it has reached is not held out afterwards."""
        if not self.sync_assigned_at:
            return False
        # sudo: whoever has given it to whomever
        given = self.env["crm.sync.material.sent"].sudo()
        return bool(given.search_count([("campaign_id", "=", self.id), ("withdrawn_at", "=", False)], limit=1))

    def action_sync_freeze(self):
        """Nobody is chosen anew from now on."""
        self._check_sync_leader()
        for campaign in self:
            if campaign.sync_holdout_state != "chosen":
                raise UserError(
                    self.env._("“%s”: choose the customers first, and fix them once.", campaign.display_name)
                )
        self._sync_record({"sync_frozen_at": fields.Datetime.now()})
        return True

    def action_sync_start(self):
        """The days begin now within which a purchase counts, for both groups. A mailing of the campaign does it itself."""
        self._check_sync_leader()
        for campaign in self:
            if campaign.sync_holdout_state not in ("chosen", "frozen"):
                raise UserError(
                    self.env._(
                        "“%s”: choose the customers first. The days of a campaign begin once.", campaign.display_name
                    )
                )
        self._sync_start()
        return True

    def _sync_start(self):
        """The campaign reaches its first customer: whatever is not fixed yet is fixed now. Does nothing a second time."""
        now = fields.Datetime.now()
        for campaign in self.filtered(lambda one: one.sync_assigned_at and not one.sync_started_at):
            campaign._sync_record({"sync_frozen_at": campaign.sync_frozen_at or now, "sync_started_at": now})

    # ---------------------------------------------------------------- whom

    @api.model
    def _sync_check_numbers(self, percent, days, points):
        if type(percent) is not int or not 0 <= percent <= 50:
            raise UserError(self.env._("Held out: enter 0 to 50 per cent."))
        if type(days) is not int or not 1 <= days <= 365:
            raise UserError(self.env._("Purchase within: enter 1 to 365 days."))
        if type(points) not in (int, float) or not 0.1 <= points <= 100:
            raise UserError(self.env._("Difference worth finding: enter 0.1 to 100 points."))

    def _sync_customers(self, audience):
        """Ids of the customers, in order: those to whom the contacts of the audience belong. No colleagues, no own company.

        :raise UserError: for an audience that cannot be understood
        """
        self.ensure_one()
        contacts = self._sync_contacts(audience)
        self.env["res.partner"].flush_model(["commercial_partner_id", "partner_share"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT p.commercial_partner_id FROM res_partner p
                     JOIN res_partner customer ON customer.id = p.commercial_partner_id
                    WHERE p.id IN %s AND customer.partner_share
                      AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = customer.id)
                    ORDER BY 1""",
                contacts.subselect(),
            )
        )
        return [customer_id for [customer_id] in rows]

    def _sync_contacts(self, audience):
        """Query of the contacts in the audience, with the reader's rights."""
        try:
            if not isinstance(audience, str) or len(audience) > _LONGEST:
                raise ValueError("audience")
            asked = literal_eval(audience or "[]")
            # The year of birth is used by nothing; as it was read, since a letter may be written as its number.
            if "sync_birth_year" in repr(asked):
                raise ValueError("sync_birth_year")
            asked = Domain(asked)
            companies = [False, *self.company_id.ids] if self.company_id else [False, *self.env.companies.ids]
            of_company = Domain([("partner_share", "=", True), ("company_id", "in", companies)])
            return self.env["res.partner"]._search(asked & of_company)
        except (KeyError, SyntaxError, TypeError, ValueError, RecursionError, MemoryError) as error:
            raise UserError(self.env._("The audience cannot be understood: %s", error)) from error

    def _sync_bought_sql(self):
        """SELECT of (campaign_id, customer_id, revenue, margin): who has ordered within the days of these campaigns."""
        return self._sync_orders_sql(
            SQL(
                """SELECT id AS campaign_id, company_id, sync_started_at AS since,
                          sync_started_at + sync_window_days * INTERVAL '1 day' AS until
                     FROM utm_campaign WHERE id = ANY(%s) AND sync_started_at IS NOT NULL""",
                self.ids,
            )
        )
