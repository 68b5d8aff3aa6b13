from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get

from ..core.crm_sync_customer import CONTACT_CHANNELS
from ..core.crm_sync_merge_mixin import REPOINT

STATES = [
    ("open", "Outstanding"),
    ("kept", "Kept"),
    ("kept_late", "Kept Late"),
    ("broken", "Broken"),
    ("released", "Released by the Customer"),
]
#: What is told when a promise is made.
MADE = {
    "name",
    "note",
    "partner_id",
    "lead_id",
    "user_id",
    "company_id",
    "channel",
    "promised_at",
    "due_at",
    "tz",
    "res_model",
    "res_id",
    "message_id",
    "touch_id",
}
#: What may be put right afterwards; the history keeps what it was.
EDITABLE = {"name", "note", "channel", "partner_id", "lead_id"}


class CrmSyncPromise(models.Model):
    """What a colleague promised to a customer, and by when. Never deleted.

    Moments are UTC. The promise is judged by ``binding_due_at``, the last date the customer agreed to:
    fulfilled until then it is kept, later kept late. When that moment has passed it is broken, and stays a broken
    one (``broken_at``) however it ends. ``original_due_at`` never changes.

    State, dates and person change by its actions only, in ``crm_sync_promise_flow.py``; every change is an entry
    of ``event_ids``. A promise is *owed* as long as ``outcome_at`` is empty.
    """

    _name = "crm.sync.promise"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.sync.owned.mixin", "crm.sync.merge.mixin"]
    _description = "Promise"
    _order = "due_at, id"
    _check_company_auto = True
    _sync_merge = {
        "partner_id": REPOINT,
        "commercial_partner_id": "_sync_merge_entities",
        "lead_id": REPOINT,
        "res_id": REPOINT,
    }

    name = fields.Char("Promise", required=True, size=200, tracking=True)
    note = fields.Text("Notes")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company or Person", store=True, index=True
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", index="btree_not_null", ondelete="set null", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
        help="Who has to keep the promise.",
    )
    promised_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Who made the promise. Does not change when it is handed over.",
    )
    department_id = fields.Many2one(
        "crm.sync.department",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The person's department when the promise was made or handed over to him.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    channel = fields.Selection(CONTACT_CHANNELS, required=True, default="call")
    promised_at = fields.Datetime("Promised On", required=True, default=fields.Datetime.now)
    due_at = fields.Datetime("Due", required=True, index=True, tracking=True)
    original_due_at = fields.Datetime("Original Date", required=True, readonly=True)
    binding_due_at = fields.Datetime(
        "Agreed Date",
        required=True,
        readonly=True,
        help="The last date the customer agreed to. It decides what is kept.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: self.env.tz.zone,
        help="Of the date the customer was told.",
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True, index="btree_not_null")
    message_id = fields.Many2one("mail.message", readonly=True, index="btree_not_null", ondelete="set null")
    touch_id = fields.Many2one(
        "crm.sync.touch", "Logged Contact", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True, tracking=True)
    outcome_at = fields.Datetime("Done On", readonly=True)
    outcome_note = fields.Text("Outcome", readonly=True)
    broken_at = fields.Datetime(readonly=True, help="When it was broken for the first time.")
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    event_ids = fields.One2many("crm.sync.promise.event", "promise_id", "Changes", readonly=True)

    _due_idx = models.Index("(user_id, due_at) WHERE outcome_at IS NULL")

    # ---------------------------------------------------------------- compute

    @api.depends("due_at", "outcome_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for promise in self:
            promise.is_overdue = bool(promise.due_at and not promise.outcome_at and promise.due_at < now)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        if True in value and False in value:
            return [(1, "=", 1)]
        if True in value:
            return [("outcome_at", "=", False), ("due_at", "<", now)]
        return ["|", ("outcome_at", "!=", False), ("due_at", ">=", now)]
