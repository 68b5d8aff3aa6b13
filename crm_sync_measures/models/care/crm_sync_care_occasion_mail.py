from odoo import models
from odoo.tools import format_date


class CrmSyncCareOccasion(models.Model):
    """What the mails of an occasion tell, in the language of the context. Read by templates."""

    _inherit = "crm.sync.care.occasion"

    def _sender(self):
        """Who writes: the person of the rule, else the company."""
        self.ensure_one()
        rule = self.rule_id.sudo()  # sudo: the rule that the customer is written to by
        return rule.sender_id.email_formatted or rule.company_id.email_formatted

    def _sender_name(self):
        self.ensure_one()
        rule = self.rule_id.sudo()  # sudo: as above
        return rule.sender_id.name or rule.company_id.name

    def _day_text(self):
        """The day of the occasion, as the customer writes days."""
        self.ensure_one()
        return format_date(self.env, self.day, lang_code=self.partner_id.lang or self.env.lang)

    # ---------------------------------------------------------------- coupon, points

    def _coupon_code(self):
        self.ensure_one()
        return self.card_id.sudo().code or ""  # sudo: the customer's own coupon

    def _coupon_until(self):
        self.ensure_one()
        until = self.card_id.sudo().expiration_date  # sudo: as above
        return format_date(self.env, until, lang_code=self.partner_id.lang or self.env.lang) if until else ""

    def _points_text(self):
        """The points that the rule has given, by their name; nothing as long as they wait for a second person."""
        adjustment = self.adjustment_id.sudo()  # sudo: the customer's own points
        return adjustment.card_id._format_points(adjustment.quantity) if adjustment.state == "posted" else ""

    def _ending_points_text(self):
        """The points that end on the day of the occasion, by their name; nothing where they were used meanwhile."""
        self.ensure_one()
        # sudo: the customer's own points
        lots = self.env["crm.sync.loyalty.lot"].sudo()
        domain = [
            ("card_id.partner_id", "=", self.partner_id.id),
            ("program_id", "=", self.rule_id.program_id.id),
            ("expires_on", "=", self.day),
            ("remaining", ">", 0),
        ]
        ending = lots.search(domain)
        return ending[:1].card_id._format_points(sum(ending.mapped("remaining"))) if ending else ""

    # ---------------------------------------------------------------- tier

    def _standing(self):
        """Where the customer stands in the program of the rule, if he does."""
        self.ensure_one()
        # sudo: the customer's own tier
        standings = self.env["crm.sync.tier.standing"].sudo()
        return standings.search(
            [("partner_id", "=", self.partner_id.id), ("program_id", "=", self.rule_id.program_id.id)],
            order="id",
            limit=1,
        )

    def _tier_name(self):
        self.ensure_one()
        return self._standing().tier_id.name or ""

    def _keep_sentence(self):
        """What he has to do to keep his tier, as his own page says it: "Spend 120 € by 31 Dec to keep Gold." Empty where
        nothing is missing."""
        self.ensure_one()
        standing = self._standing()
        portal = self.env["crm.sync.tier.portal"].with_context(lang=self.partner_id.lang or self.env.lang)
        policy = portal._policy(standing.program_id)
        keep = policy and portal._keep(standing.card_id, standing, policy)
        if not keep or keep["state"] != "risk":
            return ""
        return f"{keep['sentence']} {keep['note']}".strip()
