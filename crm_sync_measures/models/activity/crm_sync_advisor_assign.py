from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.registered import registered, registered_methods

_NOTE_LENGTH = 500


def advice_taker(model):
    """Mark a method ``(record, user)`` of ``crm.sync.advisor`` that gives a document of ``model`` to ``user``.

    Called with the rights of who decides. A model without one gets its ``user_id`` written.
    """
    return registered("advice_taker", subject=model)


class CrmSyncAdvisorAssign(models.AbstractModel):
    """What the dialog "Who should take it?" and the API call."""

    _inherit = "crm.sync.advisor"

    @api.model
    def sync_advise(self, model, res_id):
        """Who should take this document: people ranked, with reasons in words.

        The caller may read the document and has a role of this addon. Win rates of colleagues are told in figures
        to those who lead people only; to others ``points`` is empty, since it would tell them.

        :param str model: ``crm.lead``, ``calendar.event`` or another model with a ``user_id``
        :param int res_id: its id
        :return: ``{"name", "user_id", "can_assign", "override_reasons": [[code, label]], "people": [{"user_id",
            "name", "score", "available", "load", "reasons", "points"}]}``, best first; ``score`` is 0 to 100, ``load`` a number
            of open matters, ``points`` are ``[{"code", "label", "value" from 0 to 1, "weight", "text"}]``
        :raise UserError: for a document that does not exist or that nobody can be assigned to
        :raise AccessError: without a role, or for a document that the caller may not read
        """
        record = self._asked_record(model, res_id)
        reasons = self.env["crm.sync.assignment"].fields_get(["override_reason"])["override_reason"]["selection"]
        return {
            "name": record.display_name,
            "user_id": record.sudo().user_id.id,  # sudo: the name of who has it now
            "can_assign": record.has_access("write") and self.env.user.has_group("crm_sync_measures.group_user"),
            "override_reasons": [list(reason) for reason in reasons],
            "people": [self._shown(one) for one in self._rank(model, record.id)],
        }

    def _shown(self, one):
        """A person as the caller may see him: of the numbers behind the score, one is how often he wins."""
        return one if self._may_see_figures() else {**one, "points": []}

    @api.model
    def sync_assign(self, model, res_id, user_id, seen_user_id=None, reason=None, note=None):
        """Give the document to ``user_id``, and record whether the advice was followed.

        It is computed once more; when somebody else would be proposed than the caller has seen, nothing happens and
        an error says so.

        :param int user_id: one of the people of :meth:`sync_advise`
        :param int seen_user_id: who was proposed to the caller; without it, whoever is now
        :param str reason: for somebody else than proposed: a code of ``override_reasons``
        :param str note: the reason in words; for the reason ``other`` it must be given
        :return: id of the ``crm.sync.assignment``
        :raise UserError: for a person who is not in question, who has it already, or a missing reason
        :raise AccessError: without the role of a user, or for a document that the caller may not edit
        """
        record = self._asked_record(model, res_id)
        if not self.env.user.has_group("crm_sync_measures.group_user"):
            raise AccessError(self.env._("You may read here, and change nothing."))
        record.check_access("write")
        ranking = self._rank(model, record.id)
        chosen = self.env["res.users"].browse(user_id if type(user_id) is int else 0)
        if chosen.id not in [one["user_id"] for one in ranking]:
            raise UserError(self.env._("Person: choose one of those who are proposed."))
        if record.sudo().user_id == chosen:  # sudo: who has it now
            raise UserError(self.env._("%s has it already.", chosen.sudo().name))  # sudo: name of a colleague
        proposed_id = ranking[0]["user_id"]
        if seen_user_id and seen_user_id != proposed_id:
            raise UserError(self.env._("The advice has changed meanwhile. Look at it again."))
        reason, note = self._checked_reason(chosen.id != proposed_id, reason, note)
        assignment = self.env["crm.sync.assignment"]._journal(record, ranking, chosen, reason, note)
        self._give(record, chosen)
        return assignment.id

    def _asked_record(self, model, res_id):
        if not self.env["res.users"]._sync_is_reader():
            raise AccessError(self.env._("You need a Customer Sync role to ask who should take it."))
        if not isinstance(model, str) or model not in self.env or not self._takes_user(self.env[model]):
            raise UserError(self.env._("Model: documents of this kind have nobody who takes them."))
        if type(res_id) is not int or not 0 < res_id < 2**31:
            raise UserError(self.env._("Record: give the id of one document."))
        record = self.env[model].browse(res_id)
        self.env[model].check_access("read")
        if not record.exists():
            raise UserError(self.env._("This document does not exist any more. Reload and try again."))
        record.check_access("read")
        if model == "calendar.event":
            record._check_sync_not_private()
        return record

    @staticmethod
    def _takes_user(model):
        field = model._fields.get("user_id")
        is_document = model._auto and not (model._abstract or model._transient)
        return bool(is_document and field and field.comodel_name == "res.users" and field.store)

    def _checked_reason(self, is_overridden, reason, note):
        codes = dict(self.env["crm.sync.assignment"]._fields["override_reason"].selection)
        note = note.strip() if isinstance(note, str) else ""
        if len(note) > _NOTE_LENGTH:
            raise UserError(self.env._("In words: at most %s characters.", _NOTE_LENGTH))
        if not is_overridden:
            return None, note
        if not isinstance(reason, str) or reason not in codes:
            raise UserError(self.env._("Why somebody else: choose one of the reasons."))
        if reason == "other" and not note:
            raise UserError(self.env._("In words: say in a few words why."))
        return reason, note

    def _give(self, record, user):
        for options, taker in registered_methods(self, "advice_taker"):
            if options["subject"] == record._name:
                taker(record, user)
                return
        record.user_id = user

    @advice_taker("calendar.event")
    def _give_meeting(self, meeting, user):
        """He goes instead of who was to go."""
        leaves = meeting.user_id.partner_id - user.partner_id
        meeting.write(
            {
                "user_id": user.id,
                "partner_ids": [
                    *(fields.Command.unlink(partner.id) for partner in leaves),
                    fields.Command.link(user.partner_id.id),
                ],
            }
        )

    @api.model
    def _action_advise(self, record):
        """The dialog for one document."""
        record.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_sync_advice",
            "name": self.env._("Who Should Take It?"),
            "target": "new",
            "params": {"model": record._name, "res_id": record.id},
        }
