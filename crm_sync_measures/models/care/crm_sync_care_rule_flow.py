from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.periods import local_date

#: Which state may follow which.
_FOLLOWS = {"draft": {"running"}, "running": {"paused"}, "paused": {"running"}}
#: What an occasion means; another meaning is another rule.
_FIXED = {"occasion", "company_id"}


class CrmSyncCareRule(models.Model):
    """What managers do with a rule: start and pause it, see whom it is for this week, and what it has brought."""

    _inherit = "crm.sync.care.rule"

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

    def action_pause(self):
        """Nothing more happens until it is started again. What was planned waits, and becomes too late by itself."""
        self._check_manager()
        return self._go("paused")

    def _go(self, state):
        for rule in self:
            if state not in _FOLLOWS[rule.state]:
                raise UserError(self.env._("“%s” cannot do this now. Reload the page to see its state.", rule.name))
        return self._record({"state": state})

    def _check_startable(self):
        self.ensure_one()
        if not self.active:
            raise UserError(self.env._("“%s” is archived.", self.name))
        if self.action in ("mail", "coupon") and not self.mail_template_id:
            raise UserError(self.env._("“%s”: choose the mail that tells the customer.", self.name))

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager decides how customers are cared for."))

    # ---------------------------------------------------------------- writing

    @api.model
    def _own_fields(self):
        """Fields that the rule's own actions and jobs write, and nobody else."""
        return {"state", "started_on", "planned_through"}

    @api.model
    def _refuse_own(self, vals):
        if own := sorted(self._own_fields() & vals.keys()):
            raise UserError(self.env._("%s: kept by the rule itself.", self._label(own[0])))

    @api.model_create_multi
    def create(self, vals_list):
        """A rule is born a draft; nobody says otherwise by defaults of his own either."""
        for vals in vals_list:
            self._refuse_own(vals)
        forged = {f"default_{name}" for name in self._own_fields()}
        context = {name: value for name, value in self.env.context.items() if name not in forged}
        plain = self.with_env(self.env(context=context))
        return super(CrmSyncCareRule, plain).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._refuse_own(vals)
        for name in sorted(_FIXED & vals.keys()):
            for rule in self.filtered(lambda rule: rule.state != "draft"):
                if rule._fields[name].convert_to_write(rule[name], rule) != vals[name]:
                    raise UserError(
                        self.env._("%s: stays as it is once a rule has run. Copy the rule.", self._label(name))
                    )
        result = super().write(vals)
        # What a rule needs to be started, it needs as long as it runs.
        for rule in self.filtered(lambda rule: rule.state == "running"):
            rule._check_startable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(rule.state != "draft" for rule in self):
            raise UserError(self.env._("A rule that has worked is not deleted. Pause it, or archive it."))

    def action_archive(self):
        """An archived rule does not work on unseen."""
        self.filtered(lambda rule: rule.state == "running").action_pause()
        return super().action_archive()

    def _record(self, vals):
        """Write what only the rule's own actions write; callers have checked who asks."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _label(self, name):
        return self._fields[name].get_description(self.env, ["string"])["string"]

    def copy_data(self, default=None):
        default = dict(default or {})
        return [
            {**vals, "name": default.get("name") or self.env._("%s (copy)", rule.name)}
            for rule, vals in zip(self, super().copy_data(default), strict=True)
        ]

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
