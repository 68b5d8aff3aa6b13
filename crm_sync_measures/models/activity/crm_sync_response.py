from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.crm_sync_customer import CONTACT_CHANNELS
from ..core.crm_sync_merge_mixin import REPOINT
from .crm_sync_response_clock import DOCUMENT, KEPT

#: How a customer reached us.
RESPONSE_CHANNELS = [*CONTACT_CHANNELS, ("portal", "Customer Portal"), ("web", "Website")]
KINDS = [("first", "First Answer"), ("rolling", "Further Answer"), ("confirmation", "Confirmation")]
PRIORITIES = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")]


class CrmSyncResponse(models.Model):
    """One time the ball was with us: from what the customer said or asked for until somebody answered.

    Computed from Odoo's own records and the journal, see ``crm.sync.response.clock``: for single documents as soon as
    something happens to them, for all of them every night, by the same rules. Nobody writes it by hand. A clock keeps
    the target it started with, and what was once late stays late. Holds no words of the customer. Times are UTC,
    amounts are seconds of working time.
    """

    _name = "crm.sync.response"
    _inherit = ["crm.sync.clock.rows", "crm.sync.merge.mixin"]
    _description = "Response to a Customer"
    _order = "started_at, id"
    # Computed rows, written by the hundred thousand when an existing database is opened.
    _log_access = False
    _sync_merge = {
        "partner_id": REPOINT,
        "commercial_partner_id": "_sync_merge_entities",
        "lead_id": "_merge_leads",
        "res_id": REPOINT,
    }

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
        KINDS,
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
    department_id = fields.Many2one("crm.sync.department", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    priority = fields.Selection(PRIORITIES, required=True, readonly=True)
    started_at = fields.Datetime(string="Waiting Since", required=True, readonly=True)
    target_seconds = fields.Integer(readonly=True, help="Working time within which to answer; 0 without a target.")
    due_at = fields.Datetime(string="Answer By", readonly=True)
    start_message_id = fields.Many2one(
        "mail.message", string="Message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    answered_at = fields.Datetime(string="Answered", readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
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
    alarmed_at = fields.Datetime(readonly=True, help="When the person in charge was told that it is late.")
    escalate_at = fields.Datetime(readonly=True, help="When the department manager is to be told.")
    escalated_at = fields.Datetime(string="Escalated", readonly=True, help="When the department manager was told.")
    closed_at = fields.Datetime(string="Closed", readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    close_reason = fields.Selection(
        [
            ("by_hand", "Nobody waits for an answer"),
            ("over", "The document was lost, cancelled or archived"),
            ("gone", "The message or document is gone"),
            ("history", "Older than the measurement"),
        ],
        string="Reason",
        readonly=True,
    )
    is_reassigned = fields.Boolean(
        readonly=True, help="Somebody took it over: changes of the document's owner pass by."
    )
    activity_ids = fields.Many2many("mail.activity", "crm_sync_response_activity_rel", copy=False, readonly=True)
    # What started the clock: see crm.sync.response.clock.
    start_source = fields.Integer(required=True, readonly=True, groups=fields.NO_ACCESS)
    start_id = fields.Integer(required=True, readonly=True, groups=fields.NO_ACCESS)

    _start_uniq = models.UniqueIndex("(start_id, start_source)", "This clock is already running.")
    _document_idx = models.Index("(res_id, res_model)")
    _waiting_idx = models.Index("(started_at) WHERE state = 'waiting'")
    _closed_idx = models.Index("(res_id, res_model) WHERE closed_at IS NOT NULL")

    # ---------------------------------------------------------------- changes

    def _by_whom_written(self):
        return self.env._("Responses are computed from messages and contacts, and written by nobody.")

    def _close(self, reason):
        """Nobody waits any more: from now on the next word of the customer starts a new clock."""
        waiting = self.filtered(lambda response: response.state == "waiting")
        waiting.write(
            {
                "state": "closed",
                "close_reason": reason,
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid if reason == "by_hand" else False,
            }
        )
        waiting._drop_alarms()

    @api.model
    def _close_over(self, documents):
        """Close what waits on documents that were lost, cancelled or archived; what the customer writes later counts anew."""
        # sudo: computed rows; the change of the document itself was allowed.
        self.sudo().search(
            [("res_model", "=", documents._name), ("res_id", "in", documents.ids), ("state", "=", "waiting")]
        )._close("over")

    @api.model
    def _move(self, messages):
        """What was said elsewhere waits there from now on, as Odoo does when it makes a task of a lead."""
        clock = self.env["crm.sync.response.clock"]
        # sudo: of messages that the caller may change; Odoo moves its own notes by the hundred when it merges leads.
        said = messages.sudo().filtered(lambda message: message.message_type in ("email", "comment"))
        # sudo: computed rows; the change of the message itself was allowed.
        for response in self.sudo().search([("start_message_id", "in", said.ids)]) if said else ():
            model, res_id = response.start_message_id.model, response.start_message_id.res_id
            if model in clock._document_models():
                lead_id = res_id if model == "crm.lead" else False
                if model == "sale.order":
                    lead_id = self.env[model].sudo().browse(res_id).opportunity_id.id  # sudo: as above
                response.write({"res_model": model, "res_id": res_id, "lead_id": lead_id})
                clock._note_in_charge(model, [res_id])

    def _hand_over(self, user):
        """From now on ``user`` is to answer, whoever is in charge of the document."""
        self.write(
            {
                "user_id": user.id,
                "department_id": user.sync_department_id.id or self[:1].department_id.id,
                "is_reassigned": True,
            }
        )

    def _drop_alarms(self):
        """Take back the activities about what nobody waits for any more."""
        self.activity_ids.unlink()

    # ---------------------------------------------------------------- merges

    def _merge_leads(self, sources, target):
        """Odoo deletes the merged leads, and with them the proof that somebody asked: our row is the proof then."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_response SET start_source = %s, start_id = id
                    WHERE res_model = 'crm.lead' AND res_id IN %s AND start_source = %s""",
                KEPT,
                tuple(sources.ids),
                DOCUMENT,
            )
        )
        self._sync_merge_repoint("lead_id", sources, target)
        self.env["crm.sync.response.clock"]._note(target._name, target.ids)

    # ---------------------------------------------------------------- actions

    def _check_actor(self):
        """Who may read a response may act on it, but for auditors, who change nothing."""
        self.check_access("read")
        if not self.env.user.has_group("crm_sync_measures.group_user"):
            raise AccessError(self.env._("You need the role of a Customer Sync user to do this."))
        if any(response.state != "waiting" for response in self):
            raise UserError(self.env._("This was answered or closed in the meantime. Reload the page."))

    def action_close(self):
        """Nobody waits for an answer here: a thank-you, an advertisement, a mail to the wrong address.

        The next word of the customer starts a new clock.

        :raise AccessError: without the role of a user, or for a row the caller may not read
        :raise UserError: when it was answered or closed meanwhile
        """
        self._check_actor()
        self.sudo()._close("by_hand")  # sudo: computed rows; the right was checked

    def action_take(self):
        """I will answer this: it is the caller's and his department's from now on. Raises as :meth:`action_close`."""
        self._check_actor()
        self.sudo()._hand_over(self.env.user)  # sudo: as above

    @api.model
    def _action_waiting(self, domain):
        """The list of what waits, of ``domain``."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_response_action")
        return {**action, "domain": domain}

    def action_open_document(self):
        """Open what the customer wrote on, or what is known of it when the user may not read that."""
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id) if self.res_model in self.env else None
        record = document if document and document.exists() and document.has_access("read") else self
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def action_open_customer(self):
        """Open the Customer 360 page."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Customer: there is none on this document yet. Choose one there."))
        return self.partner_id.action_open_sync_customer()

    def action_log_contact(self):
        """Log that somebody spoke with the customer; that is the answer."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Customer: there is none on this document yet. Choose one there."))
        order = self.env["sale.order"].browse(self.res_id) if self.res_model == "sale.order" else None
        return self.env["crm.sync.touch"]._action_log(partner=self.partner_id, lead=self.lead_id, order=order)
