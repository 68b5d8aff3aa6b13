from odoo import api, fields, models

from .words import ACTS, OUTCOMES, PHASES


class CrmSyncImprovement(models.Model):
    """An improvement action: what is wrong, what is done about it, and whether it has helped.

    Plan → Do → Check → Act → Over. The baseline is frozen when the work begins; the verdict comes from the final values of
    the same KPI in a window of equal length after the change was in place, and nobody writes it, superuser included.
    """

    _name = "crm.sync.improvement"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.sync.own.mixin"]
    _description = "Improvement Action"
    _order = "due_on, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("What Is Improved", required=True, size=200, tracking=True, index="trigram")
    phase = fields.Selection(
        PHASES,
        required=True,
        readonly=True,
        copy=False,
        default="plan",
        tracking=True,
        index=True,
        group_expand=True,
    )

    # ---------------------------------------------------------------- plan

    problem = fields.Text(help="What goes wrong, for whom, and how often.")
    cause_text = fields.Text("Why It Happens", help="As far down as it goes: ask five times why.")
    cause_id = fields.Many2one(
        "crm.sync.case.cause",
        "Cause of These Cases",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    case_ids = fields.Many2many(
        "crm.sync.case",
        "crm_sync_improvement_case_rel",
        "improvement_id",
        "case_id",
        "Linked Cases",
        copy=False,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    case_count = fields.Integer("Number of Cases", compute="_compute_case_count")
    signal_id = fields.Many2one(
        "crm.sync.kpi.signal",
        "KPI Signal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What has given rise to it.",
    )
    previous_id = fields.Many2one(
        "crm.sync.improvement", "Adapted From", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    next_ids = fields.One2many("crm.sync.improvement", "previous_id", "Adapted To", readonly=True)
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
        help="Sees to it that it is done and checked.",
    )
    department_id = fields.Many2one(
        "crm.sync.department",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        default=lambda self: self.env.user.sync_department_id,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict", default=lambda self: self.env.company
    )
    due_on = fields.Date("In Place By", tracking=True, help="By then the change is to be in place.")

    # ---------------------------------------------------------------- what it is measured by

    kpi_id = fields.Many2one(
        "crm.sync.kpi",
        "KPI",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('company_id', 'in', [False, company_id])]",
    )
    direction = fields.Selection(related="kpi_id.direction", string="Better When")
    unit = fields.Selection(related="kpi_id.unit")
    scope_key = fields.Char(
        required=True,
        default="company",
        tracking=True,
        help="Whose figures: “company”, or “department:3”, “team:5”, “person:7”, “tier:2”, “category:9”, “source:12”, “channel:web”.",
    )
    scope_name = fields.Char("Figures Of", readonly=True, copy=False)
    compare_scope_key = fields.Char(
        "Key of the Comparison",
        copy=False,
        help="Others who are not improved: what changes for them too is not our doing.",
    )
    compare_scope_name = fields.Char("Comparison With", readonly=True, copy=False)
    window_count = fields.Integer(
        "Periods Compared",
        default=6,
        aggregator=None,
        help="So many periods before, and as many afterwards.",
    )
    baseline_until = fields.Date(
        "Baseline Ends By", help="Empty: with the last final period. A bad month left out makes a fairer comparison."
    )
    expected_change = fields.Float(
        aggregator=None, tracking=True, help="By how much the KPI is to change, with its sign, in its own unit."
    )

    # ---------------------------------------------------------------- frozen, computed, decided: see the actions

    started_at = fields.Datetime("Work Began On", readonly=True, copy=False)
    done_at = fields.Datetime("In Place Since", readonly=True, copy=False, tracking=True)
    baseline_first = fields.Date("Baseline From", readonly=True, copy=False)
    baseline_last = fields.Date("Baseline To", readonly=True, copy=False)
    baseline_values = fields.Json(readonly=True, copy=False)
    compare_values = fields.Json("Values of the Comparison", readonly=True, copy=False)
    after_first = fields.Date("Measured From", readonly=True, copy=False)
    after_last = fields.Date("Measured To", readonly=True, copy=False)
    after_values = fields.Json("Values Afterwards", readonly=True, copy=False)
    compare_after_values = fields.Json("Values of the Comparison Afterwards", readonly=True, copy=False)
    check_on = fields.Date(
        "Check Due On", readonly=True, copy=False, index="btree_not_null", help="From then on all values are final."
    )
    is_reminded = fields.Boolean("Reminded of the Check", readonly=True, copy=False)

    outcome = fields.Selection(OUTCOMES, "Outcome of the Check", readonly=True, copy=False, tracking=True, index=True)
    value_before = fields.Float("Mean Before", readonly=True, copy=False, aggregator=None)
    value_after = fields.Float("Mean Afterwards", readonly=True, copy=False, aggregator=None)
    effect = fields.Float("Measured Effect", readonly=True, copy=False, aggregator="avg")
    low = fields.Float("Effect At Least", readonly=True, copy=False, aggregator=None)
    high = fields.Float("Effect Not Above", readonly=True, copy=False, aggregator=None)
    has_interval = fields.Boolean("Has an Interval", readonly=True, copy=False)
    did = fields.Float("Beyond the Comparison", readonly=True, copy=False, aggregator=None)
    did_low = fields.Float("Beyond It At Least", readonly=True, copy=False, aggregator=None)
    did_high = fields.Float("Beyond It Not Above", readonly=True, copy=False, aggregator=None)
    verdict_facts = fields.Json("What the Verdict Is Made Of", readonly=True, copy=False)
    verdict_text = fields.Text("What the System Says", compute="_compute_verdict_text")
    checked_at = fields.Datetime("Last Checked On", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    act = fields.Selection(ACTS, "What Is Done with It", readonly=True, copy=False, tracking=True)
    reason = fields.Text("Why So", readonly=True, copy=False)
    lesson = fields.Text("What We Have Learned", copy=False)
    is_rebased = fields.Boolean("Limits Re-Based", readonly=True, copy=False)
    is_rebase_reminded = fields.Boolean("Reminded of the Limits", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False, index="btree_not_null")
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    is_late = fields.Boolean("Past Its Date", compute="_compute_is_late", search="_search_is_late")
    can_change = fields.Boolean(compute="_compute_can")
    can_work = fields.Boolean(compute="_compute_can", help="Owners begin, report and check; managers decide as well.")

    _signal_uniq = models.UniqueIndex(
        "(signal_id) WHERE signal_id IS NOT NULL", "There is an improvement action for this signal already."
    )
    _window_count_range = models.Constraint("CHECK(window_count BETWEEN 2 AND 60)", "Periods compared: enter 2 to 60.")
    _check_idx = models.Index("(check_on) WHERE phase = 'check'")

    # ---------------------------------------------------------------- compute

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("case_ids")
    def _compute_case_count(self):
        for action in self:
            action.case_count = len(action.case_ids)

    @api.depends("phase", "due_on", "check_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for action in self:
            day = {"plan": action.due_on, "do": action.due_on, "check": action.check_on}.get(action.phase)
            action.is_late = bool(day and day < today)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = [
            "|",
            "&", ("phase", "in", ("plan", "do")), ("due_on", "<", today),
            "&", ("phase", "=", "check"), ("check_on", "<", today),
        ]  # fmt: skip
        return late if True in value else ["!", *late]

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("owner_id", "department_id", "company_id")
    def _compute_can(self):
        """Buttons that would only refuse are not shown."""
        allowed = self._filtered_access("write")
        is_user = self.env.su or self.env.user.has_group("crm_sync_measures.group_user")
        for action in self:
            action.can_change = action in allowed
            action.can_work = action.can_change or (is_user and action.owner_id == self.env.user)

    # ---------------------------------------------------------------- who is told

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """The owner follows it, and is told that he has it."""
        found = super()._message_auto_subscribe_followers(updated_values, default_subtype_ids)
        # sudo: the contact of a colleague who is in charge
        owner = self.env["res.users"].sudo().browse(updated_values.get("owner_id") or [])
        if owner and owner.active:
            template = "crm_sync_measures.message_improvement_assigned" if owner != self.env.user else False
            found.append((owner.partner_id.id, default_subtype_ids, template))
        return found
