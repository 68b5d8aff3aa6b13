from odoo import models

from ...rules import tier as rules
from ...rules.ledger import exact


class CrmSyncTierPolicy(models.Model):
    """The rules as ``rules.tier`` reads them."""

    _inherit = "crm.sync.tier.policy"

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
