from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import format_date

from ...rules.expiry import add_months

#: How long a trial is kept.
_KEPT = timedelta(days=90)
#: Rules are published on what was seen at most so long ago.
_FRESH = timedelta(days=7)

#: What a trial was made of: another choice is another trial. And what the trial alone writes.
_CHOSEN = {"policy_id", "other_id", "day", "effective_on", "history_from", "cost_from"}
_OWN = {"state", "started_at", "fingerprint", "is_published"}

STATES = [("draft", "Draft"), ("running", "Running"), ("done", "Done")]


class CrmSyncTierTrial(models.Model):
    """The time machine: the company's real history, replayed against one or two versions of the rules.

    Nothing real is touched: the statement of the nightly review itself runs day by day, over the same facts, with
    memberships that are gone with the transaction (``crm.sync.tier.replay``). So what it says is what the review would
    have done. Two questions are answered for each account:

    * which tier it would have today, had these rules always been in force;
    * which tier it will have when they take effect on ``effective_on``, from what it has today.

    Costs are those that the first question would have had from ``cost_from`` through ``day``.
    """

    _name = "crm.sync.tier.trial"
    _description = "Trial of Tier Rules"
    _order = "id desc"
    _rec_name = "policy_id"

    program_id = fields.Many2one(related="policy_id.program_id", store=True, index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index="btree_not_null")
    currency_id = fields.Many2one(related="program_id.currency_id")
    policy_id = fields.Many2one(
        "crm.sync.tier.policy", "Rules", required=True, index=True, ondelete="cascade", help="The rules that are tried."
    )
    other_id = fields.Many2one(
        "crm.sync.tier.policy",
        "Compared with",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('program_id', '=', program_id), ('id', '!=', policy_id)]",
    )
    day = fields.Date(
        "As of", required=True, default=fields.Date.context_today, help="History through this day is replayed."
    )
    effective_on = fields.Date(
        "In Force From",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=1),
        help="The day on which the rules would come into force, and on which they do when they are published from here.",
    )
    history_from = fields.Date(
        "Replayed From",
        required=True,
        default=lambda self: add_months(fields.Date.context_today(self), -36),
        help="The first day that is replayed. What was bought before counts where the window reaches so far back.",
    )
    cost_from = fields.Date(
        "Costs From", required=True, default=lambda self: add_months(fields.Date.context_today(self), -12)
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False)
    started_at = fields.Datetime("Started", readonly=True, copy=False)
    fingerprint = fields.Char(readonly=True, copy=False)
    first_day = fields.Date("First Event", compute="_compute_progress")
    part_ids = fields.One2many("crm.sync.tier.trial.part", "trial_id", readonly=True)
    line_ids = fields.One2many("crm.sync.tier.trial.line", "trial_id", readonly=True)
    tier_ids = fields.One2many("crm.sync.tier.trial.tier", "trial_id", "Tiers", readonly=True)
    progress = fields.Integer("Progress (%)", compute="_compute_progress")
    sentence = fields.Char(compute="_compute_sentence")
    other_sentence = fields.Char(compute="_compute_sentence")
    effect_sentence = fields.Char(compute="_compute_sentence")
    is_outdated = fields.Boolean(compute="_compute_is_outdated")
    policy_state = fields.Selection(related="policy_id.state", string="State of the Rules")
    is_published = fields.Boolean("Published", readonly=True, copy=False, help="These rules were published after it.")

    @api.constrains("policy_id", "other_id", "day", "history_from", "cost_from")
    def _check_trial(self):
        for trial in self:
            if trial.other_id and trial.other_id.program_id != trial.program_id:
                raise ValidationError(self.env._("Both versions of the rules must belong to the same program."))
            if trial.other_id == trial.policy_id:
                raise ValidationError(self.env._("Rules cannot be compared with themselves."))
            if max(trial.cost_from, trial.history_from) > trial.day:
                raise ValidationError(self.env._("History and costs begin before the day of the trial."))
            # It may be tomorrow already where the manager is.
            if trial.day > trial.program_id._sync_today() + timedelta(days=1):
                raise ValidationError(self.env._("Date: enter a date that is not in the future."))

    # ---------------------------------------------------------------- writing

    @api.model_create_multi
    def create(self, vals_list):
        """A trial is born a draft; no default says otherwise."""
        for vals in vals_list:
            self._refuse_own(vals)
        forged = {f"default_{name}" for name in _OWN}
        context = {name: value for name, value in self.env.context.items() if name not in forged}
        plain = self.with_env(self.env(context=context))
        return super(CrmSyncTierTrial, plain).create(vals_list).with_env(self.env)

    def write(self, vals):
        """What was chosen anew was not replayed yet; what rules were published on stays."""
        self._refuse_own(vals)
        if _CHOSEN & vals.keys():
            if any(trial.state == "running" for trial in self):
                raise UserError(self.env._("This trial is running already."))
            if any(trial.is_published for trial in self):
                raise UserError(self.env._("Rules were published on this trial: it stays as it is. Make a new one."))
            done = self.filtered(lambda trial: trial.state == "done")
            done._forget_results()
            done.sudo().state = "draft"  # sudo: a state of the trial itself
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unpublished(self):
        if any(trial.is_published for trial in self):
            raise UserError(self.env._("Rules were published on this trial: it stays as it is. Make a new one."))

    def _refuse_own(self, vals):
        if own := not self.env.su and sorted(_OWN & vals.keys()):
            label = self._fields[own[0]].get_description(self.env, ["string"])["string"]
            raise UserError(self.env._("%s: kept by the trial itself.", label))

    # ---------------------------------------------------------------- compute

    @api.depends("policy_id.display_name", "day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """The rules and the day: rules are tried more than once."""
        for trial in self:
            day = trial.day and format_date(self.env, trial.day)
            trial.display_name = " · ".join(filter(None, (trial.policy_id.display_name, day)))

    @api.depends("part_ids.is_done", "part_ids.first_day", "state")
    def _compute_progress(self):
        groups = self.env["crm.sync.tier.trial.part"]._read_group(
            [("trial_id", "in", self.ids)], ["trial_id", "is_done"], ["__count", "first_day:min"]
        )
        counts = {(trial.id, is_done): count for trial, is_done, count, _first in groups}
        for trial in self:
            days = [first for other, _done, _count, first in groups if other == trial and first]
            trial.first_day = min(days, default=False)
            done, left = counts.get((trial.id, True), 0), counts.get((trial.id, False), 0)
            trial.progress = 100 if trial.state == "done" else 100 * done // (done + left or 1)

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for trial in self:
            trial.sentence = trial._tell("")
            trial.other_sentence = trial.other_id and trial._tell("other_")
            trial.effect_sentence = trial.state == "done" and trial._tell_effect()

    @api.depends("policy_id", "other_id", "fingerprint")
    def _compute_is_outdated(self):
        for trial in self:
            trial.is_outdated = bool(trial.fingerprint) and trial.fingerprint != trial._fingerprint()

    def _fingerprint(self):
        """What the rules of this trial say by now, in one word."""
        self.ensure_one()
        said = [policy._said() for policy in (self.policy_id, self.other_id) if policy]
        return sha256(repr(said).encode()).hexdigest()

    def _moves(self, name):
        """``{move: how many accounts}`` by one of the moves of the lines."""
        self.ensure_one()
        return dict(self.env["crm.sync.tier.trial.line"]._read_group([("trial_id", "=", self.id)], [name], ["__count"]))

    def _tell(self, prefix):
        """ "Of 1,030 customers, 120 would be in a higher tier than today, and 80 in a lower one." """
        self.ensure_one()
        if self.state == "draft":
            return self.env._("Nothing was replayed yet.")
        if self.state == "running":
            return self.env._("%s %% of the history was replayed so far.", self.progress)
        return self.env._(
            "Had these rules always been in force: of %(all)s customers, %(up)s would be in a higher tier than today, and "
            "%(down)s in a lower one.",
            **self._numbers(f"{prefix}move"),
        )

    def _tell_effect(self):
        """What becomes of customers on the day on which the rules take effect, in a sentence."""
        return self.env._(
            "On %(day)s: %(up)s of %(all)s customers rise, and %(down)s fall.",
            day=format_date(self.env, self.effective_on),
            **self._numbers("after_move"),
        )

    def _numbers(self, name):
        moves = self._moves(name)
        numbers = self.env["ir.qweb.field.integer"]
        return {
            "all": numbers.value_to_html(sum(moves.values()), {}),
            "up": numbers.value_to_html(moves.get("up", 0) + moves.get("new", 0), {}),
            "down": numbers.value_to_html(moves.get("down", 0) + moves.get("left", 0), {}),
        }

    # ---------------------------------------------------------------- told to other programs

    def sync_result(self):
        """What the trial has found: numbers, and the domain of the customers behind each (``crm.sync.tier.trial.line``).

        ``before`` is today, ``replayed`` had the rules always been in force, ``after`` the day on which they take effect.
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "trial_id": self.id,
            "state": self.state,
            "progress": self.progress,
            "is_outdated": self.is_outdated,
            "sentence": self.sentence,
            "rules": self._result(""),
            "others": self._result("other_") if self.other_id else False,
        }

    def _result(self, prefix):
        policy = self.other_id if prefix else self.policy_id
        line = [("trial_id", "=", self.id)]
        return {
            "policy_id": policy.id,
            "currency": self.currency_id.name,
            "moves": {
                move: {"count": count, "domain": [*line, (f"{prefix}move", "=", move)]}
                for move, count in self._moves(f"{prefix}move").items()
                if move
            },
            "tiers": [
                {
                    "tier_id": row.tier_id.id,
                    "name": row.tier_id.name,
                    "before": row.now_count,
                    "replayed": row[f"{prefix}replayed_count"],
                    "after": row[f"{prefix}after_count"],
                    "bonus_cost": row[f"{prefix}bonus_cost"],
                    "price_cost": row[f"{prefix}price_cost"],
                    "domain": [*line, (f"{prefix}tier_id", "=", row.tier_id.id)],
                }
                for row in self.tier_ids
            ],
        }

    # ---------------------------------------------------------------- actions

    def _open_lines(self, name, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_tier_trial_line_action")
        return {**action, "name": name, "domain": [("trial_id", "=", self.id), *domain]}

    def action_publish(self):
        """Publish the rules that were tried, for the day for which they were tried."""
        self.ensure_one()
        self._check_manager()
        self._check_publishable()
        wizard = self.env["crm.sync.tier.publish"].create({"trial_id": self.id, "is_notice": self.policy_id.is_notice})
        return wizard._get_records_action(name=self.env._("Publish Tier Rules"), target="new")

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager decides about tiers."))

    def _check_publishable(self):
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("Look first at what these rules do: start the replay."))
        if self.is_outdated:
            raise UserError(self.env._("The rules were changed after this replay. Start it once more."))
        if self.day < self.program_id._sync_today() - _FRESH:
            raise UserError(self.env._("This replay is older than a week. Start a new one."))

    def action_open_lines(self):
        """Every account of the trial; a button says by its context which ones."""
        self.ensure_one()
        domain = self.env.context.get("sync_trial_domain") or []
        return self._open_lines(self.env._("Customers"), domain)

    @api.autovacuum
    def _clean(self):
        """Forget what nobody looks into any more; what rules were published on is kept with them."""
        old = self.sudo().search(  # sudo: scheduled work
            [("create_date", "<", fields.Datetime.now() - _KEPT), ("is_published", "=", False)], limit=10
        )
        old._forget_results()
        old.unlink()
        return len(old), len(old) == 10
