from odoo import api, fields, models
from odoo.tools import SQL

from ...rules import case_clock
from ...rules.case_clock import OPEN, Clock, Terms
from ...rules.case_policy import Facts, Told, next_look, policy_for

KINDS = [("acknowledge", "Acknowledge"), ("answer", "First Real Answer"), ("resolve", "Resolve")]
STATES = [
    ("running", "Clock Running"),
    ("paused", "Clock Paused"),
    ("breached_open", "Late"),
    ("none", "No Deadline"),
    ("met", "In Time"),
    ("breached_done", "Done Too Late"),
    ("cancelled", "Does Not Count"),
]
#: What the engine knows of a clock, by column.
_MOMENTS = {
    "running_since": "since",
    "due_at": "due",
    "warn_at": "warn",
    "escalate_at": "escalate",
    "warned_at": "warned",
    "breached_at": "breached",
    "stopped_at": "stopped",
}
_TOLD = {"warning_told_at": "warning", "alarmed_at": "alarm", "escalated_at": "escalation"}
#: Columns that a change of a clock writes, with their types.
_COLUMNS = {
    "company_id": "int4",
    "department_id": "int4",
    "target_seconds": "int4",
    "warn_seconds": "int4",
    "escalate_seconds": "int4",
    "consumed_seconds": "int4",
    "state": "varchar",
    "is_breached": "bool",
    "check_at": "timestamp",
    **dict.fromkeys([*_MOMENTS, *_TOLD], "timestamp"),
}


class CrmSyncCaseClock(models.Model):
    """Working time that a case has used up until it was acknowledged, answered and resolved; one row for each cycle.

    Counted in the hours of the department, while it is our turn. Nobody writes it by hand: what happens to a case
    moves its clocks, by the rules of ``rules/case_clock.py``. Late is late for good. Times are UTC, amounts are seconds
    of working time.
    """

    _name = "crm.sync.case.clock"
    _inherit = ["crm.sync.clock.rows"]
    _description = "Clock of a Case"
    # Not by case: cases are sorted by their deadline, which is computed from here.
    _order = "id"
    # Computed rows.
    _log_access = False

    case_id = fields.Many2one("crm.sync.case", required=True, readonly=True, index=True, ondelete="cascade")
    cycle = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    kind = fields.Selection(KINDS, string="What Is Due", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    department_id = fields.Many2one(
        "crm.sync.department", readonly=True, index="btree_not_null", ondelete="set null", help="Whose hours count."
    )
    user_id = fields.Many2one(related="case_id.user_id")
    started_at = fields.Datetime(string="Started", required=True, readonly=True)
    target_seconds = fields.Integer(
        readonly=True, aggregator="avg", help="Working time in which it is to be done; 0 without a deadline."
    )
    warn_seconds = fields.Integer(readonly=True, aggregator=None, groups=fields.NO_ACCESS)
    escalate_seconds = fields.Integer(readonly=True, aggregator=None, groups=fields.NO_ACCESS)
    consumed_seconds = fields.Integer(
        string="Working Time Used Up",
        readonly=True,
        aggregator="avg",
        help="Until the clock last started, paused or stopped.",
    )
    running_since = fields.Datetime(readonly=True, help="Empty while we wait for somebody else.")
    due_at = fields.Datetime(string="Deadline", readonly=True)
    warn_at = fields.Datetime(readonly=True, help="When the person in charge is to be warned.")
    escalate_at = fields.Datetime(readonly=True, help="When the manager is to be told.")
    warned_at = fields.Datetime(readonly=True, help="When so much time was used up that it was warned of.")
    breached_at = fields.Datetime(string="Late Since", readonly=True)
    is_breached = fields.Boolean(string="Late", readonly=True, help="Was not done in time; stays so.")
    stopped_at = fields.Datetime(string="Done On", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="running")
    warning_told_at = fields.Datetime(readonly=True, help="When the person in charge was warned.")
    alarmed_at = fields.Datetime(readonly=True, help="When it was told that it is late.")
    escalated_at = fields.Datetime(string="Escalated", readonly=True, help="When the manager was told.")
    check_at = fields.Datetime(readonly=True, groups=fields.NO_ACCESS, help="When there is something to tell.")
    is_stale = fields.Boolean(readonly=True, groups=fields.NO_ACCESS, help="Is planned anew by the next run.")
    target_hours = fields.Float(compute="_compute_hours", string="Target (Working Hours)")
    consumed_hours = fields.Float(
        compute="_compute_hours", string="Used Up (Working Hours)", help="Of a clock that runs: until now."
    )
    activity_ids = fields.Many2many("mail.activity", "crm_sync_case_clock_activity_rel", copy=False, readonly=True)

    _kind_uniq = models.UniqueIndex("(case_id, cycle, kind)", "This clock of the case was started already.")
    _check_idx = models.Index("(check_at) WHERE check_at IS NOT NULL")
    _stale_idx = models.Index("(id) WHERE is_stale IS TRUE")
    _open_idx = models.Index("(company_id, department_id) WHERE stopped_at IS NULL")

    @api.depends("case_id", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for clock in self:
            clock.display_name = f"{clock.case_id.display_name} · {labels.get(clock.kind)}"

    @api.depends("target_seconds", "consumed_seconds", "running_since")
    def _compute_hours(self):
        now, rows = fields.Datetime.now(), self.sudo()  # sudo: what the rules need of a row that the user may read
        hours = self._hours(clocks=rows)
        for clock, row in zip(self, rows, strict=True):
            seen = case_clock.seen(row._clock(), hours[row.department_id.id, row.company_id.id], now)
            clock.target_hours = row.target_seconds / 3600
            clock.consumed_hours = seen.consumed / 3600

    # ---------------------------------------------------------------- changes

    def _by_whom_written(self):
        return self.env._("Clocks are moved by what happens to their case, and written by nobody.")

    # ---------------------------------------------------------------- rows and rules

    def _clock(self):
        """This row, as the rules see it."""
        self.ensure_one()
        moments = {name: self[column] or None for column, name in _MOMENTS.items()}
        terms = Terms(self.target_seconds, self.warn_seconds, self.escalate_seconds)
        return Clock(terms, consumed=self.consumed_seconds, state=self.state, **moments)

    def _told(self):
        self.ensure_one()
        return Told(**{name: self[column] or None for column, name in _TOLD.items()})

    @api.model
    def _columns_of(self, clock, told, company_id, department_id):
        """``{column: value}`` of what the rules say."""
        if not clock.warned:
            # It has got time again, and is warned of once more.
            told = Told(alarm=told.alarm, escalation=told.escalation)
        return {
            "company_id": company_id,
            "department_id": department_id or None,
            "target_seconds": clock.terms.target,
            "warn_seconds": clock.terms.warn,
            "escalate_seconds": clock.terms.escalate,
            "consumed_seconds": clock.consumed,
            "state": clock.state,
            "is_breached": bool(clock.breached),
            "check_at": next_look(clock, told),
            **{column: getattr(clock, name) for column, name in _MOMENTS.items()},
            **{column: getattr(told, name) for column, name in _TOLD.items()},
        }

    def _store(self, rows):
        """Write ``{id: columns}`` in one statement, and what the cases show of it."""
        if not rows:
            return
        self.flush_model()
        names = list(_COLUMNS)
        values = [list(rows), *([row[name] for row in rows.values()] for name in names)]
        types = ["int4", *_COLUMNS.values()]
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_case_clock c SET %s, is_stale = FALSE FROM unnest(%s) AS n (id, %s) WHERE c.id = n.id",
                SQL(", ").join(SQL("%s = n.%s", SQL.identifier(name), SQL.identifier(name)) for name in names),
                SQL(", ").join(
                    SQL("%s::%s[]", column, SQL.identifier(kind)) for column, kind in zip(values, types, strict=True)
                ),
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        clocks = self.browse(rows)
        clocks.invalidate_recordset([*names, "is_stale"], flush=False)
        clocks.case_id._show_clocks()

    # ---------------------------------------------------------------- what holds

    @api.model
    def _terms_of(self, case, kind):
        """What a clock of ``kind`` has to keep for this case now."""
        policy = policy_for(self.env["crm.sync.case.policy"]._get_policies(), self._facts_of(case))
        return policy.terms(kind, case.company_id.sync_case_escalate_hours)

    @api.model
    def _facts_of(self, case):
        return Facts(
            case.company_id.id, case.department_id.id or None, case.kind, case.priority or "0", case.tier_weight
        )

    @api.model
    def _hours(self, cases=None, clocks=None):
        """``{(department id or False, company id): WorkingTime}`` of all of them, in a constant number of queries."""
        pairs = {(row.department_id.id, row.company_id.id) for row in [*(cases or ()), *(clocks or ())]}
        return self.env["crm.sync.working.time"]._clocks(pairs)

    def _open_of(self, cases, kinds=None):
        domain = [("case_id", "in", cases.ids), ("state", "in", OPEN)]
        if kinds:
            domain.append(("kind", "in", kinds))
        return self.search(domain)
