from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import clean_context

KINDS = [
    ("points", "Points"),
    ("coupon", "Coupon"),
    ("credit_note", "Credit note"),
    ("gift", "Small Gift"),
    ("discount", "Discount"),
]
STATES = [
    ("draft", "Draft"),
    ("to_approve", "To Approve"),
    ("granted", "Given to the Customer"),
    ("refused", "Refused"),
]
#: What the requester fills in; everything else is kept by the compensation itself.
_REQUEST = {"case_id", "kind", "amount", "currency_id", "program_id", "card_id", "note"}
#: What may be given: cards that hold points, and programs whose coupons are made for one customer.
CARDS = ("loyalty", "ewallet")
COUPONS = ("coupons", "gift_card", "next_order_coupons")
_NOTE_LENGTH = 2000


class CrmSyncCaseCompensation(models.Model):
    """Something given to a customer to make good: who asked for it, from which budget, and who agreed.

    Within the budget of his department the requester gives it himself; beyond it, without a budget, and to himself,
    a second person decides. What was given is never changed or deleted. What it does is in
    ``crm_sync_case_compensation_flow.py``. ``amount`` is points for points, else money in ``currency_id``.
    """

    _name = "crm.sync.case.compensation"
    _description = "Compensation"
    _order = "id desc"
    _check_company_auto = True

    case_id = fields.Many2one("crm.sync.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    department_id = fields.Many2one(
        "crm.sync.department",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose budget it is: the department of the case when it was asked for, else that of the requester.",
    )
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    kind = fields.Selection(KINDS, required=True, default="points")
    amount = fields.Float("Points or Amount", digits=(16, 2), required=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, ondelete="restrict", default=lambda self: self.env.company.currency_id
    )
    program_id = fields.Many2one(
        "loyalty.program",
        "Program of the Coupon",
        ondelete="restrict",
        domain="[('program_type', 'in', ('coupons', 'gift_card', 'next_order_coupons'))]",
    )
    card_id = fields.Many2one(
        "loyalty.card",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', 'child_of', commercial_partner_id), ('program_type', 'in', ('loyalty', 'ewallet'))]",
        help="The card that gets the points; of a coupon, the coupon that was made.",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", compute="_compute_commercial_partner_id", export_string_translation=False
    )
    note = fields.Text("For What", help="For colleagues. The customer does not see it.")
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", copy=False, index=True)
    cause = fields.Selection(
        [
            ("over", "Above the Budget"),
            ("no_budget", "No Budget"),
            ("own", "For Oneself"),
            ("points", "Above the Limit for Points"),
        ],
        "Needs Approval",
        readonly=True,
        copy=False,
    )
    requester_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    requested_at = fields.Datetime("Asked for On", readonly=True, copy=False)
    approver_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False, ondelete="restrict")
    decided_at = fields.Datetime("Decided On", readonly=True, copy=False)
    answer = fields.Text("Approver's Answer", readonly=True, copy=False)
    budget_id = fields.Many2one(
        "crm.sync.case.budget", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    budget_amount = fields.Float(
        "Counts in the Budget", digits=(16, 2), readonly=True, copy=False, help="Points, or money of the company."
    )
    adjustment_id = fields.Many2one(
        "crm.sync.loyalty.adjustment", "Adjustment of Points", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip
    can_decide = fields.Boolean(compute="_compute_can_decide")
    can_edit = fields.Boolean(compute="_compute_can_decide")

    _amount_positive = models.Constraint("CHECK(amount > 0)", "Compensation: enter more than 0.")

    # ---------------------------------------------------------------- compute

    @api.depends("case_id.partner_id")
    def _compute_commercial_partner_id(self):
        """Not stored: the case says whose it is, also after a merge."""
        for compensation in self:
            compensation.commercial_partner_id = compensation.case_id.commercial_partner_id

    @api.depends("kind", "amount", "case_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for compensation in self:
            compensation.display_name = f"{kinds.get(compensation.kind, '')}: {compensation._label()}"

    @api.depends_context("uid")
    @api.depends("state", "requester_id", "department_id")
    def _compute_can_decide(self):
        for compensation in self:
            compensation.can_decide = compensation.state == "to_approve" and compensation._is_second_person(
                self.env.user
            )
            compensation.can_edit = compensation.state == "draft" and compensation.requester_id == self.env.user

    def _label(self):
        self.ensure_one()
        if self.kind == "points":
            # sudo: the unit of the points on the card
            return f"{self.amount:.10g} {self.card_id.sudo().point_name or ''}".strip()
        return f"{self.amount:.2f} {self.currency_id.name or ''}".strip()

    # ---------------------------------------------------------------- checks

    @api.constrains("amount", "note")
    def _check_amount(self):
        for compensation in self:
            if not 0 < compensation.amount <= 1_000_000_000:
                raise ValidationError(self.env._("Compensation: enter more than 0, and at most 1,000,000,000."))
            if len(compensation.note or "") > _NOTE_LENGTH:
                raise ValidationError(self.env._("For What: at most %s characters.", _NOTE_LENGTH))

    @api.constrains("kind", "card_id", "program_id", "case_id")
    def _check_whose(self):
        for compensation in self:
            # sudo: whose card it is does not depend on who asks.
            card, case = compensation.card_id.sudo(), compensation.case_id.sudo()
            # A card that nobody's name is on may be anybody's, also the requester's.
            if card and card.partner_id.commercial_partner_id != case.commercial_partner_id:
                raise ValidationError(self.env._("Card: choose one of the customer of this case."))
            if compensation.kind == "points" and card and card.program_type not in CARDS:
                raise ValidationError(self.env._("Card: choose one of the customer of this case."))
            program = compensation.program_id.sudo()  # sudo: as above
            if program and program.program_type not in COUPONS:
                raise ValidationError(self.env._("Program of the Coupon: choose one."))
            for company in (program.company_id, card.program_id.company_id):
                if company and company != case.company_id:
                    raise ValidationError(self.env._("This program belongs to another company than the case."))

    # ---------------------------------------------------------------- what may be written from outside

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_given(vals)
        kept = dict.fromkeys(
            ("cause", "requested_at", "approver_id", "decided_at", "answer", "budget_id", "adjustment_id"), False
        )
        # The client's context presets what the requester fills in, and nothing else.
        clean = self.with_context(clean_context(self.env.context))
        compensations = super(CrmSyncCaseCompensation, clean).create(
            [
                {
                    **self.default_get([name for name in _REQUEST if name not in vals]),
                    **vals,
                    **kept,
                    "state": "draft",
                    "requester_id": self.env.uid,
                    "budget_amount": 0.0,
                }
                for vals in vals_list
            ]
        )
        compensations = compensations.with_env(self.env)
        compensations._check_case()
        return compensations

    def write(self, vals):
        self._check_given(vals)
        if vals and any(compensation.state != "draft" for compensation in self):
            raise UserError(self.env._("What was asked for is not changed any more. Ask for something else instead."))
        if vals and not self.env.su and self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester edits his draft."))
        result = super().write(vals)
        self._check_case()
        return result

    def _record(self, vals):
        """Write what is kept by the compensation itself; callers have checked who asks."""
        # sudo: see above
        return super(CrmSyncCaseCompensation, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    @api.model
    def _check_given(self, vals):
        for name in vals:
            field = self._fields.get(name)
            if field and field._module == "crm_sync_measures" and name not in _REQUEST and vals[name]:
                label = field.get_description(self.env, ["string"])["string"]
                raise UserError(self.env._("%s: kept by the compensation itself. Use its buttons.", label))

    def _check_case(self):
        """Who gives something for a case may change it, and may see the card."""
        if self.env.su:
            return
        self.case_id.check_access("write")
        for compensation in self:
            if compensation.kind == "points" and compensation.card_id:
                compensation.card_id.check_access("read")

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if any(compensation.state != "draft" for compensation in self):
            raise UserError(self.env._("What was asked for is not deleted."))
        if not self.env.su and self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester deletes his draft."))
