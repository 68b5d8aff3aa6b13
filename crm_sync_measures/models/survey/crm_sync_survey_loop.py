from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.survey_loop import in_time, is_recovered

OUTCOME_LABELS = [
    ("recovered", "Recovered"),
    ("not_recovered", "Not Recovered"),
    ("not_reachable", "Not Reachable"),
]


class CrmSyncSurveyLoop(models.Model):
    """What followed from one answer: the case, by when the customer was to be contacted and when he was, what came of it, and
    what he says some time later.

    There is one for each low answer and for each wish to be called, once the answer cannot be put right any more; none of who
    is not known. Written by the addon alone: the case's actions say what happened (``crm_sync_case_loop.py``). What was said
    of a customer before stays in the history of his case.
    """

    _name = "crm.sync.survey.loop"
    _inherit = ["crm.sync.kept.mixin"]
    _description = "Loop With a Customer"
    _order = "contact_due_at desc, id desc"
    _rec_name = "score_id"

    score_id = fields.Many2one(
        "crm.sync.score", "Answer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    invitation_id = fields.Many2one(
        "crm.sync.survey.invitation", required=True, readonly=True, index=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        "crm.sync.survey.program", "Survey Program", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    case_id = fields.Many2one("crm.sync.case", required=True, readonly=True, index=True, ondelete="restrict")
    is_low = fields.Boolean("Low Score", readonly=True)
    wants_call = fields.Boolean("Wishes to Be Called", readonly=True)

    metric = fields.Selection(related="score_id.metric")
    value = fields.Integer(related="score_id.value", aggregator=None)
    comment = fields.Text(related="score_id.comment")
    partner_id = fields.Many2one(related="score_id.partner_id")
    commercial_partner_id = fields.Many2one(related="score_id.commercial_partner_id")
    user_id = fields.Many2one(related="case_id.user_id")
    department_id = fields.Many2one(related="case_id.department_id")

    # ---------------------------------------------------------------- contact

    answered_at = fields.Datetime("Answered", required=True, readonly=True)
    opened_at = fields.Datetime("Case Opened On", required=True, readonly=True)
    contact_due_at = fields.Datetime("To Be Contacted By", required=True, readonly=True, index=True)
    contact_seconds = fields.Integer(
        readonly=True, aggregator=None, help="Working time that was left for it when the case was opened."
    )
    contacted_at = fields.Datetime("Contacted", readonly=True)
    is_in_time = fields.Selection(
        [("yes", "In Time"), ("no", "Too Late")],
        "Contacted in Time",
        compute="_compute_is_in_time",
        store=True,
        help="Empty until the customer was contacted, or could not be reached.",
    )

    # ---------------------------------------------------------------- what came of it

    outcome = fields.Selection(OUTCOME_LABELS, readonly=True)
    # Whoever reads the answer counts by what followed from it (``loop_ids`` of scores), and may not search these words.
    outcome_said = fields.Text(readonly=True, groups=fields.NO_ACCESS, export_string_translation=False)
    outcome_note = fields.Text("What Was Said", compute="_compute_outcome_note")
    outcome_at = fields.Datetime("Outcome Noted On", readonly=True)
    outcome_by_id = fields.Many2one("res.users", "Noted By", readonly=True, ondelete="restrict")
    follow_up_id = fields.Many2one(
        "crm.sync.survey.invitation", "Second Question", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    follow_up_score_id = fields.Many2one(
        "crm.sync.score", "Answer of the Follow-Up", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    follow_up_at = fields.Datetime("Asked Again and Answered", readonly=True)
    is_still_low = fields.Boolean("Still Low", readonly=True)
    was_contacted_before = fields.Boolean(
        "Contacted Before the Follow-Up", compute="_compute_was_contacted_before", store=True
    )
    is_recovered = fields.Boolean(
        "No Longer Unhappy",
        compute="_compute_is_recovered",
        store=True,
        help="The customer says so when he is asked again; until he has answered, whoever has spoken with him.",
    )

    _score_uniq = models.UniqueIndex("(score_id)", "What follows from this answer is done already.")
    _invitation_uniq = models.UniqueIndex("(invitation_id)", "What follows from this answer is done already.")
    _case_uniq = models.UniqueIndex("(case_id)", "This case is about another answer.")

    # ---------------------------------------------------------------- compute

    @api.depends("outcome_said")
    def _compute_outcome_note(self):
        for loop in self:
            loop.outcome_note = loop.sudo().outcome_said  # sudo: for who may read this row

    @api.depends("contacted_at", "outcome_at", "contact_due_at")
    def _compute_is_in_time(self):
        words = {True: "yes", False: "no", None: False}
        for loop in self:
            loop.is_in_time = words[in_time(loop.contacted_at or None, loop.outcome_at or None, loop.contact_due_at)]

    @api.depends("contacted_at", "follow_up_at")
    def _compute_was_contacted_before(self):
        for loop in self:
            loop.was_contacted_before = bool(
                loop.contacted_at and (not loop.follow_up_at or loop.contacted_at < loop.follow_up_at)
            )

    @api.depends("outcome", "follow_up_at", "is_still_low")
    def _compute_is_recovered(self):
        for loop in self:
            loop.is_recovered = is_recovered(loop.outcome or None, loop.is_still_low if loop.follow_up_at else None)

    # ---------------------------------------------------------------- writing

    def _refuse_change(self):
        raise UserError(
            self.env._("What follows from an answer is kept by the addon itself. Use the buttons of the case.")
        )

    # ---------------------------------------------------------------- what happens

    @api.model
    def _of(self, cases):
        """Those of these cases, and of cases of the same customers that were merged into them."""
        # sudo: what follows from an answer, for callers that may act on the case
        loops = self.sudo().search([("case_id", "in", cases.ids)])
        merged = self.sudo().search([("case_id.master_id", "in", cases.ids)])  # sudo: as above
        return loops | merged.filtered(
            lambda loop: loop.case_id.commercial_partner_id == loop.case_id.master_id.commercial_partner_id
        )

    def _note_contact(self, at):
        """Somebody has spoken with the customer, or written to him."""
        for loop in self.filtered(lambda loop: not loop.contacted_at and loop.answered_at <= at):
            loop._record({"contacted_at": at})

    def action_open_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.sync.case",
            "res_id": self.case_id.id,
            "views": [(False, "form")],
        }
