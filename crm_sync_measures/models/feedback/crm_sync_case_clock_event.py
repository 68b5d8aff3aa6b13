from odoo import api, fields, models
from odoo.fields import Domain

from ...rules import case_clock
from ...rules.case_policy import Told

#: ``{event: (kinds of clocks, what happens to them)}``; a real answer is an acknowledgement too.
_STEPS = {
    "acknowledged": (("acknowledge",), "stop"),
    "answered": (("acknowledge", "answer"), "stop"),
    "waiting": (case_clock.KINDS, "pause"),
    "resumed": (case_clock.KINDS, "resume"),
    "resolved": (case_clock.KINDS, "stop"),
    "cancelled": (case_clock.KINDS, "cancel"),
    "replanned": (case_clock.KINDS, "replan"),
}
#: ``{event: kinds of clocks that start}``.
_STARTS = {"opened": case_clock.KINDS, "reopened": ("resolve",)}
#: So many are planned anew in the transaction that gave the reason; more are left to the job.
_AT_ONCE = 500
_NOTED = "crm.sync.case.clock"
_OPEN = Domain("stopped_at", "=", False)


class CrmSyncCaseClock(models.Model):
    """What happens to a case moves its clocks; other targets and other hours plan them anew."""

    _inherit = "crm.sync.case.clock"

    @api.model
    def _on_event(self, cases, event, at=None):
        """What happened to ``cases``, all of them in a constant number of statements. Twice is as once.

        :param str event: opened, acknowledged, answered, waiting, resumed, resolved, reopened, replanned or cancelled
        :param datetime at: when it happened; now by default
        """
        # sudo: computed rows; what happens to the case itself was allowed.
        self, cases = self.sudo(), cases.sudo()  # noqa: PLW0642
        at = (at or fields.Datetime.now()).replace(microsecond=0)
        if event in _STARTS:
            self._start(cases, _STARTS[event], at)
        else:
            kinds, step = _STEPS[event]
            self._open_of(cases, kinds)._move(step, at)

    # ---------------------------------------------------------------- steps

    def _start(self, cases, kinds, at):
        known = {(clock.case_id.id, clock.cycle, clock.kind) for clock in self.search([("case_id", "in", cases.ids)])}
        hours, values = self._hours(cases=cases), []
        for case in cases:
            pair = case.department_id.id, case.company_id.id
            for kind in kinds:
                if (case.id, case.cycle, kind) not in known:
                    clock = case_clock.start(self._terms_of(case, kind), hours[pair], at)
                    columns = self._columns_of(clock, Told(), pair[1], pair[0])
                    values.append({"case_id": case.id, "cycle": case.cycle, "kind": kind, "started_at": at, **columns})
        self.create(values)
        cases._show_clocks()

    def _move(self, step, at):
        """Each of these clocks one step on."""
        hours = self._hours(cases=self.case_id if step == "replan" else (), clocks=self)
        rows = {}
        for row in self:
            # What is told late happened no earlier than what is known already.
            moment = max(at, row.running_since or at)
            own = row.department_id.id, row.company_id.id
            before = row._clock()
            if step == "replan":
                own, clock = row._replanned(before, hours, moment)
            else:
                clock = getattr(case_clock, step)(before, hours[own], moment)
            if clock != before or row.is_stale:
                rows[row.id] = self._columns_of(clock, row._told(), own[1], own[0])
        self._store(rows)
        if step in ("stop", "cancel"):
            self._drop_alarms()

    def _replanned(self, clock, hours, at):
        """``(department and company whose hours count now, clock)``; the same where nothing else holds."""
        own, case = (self.department_id.id, self.company_id.id), self.case_id
        new, terms = (case.department_id.id, case.company_id.id), self._terms_of(case, self.kind)
        if new != own or terms != clock.terms or self.is_stale:
            clock = case_clock.replan(clock, hours[own], at, terms, hours[new])
        return new, clock

    def _drop_alarms(self):
        """Take back the activities about what has been done by now."""
        self.activity_ids.unlink()

    # ---------------------------------------------------------------- other targets, other hours

    @api.model
    def _note_replan(self, domain):
        """Open clocks of ``domain`` are planned anew at the end of the transaction."""
        noted = self.env.cr.precommit.data.setdefault(_NOTED, {"domains": []})
        if not noted["domains"]:
            # sudo: computed rows, which the user may not write; nothing of them is returned.
            self.env.cr.precommit.add(self.sudo()._replan_noted)
        noted["domains"].append(list(Domain(domain)))

    @api.model
    def _before_hours_change(self, domain):
        """Clocks of ``domain`` are about to be counted in other hours: what they have used up is counted in these."""
        clocks = self.sudo()  # sudo: as above
        now = fields.Datetime.now()
        ids = clocks.search(_OPEN & Domain("running_since", "<", now) & Domain(domain)).ids
        for start in range(0, len(ids), _AT_ONCE):
            clocks.browse(ids[start : start + _AT_ONCE])._move("seen", now)
        self._note_replan(domain)

    def _replan_noted(self):
        noted = self.env.cr.precommit.data.pop(_NOTED, {"domains": []})
        domain = _OPEN & Domain.OR(map(Domain, noted["domains"]))
        clocks = self.search(domain, limit=_AT_ONCE + 1)
        if not clocks:
            return
        if len(clocks) > _AT_ONCE:
            clocks = self.search(domain)
        # A row knows whose hours count, not what they are: that those changed has to be told.
        clocks.write({"is_stale": True})
        if len(clocks) > _AT_ONCE:
            self.env.ref("crm_sync_measures.cron_case_clocks")._trigger()
        else:
            clocks._move("replan", fields.Datetime.now())
