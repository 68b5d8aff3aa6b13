from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.periods import local_date


class CrmSyncCareRule(models.Model):
    """What managers do with a rule: start and pause it, see whom it is for this week, and what it has brought."""

    _inherit = "crm.sync.care.rule"
    #: What an occasion means.
    _sync_fixed = frozenset({"occasion", "company_id"})
    _sync_needed = frozenset({"active", "action", "mail_template_id"})

    started_on = fields.Date(
        "Works Since", readonly=True, copy=False, help="What was due on a day before is not made up for."
    )
    planned_through = fields.Date(readonly=True, copy=False, help="Every day until then was looked at.")
    sent_count = fields.Integer("Done", compute="_compute_counts", help="Mails sent, activities and whatever else.")
    held_count = fields.Integer("Held Back", compute="_compute_counts")
    late_count = fields.Integer("Came Too Late", compute="_compute_counts")

    def _compute_counts(self):
        counts = {rule.id: {} for rule in self}
        rows = self.env["crm.sync.care.occasion"]._read_group(
            [("rule_id", "in", self.ids)], ["rule_id", "state"], ["__count"]
        )
        for rule, state, count in rows:
            counts[rule.id][state] = count
        for rule in self:
            states = counts.get(rule.id, {})
            rule.sent_count = states.get("sent", 0) + states.get("done", 0)
            rule.held_count = states.get("held", 0)
            rule.late_count = states.get("late", 0)

    # ---------------------------------------------------------------- states

    def action_start(self):
        """Care from today on, also after a pause; what was due before is not made up for."""
        self._check_manager()
        for rule in self:
            rule._check_startable()
            rule._go("running")
            # The day before may still be today where the customer is.
            rule._record({"started_on": local_date(fields.Datetime.now(), rule._timezone()), "planned_through": False})
        # sudo: the right was checked; when the work is done is the scheduler's affair
        self.sudo().env.ref("crm_sync_measures.cron_care_plan")._trigger()
        return True

    def _check_startable(self):
        self.ensure_one()
        if not self.active:
            raise UserError(self.env._("“%s” is archived.", self.name))
        if self.action in ("mail", "coupon") and not self.mail_template_id:
            raise UserError(self.env._("“%s”: choose the mail that tells the customer.", self.name))

    def action_archive(self):
        """An archived rule does not work on unseen. What was planned becomes too late by itself."""
        self.filtered(lambda rule: rule.state == "running").action_pause()
        return super().action_archive()

    @api.model
    def _own_fields(self):
        return super()._own_fields() | {"started_on", "planned_through"}

    # ---------------------------------------------------------------- what is refused

    def _words_managers_only(self):
        return self.env._("Only a Customer Sync manager decides how customers are cared for.")

    def _words_own(self, label):
        return self.env._("%s: kept by the rule itself.", label)

    def _words_fixed(self, label):
        return self.env._("%s: stays as it is once a rule has run. Copy the rule.", label)

    def _words_used(self):
        return self.env._("A rule that has worked is not deleted. Pause it, or archive it.")

    def _words_audience(self, error):
        return self.env._("“%(rule)s”: the audience cannot be understood: %(error)s", rule=self.name, error=error)

    # ---------------------------------------------------------------- looking

    def action_open_occasions(self):
        self.ensure_one()
        return self._open_occasions([])

    def action_open_held(self):
        self.ensure_one()
        return {**self._open_occasions([("state", "=", "held")]), "context": {"search_default_group_reason": 1}}

    def action_open_late(self):
        self.ensure_one()
        return self._open_occasions([("state", "=", "late")])

    def _open_occasions(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_care_occasion_action")
        return {**action, "domain": [("rule_id", "=", self.id), *domain], "context": {}}
