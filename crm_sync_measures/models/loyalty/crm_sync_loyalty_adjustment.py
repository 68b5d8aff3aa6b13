from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...rules.adjustment import entered
from ...rules.ledger import exact
from .crm_sync_loyalty_entry import POINTS

REASONS = [
    ("goodwill", "Goodwill"),
    ("correction", "Correction"),
    ("complaint", "Complaint Compensation"),
    ("promotion", "Promotion"),
    ("migration", "Migration"),
    ("other", "Other"),
]
_TEXT_LENGTH = 2000
_LINE_LENGTH = 200
#: What the requester fills in; everything else is kept by the document itself.
_REQUEST = {"card_id", "quantity", "reason", "explanation", "customer_text", "expires_on"}
#: What an approver decides on: once shown to him it does not change under his eyes, even if it is withdrawn.
_SHOWN = {"card_id", "quantity", "expires_on"}


class CrmSyncLoyaltyAdjustment(models.Model):
    """Points that a person gives or takes: who asked, why, who agreed, and what was booked.

    Up to the company's limit the requester posts alone; above it, on a card of his own or a colleague's,
    and where the card would be left in arrears, a second person decides. A posted adjustment is never
    changed or deleted; its reversal books the opposite, once. ``quantity`` is points with 4 decimals;
    moments are UTC, ``expires_on`` is a day in the program's time zone.

    What the document does is in ``crm_sync_loyalty_adjustment_flow.py``.
    """

    _name = "crm.sync.loyalty.adjustment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Adjustment of Points"
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(readonly=True, copy=False, index=True)
    card_id = fields.Many2one("loyalty.card", required=True, index=True, ondelete="restrict", tracking=True)
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    program_id = fields.Many2one(related="card_id.program_id")
    point_name = fields.Char(related="card_id.point_name")
    card_points = fields.Float("Current Balance", related="card_id.points")
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True, index=True, ondelete="restrict"
    )
    quantity = fields.Float("Points", digits=POINTS, required=True, tracking=True, help="Less than 0 takes points.")
    reason = fields.Selection(REASONS, required=True, default="goodwill", tracking=True)
    explanation = fields.Text(required=True, help="For colleagues and auditors. The customer does not see it.")
    customer_text = fields.Char(
        "Told to the Customer", help="Shown with the movement in the portal. Empty: the reason."
    )
    expires_on = fields.Date(
        "Usable Through", help="Last day on which granted points can be used. Empty: by the program."
    )

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("posted", "Posted"),
            ("refused", "Refused"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    cause = fields.Selection(
        [
            ("own_card", "Own or Colleague's Card"),
            ("arrears", "Would Leave Arrears"),
            ("limit", "Above the Limit"),
            ("steps", "Above the Limit within 30 Days"),
        ],
        "Needs Approval",
        readonly=True,
        copy=False,
    )
    requester_id = fields.Many2one(
        "res.users",
        readonly=True,
        required=True,
        index=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    department_id = fields.Many2one("crm.sync.department", readonly=True, copy=False, ondelete="set null")
    approver_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, ondelete="restrict", tracking=True
    )
    reversed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    submitted_at = fields.Datetime("Submitted", readonly=True, copy=False)
    decided_at = fields.Datetime("Decided", readonly=True, copy=False, help="When it was posted or refused.")
    reversed_at = fields.Datetime("Reversed", readonly=True, copy=False)
    decision = fields.Text("Approver's Answer", copy=False, help="What the approver tells the requester.")
    balance = fields.Float("Balance Afterwards", digits=POINTS, readonly=True, copy=False, aggregator=None)
    is_own_customer = fields.Boolean(
        "Own Customer", compute="_compute_flags", store=True, help="The requester is the customer's salesperson."
    )
    is_self_award = fields.Boolean(
        "Own Card", compute="_compute_flags", store=True, help="The card of the requester, his firm or a colleague."
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")
    can_reverse = fields.Boolean(compute="_compute_can_decide")
    entry_ids = fields.Many2many("crm.sync.loyalty.entry", compute="_compute_entry_ids", string="Ledger")
    key = fields.Char("Idempotency Key", readonly=True, copy=False)

    _key_uniq = models.UniqueIndex("(key) WHERE key IS NOT NULL", "Key: it was used for another adjustment.")
    _number_uniq = models.UniqueIndex("(number)", "Two adjustments cannot have the same number.")
    _window_idx = models.Index("(requester_id, decided_at)")

    # ---------------------------------------------------------------- compute

    @api.depends("card_id")
    def _compute_company_id(self):
        for adjustment in self:
            # sudo: the company of a program is no secret to who may use its cards.
            company = adjustment.card_id.sudo().program_id.company_id
            adjustment.company_id = company or adjustment.company_id or self.env.company

    @api.depends("card_id", "requester_id")
    def _compute_flags(self):
        for adjustment in self:
            # sudo: whose customer and whose card it is does not depend on who asks.
            partner, requester = adjustment.card_id.sudo().partner_id, adjustment.requester_id.sudo()
            entity = partner.commercial_partner_id
            adjustment.is_own_customer = bool(partner) and requester in (partner.user_id | entity.user_id)
            colleagues = partner.with_context(active_test=False).user_ids.filtered(lambda user: not user.share)
            adjustment.is_self_award = bool(partner) and (
                entity == requester.partner_id.commercial_partner_id or bool(colleagues)
            )

    @api.depends_context("uid")
    @api.depends("state", "requester_id", "approver_id", "card_id")
    def _compute_can_decide(self):
        for adjustment in self:
            is_second = adjustment._is_second_person()
            adjustment.can_decide = adjustment.state == "to_approve" and is_second
            is_alone = adjustment.requester_id == self.env.user and not adjustment.approver_id
            adjustment.can_reverse = adjustment.state == "posted" and (is_second or is_alone)

    def _compute_entry_ids(self):
        entries = self.env["crm.sync.loyalty.entry"].search(
            [("source_model", "=", self._name), ("source_id", "in", self.ids)], order="id"
        )
        by_source = entries.grouped("source_id")
        for adjustment in self:
            adjustment.entry_ids = by_source.get(adjustment.id, False)

    # ---------------------------------------------------------------- checks

    @api.constrains("quantity")
    def _check_quantity(self):
        for adjustment in self:
            self._entered(adjustment.quantity)

    @api.constrains("explanation", "customer_text", "decision")
    def _check_texts(self):
        for adjustment in self:
            if not (adjustment.explanation or "").strip():
                raise ValidationError(self.env._("Explanation: say in a sentence why the points are changed."))
            if max(len(adjustment.explanation), len(adjustment.decision or "")) > _TEXT_LENGTH:
                raise ValidationError(self.env._("Explanation and Answer: at most %s characters.", _TEXT_LENGTH))
            if len(adjustment.customer_text or "") > _LINE_LENGTH:
                raise ValidationError(self.env._("Told to the Customer: at most %s characters.", _LINE_LENGTH))

    @api.constrains("expires_on", "quantity")
    def _check_expires_on(self):
        for adjustment in self.filtered("expires_on"):
            if adjustment.quantity < 0:
                raise ValidationError(self.env._("Usable Through: only granted points can have a last day."))
            # sudo: the program's day, whoever asks.
            if adjustment.expires_on < adjustment.card_id.sudo().program_id._sync_today():
                raise ValidationError(self.env._("Usable Through: choose today or a later day."))

    @api.model
    def _entered(self, quantity):
        """``quantity`` as an exact decimal, or a UserError that says what is wrong with it."""
        try:
            return entered(quantity)
        except ValueError as error:
            messages = {
                "type": self.env._("Points: enter a number."),
                "size": self.env._("Points: enter at most 1,000,000,000."),
                "zero": self.env._("Points: enter how many points are given, or with a minus sign taken."),
                "digits": self.env._("Points: enter at most 4 decimals."),
            }
            raise ValidationError(messages[str(error)]) from None

    # ---------------------------------------------------------------- what a client may write

    @api.model_create_multi
    def create(self, vals_list):
        self._check_caller(vals_list)
        # sudo: the numbers are drawn by whoever may make the document.
        sequence = self.env["ir.sequence"].sudo()
        kept = {"state": "draft", "cause": False, "decision": False, "key": False, "balance": 0.0}
        for name in ("approver_id", "reversed_by_id", "submitted_at", "decided_at", "reversed_at"):
            kept[name] = False
        # Given here, they cannot come in by the defaults of a context.
        prepared = [
            {
                **kept,
                "requester_id": self.env.uid,
                "department_id": self.env.user.sync_department_id.id,
                "number": sequence.next_by_code("crm.sync.loyalty.adjustment"),
                **self._cleaned(vals),
            }
            for vals in vals_list
        ]
        adjustments = super().create(prepared)
        for adjustment in adjustments:
            # Who may ask for points on a card may read it.
            adjustment.card_id.check_access("read")
        # Whose limit holds is not for the context to say.
        adjustments.sudo()._compute_company_id()  # sudo: the company is kept by the document
        return adjustments

    def write(self, vals):
        self._check_caller([vals])
        if not self.env.su:
            if _REQUEST & vals.keys():
                self._check_editable(vals)
            if "decision" in vals and not all(adjustment.can_decide for adjustment in self):
                raise AccessError(self.env._("Answer: the one who approves or refuses writes it, before he decides."))
        result = super().write(self._cleaned(vals))
        if "card_id" in vals:
            self.card_id.check_access("read")
        return result

    def _check_caller(self, vals_list):
        """Who calls from outside writes the request; private code is superuser."""
        if self.env.su:
            return
        ours = {name for name, field in self._fields.items() if field._module == "crm_sync_measures"}
        for vals in vals_list:
            for name in ours & vals.keys():
                if name not in _REQUEST and not (name == "decision" and self):
                    label = self._fields[name].get_description(self.env, ["string"])["string"]
                    raise AccessError(self.env._("%s: kept by the adjustment itself. Use its buttons.", label))
            if "quantity" in vals:
                self._entered(vals["quantity"])

    def _check_editable(self, vals):
        if any(adjustment.state != "draft" for adjustment in self):
            raise UserError(
                self.env._(
                    "A submitted adjustment is not changed any more. Withdraw it, or reverse it and make a new one."
                )
            )
        if self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester edits his draft."))
        if _SHOWN & vals.keys() and any(self.mapped("submitted_at")):
            raise UserError(
                self.env._(
                    "Card, Points, Usable Through: an approver has seen them. Duplicate the adjustment to ask for something else."
                )
            )

    @api.model
    def _cleaned(self, vals):
        """Without control characters, which no database takes, and one line where one line is meant."""
        texts = {
            name: vals[name].replace("\x00", "").strip()
            for name in ("explanation", "decision", "customer_text")
            if isinstance(vals.get(name), str)
        }
        if "customer_text" in texts:
            texts["customer_text"] = " ".join(texts["customer_text"].split())
        return {**vals, **texts}

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if any(adjustment.state != "draft" for adjustment in self):
            raise UserError(self.env._("A submitted adjustment is not deleted. Reverse it instead."))
        if not self.env.su and self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester deletes his draft."))

    # ---------------------------------------------------------------- reading

    def _before(self, account):
        """Points the requester has moved on the same customer's card within the window, on his own authority."""
        self.ensure_one()
        self.flush_model()
        [(points,)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(sum(abs(a.quantity)), 0)
                     FROM crm_sync_loyalty_adjustment a JOIN loyalty_card c ON c.id = a.card_id
                    WHERE a.requester_id = %s AND a.approver_id IS NULL AND a.state IN ('posted', 'reversed')
                      AND a.decided_at > %s AND (c.id IN (SELECT key_id FROM (%s) keys)
                                               -- and on twins
                                               OR (c.partner_id = %s AND c.program_id = %s))""",
                self.requester_id.id,
                self._window_start(),
                account._sync_keys_sql(),
                account.partner_id.id or None,
                account.program_id.id,
            )
        )
        return exact(points)
