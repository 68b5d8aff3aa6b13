from odoo import api, fields, models

from ...rules.periods import local_date, utc_bounds
from ...rules.rhythm import days_overdue
from ..core.crm_sync_customer import CONTACT_CHANNELS


class CrmSyncCareRhythm(models.Model):
    """When each customer is to be contacted again: one row per customer who has a rhythm, written by nobody.

    The rhythm is the customer's own, else the shortest of the tiers he is shown with. Who has none, is archived or has
    died has no row. What counts as a contact is the core's affair: the row follows ``crm.sync.customer`` at once, and
    the tiers every night. Moments are UTC; a customer is overdue from the day after the due date, in the reader's time
    zone.
    """

    _name = "crm.sync.care.rhythm"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Return Visit"
    _order = "due_at, id"
    _rec_name = "partner_id"
    # Computed rows, as those of crm.sync.customer.
    _log_access = False
    _sync_merge = {"partner_id": "_merge_partners"}

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null", ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Owner", readonly=True, ondelete="set null")
    department_id = fields.Many2one(
        "crm.sync.department",
        string="Department in Charge",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    days = fields.Integer(string="Rhythm (Days)", required=True, readonly=True, aggregator="avg")
    tier_id = fields.Many2one(
        "crm.sync.tier",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The tier whose rhythm this is. Empty: the customer has a rhythm of his own.",
    )
    due_at = fields.Datetime(string="To Be Contacted By", required=True, readonly=True, index=True)
    told_at = fields.Datetime(
        string="Owner Told", readonly=True, help="When the owner got his activity for the present overdue time."
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")
    overdue_days = fields.Integer(string="Days Overdue", compute="_compute_overdue_days")
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_overdue_days", search="_search_is_overdue")
    last_contact_at = fields.Datetime(string="Last Contact", compute="_compute_last_contact")
    last_channel = fields.Selection(CONTACT_CHANNELS, compute="_compute_last_contact")

    # Shown on cards and lists; read from the partner at every time.
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    city = fields.Char(related="partner_id.city")

    # A unique index, and the merge deletes the source's row first: Odoo's merge would otherwise stop.
    _partner_uniq = models.UniqueIndex("(partner_id)", "This customer already has a row.")
    # What an owner is to be told next.
    _untold_idx = models.Index("(user_id, due_at, id) WHERE told_at IS NULL AND user_id IS NOT NULL")

    # ---------------------------------------------------------------- compute

    @api.depends_context("tz")
    @api.depends("due_at")
    def _compute_overdue_days(self):
        tz = self.env.user.tz or "UTC"
        today = local_date(fields.Datetime.now(), tz)
        for row in self:
            row.overdue_days = days_overdue(row.due_at, today, tz) if row.due_at else 0
            row.is_overdue = bool(row.overdue_days)

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        tz = self.env.user.tz or "UTC"
        today = local_date(fields.Datetime.now(), tz)
        return [("due_at", "<", utc_bounds(today, today, tz)[0])]

    @api.depends("partner_id")
    def _compute_last_contact(self):
        # sudo: that and when there was a contact, which every reader of the row may know, as on the customer's page.
        customers = self.env["crm.sync.customer"].sudo().search([("partner_id", "in", self.partner_id.ids)])
        known = {customer.partner_id.id: customer for customer in customers}
        for row in self:
            customer = known.get(row.partner_id.id, customers.browse())
            row.last_contact_at = customer.last_contact_at
            row.last_channel = customer.last_channel

    # ---------------------------------------------------------------- merge

    @api.model
    def _merge_partners(self, sources, target):
        """The survivor's row is computed anew after the merge; the others go, with what they asked for."""
        rows = self.search([("partner_id", "in", sources.ids)])
        rows.activity_id.filtered("active").unlink()
        rows.unlink()

    # ---------------------------------------------------------------- actions

    def action_open_customer(self):
        self.ensure_one()
        return self.partner_id.action_open_sync_customer()

    def action_log_contact(self):
        self.ensure_one()
        return self.partner_id.action_log_sync_touch()
