from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...rules.case_flow import ENDING, MERGED, REOPENED, RESOLVED, WAITING
from ...rules.case_priority import LEVELS

_ACTIVITY = "crm_sync_measures.activity_type_case"
#: Where nobody in particular is in charge, so many managers are told.
_TOLD = 5


class CrmSyncCaseFlow(models.Model):
    """What is done with a case: each action checks, locks, writes once, and leaves an entry in the history.

    All of them raise AccessError where the caller may not change the case, and UserError, with what to do instead, where
    the case is not in a state for it or an argument cannot be used. On several cases they do it to all or to none.
    """

    _inherit = "crm.sync.case"

    # ---------------------------------------------------------------- actions

    def action_acknowledge(self):
        """The customer knows that we have his case, and under which number."""
        self._check_begin()
        self._check_open()
        self._acknowledge(moves=True)
        return True

    def action_move(self, stage):
        """To another stage, along the table of steps.

        :param stage: record or id of a stage for cases of this kind
        """
        stage = self._stage(stage)
        self._check_begin()
        moving = self.filtered(lambda case: case.stage_id != stage)
        moving._check_may_go(stage)
        if stage.step in ("rejected", "declined") and any(case.step != stage.step for case in moving):
            raise UserError(self.env._("Use “Reject”, and say why: the customer is told."))
        if stage.step in ENDING:
            moving._check_complete()
            moving._end(stage, "closed")
        elif stage.step == "escalated":
            moving._escalate(stage, None)
        else:
            moving._go(stage)
        return True

    def action_wait(self, whom, note=None):
        """Nothing can be done until the customer, or somebody else, has answered: the clocks pause.

        :param str whom: ``customer`` or ``third``
        :param str note: what is waited for
        """
        if whom not in ("customer", "third"):
            raise UserError(self.env._("whom: give customer or third."))
        note = self._text(note, self.env._("Notes"))
        self._check_begin()
        self._go_to_step(f"waiting_{whom}", note=note)
        return True

    def action_propose(self, text):
        """Propose a solution; the customer is written to.

        :param str text: plain text, as the customer reads it
        """
        text = self._text(text, self.env._("Proposed Solution"), is_required=True)
        self._check_begin()
        self._go_to_step("proposed", event="proposed", note=text, proposal=text)
        self._tell_customer(text)
        return True

    def action_accept(self):
        """The customer agrees to what was proposed."""
        self._check_begin()
        self._go_to_step("accepted", event="accepted")
        return True

    def action_close(self, decision=None, note=None):
        """It is done, and the customer knows. A complaint needs a decision and its cause.

        :param str decision: upheld, partly_upheld, not_upheld or goodwill; by default what was entered
        :param str note: what was decided, in words for the customer; by default what was entered
        """
        if decision and decision not in [code for code, _label in self._fields["decision"].selection]:
            raise UserError(
                self.env._("decision: give one of %s.", ", ".join(dict(self._fields["decision"].selection)))
            )
        note = self._text(note, self._label("decision_note"))
        self._check_begin()
        given = {name: value for name, value in (("decision", decision), ("decision_note", note)) if value}
        if given:
            self._check_open_to_end()
        ends = {}
        for kind, cases in self.grouped("kind").items():
            ends[cases] = self._stage_for(kind, "told" if kind == "suggestion" else "closed")
            cases._check_may_go(ends[cases])
        self._check_complete(**given)
        for cases, stage in ends.items():
            cases._end(stage, "closed", told=note, **given)
        return True

    def action_reject(self, reason):
        """It is not done: no case of ours, or a suggestion that is not planned. The customer is told why.

        :param str reason: as the customer reads it
        """
        reason = self._text(reason, self.env._("Reason"), is_required=True)
        self._check_begin()
        for kind, cases in self.grouped("kind").items():
            stage = self._stage_for(kind, "declined" if kind == "suggestion" else "rejected")
            cases._check_may_go(stage)
            cases._end(stage, "rejected", told=reason, reject_reason=reason)
        return True

    def action_escalate(self, reason):
        """The manager has to look at it. A case that was over is opened anew."""
        reason = self._text(reason, self.env._("Reason"), is_required=True)
        self._check_begin()
        over = self.filtered(lambda case: case.step in RESOLVED)
        over._reopen(reason)
        for kind, cases in self.grouped("kind").items():
            stage = self._stage_for(kind, "escalated")
            cases._check_may_go(stage)
            cases._escalate(stage, reason)
        return True

    def action_reopen(self, reason):
        """It was not the end: the same case with the same number in its next cycle, with clocks of its own.

        :param str reason: what the customer said
        """
        reason = self._text(reason, self.env._("Reason"), is_required=True)
        self._check_begin()
        self._reopen(reason)
        return True

    def action_merge(self, master):
        """These cases are about the same as ``master``: they end here, and their customers are told what becomes of it.

        :param master: an open case of the same company, record or id
        """
        master = self._case(master)
        self._check_begin()
        master._check_begin()
        self._merge_into(master)
        return True

    def action_assign(self, user):
        """Somebody sees to it from now on; ``False`` puts it back into the department's queue."""
        if type(user) is int:
            user = self.env["res.users"].browse(user)
        user = user or self.env["res.users"]
        if (
            not isinstance(user, models.BaseModel)
            or user._name != "res.users"
            or user != user.exists()
            or len(user) > 1
        ):
            raise UserError(self.env._("Owner: choose a colleague who works here."))
        self._check_begin()
        self._assign(user)
        return True

    def action_take(self):
        """I see to it."""
        return self.action_assign(self.env.user)

    def action_raise_priority(self, level, reason):
        """More urgent than it looks. It never becomes less urgent than what is known of it says.

        :param str level: 1 medium, 2 high, 3 urgent
        """
        if level not in LEVELS:
            raise UserError(self.env._("level: give one of %s.", ", ".join(LEVELS)))
        reason = self._text(reason, self.env._("Reason"), is_required=True)
        self._check_begin()
        self._check_open()
        changed = self.browse()
        for case in self:
            before = case.priority
            case._record({"raised_to": level})
            if case.priority != before:
                changed |= case
        labels = dict(self._fields["priority"]._description_selection(self.env))
        self._log("raised", note=f"{labels[level]}: {reason}")
        changed._clock_event("replanned")
        return True

    # ---------------------------------------------------------------- steps, for callers that have checked who asks

    def _check_begin(self):
        self.check_access("write")
        self._begin()

    def _check_open_to_end(self):
        for case in self:
            if not case.is_open:
                raise UserError(self.env._("%s is over. Reopen it first.", case.number))

    def _acknowledge(self, at=None, moves=False):
        """Note that the customer was told; ``moves`` also takes it out of the stage for new cases, where there is one."""
        at = at or fields.Datetime.now()
        if moves:
            for kind, cases in self.filtered(lambda case: case.step == "new").grouped("kind").items():
                stage = self.env["crm.sync.case.stage"]._first_of(kind, ("acknowledged",))
                if stage:
                    cases._go(stage, "acknowledged", at=at)
        fresh = self.filtered(lambda case: not case.acknowledged_at)
        if fresh:
            fresh._record({"acknowledged_at": at})
            fresh._log("acknowledged", at=at)
            fresh._clock_event("acknowledged", at)

    def _resume(self, at=None, note=None):
        """The answer that was waited for is here."""
        for kind, cases in self.filtered(lambda case: case.step in WAITING).grouped("kind").items():
            stage = self.env["crm.sync.case.stage"]._first_of(
                kind, ("investigating", "assessed", "acknowledged", "new")
            )
            cases._go(stage, at=at, note=note)

    def _end(self, stage, event, told=None, at=None, **values):
        """Over: tell the customer, and everybody whose case was merged into this one.

        Told first: an answer that ends a case is an answer.
        """
        ending = self.filtered(lambda case: case.stage_id != stage)
        for case in ending:
            case._tell_customer(told or (event == "closed" and case.decision_note) or None)
        ending._go(stage, event, at=at, note=told, **values)

    def _reopen(self, reason, at=None):
        """A new cycle; what was decided, and the verdict, stay in the history."""
        at = at or fields.Datetime.now()
        for case in self:
            if case.step not in RESOLVED:
                raise UserError(self.env._("%s is still open: there is nothing to reopen.", case.number))
            if case.master_id:
                raise UserError(
                    self.env._("%(case)s was merged into %(master)s. Reopen that one.",
                        case=case.number, master=case.master_id.number)
                )  # fmt: skip
        for (kind, old_step), cases in self.grouped(lambda case: (case.kind, case.step)).items():
            stage = self._stage_for(kind, *REOPENED[kind])
            for case in cases:
                case._record(
                    {
                        "stage_id": stage.id,
                        "stage_since": at,
                        "cycle": case.cycle + 1,
                        "opened_at": at,
                        "answered_at": False,
                        "resolved_at": False,
                        "closed_at": False,
                        "reject_reason": False,
                        "active": True,
                    }
                )
            cases._weigh()
            cases._log("reopened", at=at, note=reason, old_step=old_step, new_step=stage.step)
            cases._clock_event("reopened", at)
            for case in cases.filtered("user_id"):
                case._remind(case.user_id, self.env._("Reopened: %s", reason))

    def _merge_into(self, master):
        now = fields.Datetime.now()
        if not master.is_open or master.master_id:
            raise UserError(
                self.env._("%s is over: nothing can be merged into it. Choose an open case.", master.number)
            )
        for case in self:
            if case == master:
                raise UserError(self.env._("A case cannot be merged into itself. Choose another one."))
            if case.company_id != master.company_id:
                raise UserError(self.env._("Cases of two companies cannot be merged."))
            if not case.is_open or case.master_id:
                raise UserError(self.env._("%s is over. Reopen it first.", case.number))
        for kind, cases in self.grouped("kind").items():
            stage = self._stage_for(kind, *MERGED[kind])
            for case in cases:
                # What was merged into it before follows; nobody has to look through a chain.
                # sudo: also those that the caller may not see.
                case.sudo().merged_ids._record({"master_id": master.id})
                old_step = case.step
                case._record({"master_id": master.id, "stage_id": stage.id, "stage_since": now, "closed_at": now})
                case._log("merged", at=now, old_step=old_step, new_step=stage.step, other_id=master.id)
                master._log("absorbed", at=now, other_id=case.id)
            cases._clock_event("cancelled", now)
            cases._close_activities()
        master._tell_reporters_of(
            self,
            lambda env: env._(
                "We look into this together with what others have told us, and will tell you what comes of it."
            ),
        )

    def _escalate(self, stage, reason):
        self.filtered(lambda case: case.stage_id == stage)._log("escalated", note=reason)
        self._go(stage, "escalated", note=reason)
        for case in self:
            for user in case._in_charge():
                case._remind(user, reason or self.env._("Case Escalated"))

    def _assign(self, user, at=None):
        for case in self.filtered(lambda case: case.user_id != user):
            case._check_owner(user)
            case._log("assigned", at=at, old_user_id=case.user_id.id, new_user_id=user.id)
            values = {"user_id": user.id}
            # sudo: a colleague's department only
            if user and not case.department_id and user.sudo().sync_department_id:
                values["department_id"] = user.sudo().sync_department_id.id  # sudo: as above
            case._record(values)

    # ---------------------------------------------------------------- telling

    def _tell_customer(self, text):
        """Write ``text`` to the customer and to whose cases were merged into this one, where they may be written to."""
        for case in self:
            if not text:
                continue
            case._post_to_customer(text)
            # sudo: also those that the caller may not see; he learns nothing of them.
            case._tell_reporters_of(case.sudo().merged_ids, lambda env, text=text: text)

    def _tell_reporters_of(self, cases, text):
        """``text(env)`` to each reporter, on his own case and in his language: he learns nothing of the others."""
        for case in cases:
            case._post_to_customer(text(case.with_context(lang=case.lang or self.env.lang).env), is_automatic=True)

    def _post_to_customer(self, text, is_automatic=False):
        self.ensure_one()
        # sudo: whether the customer may be written to, and the message itself, for who may change the case.
        case = self.sudo()
        allowed = case._may_write_to_customer()
        case.message_post(
            body=plaintext2html(text),
            message_type="auto_comment" if is_automatic else "comment",
            subtype_xmlid="mail.mt_comment" if allowed else "mail.mt_note",
            partner_ids=case.partner_id.ids if allowed else [],
            author_id=self.env.user.partner_id.id,
        )

    def _may_write_to_customer(self):
        """Asked of the contact gate; a case is what the customer himself asked for."""
        self.ensure_one()
        if not self.partner_id:
            return False
        verdicts = self.env["crm.sync.contact.gate"]._may_contact(self.partner_id, "transactional", "email")
        return verdicts[self.partner_id.id].allowed

    def _in_charge(self):
        """Who has to know when a case goes wrong: the manager of its department, else managers of its company."""
        self.ensure_one()
        # sudo: who is in charge is no secret.
        manager = self.sudo().department_id.manager_id
        if manager.active and not manager.share:
            return manager
        managers = self.env.ref("crm_sync_measures.group_manager").sudo().all_user_ids  # sudo: as above
        return managers.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        ).sorted("id")[:_TOLD]

    def _remind(self, user, note):
        # sudo: an activity for a colleague on a case that the caller may change
        self.sudo().activity_schedule(_ACTIVITY, user_id=user.id, note=plaintext2html(note or ""))

    # ---------------------------------------------------------------- arguments

    def _stage(self, stage):
        if type(stage) is int:
            stage = self.env["crm.sync.case.stage"].browse(stage)
        if (
            not isinstance(stage, models.BaseModel)
            or stage._name != "crm.sync.case.stage"
            or len(stage) != 1
            or not stage.exists()
        ):
            raise UserError(self.env._("Stage: choose one of the list."))
        return stage

    def _case(self, case):
        if type(case) is int:
            case = self.browse(case)
        if not isinstance(case, models.BaseModel) or case._name != self._name or len(case) != 1 or not case.exists():
            raise UserError(self.env._("Case: choose one of the list."))
        # With the rights of who asks, whoever has found the record.
        return case.with_env(self.env)
