from odoo import api, fields, models


class CrmSyncTierPublish(models.TransientModel):
    """Publish rules that were tried: for the day of the trial, with or without a mail to the customers.

    Nobody publishes what he has not seen: the day, and whether customers keep what they have, are those of the trial.
    """

    _name = "crm.sync.tier.publish"
    _description = "Publish Tier Rules"

    trial_id = fields.Many2one("crm.sync.tier.trial", required=True, readonly=True, ondelete="cascade")
    # With the rights of who asks: a dialog can be opened on any trial.
    policy_id = fields.Many2one(related="trial_id.policy_id", related_sudo=False)
    effective_on = fields.Date(related="trial_id.effective_on", related_sudo=False)
    is_grandfathering = fields.Boolean(related="policy_id.is_grandfathering", related_sudo=False)
    effect_sentence = fields.Char(related="trial_id.effect_sentence", related_sudo=False)
    is_notice = fields.Boolean(
        "Tell Customers", help="Members get a mail with the new rules and what becomes of their own tier."
    )
    member_count = fields.Integer("Members to Be Told", compute="_compute_member_count")

    @api.constrains("trial_id")
    def _check_trial(self):
        """Who names a trial may read it. Odoo checks as superuser, so it is asked for him."""
        self.trial_id.sudo(False).check_access("read")  # sudo(False): with the rights of who fills the dialog

    def _compute_member_count(self):
        Line = self.env["crm.sync.tier.trial.line"]
        for wizard in self:
            wizard.member_count = Line.search_count(
                [
                    ("trial_id", "=", wizard.trial_id.id),
                    ("now_tier_id", "!=", False),
                    ("partner_id", "!=", False),
                ]
            )

    def action_publish(self):
        """Schedule the rules. Those that are in force from today on are applied to all accounts by the review at once."""
        self.ensure_one()
        trial, policy = self.trial_id, self.policy_id
        trial._check_manager()
        trial._check_publishable()
        if policy.is_notice != self.is_notice:
            policy.is_notice = self.is_notice
        policy._publish(trial.effective_on)
        # sudo: a mark of ours on the trial that was just published
        trial.sudo().is_published = True
        if policy.state == "running":
            self._start_job("cron_review_tiers")
        if policy.is_notice:
            self._start_job("cron_tell_tier_rules")
        return policy._get_records_action()

    def _start_job(self, name):
        # sudo: the job's own schedule
        self.env.ref(f"crm_sync_measures.{name}").sudo()._trigger()
