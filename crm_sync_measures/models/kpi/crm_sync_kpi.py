import hashlib
import json
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .kpi_words import ADDITIVITIES, CALENDARS, DIRECTIONS, KINDS, LEVELS, SCOPES, SUBJECTS, UNITS

_CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")
#: What a figure means: fixed for a built-in KPI as soon as one figure of it is final.
_MEANING = ("code", "kind", "unit", "additivity", "calendar")


class CrmSyncKpi(models.Model):
    """A figure that is measured in every period: what it says, of whom, and which way is better.

    Built in, its documents are told by a method of ``crm.sync.kpi.library`` with its code; otherwise by what managers
    define on the screen. Figures are in ``crm.sync.kpi.value``; ``crm.sync.kpi.snapshot`` makes them.
    """

    _name = "crm.sync.kpi"
    _inherit = ["crm.sync.company.decision", "crm.sync.own.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "KPI"
    _order = "subject, sequence, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        index=True,
        tracking=True,
        help="Small letters, digits and underscores: by this, other systems know the KPI.",
    )
    description = fields.Text("What It Says", translate=True, help="And how it is computed.")
    subject = fields.Selection(
        SUBJECTS,
        required=True,
        default="management",
        tracking=True,
        help="Whose work it tells of: in which report, and on whose overview it stands.",
    )
    kind = fields.Selection(KINDS, "Kind of KPI", required=True, readonly=True, default="custom")
    unit = fields.Selection(
        UNITS, required=True, default="number", tracking=True, help="What the number counts, and how it is written."
    )
    digits = fields.Integer(
        "Decimals",
        default=0,
        aggregator=None,
        help="So many digits are shown after the point; nothing is rounded in what is kept.",
    )
    direction = fields.Selection(
        DIRECTIONS,
        "Better When",
        required=True,
        default="higher",
        tracking=True,
        help="What counts as good: it colours changes, and decides which signals are favourable.",
    )
    additivity = fields.Selection(
        ADDITIVITIES,
        "Put Together By",
        required=True,
        default="sum",
        tracking=True,
        help="How documents become one figure. A ratio divides sums and never averages ratios; distinct customers are"
        " counted once in a period, and are not added up over periods.",
    )
    calendar = fields.Selection(
        CALENDARS,
        "Measured",
        required=True,
        default="month",
        tracking=True,
        help="The periods for which one figure each is kept.",
    )
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: measured for every company.")
    owner_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        tracking=True,
        help="Is told of signals.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100, aggregator=None)

    # ---------------------------------------------------------------- of whom

    scope_department = fields.Boolean("For Departments")
    scope_team = fields.Boolean("For Sales Teams")
    scope_person = fields.Boolean("For Persons")
    scope_tier = fields.Boolean("For Tiers")
    scope_category = fields.Boolean("For Product Categories")
    scope_source = fields.Boolean("For Marketing Sources")
    scope_channel = fields.Boolean("For Channels")

    # ---------------------------------------------------------------- when it is final

    closing_days = fields.Integer(
        "Final After (Days)",
        default=3,
        aggregator=None,
        tracking=True,
        help="So many days after its end a period is closed; from then on its figures do not change.",
    )
    backfill_months = fields.Integer(
        "Months Backfilled",
        default=24,
        aggregator=None,
        help="So many months before the first start are measured from the documents of then, and marked so.",
    )

    # ---------------------------------------------------------------- when it alarms

    has_warning = fields.Boolean("Warn")
    warning_value = fields.Float(
        "Warning From",
        aggregator=None,
        tracking=True,
        help="Figures that are as bad as this, or worse, are marked as a warning.",
    )
    has_critical = fields.Boolean("Alarm")
    critical_value = fields.Float(
        "Critical From",
        aggregator=None,
        tracking=True,
        help="Figures that are as bad as this, or worse, are marked as critical.",
    )

    definition_hash = fields.Char(
        "Hash of the Definition", compute="_compute_definition_hash", store=True, export_string_translation=False
    )
    is_measurable = fields.Boolean("Can Be Measured", compute="_compute_is_measurable")
    target_ids = fields.One2many("crm.sync.kpi.target", "kpi_id", "Targets")
    signal_ids = fields.One2many("crm.sync.kpi.signal", "kpi_id", "Signals")
    last_value_id = fields.Many2one("crm.sync.kpi.value", compute="_compute_last_value")
    last_value = fields.Float("Last Number", compute="_compute_last_value")
    last_value_text = fields.Char("Last Figure", compute="_compute_last_value")
    last_period = fields.Date("Last Period From", compute="_compute_last_value")
    level = fields.Selection(LEVELS, "How It Stands", compute="_compute_last_value")

    _code_uniq = models.UniqueIndex("(code)", "Another KPI has this code.")
    _closing_days_range = models.Constraint(
        "CHECK(closing_days BETWEEN 0 AND 366)", "Final after: enter 0 to 366 days."
    )
    _backfill_months_range = models.Constraint(
        "CHECK(backfill_months BETWEEN 0 AND 120)", "Months backfilled: enter 0 to 120."
    )
    _digits_range = models.Constraint("CHECK(digits BETWEEN 0 AND 4)", "Decimals: enter 0 to 4.")

    @api.constrains("code")
    def _check_code(self):
        for kpi in self:
            if not _CODE.fullmatch(kpi.code or ""):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be a code. Begin with a small letter, and use small letters, digits and underscores.",
                        kpi.code,
                    )
                )

    # ---------------------------------------------------------------- definition

    @api.depends(lambda self: self._definition_fields())
    def _compute_definition_hash(self):
        for kpi in self:
            kpi.definition_hash = kpi._hash_definition()

    @api.model
    def _definition_fields(self):
        """Names of the fields that say what is measured."""
        return list(_MEANING)

    def _definition(self):
        """What is measured, as plain data: whatever is in it makes another definition when it changes."""
        self.ensure_one()
        options, _method = self._measure()
        return {name: self[name] for name in _MEANING} | {"version": options.get("version", 1)}

    def _hash_definition(self):
        text = json.dumps(self._definition(), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _measure(self):
        """``(options, method)`` of a built-in KPI; of any other one, and without the method, ``({}, None)``."""
        self.ensure_one()
        if self.kind != "builtin":
            return {}, None
        return self.env["crm.sync.kpi.library"]._measures().get(self.code, ({}, None))

    def _can_look_back(self):
        """Whether the past can be measured; a stand that only says what is now cannot."""
        return self._measure()[0].get("backfill", True)

    def _facts(self, window):
        """The documents that count, or None where nothing can be measured.

        :param Window window: see ``measures.py``
        :rtype: Facts | None
        """
        self.ensure_one()
        if self.kind != "builtin":
            return self._custom_facts(window)
        _options, method = self._measure()
        return method(window) if method else None

    def _custom_facts(self, window):
        """The documents of a KPI that managers have defined."""
        return

    def _scopes(self):
        """Kinds of scopes that it is measured for; the company always is one."""
        self.ensure_one()
        return [kind for kind, _label in SCOPES if kind == "company" or self[f"scope_{kind}"]]

    def _companies(self):
        """The companies that it is measured for."""
        self.ensure_one()
        # sudo: snapshots are made for all companies, whoever is logged in
        return self.sudo().company_id or self.env["res.company"].sudo().search([("active", "=", True)])

    def _is_told_to_all(self, scope_kind):
        """Whether everybody who reads the KPI, and with it its history and activities, may know figures of such a scope."""
        self.ensure_one()
        if scope_kind == "person":
            return False
        # sudo: whether there are several companies
        return bool(self.company_id) or self.env["res.company"].sudo().search_count([], limit=2) < 2

    # ---------------------------------------------------------------- hooks of the room

    def _judge_values(self, values):
        """Compare figures that have just been measured with targets and thresholds; see ``_record_verdicts``."""

    def _after_snapshot(self, values):
        """Look at figures that have just been measured and judged."""

    # ---------------------------------------------------------------- last figure

    @api.depends_context("company", "lang")
    def _compute_last_value(self):
        """The last final figure of the company; before the first one, the one that is in progress."""
        found = {}
        if self.ids:
            self.env["crm.sync.kpi.value"].flush_model()
            found = dict(
                self.env.execute_query(
                    SQL(
                        """SELECT DISTINCT ON (kpi_id) kpi_id, id FROM crm_sync_kpi_value
                            WHERE kpi_id = ANY(%s) AND company_id = %s AND scope_key = 'company' AND is_current
                            ORDER BY kpi_id, state = 'closed' DESC, period_start DESC""",
                        list(self.ids),
                        self.env.company.id,
                    )
                )
            )
        Values = self.env["crm.sync.kpi.value"]
        values = dict(zip(found, Values.browse(found.values()), strict=True))
        for kpi in self:
            last = values.get(kpi._origin.id, Values)
            kpi.last_value_id = last
            kpi.last_value = last.value
            kpi.last_value_text = last.value_text
            kpi.last_period = last.period_start
            kpi.level = last.level

    # ---------------------------------------------------------------- changes

    @api.model_create_multi
    def create(self, vals_list):
        """Built-in KPIs come with the addon; whoever makes one defines his own."""
        if not self.env.su and any(vals.get("kind", "custom") != "custom" for vals in vals_list):
            raise UserError(self.env._("Built-in KPIs come with the system. Define your own one."))
        return super().create(vals_list)

    def write(self, vals):
        self._check_meaning(vals)
        return super().write(vals)

    def _check_meaning(self, vals):
        """A built-in KPI means the same for as long as it has final figures, and another one is never made of it."""
        for name in _MEANING:
            if name not in vals:
                continue
            changed = self.filtered(lambda kpi, name=name: kpi[name] != vals[name])
            if changed and name == "kind":
                raise UserError(self.env._("A built-in KPI stays built in. Define your own one."))
            if fixed := changed._with_final(name):
                raise UserError(
                    self.env._(
                        "%(kpi)s has final figures, and they would mean something else: “%(field)s” cannot be changed."
                        " Archive it and define your own KPI.",
                        kpi=fixed[0].name,
                        field=self._label(name),
                    )
                )

    def _with_final(self, name):
        """Those whose meaning is fixed: the code of every KPI with final figures, and all of a built-in one."""
        kpis = self if name == "code" else self.filtered(lambda kpi: kpi.kind == "builtin")
        # sudo: whether there are any, whatever the reader may see
        groups = (
            self.env["crm.sync.kpi.value"]
            .sudo()
            ._read_group([("kpi_id", "in", kpis.ids), ("state", "=", "closed")], ["kpi_id"])
        )
        return self.browse(kpi.id for [kpi] in groups)

    def copy_data(self, default=None):
        if any(kpi.kind == "builtin" for kpi in self):
            raise UserError(self.env._("A built-in KPI cannot be copied. Define your own one."))
        rows = super().copy_data(default)
        for kpi, vals in zip(self, rows, strict=True):
            vals.setdefault("code", kpi._free_code())
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%s (copy)", kpi.name)
        return rows

    def _free_code(self):
        # sudo: of all companies
        others = self.sudo().with_context(active_test=False).search([("code", "=like", f"{self.code[:57]}%")])
        taken = set(others.mapped("code"))
        return next(code for number in range(2, 10_000) if (code := f"{self.code[:57]}_{number}") not in taken)
