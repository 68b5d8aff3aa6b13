from odoo import api, models
from odoo.tools import format_amount, format_date, formatLang

from ...rules.tier_outlook import is_in_danger, keep_by, keeping
from .shown_tier import companies_of


class CrmSyncTierSummary(models.AbstractModel):
    """What colleagues are told of a customer's tier, in their language and with their rights."""

    _name = "crm.sync.tier.summary"
    _description = "Tier in Words"

    @api.model
    def _get_shown(self, contacts):
        """The standing that counts for a customer with these ``contacts``: his company's, else that of the contact with the
        highest tier; of several, what his tier is in ``shown_tier``. Empty where he has none, or the reader sees none."""
        entity, companies = contacts.commercial_partner_id[:1], companies_of(self.env.company)
        domain = [
            ("partner_id", "in", contacts.ids),
            ("is_shown", "=", True),
            ("company_id", "in", [False, *companies]),
        ]

        def rank(standing):
            is_entity, company_id = standing.partner_id == entity, standing.company_id.id
            distance = companies.index(company_id) if company_id else len(companies)
            return (0, distance, 0) if is_entity else (1, -standing.tier_id.sequence, distance)

        return self.env["crm.sync.tier.standing"].search(domain, order="id").sorted(rank)[:1]

    @api.model
    def _next_words(self, standing):
        """What is missing to the next tier; nothing on the highest one."""
        if not standing.next_tier_id:
            return ""
        return self.env._(
            "%(amount)s to %(tier)s", amount=self._amount(standing, standing.missing), tier=standing.next_tier_id.name
        )

    @api.model
    def _keep_words(self, standing):
        """What is missing to keep the tier, and by when; nothing where it is safe."""
        last_day = standing.membership_id.valid_through
        if keeping(last_day or None, standing.keep_missing) != "risk":
            return ""
        day = keep_by(last_day, standing.review_on or None, self._today(standing))
        return self.env._(
            "%(amount)s by %(day)s to keep %(tier)s",
            amount=self._amount(standing, standing.keep_missing),
            day=format_date(self.env, day),
            tier=standing.tier_id.name,
        )

    @api.model
    def _is_in_danger(self, standing):
        return is_in_danger(standing.membership_id.valid_through or None, standing.keep_missing, self._today(standing))

    @api.model
    def _today(self, standing):
        return standing.program_id.sudo()._sync_today()  # sudo: the day in the program's time zone is no secret

    @api.model
    def _amount(self, standing, value):
        """What counts in the program: money, points or orders."""
        program = standing.program_id.sudo()  # sudo: what a program counts in, which every customer is told
        metric = self.env["crm.sync.tier.policy"]._running(program)[:1].metric
        if metric == "spend":
            return format_amount(self.env, value, program.currency_id)
        number = formatLang(self.env, value, digits=0 if value == int(value) else 2)
        if metric == "orders":
            return self.env._("%s orders", number)
        return f"{number} {program.portal_point_name or self.env._('Points')}"
