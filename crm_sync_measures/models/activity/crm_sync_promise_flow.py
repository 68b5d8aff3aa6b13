from datetime import datetime

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

from ...rules.promise import verdict


class CrmSyncPromiseFlow(models.Model):
    """How a promise goes on: kept, released by the customer, given another date or another person.

    Each action works on promises that are still owed, and takes those the caller may change: his own, his
    department's, those of departments he manages; a manager all. Before anything else, what is overdue counts as broken.

    All of them raise AccessError where the caller may not change the promise, and UserError where it is done already or
    an argument cannot be used. On several promises they do it to all of them or to none.
    """

    _inherit = "crm.sync.promise"

    # ---------------------------------------------------------------- actions

    def action_keep(self, note=None):
        """The promise is fulfilled now: in time it is kept, after its agreed date kept late.

        :param str note: how it was fulfilled
        """
        note = self._text(note, self.env._("Outcome"))
        self._check_owed()
        self._keep(fields.Datetime.now(), note)
        return True

    def action_release(self, reason):
        """The customer does not insist on it any more. What was broken before stays a broken promise.

        :param str reason: what the customer said; at most 10,000 characters, as in all these texts
        """
        reason = self._text(reason, self.env._("Reason"), is_required=True)
        self._check_owed()
        self._release(fields.Datetime.now(), reason)
        return True

    def action_reschedule(self, due_at, agreed, reason):
        """Another date. Only one that the customer agreed to decides what is kept; the original date stays known.

        :param due_at: a moment to come, in UTC, as datetime or ``YYYY-MM-DD HH:MM:SS``
        :param bool agreed: the customer agreed to it
        :param str reason: why
        """
        due_at = self._moment(due_at)
        if not isinstance(agreed, bool):
            raise UserError(self.env._("Customer Agreed: say yes or no."))
        reason = self._text(reason, self.env._("Reason"), is_required=True)
        self._check_owed()
        now = fields.Datetime.now()
        if due_at <= now:
            raise UserError(self.env._("New Date: this moment is over. Choose a later one."))
        self._reschedule(now, due_at, agreed, reason)
        return True

    def action_hand_over(self, user):
        """Somebody else keeps the promise from now on; it counts for him and his department.

        :param user: an active colleague who works for the promise's company, as record or id
        """
        user = self._colleague(user)
        self._check_owed()
        if not user.active or user.share:
            raise UserError(self.env._("New Person: choose a colleague who works here."))
        for promise in self:
            if promise.company_id not in user.sudo().company_ids:  # sudo: which companies a colleague works for
                raise UserError(
                    self.env._(
                        "%(user)s does not work for %(company)s.", user=user.name, company=promise.company_id.name
                    )
                )
        self._hand_over(user)
        return True

    # ---------------------------------------------------------------- steps, for callers that have checked who asks

    def _keep(self, now, note):
        self._break_overdue(now)
        for promise in self:
            promise._settle(now, verdict(promise.binding_due_at, now, promise.broken_at or None), note)
        self._log("kept", at=now, note=note)
        self._close_activities()

    def _release(self, now, reason):
        self._break_overdue(now)
        for promise in self:
            promise._settle(now, "broken" if promise.broken_at else "released", reason)
        self._log("released", at=now, note=reason)
        self._close_activities()

    def _reschedule(self, now, due_at, agreed, reason):
        self._break_overdue(now)
        self._log(
            "rescheduled",
            lambda promise: {"old_due_at": promise.due_at},
            at=now,
            note=reason,
            agreed=agreed,
            new_due_at=due_at,
        )
        self._record({"due_at": due_at, "dated_at": now, **({"binding_due_at": due_at} if agreed else {})})
        self._close_activities()

    def _hand_over(self, user):
        """All in one go, with what the clock has asked for."""
        self._break_overdue(fields.Datetime.now())
        self._log("handed_over", lambda promise: {"old_user_id": promise.user_id.id}, new_user_id=user.id)
        # sudo: the department of a colleague
        self._record({"user_id": user.id, "department_id": user.sudo().sync_department_id.id})
        self._open_activities().write({"user_id": user.id})

    def _check_owed(self):
        self.check_access("write")
        if any(self.mapped("outcome_at")):
            raise UserError(self.env._("This promise is done already. Reload to see how."))

    def _break_overdue(self, now):
        """Open promises whose agreed date has passed are broken, since that date and by nobody."""
        overdue = self.filtered(lambda promise: promise.state == "open" and promise.binding_due_at < now)
        for promise in overdue:
            promise._record({"state": "broken", "broken_at": promise.binding_due_at})
        robot = self.env["res.users"].browse(SUPERUSER_ID)
        overdue._log("broken", lambda promise: {"at": promise.binding_due_at}, user=robot)

    def _settle(self, now, state, note):
        self._record({"state": state, "outcome_at": now, "outcome_note": note})

    # ---------------------------------------------------------------- arguments

    def _moment(self, value, label=None):
        """A moment of our time: beyond the calendar's end nobody could read in his time zone when it is."""
        try:
            moment = fields.Datetime.to_datetime(value)
        except (ValueError, TypeError):
            moment = None
        if not isinstance(moment, datetime) or not 1990 <= moment.year < 2200:
            raise UserError(
                self.env._(
                    "%s: enter date and time, for example 2026-03-06 15:00:00 (UTC).", label or self.env._("New Date")
                )
            )
        return moment

    def _colleague(self, user):
        if type(user) is int:
            user = self.env["res.users"].browse(user)
        if not isinstance(user, models.BaseModel) or user._name != "res.users" or len(user.exists()) != 1:
            raise UserError(self.env._("New Person: choose a colleague."))
        return user
