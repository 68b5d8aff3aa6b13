from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.kpi_period import period_label
from .kpi_words import CALENDARS, SCOPES
from .signal_words import SIGNAL_RULES, SIGNAL_STATES

_COMMENT_LENGTH = 2000


class CrmSyncKpiSignal(models.Model):
    """Something has changed: which rule says so, of which figure, and what its owner says to it.

    Made by the snapshot (``crm_sync_kpi_signal_find.py``), one for each KPI, company, scope, rule and period, and never again
    after it; the facts of then stay. ``is_favourable`` is told by the KPI's direction. The owner confirms it with a comment.
    What was told of a period in progress is over with it (``crm_sync_kpi_signal_end.py``).
    """

    _name = "crm.sync.kpi.signal"
    _inherit = ["crm.sync.kept.mixin"]
    _description = "Signal of a KPI"
    _order = "state desc, period_start desc, id desc"

    kpi_id = fields.Many2one("crm.sync.kpi", "KPI", required=True, readonly=True, index=True, ondelete="cascade")
    subject = fields.Selection(related="kpi_id.subject", store=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    scope_kind = fields.Selection(SCOPES, "Kind of Scope", required=True, readonly=True)
    scope_key = fields.Char(required=True, readonly=True, export_string_translation=False)
    scope_name = fields.Char("Measured For", readonly=True, help="As it was called then.")
    user_id = fields.Many2one(
        "res.users", "Measured Person", readonly=True, index="btree_not_null", ondelete="set null"
    )
    calendar = fields.Selection(CALENDARS, "Measured", required=True, readonly=True)
    period_start = fields.Date("First Day", required=True, readonly=True, index=True)
    period_name = fields.Char("Time Span", compute="_compute_period_name")
    value_id = fields.Many2one(
        "crm.sync.kpi.value", "Value of Then", readonly=True, index="btree_not_null", ondelete="set null"
    )
    baseline_id = fields.Many2one("crm.sync.kpi.baseline", readonly=True, index="btree_not_null", ondelete="restrict")

    # ---------------------------------------------------------------- what was seen

    rule = fields.Selection(SIGNAL_RULES, required=True, readonly=True, index=True)
    is_favourable = fields.Boolean("Favourable", readonly=True)
    is_above = fields.Boolean(readonly=True)
    value = fields.Float("Figure", readonly=True, aggregator=None)
    center = fields.Float("Centre Line", readonly=True, aggregator=None)
    limit_value = fields.Float(
        "Limit or Threshold",
        readonly=True,
        aggregator=None,
        help="The one that was passed: limit, threshold or target.",
    )
    run_start = fields.Date("Began In", readonly=True, help="First day of the first period of a run.")
    text = fields.Char("What Has Changed", compute="_compute_text")
    figure_text = fields.Char("Figure with Unit", compute="_compute_figures")
    center_text = fields.Char("Centre Line with Unit", compute="_compute_figures")
    limit_text = fields.Char("Limit with Unit", compute="_compute_figures")
    found_at = fields.Datetime("Seen On", required=True, readonly=True)

    # ---------------------------------------------------------------- what was said

    state = fields.Selection(SIGNAL_STATES, required=True, readonly=True, default="new", index=True)
    owner_id = fields.Many2one("res.users", readonly=True, index="btree_not_null", ondelete="set null")
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")
    comment = fields.Text("What the Owner Says", readonly=True)
    acknowledged_by_id = fields.Many2one("res.users", "Confirmed By", readonly=True, ondelete="set null")
    acknowledged_at = fields.Datetime("Confirmed On", readonly=True)
    can_confirm = fields.Boolean(compute="_compute_can_confirm")

    _signal_uniq = models.UniqueIndex(
        "(kpi_id, company_id, scope_key, rule, period_start)", "This signal has been seen already."
    )

    # ---------------------------------------------------------------- compute

    @api.depends("kpi_id.name", "scope_name", "rule")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for signal in self:
            parts = (signal.kpi_id.name, signal.scope_name, signal._rule_label())
            signal.display_name = " · ".join(filter(None, parts))

    @api.depends("calendar", "period_start")
    def _compute_period_name(self):
        for signal in self:
            signal.period_name = signal._label(signal.period_start)

    @api.depends("rule", "is_above", "value", "center", "limit_value", "run_start", "period_start")
    @api.depends_context("lang")
    def _compute_text(self):
        for signal in self:
            signal.text = signal._sentence()

    @api.depends("value", "center", "limit_value", "baseline_id", "kpi_id.unit", "kpi_id.digits")
    @api.depends_context("lang")
    def _compute_figures(self):
        for signal in self:
            finer = signal._finer()
            signal.figure_text = signal._figure(signal.value)
            signal.center_text = signal._figure(signal.center, finer)
            signal.limit_text = signal._figure(signal.limit_value, finer)

    @api.depends("state", "owner_id")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        is_manager = self.env.user.has_group("crm_sync_measures.group_manager")
        for signal in self:
            signal.can_confirm = signal.state == "new" and (is_manager or signal.owner_id == self.env.user)

    def _label(self, start):
        return period_label(start, self.calendar) if start else ""

    def _rule_label(self):
        return dict(self._fields["rule"]._description_selection(self.env)).get(self.rule, "")

    def _figure(self, number, finer=0):
        return self.kpi_id._format(number, self.company_id.currency_id, finer)

    def _finer(self):
        """What is computed has a digit more than figures: 1 is above 0.8, and not above 1."""
        return 1 if self.baseline_id else 0

    def _sentence(self):
        """The rule in words, with the figures of then."""
        finer = self._finer()
        facts = {
            "period": self._label(self.period_start),
            "first": self._label(self.run_start or self.period_start),
            "figure": self._figure(self.value),
            "center": self._figure(self.center, finer),
            "limit": self._figure(self.limit_value, finer),
        }
        return self._sentences(facts)[self.rule, bool(self.is_above)] if self.rule else ""

    def _sentences(self, facts):
        below, above = False, True
        return {
            ("beyond", above): self.env._(
                "%(figure)s in %(period)s is above the upper control limit of %(limit)s.", **facts
            ),
            ("beyond", below): self.env._(
                "%(figure)s in %(period)s is below the lower control limit of %(limit)s.", **facts
            ),
            ("run8", above): self.env._(
                "Eight figures in a row, %(first)s to %(period)s, are above the centre line of %(center)s: the level has"
                " changed.",
                **facts,
            ),
            ("run8", below): self.env._(
                "Eight figures in a row, %(first)s to %(period)s, are below the centre line of %(center)s: the level has"
                " changed.",
                **facts,
            ),
            ("trend6", above): self.env._(
                "Six figures in a row, %(first)s to %(period)s, each higher than the one before; now %(figure)s.",
                **facts,
            ),
            ("trend6", below): self.env._(
                "Six figures in a row, %(first)s to %(period)s, each lower than the one before; now %(figure)s.",
                **facts,
            ),
            ("two_of_three", above): self.env._(
                "Two of three figures up to %(period)s are far above the centre line of %(center)s (by two sigma).",
                **facts,
            ),
            ("two_of_three", below): self.env._(
                "Two of three figures up to %(period)s are far below the centre line of %(center)s (by two sigma).",
                **facts,
            ),
            ("four_of_five", above): self.env._(
                "Four of five figures up to %(period)s are clearly above the centre line of %(center)s (by one sigma).",
                **facts,
            ),
            ("four_of_five", below): self.env._(
                "Four of five figures up to %(period)s are clearly below the centre line of %(center)s (by one sigma).",
                **facts,
            ),
        } | {
            (rule, side): sentence
            for rule, sentence in {
                "warning": self.env._("%(figure)s in %(period)s is past the warning threshold of %(limit)s.", **facts),
                "critical": self.env._(
                    "%(figure)s in %(period)s is past the critical threshold of %(limit)s.", **facts
                ),
                "pace": self.env._("%(period)s is behind: %(figure)s so far, with a target of %(limit)s.", **facts),
            }.items()
            for side in (below, above)
        }

    # ---------------------------------------------------------------- nobody writes them

    @api.model_create_multi
    def create(self, vals_list):
        """Not even the superuser: the snapshot writes them by SQL."""
        self._refuse_change()
        return super().create(vals_list)

    def _refuse_change(self):
        raise UserError(self.env._("Signals are seen, not entered. Confirm them with a comment."))

    # ---------------------------------------------------------------- confirm

    def action_confirm(self, comment):
        """The owner, or a manager, has seen these signals and says what to think of them; their activities are done.

        :param str comment: what follows from it, in up to 2000 characters
        """
        self.check_access("read")
        if not isinstance(comment, str) or not comment.strip():
            raise UserError(self.env._("Say what follows from it: a signal is confirmed with a comment."))
        if len(comment) > _COMMENT_LENGTH:
            raise UserError(self.env._("A comment has at most %s characters.", _COMMENT_LENGTH))
        # sudo: to lock them; who asks is checked below
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state"])
        is_manager = self.env.su or self.env.user.has_group("crm_sync_measures.group_manager")
        if not is_manager and any(signal.owner_id != self.env.user for signal in self):
            raise AccessError(self.env._("Only the owner of the KPI, or a manager, confirms its signals."))
        for signal in self:
            signal._check_new()
        self._note_confirmed(comment.strip())
        # sudo: the owner's activity is done with the signal, whoever of those above confirms it
        for signal in self.sudo().filtered("activity_id.active"):
            # Whoever reads the KPI reads what is said to its activities.
            signal.activity_id.action_feedback(feedback=signal._is_told_to_all() and comment.strip())

    def _check_new(self):
        if self.state == "ended":
            raise UserError(self.env._("The period of this signal is final: there is nothing left to confirm."))
        if self.state != "new":
            raise UserError(self.env._("This signal has been confirmed already."))

    def _note_confirmed(self, comment):
        self._record(
            {
                "state": "acknowledged",
                "comment": comment[:_COMMENT_LENGTH],
                "acknowledged_by_id": self.env.uid,
                "acknowledged_at": fields.Datetime.now(),
            }
        )

    def action_open_confirm(self):
        """The dialog that asks for the comment."""
        self.check_access("read")
        new = self.filtered(lambda signal: signal.state == "new")
        if not new:
            self[:1]._check_new()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirm"),
            "res_model": "crm.sync.kpi.signal.confirm",
            "view_mode": "form",
            "target": "new",
            "context": {"default_signal_ids": new.ids},
        }

    def action_open_kpi(self):
        """The KPI with its control chart."""
        self.ensure_one()
        return self.kpi_id._get_records_action()

    def action_documents(self):
        """The documents that the figure was made of."""
        self.ensure_one()
        if not self.value_id:
            raise UserError(self.env._("The figure of then is not kept: it was still in progress."))
        return self.value_id.action_documents()
