from odoo import fields, models
from odoo.exceptions import UserError

from ...rules.case_flow import RESOLVED
from ...rules.score import may_change


class CrmSyncCaseVerdict(models.Model):
    """What the customer thinks of how it went: shown on the case, kept as a score for each cycle."""

    _inherit = "crm.sync.case"

    score_ids = fields.One2many("crm.sync.score", "case_id", "Scores", readonly=True)

    def _give_verdict(self, score, note=None, at=None):
        """Once it is over, and once more in each cycle; it may be put right for a day. Callers know who he is.

        :param int score: 1 (very bad) to 5 (very good)
        """
        if str(score) not in dict(self._fields["verdict"].selection):
            raise UserError(self.env._("score: give a number from 1 to 5."))
        note = self._text(note, self.env._("In the Customer's Words"))
        self._begin()
        now = at or fields.Datetime.now()
        for case in self:
            if case.step not in RESOLVED:
                raise UserError(self.env._("%s is still open. You can say how it went once it is done.", case.number))
            given = case._score()
            if not case._may_judge(given, now):
                raise UserError(self.env._("You have told us already, thank you. If it is not settled, open it again."))
            if given and (given.value, given.comment or "") == (score, note or ""):
                # Sent twice, or by a machine that repeats what it has seen.
                continue
            case._note_verdict(score, note, now)
            self.env["crm.sync.score"]._give(case._score_values(score, note, now), given)

    def _may_judge(self, given, now):
        """Whether the customer may say now how this cycle went; ``given`` is what he has said of it before."""
        return may_change(given.answered_at or None, now)

    def _note_verdict(self, score, note, at):
        """Show what the customer has said, whoever has asked him."""
        self._record({"verdict": str(score), "verdict_note": note, "verdict_at": at})
        self._log("verdict", at=at, note=f"{score}: {note}" if note else str(score))

    def _score(self):
        """The customer's answer in this cycle; empty while there is none."""
        self.ensure_one()
        # sudo: of a case that the caller knows
        scores = self.sudo().score_ids
        return scores.filtered(lambda score: score.active and score.metric == "csat" and score.cycle == self.cycle)

    def _score_values(self, value, comment, at):
        """What is known of the case today stays with its score, whatever becomes of the case."""
        self.ensure_one()
        case = self.sudo()  # sudo: documents that the case is about
        return {
            "metric": "csat",
            "value": value,
            "answered_at": at,
            "comment": comment,
            "lang": case.lang,
            "partner_id": case.partner_id.id,
            "company_id": case.company_id.id,
            "department_id": case.department_id.id,
            "user_id": case.user_id.id,
            "team_id": (case.lead_id.team_id or case.order_id.team_id).id,
            "product_id": case.product_id.id,
            "case_id": case.id,
            "cycle": case.cycle,
            "lead_id": case.lead_id.id,
            "order_id": case.order_id.id,
        }
