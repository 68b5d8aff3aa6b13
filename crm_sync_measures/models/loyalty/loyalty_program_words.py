from odoo import api, fields, models
from odoo.tools import format_amount, format_date
from odoo.tools.misc import formatLang

from ...rules.earning import rounded
from ...rules.ledger import exact


class LoyaltyProgram(models.Model):
    """The program's policy in sentences with today's dates, and what its customers are owed."""

    _inherit = "loyalty.program"

    sync_earn_sentence = fields.Char("Earning, in Words", compute="_compute_sync_earn_sentence")
    sync_spend_sentence = fields.Char("Spending, in Words", compute="_compute_sync_spend_sentence")
    sync_expiry_sentence = fields.Char("Expiry, in Words", compute="_compute_sync_expiry_sentence")
    sync_worth_sentence = fields.Char("Worth, in Words", compute="_compute_sync_worth_sentence")
    sync_open_points = fields.Float(
        "Points Owed", compute="_compute_sync_liability", help="Points that customers hold, those pending included."
    )
    sync_liability = fields.Monetary(
        "Liability",
        currency_field="currency_id",
        compute="_compute_sync_liability",
        help="The points that customers hold, those pending included, at the value of a point.",
    )

    @api.depends(
        "sync_earn_on_tax",
        "sync_earn_on_points",
        "sync_earn_on_topup",
        "sync_rounding",
        "sync_rounding_digits",
        "portal_point_name",
        "rule_ids.reward_point_mode",
        "rule_ids.reward_point_amount",
    )
    def _compute_sync_earn_sentence(self):
        for program in self:
            counted = [
                self.env._("taxes count") if program.sync_earn_on_tax else self.env._("taxes do not count"),
                self.env._("what is paid with points counts")
                if program.sync_earn_on_points
                else self.env._("what is paid with points does not count"),
                self.env._("gift cards and top-ups count")
                if program.sync_earn_on_topup
                else self.env._("gift cards and top-ups do not count"),
            ]
            example = program._sync_rounded_example()
            program.sync_earn_sentence = self.env._(
                "%(rules)s: %(example)s.", rules=self._sync_listed(counted), example=example
            )

    def _sync_rounded_example(self):
        """What becomes of 12.3456 points."""
        digits = min(4, max(0, self.sync_rounding_digits))
        points = rounded(exact("12.3456"), self.sync_rounding or "down", digits)
        return self.env._("an order worth 12.3456 points earns %s", formatLang(self.env, float(points), digits=digits))

    @staticmethod
    def _sync_listed(words):
        sentence = "; ".join(words)
        return sentence[:1].upper() + sentence[1:]

    @api.depends("sync_hold", "sync_hold_days", "sync_reservation_hours")
    def _compute_sync_spend_sentence(self):
        for program in self:
            today = program._sync_today()
            if program.sync_hold == "paid":
                earned = self.env._("Points of an order are pending until it is paid.")
            elif program.sync_hold == "delivered":
                earned = self.env._(
                    "Points of an order delivered today can be spent from %s on.",
                    format_date(self.env, fields.Date.add(today, days=program.sync_hold_days)),
                )
            else:
                earned = self.env._("Points of an order confirmed today can be spent today.")
            kept = self.env._(
                "A quotation keeps the points it wants to redeem for %s hours.", program.sync_reservation_hours
            )
            program.sync_spend_sentence = f"{earned} {kept}"

    @api.depends("sync_expiry", "sync_expiry_months", "sync_expiry_rounding", "sync_notice_days")
    def _compute_sync_expiry_sentence(self):
        for program in self:
            if program.sync_expiry == "none" or not 1 <= program.sync_expiry_months <= 120:
                program.sync_expiry_sentence = self.env._("Points never expire.")
                continue
            last = program._sync_expires_on(program._sync_today())
            notice = format_date(self.env, fields.Date.subtract(last, days=program.sync_notice_days))
            if program.sync_expiry == "inactivity":
                text = self.env._(
                    "A customer who moves no points from today on can use them through %(last)s, and is reminded on %(notice)s.",
                    last=format_date(self.env, last),
                    notice=notice,
                )
            else:
                text = self.env._(
                    "A point earned today can be used through %(last)s; the customer is reminded on %(notice)s.",
                    last=format_date(self.env, last),
                    notice=notice,
                )
            program.sync_expiry_sentence = text

    @api.depends("sync_is_pooled", "sync_point_value", "currency_id", "portal_point_name")
    def _compute_sync_worth_sentence(self):
        for program in self:
            whose = (
                self.env._("All contacts of a company share one card.")
                if program.sync_is_pooled
                else self.env._("Each contact has a card of its own.")
            )
            if program.sync_point_value:
                worth = self.env._(
                    "100 points are worth %s.",
                    format_amount(self.env, 100 * program.sync_point_value, program.currency_id),
                )
            else:
                worth = self.env._("A point has no value in money yet: enter one, so that the liability can be told.")
            program.sync_worth_sentence = f"{whose} {worth}"

    @api.depends("sync_point_value", "currency_id")
    def _compute_sync_liability(self):
        # sudo: a sum over all cards of the program, told to whoever may read the program's own figures.
        sums = (
            self.env["crm.sync.loyalty.lot"]
            .sudo()
            ._read_group(
                [("program_id", "in", self.ids), "|", ("remaining", ">", 0), ("held", ">", 0)],
                ["program_id"],
                ["remaining:sum", "held:sum"],
            )
        )
        points = {program.id: remaining + (held or 0.0) for program, remaining, held in sums}
        for program in self:
            program.sync_open_points = points.get(program._origin.id, 0.0)
            program.sync_liability = program.sync_open_points * program.sync_point_value

    def action_open_sync_liability(self):
        """The open lots of this program by age and expiry."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_loyalty_liability_action")
        return {**action, "domain": [("program_id", "=", self.id)], "context": {}}
