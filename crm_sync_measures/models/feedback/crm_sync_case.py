from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.base.models.res_partner import _lang_get
from odoo.fields import Domain

from ...rules.case_flow import is_open
from ...rules.case_priority import priority
from ..core.crm_sync_customer import CONTACT_CHANNELS
from ..core.crm_sync_merge_mixin import REPOINT

KINDS = [
    ("complaint", "Complaint"),
    ("suggestion", "Customer Suggestion"),
    ("praise", "Praise"),
    ("question", "Question"),
]
CHANNELS = [
    *CONTACT_CHANNELS[:-1],
    ("portal", "Customer Portal"),
    ("web", "Website"),
    ("survey", "Survey"),
    CONTACT_CHANNELS[-1],
]
REMEDIES = [
    ("repair", "Repair"),
    ("replacement", "Replacement"),
    ("refund", "Money Back"),
    ("discount", "Discount"),
    ("apology", "Apology"),
    ("answer", "An Answer"),
    ("other", "Other"),
]
PRIORITIES = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Urgent")]
DECISIONS = [
    ("upheld", "Customer Is Right"),
    ("partly_upheld", "Customer Is Partly Right"),
    ("not_upheld", "Customer Is Not Right"),
    ("goodwill", "Goodwill"),
]
VERDICTS = [("1", "Very Bad"), ("2", "Bad"), ("3", "Fair"), ("4", "Good"), ("5", "Very Good")]


class CrmSyncCase(models.Model):
    """A complaint, suggestion, praise or question of a customer: from the moment he tells us until he says how it went.

    Never deleted, and its number never changes: a reopened case is the same case in its next ``cycle``. Moments are
    UTC. ``step`` is what the stage means; rules, clocks and figures go by the step.

    What happens to a case happens by its actions (``crm_sync_case_flow.py``); what may be written from outside is in
    ``crm_sync_case_write.py``. Every change is an entry of ``event_ids``.
    """

    _name = "crm.sync.case"
    _inherit = [
        "mail.thread.cc",
        "mail.activity.mixin",
        "mail.tracking.duration.mixin",
        "portal.mixin",
        "crm.sync.owned.mixin",
        "crm.sync.merge.mixin",
    ]
    _description = "Case"
    _order = "priority desc, deadline, id desc"
    _check_company_auto = True
    _rec_names_search = ["number", "name"]
    _mail_post_access = "read"
    _primary_email = "email_from"
    _track_duration_field = "stage_id"
    _sync_merge = {
        "partner_id": REPOINT,
        "commercial_partner_id": "_sync_merge_entities",
        "lead_id": REPOINT,
    }

    # ---------------------------------------------------------------- what it is

    number = fields.Char(required=True, readonly=True, copy=False, default="/", index="trigram")
    name = fields.Char("Subject", required=True, size=200, tracking=True, index="trigram")
    kind = fields.Selection(KINDS, required=True, default="complaint", tracking=True)
    description = fields.Html("What the Customer Says", sanitize_attributes=True, sanitize_form=True)
    remedy = fields.Selection(REMEDIES, "What the Customer Wants")
    remedy_note = fields.Char("Wanted, More Exactly", size=200)
    channel = fields.Selection(CHANNELS, required=True, default="call")
    tag_ids = fields.Many2many("crm.sync.case.tag", string="Tags")
    intake_key = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Idempotency key: what comes in twice is one case.",
    )

    # ---------------------------------------------------------------- whose it is

    partner_id = fields.Many2one(
        "res.partner", "Customer", index=True, ondelete="restrict", check_company=True, tracking=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company or Person", store=True, index="btree_not_null"
    )
    # One method each: who tells one of them, leaves the others to be looked up.
    email_from = fields.Char("E-mail", compute="_compute_email_from", store=True, readonly=False)
    partner_name = fields.Char("Name of the Customer", compute="_compute_partner_name", store=True, readonly=False)
    phone = fields.Char(compute="_compute_phone", store=True, readonly=False)
    lang = fields.Selection(_lang_get, "Customer's Language", compute="_compute_lang", store=True, readonly=False)

    # ---------------------------------------------------------------- what it is about

    product_id = fields.Many2one("product.product", index="btree_not_null", ondelete="restrict", check_company=True)
    lot_name = fields.Char("Lot or Serial Number")
    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="set null", check_company=True)
    invoice_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt'))]",
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", index="btree_not_null", ondelete="set null", check_company=True
    )
    touch_id = fields.Many2one(
        "crm.sync.touch", "Logged Contact", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    survey_input_id = fields.Many2one(
        "survey.user_input", "Survey Answer", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    # ---------------------------------------------------------------- how urgent it is

    severity = fields.Selection(
        [("0", "Nuisance"), ("1", "Noticeable"), ("2", "Serious"), ("3", "Critical")],
        required=True,
        default="1",
        tracking=True,
        help="How bad it is for the customer.",
    )
    impact = fields.Selection(
        [("0", "One Person"), ("1", "Several People"), ("2", "A Whole Customer"), ("3", "Many Customers")],
        required=True,
        default="0",
        tracking=True,
        help="How many it concerns.",
    )
    is_safety = fields.Boolean(
        "Somebody May Be Harmed", tracking=True, help="The case then has the highest priority, whatever else is said."
    )
    tier_weight = fields.Integer(
        readonly=True, copy=False, aggregator=None, help="How much more the case of this customer weighs."
    )
    raised_to = fields.Selection(PRIORITIES, "Raised to", readonly=True, copy=False)
    priority = fields.Selection(PRIORITIES, compute="_compute_priority", store=True, readonly=True, tracking=True)

    # ---------------------------------------------------------------- who works on it

    department_id = fields.Many2one(
        "crm.sync.department", index="btree_not_null", ondelete="restrict", check_company=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
        copy=False,
        help="Who sees to it that the case comes to its end.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")

    # ---------------------------------------------------------------- where it stands

    stage_id = fields.Many2one(
        "crm.sync.case.stage",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        copy=False,
        default=lambda self: self._default_stage_id(),
        group_expand="_read_group_stage_ids",
        domain="[('kinds', 'like', kind)]",
    )
    step = fields.Selection(related="stage_id.step", string="Meaning of the Stage", store=True, index=True)
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    cycle = fields.Integer(
        required=True,
        readonly=True,
        default=1,
        copy=False,
        aggregator="max",
        help="1 for the first time; one more each time the case was reopened.",
    )
    opened_at = fields.Datetime(
        "In This Cycle Since", required=True, readonly=True, copy=False, default=fields.Datetime.now
    )
    first_opened_at = fields.Datetime(
        "Case Opened On", required=True, readonly=True, copy=False, default=fields.Datetime.now, index=True
    )
    acknowledged_at = fields.Datetime("Acknowledged On", readonly=True, copy=False)
    answered_at = fields.Datetime(
        "Answered On", readonly=True, copy=False, help="When a person first answered the customer in this cycle."
    )
    resolved_at = fields.Datetime("Resolved On", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False, index="btree_not_null")
    last_customer_at = fields.Datetime("Customer Last Wrote", readonly=True, copy=False)
    stage_since = fields.Datetime("In This Stage Since", readonly=True, copy=False, default=fields.Datetime.now)

    # ---------------------------------------------------------------- what came out of it

    cause_id = fields.Many2one(
        "crm.sync.case.cause",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        copy=False,
        domain="[('kinds', 'like', kind)]",
    )
    decision = fields.Selection(DECISIONS, tracking=True, copy=False)
    decision_note = fields.Text(
        "What Was Decided", copy=False, help="Told to the customer with the decision, in the portal too."
    )
    reject_reason = fields.Text("Why Not", readonly=True, copy=False, help="Told to the customer.")
    proposal = fields.Text("Proposed Solution", readonly=True, copy=False)
    verdict = fields.Selection(
        VERDICTS, "Customer's Verdict", readonly=True, copy=False, index="btree_not_null", tracking=True
    )
    verdict_note = fields.Text("In the Customer's Words", readonly=True, copy=False)
    verdict_at = fields.Datetime("Verdict Given On", readonly=True, copy=False)
    vote_count = fields.Integer("Votes", readonly=True, copy=False)

    # ---------------------------------------------------------------- its relations

    master_id = fields.Many2one(
        "crm.sync.case",
        "Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    merged_ids = fields.One2many("crm.sync.case", "master_id", "Merged Cases", readonly=True)
    related_ids = fields.Many2many(
        "crm.sync.case",
        "crm_sync_case_related_rel",
        "case_id",
        "related_id",
        "Related Cases",
        copy=False,
        check_company=True,
        domain="[('id', '!=', id), ('company_id', '=', company_id)]",
    )
    event_ids = fields.One2many("crm.sync.case.event", "case_id", "Changes", readonly=True)
    active = fields.Boolean(default=True, copy=False)

    # ---------------------------------------------------------------- clocks: computed by crm.sync.case.clock

    deadline = fields.Datetime(compute="_compute_clock", store=True, index="btree_not_null")
    clock_state = fields.Selection(
        [("on_time", "On Time"), ("warning", "Due Soon"), ("breached", "Too Late"), ("paused", "Clock Paused")],
        compute="_compute_clock",
        store=True,
        string="Clock",
    )

    _number_uniq = models.UniqueIndex("(company_id, number)", "Two cases cannot have the same number.")
    _intake_uniq = models.UniqueIndex(
        "(company_id, intake_key) WHERE intake_key IS NOT NULL", "This was received already."
    )
    # In the words of Odoo's queries: PostgreSQL before 17 does not see that "x IS TRUE" is "x".
    _list_idx = models.Index("(priority DESC, deadline, id DESC) WHERE is_open IS TRUE AND active IS TRUE")
    _order_idx = models.Index("(priority DESC, deadline, id DESC) WHERE active IS TRUE")
    _board_idx = models.Index("(stage_id, priority DESC, deadline, id DESC) WHERE is_open IS TRUE AND active IS TRUE")

    @api.model
    def _default_stage_id(self):
        kind = self.env.context.get("default_kind")
        kind = kind if kind in [code for code, _label in KINDS] else "complaint"
        return self.env["crm.sync.case.stage"]._first_of(kind, ("new",))

    # ---------------------------------------------------------------- compute

    @api.depends("partner_id")
    def _compute_email_from(self):
        self._look_up("email_from", "email")

    @api.depends("partner_id")
    def _compute_partner_name(self):
        self._look_up("partner_name", "name")

    @api.depends("partner_id")
    def _compute_phone(self):
        self._look_up("phone", "phone")

    @api.depends("partner_id")
    def _compute_lang(self):
        self._look_up("lang", "lang", self.env.lang)

    def _look_up(self, name, contact_name, default=False):
        """What is known of the contact; where nothing is, what was told with the case itself stays."""
        for case in self:
            # sudo: name, address and language of the customer of a case, for who may see the case.
            partner = case.partner_id.sudo()
            if not case._may_look_up():
                partner = partner.browse()
            case[name] = partner[contact_name] or case[name] or default

    def _may_look_up(self):
        """In a form that is not saved anybody may be named: his address is for who may read him."""
        # sudo(False): with the rights of who fills the form
        return isinstance(self.id, int) or self.partner_id._origin.sudo(False).has_access("read")

    @api.depends("severity", "impact", "is_safety", "tier_weight", "raised_to")
    def _compute_priority(self):
        for case in self:
            case.priority = priority(
                case.severity, case.impact, case.is_safety, case.tier_weight, case.raised_to or None
            )

    @api.depends("step")
    def _compute_is_open(self):
        for case in self:
            case.is_open = is_open(case.step or "new")

    def _compute_clock(self):
        """Nothing is due where no clock runs."""
        self.deadline = False
        self.clock_state = False

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("number", "name")
    def _compute_display_name(self):
        hidden = self._hidden_from_reader()
        for case in self:
            if case.number == "/":
                case.display_name = case.name
            elif case._origin.id in hidden:
                case.display_name = case.number
            else:
                case.display_name = f"{case.number} {case.name or ''}".strip()

    def _hidden_from_reader(self):
        """Ids: Odoo asks for names as superuser where a case is named by something else, like the one it was merged into: who may
        not read it is told its number, and not what it is about."""
        user = self.env.user
        cases = self._origin
        if not self.env.su or user.share or user.id == SUPERUSER_ID or not cases:
            return set()
        # sudo(False): with the rights of who asked
        return set(cases.ids) - set(cases.sudo(False)._filtered_access("read").ids)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/cases/{case.id}"
        return result

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """The columns of the board: those of the kinds it shows, empty ones too."""
        kinds = self.env.context.get("sync_case_kinds")
        shown = self.env["crm.sync.case.stage"].search(Domain.TRUE)
        if kinds and isinstance(kinds, list):
            # Words of the client's context.
            known = [kind for kind, _label in KINDS if kind in kinds]
            shown = shown.filtered(lambda stage: any(stage[f"is_for_{kind}"] for kind in known))
        return (stages | shown).sorted(lambda stage: (stage.sequence, stage.id))

    def _tier_weight(self):
        """How much more the case of this customer weighs, 0 to 2. A room that knows tiers says so."""
        self.ensure_one()
        return 0
