from odoo import api, fields, models

from ...models.survey.crm_sync_survey_loop import OUTCOME_LABELS


class CrmSyncCaseChange(models.TransientModel):
    """Whoever closes the case of an unhappy customer says in the same dialog what came of it for him."""

    _inherit = "crm.sync.case.change"

    change = fields.Selection(selection_add=[("outcome", "What Came of It")], ondelete={"outcome": "cascade"})
    outcome = fields.Selection(OUTCOME_LABELS, "Outcome for the Customer")
    outcome_note = fields.Text("What Was Said")
    is_outcome_missing = fields.Boolean(compute="_compute_is_outcome_missing")

    @api.depends("case_ids")
    def _compute_is_outcome_missing(self):
        for change in self:
            change.is_outcome_missing = bool(change.case_ids._origin._without_outcome())

    def _apply_outcome(self, cases):
        cases.action_outcome(self.outcome, self.outcome_note)

    def _apply_close(self, cases):
        if self.outcome:
            cases._without_outcome().action_outcome(self.outcome, self.outcome_note)
        return super()._apply_close(cases)
