from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.survey_loop import SPOKEN
from .crm_sync_survey_loop import OUTCOME_LABELS

_ACTIVITY = "crm_sync_measures.activity_type_survey_contact"


class CrmSyncCase(models.Model):
    """A case that was opened because of an answer: whoever works on it contacts the customer, and says what came of it."""

    _inherit = "crm.sync.case"

    loop_ids = fields.One2many("crm.sync.survey.loop", "case_id", "From Surveys", readonly=True)
    is_from_survey = fields.Boolean(compute="_compute_loop")
    loop_outcome = fields.Selection(OUTCOME_LABELS, "Outcome for the Customer", compute="_compute_loop")
    contact_due_at = fields.Datetime("To Be Contacted By", compute="_compute_loop")

    @api.depends("loop_ids.outcome", "loop_ids.contact_due_at")
    def _compute_loop(self):
        for case in self:
            loop = case.loop_ids[:1]
            case.is_from_survey = bool(loop)
            case.loop_outcome = loop.outcome
            case.contact_due_at = loop.contact_due_at

    # ---------------------------------------------------------------- opening

    @api.model
    def _open_case(self, facts):
        """One answer is one case, whichever of its parts asks for it: a low score, a wish, or Odoo's own questionnaire."""
        answer = facts.get("survey_input_id")
        if answer and facts.get("key") == f"survey:{answer}":
            # sudo: to which question of ours this is the answer
            invitations = self.env["crm.sync.survey.invitation"].sudo()
            invitation = invitations.search([("user_input_id", "=", answer)], limit=1)
            if invitation:
                facts = {**facts, "key": invitation._answer_key()}
        return super()._open_case(facts)

    # ---------------------------------------------------------------- contact

    def _answered(self, at):
        result = super()._answered(at)
        self.env["crm.sync.survey.loop"]._of(self)._note_contact(at)
        return result

    def _assign(self, user, at=None):
        result = super()._assign(user, at)
        if user and self.loop_ids:
            # sudo: what the owner before had to do
            self.sudo().activity_reschedule([_ACTIVITY], new_user_id=user.id)
        return result

    def _close_activities(self):
        # sudo: activities of colleagues, once there is nothing left to do
        self.sudo().activity_unlink([_ACTIVITY])
        return super()._close_activities()

    # ---------------------------------------------------------------- what came of it

    def action_outcome(self, outcome, note):
        """Say what came of it for the customer who was unhappy, or wished to be called. It may be said anew; the history keeps all.

        :param str outcome: recovered, not_recovered or not_reachable
        :param str note: a sentence, for colleagues
        :raise UserError: for a case that was not opened because of a survey
        """
        if not isinstance(outcome, str) or outcome not in dict(OUTCOME_LABELS):
            raise UserError(
                self.env._("outcome: choose one of %s.", ", ".join(value for value, _label in OUTCOME_LABELS))
            )
        note = self._text(note, self.env._("Outcome"), is_required=True)
        self._check_begin()
        for case in self:
            case._note_outcome(outcome, note)
        return True

    def _note_outcome(self, outcome, note, at=None):
        """For callers that have checked who says so."""
        self.ensure_one()
        loops = self.env["crm.sync.survey.loop"]._of(self)
        if not loops:
            raise UserError(self.env._("%s was not opened because of a survey.", self.number))
        now = at or fields.Datetime.now()
        if outcome in SPOKEN:
            loops._note_contact(now)
        loops._record({"outcome": outcome, "outcome_said": note, "outcome_at": now, "outcome_by_id": self.env.uid})
        label = dict(loops._fields["outcome"]._description_selection(self.env))[outcome]
        loops.case_id._log("outcome", at=now, user=self.env.user, note=f"{label}: {note}")
        # sudo: activities of colleagues, once there is nothing left to do
        loops.case_id.activity_unlink([_ACTIVITY])

    def _check_complete(self, decision=None, decision_note=None):
        result = super()._check_complete(decision=decision, decision_note=decision_note)
        for case in self._without_outcome():
            raise UserError(self.env._("%s: say what came of it for the customer before it is closed.", case.number))
        return result

    def _without_outcome(self):
        """Those of unhappy customers of which nobody has said what came of it."""
        # sudo: what came of it, for whoever may act on the case
        untold = self.env["crm.sync.survey.loop"].sudo()
        untold = untold.search([("case_id", "in", self.ids), ("is_low", "=", True), ("outcome", "=", False)])
        return self & self.browse(untold.case_id.ids)
