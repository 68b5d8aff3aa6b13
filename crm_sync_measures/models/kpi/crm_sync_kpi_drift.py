from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.kpi_drift import is_same_figure, is_same_list
from .drift_words import READS_ALL, scope_names, tells_all

_STATES = [
    ("found", "To Be Decided"),
    ("revised", "Revised"),
    ("accepted", "Left as Reported"),
    ("settled", "Gone by Itself"),
]
_REASON_LENGTH = 500


class CrmSyncKpiDrift(models.Model):
    """A final period whose documents have changed since: what was reported, what they would say now, and which they are.

    Found by :class:`crm.sync.kpi.drift.watch` and never absorbed: somebody decides whether the period is revised, or left as
    it was reported. Figures are the company's; those of teams, persons, departments and channels that differ are beside them.
    """

    _name = "crm.sync.kpi.drift"
    _inherit = ["mail.thread"]
    _description = "Drift of a KPI"
    _order = "found_at desc, id desc"
    _rec_name = "period_id"

    period_id = fields.Many2one("crm.sync.kpi.period", required=True, readonly=True, ondelete="cascade")
    kpi_id = fields.Many2one(related="period_id.kpi_id", store=True, index=True)
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    period_start = fields.Date(related="period_id.period_start", store=True)
    revision = fields.Integer(required=True, readonly=True, aggregator=None, help="The figures that have drifted.")
    closed_value = fields.Float("As Known Then", readonly=True, aggregator=None)
    live_value = fields.Float("By the Documents of Now", readonly=True, aggregator=None)
    closed_text = fields.Char("Reported", compute="_compute_texts")
    live_text = fields.Char("Would Be Now", compute="_compute_texts")
    difference_text = fields.Char("Difference", compute="_compute_texts")
    closed_is_empty = fields.Boolean("Nothing Reported", readonly=True)
    live_is_empty = fields.Boolean("Nothing Left", readonly=True)
    scopes = fields.Json(
        readonly=True,
        groups=READS_ALL,
        help="Rows of scope key, name then, figure then and figure now.",
    )
    scope_text = fields.Text("Figures of Teams and Others", compute="_compute_scope_text")
    line_ids = fields.One2many("crm.sync.kpi.drift.line", "drift_id", "Changed Documents", readonly=True)
    line_count = fields.Integer("Number of Documents", readonly=True)
    state = fields.Selection(_STATES, required=True, readonly=True, default="found", index=True, tracking=True)
    found_at = fields.Datetime("Found On", required=True, readonly=True)
    reason = fields.Char("Why It Was Decided So", readonly=True, tracking=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decision By", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _period_uniq = models.UniqueIndex("(period_id, revision)", "The drift of this period is listed already.")

    @api.depends("closed_value", "live_value", "closed_is_empty", "live_is_empty")
    @api.depends_context("lang")
    def _compute_texts(self):
        for drift in self:
            kpi, currency = drift.kpi_id, drift.company_id.currency_id
            drift.closed_text = (
                self.env._("No data") if drift.closed_is_empty else kpi._format(drift.closed_value, currency)
            )
            drift.live_text = self.env._("No data") if drift.live_is_empty else kpi._format(drift.live_value, currency)
            compares = not (drift.closed_is_empty or drift.live_is_empty)
            change = drift.live_value - drift.closed_value
            drift.difference_text = compares and ("+" if change > 0 else "") + kpi._format(change, currency)

    @api.depends("scopes")
    @api.depends_context("uid", "lang")
    def _compute_scope_text(self):
        """One line for each scope whose figure differs; those of persons are told to managers and auditors only."""
        # sudo: who reads the drift reads figures of teams, departments and channels
        rows = {drift: drift.sudo().scopes or [] for drift in self}
        if not tells_all(self.env):
            rows = {drift: [row for row in told if not row[0].startswith("person:")] for drift, told in rows.items()}
        names = scope_names(self.env, {row[0] for told in rows.values() for row in told})
        for drift, told in rows.items():
            kpi, currency = drift.kpi_id, drift.company_id.currency_id
            drift.scope_text = "\n".join(
                self.env._(
                    "%(name)s: %(before)s → %(after)s",
                    name=names.get(key) or name or key,
                    before=self.env._("No data") if before is None else kpi._format(before, currency),
                    after=self.env._("No data") if after is None else kpi._format(after, currency),
                )
                for key, name, before, after in told
            )

    # ---------------------------------------------------------------- decisions

    def action_revise(self, reason=None):
        """Make what the documents say now the figures as known now; what was reported stays.

        :param str reason: why; the one that was written on the row, where none is given
        """
        for drift in self:
            drift._check_decides(reason)
            drift.period_id.action_revise(reason)
            drift._decide("revised", reason)
        return True

    def action_accept(self, reason=None):
        """Leave the figures as they were reported, although documents have changed."""
        for drift in self:
            drift._check_decides(reason)
            drift._decide("accepted", reason)
        return True

    def action_open_decide(self):
        """The dialog that asks what to do, and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on the Drift"),
            "res_model": "crm.sync.kpi.drift.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_drift_id": self.id},
        }

    def _check_decides(self, reason):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only managers decide on final figures."))
        if self.state != "found":
            raise UserError(self.env._("This drift has been decided on already."))
        if not isinstance(reason, str) or not reason.strip() or len(reason) > _REASON_LENGTH:
            raise UserError(self.env._("Say why, in at most %s characters.", _REASON_LENGTH))

    def _decide(self, state, reason):
        # sudo: that a manager decides was checked; nobody else writes these rows
        self.sudo().write({"state": state, "reason": reason.strip(), "decided_by_id": self.env.uid})

    def _differs(self, values):
        """Whether more, or something else, has changed than what is listed."""
        self.ensure_one()
        if self.state == "settled" or self.line_count != values["line_count"]:
            return True
        if self.live_is_empty != values["live_is_empty"] or not is_same_list(self.scopes, values["scopes"]):
            return True
        return not is_same_figure(self.live_value, values["live_value"])
