from odoo import api, fields, models

from ...models.feedback.crm_sync_case import DECISIONS
from ...rules.case_priority import LEVELS


class CrmSyncCaseChange(models.TransientModel):
    """The dialog behind the buttons of a case that need an answer: why, for whom, into which one."""

    _name = "crm.sync.case.change"
    _description = "Go on with a Case"

    case_ids = fields.Many2many(
        "crm.sync.case", required=True, default=lambda self: self.env.context.get("active_ids", [])
    )
    change = fields.Selection(
        [
            ("assign", "Assign"),
            ("wait_customer", "Wait for the Customer"),
            ("wait_third", "Wait for a Third Party"),
            ("propose", "Propose a Solution"),
            ("close", "Close the Case"),
            ("reject", "Reject"),
            ("escalate", "Escalate"),
            ("reopen", "Reopen"),
            ("merge", "Merge into Another Case"),
            ("raise", "Raise the Priority"),
            ("improve", "Make It an Improvement"),
        ],
        "What",
        required=True,
        default="assign",
    )
    case_count = fields.Integer(compute="_compute_case_count")
    has_complaint = fields.Boolean(compute="_compute_case_count")
    user_id = fields.Many2one(
        "res.users", "New Owner", domain="[('share', '=', False)]", default=lambda self: self.env.user
    )
    master_id = fields.Many2one("crm.sync.case", "Into", domain="[('is_open', '=', True), ('id', 'not in', case_ids)]")
    # With the rights of who asks: a dialog can be opened on any case.
    decision = fields.Selection(DECISIONS, compute="_compute_known", compute_sudo=False, store=True, readonly=False)
    cause_id = fields.Many2one(
        "crm.sync.case.cause", compute="_compute_known", compute_sudo=False, store=True, readonly=False
    )
    level = fields.Selection([("1", "Medium"), ("2", "High"), ("3", "Urgent")], "Priority", default=LEVELS[-1])
    text = fields.Text()

    @api.constrains("case_ids", "master_id")
    def _check_cases(self):
        """Who names a case may read it. Odoo checks as superuser, so it is asked for him."""
        # sudo(False): with the rights of who fills the dialog
        (self.case_ids | self.master_id).sudo(False).check_access("read")

    @api.depends("case_ids")
    def _compute_case_count(self):
        for change in self:
            change.case_count = len(change.case_ids)
            change.has_complaint = "complaint" in change.case_ids.mapped("kind")

    @api.depends("case_ids")
    def _compute_known(self):
        """What was entered before is proposed, where it is one thing."""
        for change in self:
            decisions, causes = set(change.case_ids.mapped("decision")), change.case_ids.cause_id
            change.decision = decisions.pop() if len(decisions) == 1 else False
            change.cause_id = causes if len(causes) == 1 else False

    def action_apply(self):
        """Do it to all cases of the dialog, with the rights of who asks."""
        self.ensure_one()
        getattr(self, f"_apply_{self.change}")(self.case_ids)
        return {"type": "ir.actions.act_window_close"}

    def _apply_assign(self, cases):
        cases.action_assign(self.user_id)

    def _apply_wait_customer(self, cases):
        cases.action_wait("customer", self.text)

    def _apply_wait_third(self, cases):
        cases.action_wait("third", self.text)

    def _apply_propose(self, cases):
        cases.action_propose(self.text)

    def _apply_close(self, cases):
        if self.cause_id:
            cases.filtered(lambda case: case.cause_id != self.cause_id).write({"cause_id": self.cause_id.id})
        cases.action_close(self.decision or None, self.text)

    def _apply_reject(self, cases):
        cases.action_reject(self.text)

    def _apply_escalate(self, cases):
        cases.action_escalate(self.text)

    def _apply_reopen(self, cases):
        cases.action_reopen(self.text)

    def _apply_merge(self, cases):
        cases.action_merge(self.master_id)

    def _apply_raise(self, cases):
        cases.action_raise_priority(self.level, self.text)

    def _apply_improve(self, cases):
        cases.action_make_improvement(self.text)
