from odoo import models

from ...rules.brief import Advice
from ...rules.tier_outlook import lines
from ..activity.brief_section import Fact, Section, brief_section


class CrmSyncBrief(models.AbstractModel):
    """The customer's tier, and what he would like to hear of it."""

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {**super()._section_titles(), "tier": self.env._("Tier")}

    def _told_elsewhere(self):
        return super()._told_elsewhere() | {"tier"}

    @brief_section(105, "tier", side="left")
    def _section_tier(self, about):
        summary = self.env["crm.sync.tier.summary"]
        standing = summary._get_shown(about.contacts)
        if not standing:
            return None
        in_danger = summary._is_in_danger(standing)
        facts = (
            Fact(self.env._("Tier"), standing.tier_id.name, tone="warning" if in_danger else ""),
            Fact(self.env._("Member Since"), self._day(standing.joined_on)),
            Fact(self.env._("Valid Until"), self._day(standing.membership_id.valid_through)),
            Fact(self.env._("Next Tier"), summary._next_words(standing)),
        )
        return Section(
            title=self._section_titles()["tier"],
            facts=tuple(fact for fact in facts if fact.value),
            notes=tuple(lines(standing.tier_id.extras)),
            bring_up=self._tier_advice(summary, standing) if in_danger else (),
        )

    def _tier_advice(self, summary, standing):
        return (Advice(45, self.env._("Tier: %s. Tell them in time.", summary._keep_words(standing))),)
