from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class CrmSyncTierPolicy(models.Model):
    """How rules come into force: published for a day, running from then on, replaced by the next version."""

    _inherit = "crm.sync.tier.policy"
    #: What customers are judged by.
    _sync_fixed = frozenset(
        {
            "program_id",
            "metric",
            "window",
            "window_months",
            "validity",
            "validity_months",
            "grace_days",
            "downgrade",
            "refund",
            "is_grandfathering",
            "is_notice",
            "line_ids",
        }
    )

    # ---------------------------------------------------------------- states

    def _publish(self, day):
        """Publish these drafts for ``day`` of their program; today, they run at once.

        Who may: a manager. What customers are told, and what the rules would do, is the time machine's.
        """
        self._check_manager()
        for policy in self:
            if policy.state != "draft":
                raise UserError(policy._words_fixed())
            policy._check_publishable()
            today = policy.program_id._sync_today()
            if not day or day < today:
                raise UserError(
                    self.env._(
                        "Rules come into force today or later: enter %s or a later day.", format_date(self.env, today)
                    )
                )
            policy._record({"state": "scheduled", "effective_on": day})
        self._start_due()

    def action_withdraw(self):
        """Scheduled rules become a draft again, as long as they are not in force."""
        self._check_manager()
        if any(policy.state != "scheduled" for policy in self):
            raise UserError(self.env._("Only rules that are not in force yet can be withdrawn."))
        self._record({"state": "draft", "effective_on": False})
        return True

    def _start_due(self):
        """Of these, those whose day has come run now, and replace what ran before.

        :return: the policies that were started
        """
        started = self.browse()
        # sudo: the day decides, whoever is there; who published was asked then
        for policy in self.sudo().filtered(lambda policy: policy.state == "scheduled"):
            if policy.effective_on > policy.program_id._sync_today():
                continue
            policy._running(policy.program_id)._record({"state": "replaced", "ended_on": policy.effective_on})
            # Only one may run: the old ones first.
            self.env.flush_all()
            policy._record({"state": "running"})
            started += policy
        return started

    @api.model
    def _publish_due(self):
        """Of all programs; for the nightly review."""
        return self.sudo().search([("state", "=", "scheduled")])._start_due()  # sudo: a scheduled job

    # ---------------------------------------------------------------- writing

    @api.model_create_multi
    def create(self, vals_list):
        """With the next version of their program."""
        policies = super().create(vals_list)
        for policy in policies:
            policy._record({"version": policy._next_version()})
        return policies

    def _next_version(self):
        # sudo: which versions there are does not depend on who asks
        [[highest]] = self.sudo()._read_group([("program_id", "=", self.program_id.id)], [], ["version:max"])
        return (highest or 0) + 1

    def write(self, vals):
        moved = self.filtered(lambda policy: vals.get("program_id", policy.program_id.id) != policy.program_id.id)
        result = super().write(vals)
        for policy in moved:
            policy._record({"version": policy._next_version()})
        return result

    def _would_change(self, name, value):
        return bool(value) if name == "line_ids" else super()._would_change(name, value)

    @api.model
    def _own_fields(self):
        return super()._own_fields() | {"version", "effective_on", "ended_on"}

    # ---------------------------------------------------------------- what is refused

    def _words_managers_only(self):
        return self.env._("Only a Customer Sync manager decides about tiers.")

    def _words_own(self, label):
        return self.env._("%s: kept by the rules themselves.", label)

    def _words_fixed(self, label=None):
        self.ensure_one()
        return self.env._(
            "%s: published rules stay as they are, since customers are judged by them. Make a new version.",
            self.display_name,
        )

    def _words_used(self):
        return self._words_fixed()

    # ---------------------------------------------------------------- actions

    def action_new_version(self):
        """A draft with the same rules, to be changed and tried."""
        self.ensure_one()
        return self.copy()._get_records_action()

    def action_open_memberships(self):
        """What these rules have decided."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_tier_membership_action")
        return {**action, "domain": [("policy_id", "=", self.id)], "context": {}}
