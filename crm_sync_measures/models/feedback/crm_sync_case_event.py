from odoo import fields, models

from .crm_sync_case_stage import STEP_LABELS

KINDS = [
    ("opened", "Case Opened"),
    ("acknowledged", "Acknowledged"),
    ("moved", "Moved"),
    ("answered", "Answered"),
    ("customer", "Customer Wrote"),
    ("proposed", "Solution Proposed"),
    ("accepted", "Solution Accepted"),
    ("closed", "Case Closed"),
    ("rejected", "Case Rejected"),
    ("escalated", "Case Escalated"),
    ("reopened", "Reopened"),
    ("merged", "Merged into Another Case"),
    ("absorbed", "Another Case Merged into This"),
    ("assigned", "Case Assigned"),
    ("routed", "Assigned by Rules"),
    ("raised", "Priority Raised"),
    ("changed", "Changed"),
    ("compensated", "Compensation"),
    ("survey", "Asked How It Went"),
    ("verdict", "Customer's Verdict"),
    ("improvement", "Improvement Wanted"),
    ("no_improvement", "Improvement Taken Back"),
    ("archived", "Case Archived"),
    ("restored", "Case Restored"),
]


class CrmSyncCaseEvent(models.Model):
    """What happened to a case: who did what when. Append-only; written by the case itself and by nobody else.

    Moments are UTC. ``user_id`` is who did it; what happened by itself was done by Odoo's own user.
    """

    _name = "crm.sync.case.event"
    _inherit = ["crm.sync.append.only"]
    _description = "History of a Case"
    _order = "at desc, id desc"
    _rec_name = "kind"

    case_id = fields.Many2one("crm.sync.case", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(KINDS, required=True)
    cycle = fields.Integer(required=True, default=1)
    at = fields.Datetime("When", required=True)
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict")
    old_step = fields.Selection(STEP_LABELS, "Step Before")
    new_step = fields.Selection(STEP_LABELS, "Step After")
    old_user_id = fields.Many2one("res.users", "Owner Before", ondelete="restrict")
    new_user_id = fields.Many2one("res.users", "New Owner", ondelete="restrict")
    other_id = fields.Many2one("crm.sync.case", "Other Case", index="btree_not_null", ondelete="restrict")
    note = fields.Text()

    _survey_uniq = models.UniqueIndex(
        "(case_id, cycle) WHERE kind = 'survey'", "The customer was asked in this cycle already."
    )
