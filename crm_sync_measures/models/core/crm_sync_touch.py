from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .crm_sync_merge_mixin import REPOINT

CHANNELS = [
    ("call", "Call"),
    ("visit", "Visit"),
    ("shop", "Shop"),
    ("fair", "Trade Fair"),
    ("wechat", "WeChat"),
    ("letter", "Letter"),
    ("other", "Other"),
]
#: A client's clock may be a little ahead of ours.
_CLOCK_SKEW = timedelta(minutes=5)
_NOTE_LENGTH = 10_000
#: What a touch states, and what may therefore never change.
_FACTS = {
    "partner_id",
    "lead_id",
    "order_id",
    "user_id",
    "department_id",
    "company_id",
    "channel",
    "direction",
    "subject",
    "note",
    "outcome",
    "minutes",
    "occurred_at",
    "corrects_id",
}


class CrmSyncTouch(models.Model):
    """One contact with a customer that Odoo does not record itself. Append-only.

    A touch is never changed nor deleted; an error is corrected by a new touch that names the one it
    replaces. Times are UTC, ``minutes`` are minutes of working time.
    """

    _name = "crm.sync.touch"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Logged Contact"
    _order = "occurred_at desc, id desc"
    _rec_name = "subject"
    _check_company_auto = True
    _sync_merge = {"partner_id": REPOINT, "lead_id": REPOINT}

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict", check_company=True
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", string="Company or Person")
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", index="btree_not_null", ondelete="set null", check_company=True
    )
    order_id = fields.Many2one(
        "sale.order", string="Quotation", index="btree_not_null", ondelete="set null", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    department_id = fields.Many2one(
        "crm.sync.department",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_department_id",
        store=True,
        precompute=True,
        readonly=False,
        help="The person's department at the time of the contact.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    channel = fields.Selection(CHANNELS, required=True, default="call")
    direction = fields.Selection(
        [("out", "We contacted the customer"), ("in", "The customer contacted us")],
        required=True,
        default="out",
    )
    subject = fields.Char(required=True, size=200)
    note = fields.Text(string="Notes")
    outcome = fields.Selection(
        [
            ("reached", "Spoke with the customer"),
            ("not_reached", "Not reached"),
            ("agreed", "Agreement reached"),
            ("refused", "Customer declined"),
            ("call_back", "To be continued"),
        ],
        default="reached",
    )
    minutes = fields.Integer(string="Duration (Minutes)", aggregator="sum")
    occurred_at = fields.Datetime(string="Date", required=True, index=True, default=fields.Datetime.now)
    corrects_id = fields.Many2one(
        "crm.sync.touch",
        string="Replaces",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The contact this one corrects.",
    )
    correction_ids = fields.One2many("crm.sync.touch", "corrects_id", string="Corrections")
    is_replaced = fields.Boolean(compute="_compute_is_replaced", search="_search_is_replaced")

    _minutes_positive = models.Constraint("CHECK(minutes >= 0)", "Duration: enter 0 minutes or more.")
    _occurred_at_plausible = models.Constraint("CHECK(occurred_at >= '1990-01-01')", "Date: enter a date after 1990.")
    _corrects_uniq = models.UniqueIndex(
        "(corrects_id) WHERE corrects_id IS NOT NULL",
        "This contact was already corrected. Correct the newer entry instead.",
    )

    # ---------------------------------------------------------------- compute

    @api.depends("user_id")
    def _compute_department_id(self):
        for touch in self:
            touch.department_id = touch.user_id.sudo().sync_department_id  # sudo: name of a colleague's department only

    @api.depends("correction_ids")
    def _compute_is_replaced(self):
        for touch in self:
            touch.is_replaced = bool(touch.correction_ids)

    def _search_is_replaced(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("correction_ids", "!=" if True in value else "=", False)]

    @api.onchange("lead_id", "order_id")
    def _onchange_document(self):
        self.partner_id = self.partner_id or self.order_id.partner_id or self.lead_id.partner_id

    # ---------------------------------------------------------------- journal

    @api.model_create_multi
    def create(self, vals_list):
        touches = super().create(vals_list)
        # After the defaults, which come from the client's context too.
        touches._check_facts()
        if not self.env.su:
            touches._check_author()
        touches._journal()
        return touches

    def _check_facts(self):
        latest = fields.Datetime.now() + _CLOCK_SKEW
        for touch in self:
            if touch.occurred_at > latest:
                raise UserError(
                    self.env._("Date: a contact that has not happened yet cannot be logged. Plan an activity instead.")
                )
            if not touch.subject.strip():
                raise UserError(self.env._("Subject: say in a few words what the contact was about."))
            if len(touch.note or "") > _NOTE_LENGTH:
                raise UserError(
                    self.env._("Notes: at most %s characters. Attach a longer text to the customer.", _NOTE_LENGTH)
                )

    def _check_author(self):
        """Who logs a contact may read what it is about, and speaks for himself; a manager also for others."""
        for document in (self.partner_id, self.lead_id, self.order_id, self.corrects_id):
            if document:
                document.check_access("read")
        if self.user_id.filtered("share"):
            raise UserError(self.env._("Person: choose a colleague."))
        if self.env.user.has_group("crm_sync_measures.group_manager"):
            return
        if (self.user_id | self.corrects_id.user_id) - self.env.user:
            raise AccessError(
                self.env._(
                    "Person: you can log and correct your own contacts. Ask a Customer Sync manager to do it for a colleague."
                )
            )
        if self.department_id - self.env.user.sync_department_id:
            raise AccessError(self.env._("Department: you can log contacts of your own department."))

    def _journal(self):
        """Bring the customers' last contact up to date, also of the one that a corrected entry was about."""
        # sudo: only the id of the customer is taken.
        before = self.sudo().corrects_id.partner_id
        self.env["crm.sync.customer"]._note_partners(self.partner_id | before)

    def write(self, vals):
        if _FACTS & vals.keys():
            raise UserError(
                self.env._("A logged contact is not changed afterwards. Use “Correct” to replace it by a new entry.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A logged contact is not deleted. Use “Correct” to replace it by a new entry."))

    # ---------------------------------------------------------------- actions

    @api.model
    def _action_log(self, partner, lead=None, order=None):
        """The form that logs a contact, filled with what is known."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_touch_action_log")
        action["context"] = {
            "default_partner_id": partner.id,
            "default_lead_id": lead.id if lead else False,
            "default_order_id": order.id if order else False,
        }
        return action

    def action_correct(self):
        """Open a new entry that replaces this one; saving it strikes this one out."""
        self.ensure_one()
        if self.is_replaced:
            raise UserError(self.env._("This contact was already corrected. Correct the newer entry instead."))
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_touch_action_log")
        values = self.copy_data({"corrects_id": self.id})[0]
        if not self.env.user.has_group("crm_sync_measures.group_manager"):
            # Who corrects his own entry does it in his own name, whatever department he is in today.
            values.pop("user_id")
            values.pop("department_id", None)
        action["context"] = {f"default_{name}": value for name, value in values.items()}
        return action

    def action_open_customer(self):
        self.ensure_one()
        return self.partner_id.action_open_sync_customer()
