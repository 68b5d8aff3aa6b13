from odoo import models


class CrmSyncTierNotice(models.Model):
    """What becomes of a customer's tier under new rules is told as the trial found it on which they were published."""

    _inherit = "crm.sync.tier.notice"

    def _becomes(self):
        """The name of the tier that he will have on the day of the new rules, where it is another than today's."""
        self.ensure_one()
        line = (
            self.env["crm.sync.tier.trial.line"]
            .sudo()  # sudo: his own line, told to himself
            .search(
                [
                    ("card_id", "=", self.card_id.id),
                    ("trial_id.policy_id", "=", self.policy_id.id),
                    ("trial_id.is_published", "=", True),
                    ("trial_id.effective_on", "=", self.policy_id.effective_on),
                ],
                order="id desc",
                limit=1,
            )
        )
        after = line.after_tier_id
        return after.name if after and after != self.tier_id else ""
