from odoo import fields, models

from ..core.crm_sync_customer import CONTACT_CHANNELS
from ..core.crm_sync_merge_mixin import REPOINT

#: How a customer reached us.
RESPONSE_CHANNELS = [*CONTACT_CHANNELS, ("portal", "Customer Portal"), ("web", "Website")]


class CrmSyncResponse(models.Model):
    """One time the ball was with us: from what the customer said or asked for until somebody answered.

    Computed from Odoo's own records and the journal, for single documents as soon as something happens to them and for
    all of them every night, by the same rules; nobody writes it by hand. What was once breached stays breached.
    Holds no words of the customer. Times are UTC, amounts are seconds of working time.
    """

    _name = "crm.sync.response"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Response to a Customer"
    _order = "started_at, id"
    _log_access = False
    _sync_merge = {"partner_id": REPOINT, "commercial_partner_id": REPOINT, "lead_id": REPOINT}

    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, index="btree_not_null"
    )
    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", required=True, readonly=True)
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    kind = fields.Selection(
        [("first", "First Answer"), ("rolling", "Further Answer"), ("confirmation", "Confirmation")],
        required=True,
        readonly=True,
        help="First: nobody of us had answered in this conversation before. Confirmation: a registration or a request"
        " for a quotation that nobody confirmed.",
    )
    channel = fields.Selection(RESPONSE_CHANNELS, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="To Be Answered By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The person in charge of the document, else the owner of the customer.",
    )
    department_id = fields.Many2one("crm.sync.department", string="Department", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    priority = fields.Selection(
        [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")], required=True, readonly=True
    )
    started_at = fields.Datetime(string="Waiting Since", required=True, readonly=True)
    target_seconds = fields.Integer(readonly=True, help="Working time within which to answer; empty without a target.")
    due_at = fields.Datetime(string="Answer By", readonly=True)
    start_message_id = fields.Many2one(
        "mail.message", string="Message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    answered_at = fields.Datetime(string="Answered", readonly=True)
    answered_by_id = fields.Many2one("res.users", string="Answered By", readonly=True, ondelete="set null")
    answer_message_id = fields.Many2one(
        "mail.message", string="Answer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    worked_seconds = fields.Integer(
        string="Working Time Until the Answer", readonly=True, help="Seconds of working time until it was answered."
    )
    state = fields.Selection(
        [("waiting", "Waiting for Us"), ("answered", "Answered"), ("closed", "No Answer Needed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    is_breached = fields.Boolean(string="Late", readonly=True, help="Was not answered in time; stays so.")
    escalated_at = fields.Datetime(string="Escalated", readonly=True, help="When the department manager was told.")
