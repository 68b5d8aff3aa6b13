from odoo import api, models

from ...rules import tier as rules
from ...rules.ledger import exact
from ..core.cached import forget, kept


class CrmSyncTierPolicy(models.Model):
    """The rules as ``rules.tier`` reads them."""

    _inherit = "crm.sync.tier.policy"

    @api.model
    @kept
    def _metrics(self):
        """``{program id: metric}`` of the rules in force.

        Kept, since it is asked for every order and invoice, and most programs have no tiers. Published rules stay as
        they are, so only a change of state changes it.
        """
        return {policy.program_id.id: policy.metric for policy in self._running()}

    @api.model
    @kept
    def _multiplying(self):
        """Ids of the programs in which a tier multiplies, or did by earlier rules."""
        # sudo: rules hold for whoever sells
        lines = self.env["crm.sync.tier.policy.line"].sudo()
        published = [("policy_id.state", "in", ("running", "replaced")), ("multiplier", ">", 1)]
        return frozenset(lines.search(published).policy_id.program_id.ids)

    def _record(self, vals):
        result = super()._record(vals)
        if "state" in vals:
            forget(self.env)
        return result

    def _start_due(self):
        """Rules that come into force are looked at by the review, which starts at once."""
        started = super()._start_due()
        if started:
            self.env.ref("crm_sync_measures.cron_review_tiers").sudo()._trigger()  # sudo: our own scheduled work
        return started

    def _rule(self):
        self.ensure_one()
        # sudo: the end of a company's year is no secret.
        company = self.sudo().program_id.company_id or self.env.company.sudo()
        return rules.Policy(
            thresholds=tuple(exact(line.threshold) for line in self._lines()),
            window=self.window,
            window_months=self.window_months,
            validity=self.validity,
            validity_months=self.validity_months,
            grace_days=self.grace_days,
            downgrade=self.downgrade,
            refund=self.refund,
            is_grandfathering=self.is_grandfathering,
            fiscal_end=(int(company.fiscalyear_last_month), company.fiscalyear_last_day),
            id=self.id,
        )
