from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.expiry import ExpiryPolicy, expires_on
from ...rules.periods import local_date
from .movement import now_of

#: Programs ``p`` whose cards carry their customer's balance, as ``is_nominative`` has it.
NOMINATIVE = SQL("(p.applies_on = 'both' OR (p.program_type IN ('ewallet', 'loyalty') AND p.applies_on = 'future'))")


class LoyaltyProgram(models.Model):
    """The policies of a program: what earns points, when they can be spent, when they expire."""

    _inherit = "loyalty.program"

    # What earns
    sync_earn_on_tax = fields.Boolean("Points on Taxes", default=True, help="Count taxes as money spent.")
    sync_earn_on_points = fields.Boolean(
        "Points on Amounts Paid with Points",
        help="Count what was paid with points of this program as money spent, as Odoo does by itself.",
    )
    sync_earn_on_topup = fields.Boolean(
        "Points on Gift Cards and Top-ups",
        help="Count gift cards and eWallet top-ups as money spent. Points would then be earned twice: when the card is "
        "bought, and when it pays.",
    )
    sync_rounding = fields.Selection(
        [("down", "Down"), ("half_up", "To the Nearest"), ("up", "Up")],
        "Rounding of Points",
        default="down",
        required=True,
        help="Applied once to the sum of an order, and to what a refund takes back.",
    )
    sync_rounding_digits = fields.Integer(
        "Decimals of Points", default=2, help="0 gives whole points, 2 gives hundredths."
    )

    # When they can be spent
    sync_hold = fields.Selection(
        [("none", "At Once"), ("paid", "When the Order Is Paid"), ("delivered", "After Delivery")],
        "Points Can Be Spent",
        default="none",
        required=True,
        help="Until then points are shown as pending, and cannot be redeemed.",
    )
    sync_hold_days = fields.Integer(
        "Days after Delivery",
        default=14,
        help="So long after the delivery points are pending: as long as goods may be sent back.",
    )
    sync_reservation_hours = fields.Integer(
        "Reservation of Points (Hours)",
        default=96,
        help="How long a quotation or cart keeps the points it wants to redeem. Points of a cart that is being paid stay "
        "reserved until the payment is known.",
    )

    # When they expire
    sync_expiry = fields.Selection(
        [("none", "Never"), ("fixed", "Some Time after They Were Earned"), ("inactivity", "After Inactivity")],
        "Points Expire",
        default="none",
        required=True,
        help="Whether points have a last day, and what it is counted from.",
    )
    sync_expiry_months = fields.Integer(
        "Months until Expiry",
        default=12,
        help="Counted from the day on which they were earned, or from the last time the customer earned or redeemed.",
    )
    sync_expiry_rounding = fields.Selection(
        [
            ("day", "That Day"),
            ("month", "End of the Month"),
            ("quarter", "End of the Quarter"),
            ("year", "End of the Year"),
        ],
        "Expire on",
        default="day",
        required=True,
        help="Points can be used through the end of that day, month, quarter or year.",
    )
    sync_notice_days = fields.Integer(
        "Notice Period (Days)",
        default=30,
        help="Customers are reminded so many days before their points expire. A policy that is switched on or shortened "
        "takes no points before one such period has passed.",
    )
    sync_last_chance_days = fields.Integer("Last Chance (Days)", default=3, help="Second reminder. 0 sends none.")
    sync_return_days = fields.Integer(
        "Grace for Returned Points (Days)",
        default=30,
        help="Points given back by a refund keep their expiry. Those that have expired meanwhile can be used so many days.",
    )
    sync_statement = fields.Boolean("Monthly Statement", help="Mail each customer with points a statement every month.")

    # Whose they are, and what they are worth
    sync_is_pooled = fields.Boolean(
        "One Wallet per Company",
        help="All contacts of a company earn and spend on one card, that of the company.",
    )
    sync_point_value = fields.Float(
        "Value of a Point",
        digits=(16, 6),
        compute="_compute_sync_point_value",
        store=True,
        readonly=False,
        help="What the company owes for one point, in the program's currency. By default what its best reward gives.",
    )

    @api.constrains(
        "sync_rounding_digits",
        "sync_hold_days",
        "sync_expiry",
        "sync_expiry_months",
        "sync_notice_days",
        "sync_last_chance_days",
        "sync_return_days",
        "sync_reservation_hours",
    )
    def _check_sync_policy(self):
        for program in self:
            if not 0 <= program.sync_rounding_digits <= 4:
                raise ValidationError(self.env._("Decimals of Points: enter 0 to 4."))
            if program.sync_expiry != "none" and not 1 <= program.sync_expiry_months <= 120:
                raise ValidationError(self.env._("Months until Expiry: enter 1 to 120."))
            days = ("sync_hold_days", "sync_notice_days", "sync_last_chance_days", "sync_return_days")
            for name in days:
                if not 0 <= program[name] <= 730:
                    raise ValidationError(self.env._("%s: enter 0 to 730 days.", program._fields[name].string))
            if not 1 <= program.sync_reservation_hours <= 8760:
                raise ValidationError(self.env._("Reservation of Points: enter 1 to 8760 hours."))

    @api.depends(
        "reward_ids.active",
        "reward_ids.reward_type",
        "reward_ids.discount",
        "reward_ids.discount_mode",
        "reward_ids.required_points",
        "reward_ids.reward_product_ids",
        "reward_ids.reward_product_qty",
    )
    def _compute_sync_point_value(self):
        for program in self:
            values = [program._sync_value_per_point(reward) for reward in program.reward_ids]
            program.sync_point_value = max(values, default=0.0)

    def _sync_value_per_point(self, reward):
        """What one point is worth in ``reward``: a free product counts with its list price, a percentage not at all."""
        if not reward.required_points:
            return 0.0
        if reward.reward_type == "product":
            price = max(reward.reward_product_ids.mapped("lst_price"), default=0.0)
            return price * reward.reward_product_qty / reward.required_points
        if reward.discount_mode == "per_point":
            return reward.discount
        return reward.discount / reward.required_points if reward.discount_mode == "per_order" else 0.0

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ledger(self):
        # sudo: whether a program stands in the ledger does not depend on who asks.
        groups = self.env["crm.sync.loyalty.entry"].sudo()._read_group([("program_id", "in", self.ids)], ["program_id"])
        if groups:
            names = ", ".join(program.name for [program] in groups)
            raise UserError(
                self.env._("Points of %s have moved: the ledger keeps them. Archive the program instead.", names)
            )

    # ---------------------------------------------------------------- policy

    def _sync_timezone(self):
        """The time zone of the program's days: its company's contact's, else the server's for loyalty, else that of working hours."""
        self.ensure_one()
        # sudo: the time zone of a company is no secret.
        company = self.sudo().company_id or self.env.company.sudo()
        return (
            company.partner_id.tz
            or self.env["ir.config_parameter"].sudo().get_param("loyalty.timezone")  # sudo: a setting of the server
            or company._sync_tz()
        )

    def _sync_today(self):
        """Today, in the program's time zone."""
        return local_date(now_of(self.env), self._sync_timezone())

    def _sync_expiry_policy(self):
        self.ensure_one()
        return ExpiryPolicy(self.sync_expiry, self.sync_expiry_months, self.sync_expiry_rounding)

    def _sync_expires_on(self, since):
        """Last day on which points earned, or last moved, on ``since`` can be used."""
        return expires_on(self._sync_expiry_policy(), since)

    @api.model
    def _sync_all(self):
        """All programs, archived ones too, for scheduled statements over all companies."""
        # sudo: a scheduled statement
        return self.sudo().with_context(active_test=False).search(Domain.TRUE)

    def _sync_today_sql(self):
        """Pairs (program, today in its time zone) of these programs, as rows of SQL."""
        rows = [SQL("(%s, %s::date)", program.id, program._sync_today()) for program in self]
        return SQL(", ").join(rows or [SQL("(0, NULL::date)")])
