from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context, format_datetime

from ..core.crm_sync_own_mixin import TEXT_LENGTH
from .crm_sync_promise import EDITABLE, MADE

#: A client's clock may be a little ahead of ours.
_CLOCK_SKEW = timedelta(minutes=5)


class CrmSyncPromise(models.Model):
    """What may be written from outside, superuser included: the making of a promise, and its words while it is owed."""

    _inherit = "crm.sync.promise"

    # ---------------------------------------------------------------- making

    @api.model_create_multi
    def create(self, vals_list):
        prepared = [self._prepared(vals) for vals in vals_list]
        # Defaults of the client's context are taken from it here, for what is told when a promise is made, and no further.
        clean = self.with_context(clean_context(self.env.context))
        promises = super(CrmSyncPromise, clean).create(prepared)
        promises._check_made()
        if not self.env.su:
            promises._check_maker()
        promises._log(
            "made",
            lambda promise: {
                "note": promise.name,
                "new_due_at": promise.due_at,
                "new_user_id": promise.user_id.id,
            },
        )
        return promises

    @api.model
    def _prepared(self, vals):
        """``vals`` with their defaults, and as every promise begins. What is kept by the promise itself is not accepted."""
        given = {name: value for name, value in vals.items() if name in MADE or not self._is_ours(name)}
        refused = [name for name in vals if name not in given and vals[name]]
        if refused:
            raise self._kept_by_itself(refused[0])
        values = {**self.default_get([name for name in MADE if name not in given]), **given}
        if not values.get("due_at"):
            raise UserError(self.env._("Due: say until when it was promised."))
        moments = {
            name: self._moment(values[name], self._label(name))
            for name in ("due_at", "promised_at")
            if values.get(name)
        }
        due_at = moments["due_at"]
        user = self.env["res.users"].browse(values.get("user_id") or self.env.uid)
        return {
            **values,
            **moments,
            "user_id": user.id,
            "promised_by_id": user.id,
            "department_id": user.sudo().sync_department_id.id,  # sudo: a colleague's department only
            "original_due_at": due_at,
            "binding_due_at": due_at,
            "dated_at": fields.Datetime.now(),
            "state": "open",
            "outcome_at": False,
            "outcome_note": False,
            "broken_at": False,
            "reminded_for": False,
            "alarmed_for": False,
            "escalated_for": False,
        }

    def _check_made(self):
        now = fields.Datetime.now()
        zones = self._fields["tz"].get_values(self.env)
        may_be_past = self.env.su or self.env.user.has_group("crm_sync_measures.group_manager")
        for promise in self:
            promise._check_texts()
            if promise.promised_at > now + _CLOCK_SKEW:
                raise UserError(self.env._("Promised On: a promise that has not been made yet cannot be noted."))
            if promise.due_at <= promise.promised_at:
                raise UserError(self.env._("Due: choose a moment after the promise was made."))
            if promise.due_at <= now and not may_be_past:
                raise UserError(self.env._("Due: this moment is over. Choose a later one."))
            if promise.user_id.share:
                raise UserError(self.env._("Person: choose a colleague."))
            if promise.tz not in zones:
                # Odoo does not look: it computes the list.
                raise UserError(self.env._("Time Zone: choose one of the list."))

    def _check_texts(self):
        for promise in self:
            if not promise.name.strip():
                raise UserError(self.env._("Promise: say in a few words what was promised."))
            if len(promise.note or "") > TEXT_LENGTH:
                raise UserError(
                    self.env._("Notes: at most %s characters. Attach a longer text to the promise.", TEXT_LENGTH)
                )

    def _check_maker(self):
        """Who notes a promise may read what it is about, and speaks for himself or for those he leads."""
        for promise in self:
            for document in (promise.partner_id, promise.lead_id, promise.touch_id, promise.message_id):
                if document:
                    document.check_access("read")
            promise._check_origin()
            if not promise._may_speak_for(promise.user_id):
                raise AccessError(
                    self.env._("Person: you can note your own promises. A manager can note those of a colleague.")
                )

    def _check_origin(self):
        if not (self.res_model and self.res_id):
            return
        model = self.env.get(self.res_model)
        if model is None or model._abstract or not model.browse(self.res_id).exists():
            raise UserError(self.env._("Document: it does not exist any more. Reload and try again."))
        model.browse(self.res_id).check_access("read")

    def _may_speak_for(self, person):
        user = self.env.user
        if person == user or user.has_group("crm_sync_measures.group_manager"):
            return True
        # sudo: which department is a colleague's is no secret.
        return person.sudo().sync_department_id._is_led_by(user)

    # ---------------------------------------------------------------- changing

    def write(self, vals):
        ours = [name for name in vals if self._is_ours(name)]
        for name in ours:
            if name not in EDITABLE:
                raise self._kept_by_itself(name)
        if not ours:
            return super().write(vals)
        if any(self.mapped("outcome_at")):
            raise UserError(self.env._("A promise that is done is not changed any more. Write a note below it."))
        before = {promise: promise._words_of(ours) for promise in self}
        result = super().write(vals)
        self._check_texts()
        if not self.env.su:
            for document in (self.partner_id, self.lead_id):
                document.check_access("read")
        for promise, words in before.items():
            changes = [
                f"{label}: {old or '—'} → {new or '—'}"
                for (label, old), (_label, new) in zip(words, promise._words_of(ours), strict=True)
                if old != new
            ]
            if changes:
                promise._log("changed", note="\n".join(changes))
        return result

    def _record(self, vals):
        """Write what is kept by the promise itself; callers have checked who asks.

        No key of a context and no user lets a request do the same: ``write`` refuses these fields to everybody.
        """
        # sudo: see above
        return super(CrmSyncPromise, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A promise is not deleted. Release it, when the customer does not insist on it any more.")
        )

    # ---------------------------------------------------------------- history

    def _log(self, kind, details=None, at=None, user=None, **values):
        """One entry in the history of each promise; ``details(promise)`` are the values that differ."""
        # sudo: the history is written by the promise only; callers have checked who asks.
        self.env["crm.sync.promise.event"].sudo().create(
            [
                {
                    "promise_id": promise.id,
                    "kind": kind,
                    "at": at or fields.Datetime.now(),
                    "user_id": (user or self.env.user).id,
                    **values,
                    **(details(promise) if details else {}),
                }
                for promise in self
            ]
        )

    def _words_of(self, names):
        """``[(label, value in words)]`` of some fields."""
        self.ensure_one()
        labels = self.fields_get(names, ["string"])
        words = []
        for name in names:
            field, value = self._fields[name], self[name]
            if field.type == "many2one":
                value = value.sudo().display_name  # sudo: a name in a history that only readers of the promise see
            elif field.type == "selection":
                value = dict(field._description_selection(self.env)).get(value)
            words.append((labels[name]["string"], value))
        return words

    def _told(self, moment):
        """A moment in the time zone that the customer was told, in the user's language."""
        self.ensure_one()
        return f"{format_datetime(self.env, moment, tz=self.tz, dt_format='short')} ({self.tz})"

    # ---------------------------------------------------------------- tools

    def _kept_by_itself(self, name):
        return UserError(self.env._("%s: kept by the promise itself. Use its buttons.", self._label(name)))
