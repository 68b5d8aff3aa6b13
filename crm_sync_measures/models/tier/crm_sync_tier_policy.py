from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import formatLang

from .tier_words import DOWNGRADES, METRICS, POLICY_STATES, REFUNDS, VALIDITIES, WINDOWS


class CrmSyncTierPolicy(models.Model):
    """One version of a program's rules: what counts, in which window, how long a tier holds, and how it falls.

    Draft → scheduled → running → replaced (``crm_sync_tier_policy_flow.py``); at most one runs per program. Once
    published, a version stays as it is, with its lines: customers were judged by it, or told of it. Other rules are
    another version.
    """

    _name = "crm.sync.tier.policy"
    _inherit = ["crm.sync.draft.mixin", "crm.sync.company.decision", "mail.thread", "mail.activity.mixin"]
    _description = "Rules of Tiers"
    _order = "program_id, version desc, id desc"
    _rec_names_search = ["program_id.name"]
    _check_company_auto = True

    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('program_type', '=', 'loyalty')]",
        tracking=True,
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    state = fields.Selection(
        POLICY_STATES, required=True, readonly=True, copy=False, default="draft", index=True, tracking=True
    )
    effective_on = fields.Date("In Force From", readonly=True, copy=False, tracking=True)
    ended_on = fields.Date("In Force Until", readonly=True, copy=False, help="The day on which other rules came.")

    # ---------------------------------------------------------------- what counts

    metric = fields.Selection(
        METRICS,
        "What Counts",
        required=True,
        default="spend",
        tracking=True,
        help="Refunds are taken off, in the window of what they undo. The balance of points never counts: who redeems"
        " points loses no tier.",
    )
    window = fields.Selection(
        WINDOWS,
        "Counted Over",
        required=True,
        default="calendar_year",
        tracking=True,
        help="The time whose points, spending or orders count towards a tier.",
    )
    window_months = fields.Integer(
        "Last Months", default=12, aggregator=None, tracking=True, help="So many months before today count."
    )
    unit = fields.Char(compute="_compute_unit")

    # ---------------------------------------------------------------- how long it holds

    validity = fields.Selection(
        VALIDITIES,
        "Holds",
        required=True,
        default="end_of_next_period",
        tracking=True,
        help="From the day on which a tier was reached.",
    )
    validity_months = fields.Integer(
        "Months",
        default=12,
        aggregator=None,
        tracking=True,
        help="So long a tier is kept that was reached, whatever happens meanwhile.",
    )
    grace_days = fields.Integer(
        aggregator=None,
        tracking=True,
        help="So many days after its end a tier is reviewed. What is reached in them still keeps it.",
    )
    downgrade = fields.Selection(
        DOWNGRADES,
        "Who Has Reached Less",
        required=True,
        default="one_step",
        tracking=True,
        help="What a review does with a customer who has not reached his tier again.",
    )
    refund = fields.Selection(
        REFUNDS,
        "A Refund Counts",
        required=True,
        default="at_review",
        tracking=True,
        help="Whether a refund may take a tier away before its review.",
    )

    # ---------------------------------------------------------------- how they come into force

    is_grandfathering = fields.Boolean(
        "Keep What Customers Have",
        default=True,
        tracking=True,
        help="Who has a tier when the rules come into force keeps it until its review.",
    )
    is_notice = fields.Boolean(
        "Tell Customers", tracking=True, help="Customers with a tier get a mail when the rules are published."
    )
    line_ids = fields.One2many("crm.sync.tier.policy.line", "policy_id", "Tiers", copy=True)
    sentence = fields.Text("Rules in Words", compute="_compute_sentence")

    _program_version_uniq = models.UniqueIndex("(program_id, version)", "The program has rules of this version.")
    _program_running_uniq = models.UniqueIndex(
        "(program_id) WHERE state = 'running'", "Only one version of the rules of a program can run."
    )
    _program_scheduled_uniq = models.UniqueIndex(
        "(program_id) WHERE state = 'scheduled'", "Other rules of this program are scheduled. Withdraw them first."
    )
    _window_months_range = models.Constraint("CHECK(window_months BETWEEN 1 AND 120)", "Last months: enter 1 to 120.")
    _validity_months_range = models.Constraint("CHECK(validity_months BETWEEN 1 AND 120)", "Months: enter 1 to 120.")
    _grace_days_range = models.Constraint("CHECK(grace_days BETWEEN 0 AND 366)", "Grace days: enter 0 to 366.")
    _effective_on_set = models.Constraint(
        "CHECK(state = 'draft' OR effective_on IS NOT NULL)", "In force from: enter a day."
    )

    # ---------------------------------------------------------------- compute

    @api.depends("program_id.name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "%(program)s, version %(version)s", program=policy.program_id.name or "", version=policy.version or "–"
            )

    @api.depends("metric", "program_id.currency_id", "program_id.portal_point_name")
    @api.depends_context("lang")
    def _compute_unit(self):
        for policy in self:
            if policy.metric == "spend":
                policy.unit = policy.program_id.currency_id.symbol or ""
            elif policy.metric == "points":
                policy.unit = policy.program_id.portal_point_name or self.env._("Points")
            else:
                policy.unit = self.env._("orders")

    @api.depends(
        "metric", "window", "window_months", "validity", "validity_months", "grace_days", "downgrade", "refund"
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        """The rules as they are told to who must decide about them."""
        for policy in self:
            said = [policy._window_words(), policy._validity_words(), policy._downgrade_words()]
            policy.sentence = " ".join(filter(None, said))

    def _window_words(self):
        metric = dict(self._fields["metric"]._description_selection(self.env))[self.metric or "spend"]
        over = {
            "lifetime": self.env._("since the customer joined"),
            "calendar_year": self.env._("in the calendar year"),
            "fiscal_year": self.env._("in the company's fiscal year"),
            "rolling": self.env._("in the last %s months", self.window_months),
            "anniversary": self.env._("in the customer's year of membership"),
        }[self.window or "calendar_year"]
        return self.env._("%(metric)s %(over)s, less refunds.", metric=metric, over=over)

    def _validity_words(self):
        if self.validity == "months":
            return self.env._(
                "A tier holds %(months)s months and is reviewed %(days)s days later.",
                months=self.validity_months,
                days=self.grace_days,
            )
        if self.window == "lifetime":
            return self.env._("A tier holds for ever.")
        return self.env._("A tier holds to the end of the next period and is reviewed %s days later.", self.grace_days)

    def _downgrade_words(self):
        if self.window == "lifetime" and self.validity != "months":
            return ""
        return {
            "one_step": self.env._("Who has not reached it again goes one tier down."),
            "recompute": self.env._("Who has not reached it again gets the tier that he has reached."),
            "soft_landing": self.env._(
                "Who has not reached it again goes one tier down, for half a period where he has reached still less."
            ),
        }[self.downgrade or "one_step"]

    # ---------------------------------------------------------------- checks

    @api.constrains("program_id")
    def _check_program(self):
        for policy in self:
            if policy.program_id.program_type != "loyalty":
                raise ValidationError(
                    self.env._("“%s”: only a program whose points customers collect has tiers.", policy.program_id.name)
                )
            for line in policy.line_ids:
                line._check_tier()

    @api.constrains("line_ids")
    def _check_thresholds(self):
        """A higher tier is never easier to reach. Lines that are written alone are checked when they are published."""
        for policy in self:
            below = None
            for line in policy._lines():
                if below and line.threshold <= below.threshold:
                    raise ValidationError(
                        self.env._(
                            "“%(higher)s” is above “%(lower)s” and must need more: enter more than %(threshold)s.",
                            higher=line.tier_id.name,
                            lower=below.tier_id.name,
                            threshold=formatLang(self.env, below.threshold),
                        )
                    )
                below = line

    def _check_publishable(self):
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("%s: enter at least one tier.", self.display_name))
        if not self.program_id.active:
            raise UserError(self.env._("%s: the program is archived.", self.display_name))
        if archived := self.line_ids.tier_id.filtered(lambda tier: not tier.active)[:1]:
            raise UserError(
                self.env._("%(policy)s: the tier “%(tier)s” is archived.", policy=self.display_name, tier=archived.name)
            )
        self._check_thresholds()

    # ---------------------------------------------------------------- read by the rest of the room

    def _lines(self):
        """The lines, lowest rank first."""
        self.ensure_one()
        return self.line_ids.sorted(lambda line: (line.tier_id.sequence, line.id))

    @api.model
    def _running(self, programs=None):
        """The rules that are in force, as superuser: of ``programs``, or of all."""
        domain = [("state", "=", "running")]
        if programs is not None:
            domain.append(("program_id", "in", programs.ids))
        return self.sudo().search(domain)  # sudo: rules hold for every customer, whoever causes what they count
