from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.case_flow import ENDING, RESOLVED, WAITING, clock_events, may_move, missing_to_close, next_steps


class CrmSyncCaseStep(models.Model):
    """How a case goes from one stage to another; for callers that have checked who asks."""

    _inherit = "crm.sync.case"

    def _begin(self):
        """Two who act on the same case at once wait in line; the second one sees what the first has done."""
        if self.ids:
            self.env.cr.execute(
                SQL("SELECT id FROM crm_sync_case WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", tuple(self.ids))
            )

    # ---------------------------------------------------------------- checks

    def _check_may_go(self, stage):
        """Raise unless each of these cases may go to ``stage`` now, naming the stages that it may go to."""
        for case in self:
            if case.kind not in stage._kinds():
                raise UserError(
                    self.env._("%(case)s: “%(stage)s” is no stage for cases of this kind. %(allowed)s",
                        case=case.number, stage=stage.name, allowed=case._words_of_next_stages())
                )  # fmt: skip
            if not may_move(case.kind, case.step, stage.step):
                raise UserError(
                    self.env._("%(case)s cannot go from “%(old)s” to “%(new)s”. %(allowed)s",
                        case=case.number, old=case.stage_id.name, new=stage.name, allowed=case._words_of_next_stages())
                )  # fmt: skip

    def _next_stages(self):
        """The stages that this case may go to."""
        self.ensure_one()
        steps = next_steps(self.kind, self.step)
        stages = self.env["crm.sync.case.stage"]._get_stages(self.kind)
        return stages.filtered(lambda stage: stage.step in steps or stage.step == self.step) - self.stage_id

    def _words_of_next_stages(self):
        stages = self._next_stages()
        if self.step in RESOLVED and not next_steps(self.kind, self.step):
            return self.env._("It is over: use “Reopen”.")
        if not stages:
            return self.env._("There is no stage that it could go to. Ask a manager to make one.")
        return self.env._("It can go to: %s.", ", ".join(stages.mapped("name")))

    def _check_complete(self, decision=None, decision_note=None):
        """Raise unless everything is known, with what is told now, that a case of this kind needs before it is closed."""
        for case in self:
            missing = missing_to_close(
                case.kind,
                decision or case.decision or None,
                bool(case.cause_id),
                decision_note or case.decision_note or None,
            )
            if missing:
                raise UserError(
                    self.env._("%(case)s: before it is closed, fill in %(fields)s.",
                        case=case.number, fields=", ".join(self._label(name) for name in missing))
                )  # fmt: skip

    def _check_open(self):
        for case in self:
            if case.step in RESOLVED:
                raise UserError(self.env._("%s is over. Reopen it first.", case.number))

    # ---------------------------------------------------------------- going

    @api.model
    def _stage_for(self, kind, *steps):
        stage = self.env["crm.sync.case.stage"]._first_of(kind, steps)
        if not stage:
            labels = dict(self.env["crm.sync.case.stage"]._fields["step"]._description_selection(self.env))
            raise UserError(
                self.env._("There is no stage with the meaning “%s”. Ask a manager to make one.", labels[steps[0]])
            )
        return stage

    def _go_to_step(self, *steps, event="moved", **values):
        """Each case to the first stage of its kind that means one of ``steps``."""
        for kind, cases in self.grouped("kind").items():
            stage = self._stage_for(kind, *steps)
            cases._check_may_go(stage)
            cases._go(stage, event, **values)

    def _go(self, stage, event="moved", at=None, note=None, **values):
        """The one place where the stage of a case changes while it is worked on."""
        at = at or fields.Datetime.now()
        for old_step, cases in self.filtered(lambda case: case.stage_id != stage).grouped("step").items():
            events = clock_events(old_step, stage.step)
            fresh = cases.filtered(lambda case: not case.acknowledged_at)
            cases._record({"stage_id": stage.id, "stage_since": at, **self._moments(stage.step, events, at), **values})
            cases._log(event, at=at, note=note, old_step=old_step, new_step=stage.step)
            for name in events:
                if name == "acknowledged":
                    fresh._record({"acknowledged_at": at})
                (fresh if name == "acknowledged" else cases)._clock_event(name, at)
            if stage.step not in WAITING:
                cases._after_step(stage.step)

    @api.model
    def _moments(self, step, events, at):
        moments = {}
        if "resolved" in events:
            moments["resolved_at"] = at
        if step in ENDING:
            moments["closed_at"] = at
        return moments

    def _after_step(self, step):
        """What is still to do for a case that is over is to do no more."""
        if step in ENDING:
            self._close_activities()

    def _close_activities(self):
        # sudo: activities of colleagues, once there is nothing left to do
        self.sudo().activity_unlink(["crm_sync_measures.activity_type_case"])
