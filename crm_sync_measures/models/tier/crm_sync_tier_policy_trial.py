from odoo import fields, models
from odoo.exceptions import UserError

#: Who reads trials.
_READERS = "crm_sync_measures.group_manager,crm_sync_measures.group_auditor"


class CrmSyncTierPolicy(models.Model):
    """From rules to the time machine, which shows what they would do before they are published."""

    _inherit = "crm.sync.tier.policy"

    trial_ids = fields.One2many("crm.sync.tier.trial", "policy_id", "Trials", copy=False, groups=_READERS)
    trial_count = fields.Integer(compute="_compute_trial_count", groups=_READERS)

    def _compute_trial_count(self):
        groups = self.env["crm.sync.tier.trial"]._read_group(
            [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
        )
        counts = {policy.id: count for policy, count in groups}
        for policy in self:
            policy.trial_count = counts.get(policy.id, 0)

    def _said(self):
        """All that decides what a trial of these rules finds."""
        self.ensure_one()
        lines = [(line.tier_id.id, line.multiplier, line.pricelist_id.id) for line in self._lines()]
        return self.metric, self._rule(), lines

    def action_try(self):
        """Try these rules against the company's history; those in force are what a draft is compared with."""
        self.ensure_one()
        self._check_manager()
        running = self._running(self.program_id) - self
        trial = self.env["crm.sync.tier.trial"].create({"policy_id": self.id, "other_id": running[:1].id})
        return trial._get_records_action()

    def sync_try(self, other_id=None, **chosen):
        """Replay the company's history against these rules, and those of ``other_id``; nothing real is touched.

        :param int other_id: other rules of the same program
        :param chosen: ``day``, ``effective_on``, ``history_from``, ``cost_from``: days, as "2026-06-30"
        :return: see ``crm.sync.tier.trial.sync_result``; a large history is replayed in the background
        """
        self.ensure_one()
        self._check_manager()
        known = {"day", "effective_on", "history_from", "cost_from"}
        if unknown := sorted(chosen.keys() - known):
            raise UserError(self.env._("Unknown choice: %s", unknown[0]))
        trial = self.env["crm.sync.tier.trial"].create({"policy_id": self.id, "other_id": other_id or False, **chosen})
        trial.action_run()
        return trial.sync_result()

    def action_withdraw(self):
        """A trial on which nothing is published any more may be published from anew."""
        result = super().action_withdraw()
        # sudo: who withdraws was checked
        self.trial_ids.sudo().filtered("is_published").is_published = False
        return result

    def action_open_trials(self):
        """The trials of these rules."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_tier_trial_action")
        return {**action, "domain": [("policy_id", "=", self.id)], "context": {"default_policy_id": self.id}}
