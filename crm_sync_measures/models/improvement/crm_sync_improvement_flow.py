from odoo import fields, models
from odoo.exceptions import UserError

from ...rules.kpi_period import local_midnight_utc


class CrmSyncImprovementFlow(models.Model):
    """Plan → Do → Check → Act → Over: what people do with an action. Each step checks who asks, locks, and writes once.

    All of them raise AccessError where the caller has no part in it, and UserError, with what to do instead, where the
    action is not in a phase for it. On several actions they do it to all or to none.
    """

    _inherit = "crm.sync.improvement"

    # ---------------------------------------------------------------- plan → do

    def action_start(self):
        """Freeze the baseline and begin; the usual tasks become activities of the owner."""
        self._check_work()
        self._check_phase("plan", self.env._("Work on it has begun already."))
        self._check_figures()
        for action in self:
            action._check_planned()
            action._start(fields.Datetime.now())
        return True

    def _check_planned(self):
        for name in ("kpi_id", "due_on"):
            if not self[name]:
                raise UserError(
                    self.env._(
                        "%(field)s: without it nobody can tell later whether it has helped.", field=self._label(name)
                    )
                )
        self._check_expected()
        self._check_scopes()
        if self.direction == "range" and not self.expected_change:
            raise UserError(
                self.env._(
                    "Expected change: %s is to stay within a range, so say whether it is to rise (+) or to fall (−).",
                    self._kpi().name,
                )
            )

    def _start(self, at, today=None):
        """At that moment, which callers have checked; ``today`` is the day until which values are taken."""
        self._record({**self._freeze(today or self._today()), "phase": "do", "started_at": at})
        self._plan_tasks()

    # ---------------------------------------------------------------- do → check

    def action_done(self, done_on=None):
        """The change is in place: from its next whole period on it is measured whether it helps.

        :param done_on: since which day (YYYY-MM-DD) of the company's calendar; by default since today
        """
        self._check_work()
        self._check_phase("do", self.env._("Only what is being done can be done."))
        for action in self:
            day = action._day(done_on)
            if day > action._today():
                raise UserError(self.env._("In place since: this day is yet to come."))
            if day <= action.baseline_last:
                raise UserError(self.env._("In place since: this day is in the baseline."))
            action._done(day)
        return True

    def _done(self, day):
        at = fields.Datetime.now()
        if day != self._today():
            at = local_midnight_utc(day, self.company_id._sync_tz())
        self._record({**self._window(day), "phase": "check", "done_at": at})

    def action_undo_done(self):
        """It was not in place after all: back to work. What was checked meanwhile is forgotten."""
        self._check_work()
        self._check_phase("check", self.env._("Only what waits for its check goes back to work."))
        self._forget_reminders()
        self._record(
            {
                "phase": "do",
                "done_at": False,
                "after_first": False,
                "after_last": False,
                "check_on": False,
                "is_reminded": False,
                "outcome": False,
                "verdict_facts": False,
                "after_values": False,
                "compare_after_values": False,
            }
        )
        return True

    # ---------------------------------------------------------------- check → act

    def action_check(self):
        """Compare the final values of now with the baseline; the verdict is written by the system alone.

        While values are missing it says which, and stays to be checked.
        """
        self._check_work()
        self._check_phase(("check", "act"), self.env._("Only what is in place can be checked."))
        for action in self:
            action._take_check(fields.Datetime.now())
        return True

    def _take_check(self, at):
        values = {**self._check(), "checked_at": at, "checked_by_id": self.env.uid}
        values["phase"] = "check" if values["outcome"] == "no_data" else "act"
        self._record(values)
        if values["phase"] == "act":
            self._forget_reminders()
            # sudo: what the system found, in the conversation of who may act on it
            self.sudo().message_post(body=self.verdict_text, author_id=self.env.user.partner_id.id)

    # ---------------------------------------------------------------- act → over

    def action_adopt(self, reason=None, lesson=None):
        """It stays. What has helped becomes the new normal: the limits of the control chart are re-based on it.

        Never without data, and not where it has become worse. Where it is not proven it needs a reason, and the limits stay.
        """
        reason, lesson = self._said(reason, lesson)
        self._check_decide()
        for action in self:
            if not action._is_measured():
                raise UserError(
                    self.env._(
                        "“%s” cannot be adopted: no values show whether it has helped. Check it first, adapt it, or abandon"
                        " it.",
                        action.name,
                    )
                )
            if action.phase != "act":
                raise UserError(self._words_phase(self.env._("Only what was checked can be adopted."), action))
            if action.outcome == "harmful":
                raise UserError(self.env._("“%s” has made it worse: adapt it, or abandon it.", action.name))
            if action.outcome != "effective" and not reason:
                raise UserError(
                    self.env._("It is not proven that this has helped. Say why it is adopted all the same.")
                )
            action._close("adopt", reason, lesson)
            if action.outcome == "effective":
                action._rebase()
        return True

    def action_adapt(self, reason, lesson=None):
        """It is done otherwise: this one is over, and the next one is planned with what was learned.

        :return: an action that opens what is planned next
        """
        self._finish("adapt", reason, lesson)
        followers = self.browse()
        for action in self:
            followers |= action._next()
        return self._open(followers)

    def action_abandon(self, reason, lesson=None):
        """It is given up; why, is a lesson too."""
        self._finish("abandon", reason, lesson)
        return True

    def _finish(self, act, reason, lesson):
        reason, lesson = self._said(reason, lesson, is_required=True)
        self._check_decide()
        self._check_phase(
            ("do", "check", "act") if act == "abandon" else ("check", "act"),
            self.env._("What is only planned is deleted, and what is over stays as it is."),
        )
        for action in self:
            action._close(act, reason, lesson)

    def _said(self, reason, lesson, is_required=False):
        return (
            self._text(reason, self._label("reason"), is_required),
            self._text(lesson, self._label("lesson")),
        )

    def _close(self, act, reason, lesson, at=None):
        self._forget_reminders()
        self._record(
            {
                "phase": "over",
                "act": act,
                "reason": reason,
                "lesson": lesson or self.lesson,
                "closed_at": at or fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )

    def _next(self):
        """The next round: the same problem, planned anew."""
        [values] = self.copy_data({"name": self.name})
        # sudo: the follower has the same cases, also those that a colleague has linked and the caller does not see
        Case = self.env["crm.sync.case"].sudo().with_context(active_test=False)
        values["case_ids"] = [(6, 0, Case.search([("improvement_ids", "in", self.ids)]).ids)]
        if self.compare_scope_key:
            values["compare_scope_key"] = self.compare_scope_key
        # sudo: whoever decides on the action plans the next one; only what was entered is copied
        follower = self.sudo().create(values).sudo(False)
        follower._record({"previous_id": self.id})
        return follower

    # ---------------------------------------------------------------- limits

    def action_rebase(self):
        """Re-base the limits of the control chart on what has helped, where there were too few values at first."""
        self._check_decide()
        for action in self:
            if (action.phase, action.act, action.outcome) != ("over", "adopt", "effective"):
                raise UserError(self.env._("Limits are re-based by what was adopted and has helped."))
            action._rebase(is_forced=True)
        return True

    def _rebase(self, is_forced=False):
        """The chart's own room decides whether there is enough; else the old limits stay, and the conversation says so."""
        if self.is_rebased:
            return
        reason = self.env._("Improvement action: %s", self.name)
        try:
            with self.env.cr.savepoint():
                # sudo: who adopts an improvement may re-base the chart of its KPI, and nothing else
                self.kpi_id.sudo()._rebase(*self._rebase_window(), reason)
        except UserError as error:
            if is_forced:
                raise
            body = self.env._("The limits of the control chart stay as they were: %s", error)
            self.sudo().message_post(body=body)  # sudo: a note of the system
            return
        self._record({"is_rebased": True})
        self._forget_reminders()

    def _rebase_window(self):
        """``(company, scope, first and last first day)`` of what has been measured since the change."""
        periods = self._periods([("period_start", ">=", self.after_first)])
        return self.company_id, self.scope_key, periods[:1].period_start, periods[-1:].period_start

    # ---------------------------------------------------------------- tools

    def _check_phase(self, phases, sentence):
        for action in self:
            if action.phase not in ((phases,) if isinstance(phases, str) else phases):
                raise UserError(self._words_phase(sentence, action))

    def _words_phase(self, sentence, action):
        phases = dict(self._fields["phase"]._description_selection(self.env))
        return self.env._(
            "%(sentence)s “%(action)s” is in “%(phase)s”.",
            sentence=sentence,
            action=action.name,
            phase=phases[action.phase],
        )

    def _open(self, actions):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_improvement_action")
        if len(actions) == 1:
            return {**action, "res_id": actions.id, "views": [(False, "form")], "view_mode": "form"}
        return {**action, "domain": [("id", "in", actions.ids)], "context": {}}

    def action_decide(self):
        """The dialog that asks what is done with it, and what was learned."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is Done with It"),
            "res_model": "crm.sync.improvement.decide",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_improvement_id": self.id,
                "default_act": self.env.context.get("default_act"),
                "default_lesson": self.lesson,
            },
        }
