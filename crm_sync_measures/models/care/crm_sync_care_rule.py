from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .words import ACTIONS, MAILING, OCCASIONS, OF_PROGRAM


class CrmSyncCareRule(models.Model):
    """On which occasion which customers get what: one greeting, reminder or call for each customer and occasion.

    A rule does one thing; who wants a mail and an activity copies it. It works while it is running
    (``crm_sync_care_rule_flow.py``). Days are those of the customer's clock, and begin with the day the rule was started.
    """

    _name = "crm.sync.care.rule"
    # Without activities of its own: what a customer's owner has to do is one of the rule's fields.
    _inherit = ["crm.sync.program.mixin"]
    _description = "Care Rule"

    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("paused", "Paused")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )

    # ---------------------------------------------------------------- when

    occasion = fields.Selection(
        OCCASIONS,
        required=True,
        default="birthday",
        tracking=True,
        help="What the rule waits for in each customer's life.",
    )
    holiday_id = fields.Many2one("crm.sync.care.holiday", ondelete="restrict", index="btree_not_null", tracking=True)
    days = fields.Integer(
        tracking=True,
        help="So many days after the occasion; less than 0: before it. Of purchases and contacts: so long ago.",
    )
    send_hour = fields.Float("At", default=9.0, help="Hour of the customer's clock.")
    late_days = fields.Integer(
        "Late at Most (Days)", default=2, help="What could not be done by then is not done any more, and listed."
    )
    program_id = fields.Many2one(
        "loyalty.program",
        "Loyalty Program",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('program_type', '=', 'loyalty')]",
        help="Whose members, points and tiers are meant, and of which points are given.",
    )
    product_ids = fields.Many2many(
        "product.product",
        "crm_sync_care_rule_product_rel",
        string="Products",
        help="Only purchases of these. Empty, and no category: of anything.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        "crm_sync_care_rule_categ_rel",
        string="Product Categories",
        help="Also purchases of anything in these.",
    )

    # ---------------------------------------------------------------- whom

    audience_domain = fields.Char(help="Only contacts that fit.")
    tier_ids = fields.Many2many(
        "crm.sync.tier",
        "crm_sync_care_rule_tier_rel",
        string="Tiers",
        check_company=True,
        help="Only members of these tiers. Empty: everybody.",
    )
    department_id = fields.Many2one(help="Only customers of this department; it reads what this rule does. Empty: all.")

    # ---------------------------------------------------------------- what

    action = fields.Selection(
        ACTIONS,
        required=True,
        default="mail",
        tracking=True,
        help="What is done on the occasion, once for each customer.",
    )
    purpose = fields.Selection(
        [
            ("marketing", "Advertising"),
            ("care", "Greetings and Care"),
            ("loyalty", "Loyalty"),
            ("service", "Customer Service"),
        ],
        required=True,
        default="marketing",
        help="What the contact gate is asked for. A greeting with an offer is advertising.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        "Mail",
        ondelete="restrict",
        domain="[('model', '=', 'crm.sync.care.occasion')]",
    )
    sender_id = fields.Many2one(help="In whose name customers are written to. Empty: the company.")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="restrict",
        domain="[('res_model', 'in', [False, 'res.partner'])]",
        default=lambda self: self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False),
    )
    activity_days = fields.Integer("Due After (Days)", default=1, help="The owner has so many days to do it.")
    note = fields.Char("What to Do", translate=True, help="Told to who has the activity, or calls.")
    points = fields.Float(
        digits=(16, 4), help="So many points each customer gets on the occasion, by an adjustment of the ledger."
    )
    coupon_program_id = fields.Many2one(
        "loyalty.program",
        ondelete="restrict",
        check_company=True,
        domain="[('program_type', '=', 'coupons')]",
    )
    coupon_days = fields.Integer("Coupon Valid for (Days)", default=30, help="0: without end.")

    # ---------------------------------------------------------------- what it brings

    holdout_percent = fields.Integer(
        "Held Out (%)",
        help="So many per cent of those who would get it get nothing, always the same: they show what it brings.",
    )
    purchase_days = fields.Integer(
        "Purchase Within (Days)", default=30, help="A purchase within so many days afterwards counts as its result."
    )

    _days_range = models.Constraint("CHECK(days BETWEEN -366 AND 3660)", "Days: enter -366 to 3660.")
    _send_hour_range = models.Constraint("CHECK(send_hour >= 0 AND send_hour < 24)", "At: enter an hour of the day.")
    _late_days_range = models.Constraint("CHECK(late_days BETWEEN 0 AND 14)", "Late at most: enter 0 to 14 days.")
    _holdout_range = models.Constraint("CHECK(holdout_percent BETWEEN 0 AND 50)", "Held out: enter 0 to 50 per cent.")
    _purchase_days_range = models.Constraint(
        "CHECK(purchase_days BETWEEN 1 AND 365)", "Purchase within: enter 1 to 365 days."
    )
    _activity_days_range = models.Constraint(
        "CHECK(activity_days BETWEEN 0 AND 365)", "Due after: enter 0 to 365 days."
    )
    _coupon_days_range = models.Constraint("CHECK(coupon_days BETWEEN 0 AND 3650)", "Coupon: enter 0 to 3650 days.")
    _running_idx = models.Index("(company_id, occasion) WHERE state = 'running'")

    @api.onchange("occasion", "action")
    def _onchange_occasion(self):
        """The mail that belongs to the occasion, as long as nobody has chosen one of his own."""
        ours = self.env["mail.template"].browse(
            template.id for code, _label in OCCASIONS if (template := self._default_template(code))
        )
        if self.action in MAILING and (not self.mail_template_id or self.mail_template_id in ours):
            # Points may be given without a word.
            self.mail_template_id = False if self.action == "points" else self._default_template(self.occasion)
        if self.occasion in ("points_expire", "tier_falls") and self.days == 0:
            self.days = -30
        elif self.occasion in ("no_purchase", "no_contact") and self.days < 1:
            self.days = 180

    @api.model
    def _default_template(self, occasion):
        return self.env.ref(f"crm_sync_measures.mail_template_care_{occasion}", raise_if_not_found=False)

    # ---------------------------------------------------------------- checks

    @api.constrains("occasion", "days", "holiday_id", "program_id")
    def _check_occasion(self):
        for rule in self:
            if rule.occasion == "holiday" and not rule.holiday_id:
                raise ValidationError(self.env._("“%s”: choose the holiday.", rule.name))
            if rule.occasion in OF_PROGRAM and rule.program_id.program_type != "loyalty":
                raise ValidationError(self.env._("“%s”: choose the loyalty program.", rule.name))
            if rule.occasion in ("no_purchase", "no_contact") and rule.days < 1:
                raise ValidationError(self.env._("“%s”: say after how many days.", rule.name))
            if rule.occasion == "after_purchase" and rule.days < 0:
                raise ValidationError(self.env._("“%s”: nobody knows of a purchase before it is made.", rule.name))
            if rule.occasion in ("points_expire", "tier_falls") and rule.days > 0:
                raise ValidationError(self.env._("“%s”: afterwards it is too late. Enter 0 days, or less.", rule.name))

    @api.constrains("action", "points", "program_id", "coupon_program_id", "mail_template_id", "activity_type_id")
    def _check_action(self):
        for rule in self:
            # Vouchers and electronic money are given by nobody's rule.
            if rule.action == "points" and (rule.program_id.program_type != "loyalty" or rule.points <= 0):
                raise ValidationError(self.env._("“%s”: say how many points of which program.", rule.name))
            if rule.action == "coupon" and rule.coupon_program_id.program_type != "coupons":
                raise ValidationError(self.env._("“%s”: choose the program of the coupons.", rule.name))
            if rule.action == "activity" and not rule.activity_type_id:
                raise ValidationError(self.env._("“%s”: choose the type of the activity.", rule.name))
            if rule.mail_template_id and rule.mail_template_id.model != "crm.sync.care.occasion":
                raise ValidationError(
                    self.env._("“%s” is not a template of occasions of care.", rule.mail_template_id.name)
                )

    def _refuse_audience(self):
        # The year of birth is used by nothing.
        if "sync_birth_year" in (self.audience_domain or ""):
            raise ValueError("sync_birth_year")

    # ---------------------------------------------------------------- read by the rest of the room

    def _timezone(self):
        """Whose days orders and contacts are counted in, and of customers whose own clock nobody knows."""
        self.ensure_one()
        return self.company_id._sync_tz()

    def _is_once_for_an_address(self):
        """Whether contacts with one address have it once together: what a human gets, and not what a colleague does."""
        self.ensure_one()
        return self.action in MAILING

    def _mails(self):
        """Whether customers are written to by it."""
        self.ensure_one()
        return self.action == "mail" or (self.action in MAILING and bool(self.mail_template_id))
