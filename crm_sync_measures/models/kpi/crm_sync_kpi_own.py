from odoo import api, fields, models

from .own_facts import own_facts
from .own_words import ADDITIVITY, MEASURES, Side

_NUMBERS = "['integer', 'float', 'monetary']"


class CrmSyncKpi(models.Model):
    """KPIs that managers define on the screen: documents of a model, by a date, measured; or a ratio of two such figures.

    What is defined here is data and never code. It is checked with the rights of who defines it
    (``crm_sync_kpi_own_check.py``) and started by name (``crm_sync_kpi_own_flow.py``); measured it is for all companies of the
    KPI, whoever looks.
    """

    _inherit = "crm.sync.kpi"

    custom_model_id = fields.Many2one(
        "ir.model",
        "Counted Documents",
        ondelete="set null",
        domain="[('id', 'in', custom_choice_ids)]",
        help="What is counted. The system's own affairs, messages, staff and codes cannot be.",
    )
    custom_model = fields.Char("Model Counted", related="custom_model_id.model", export_string_translation=False)
    custom_domain = fields.Char(
        "Which of Them",
        default="[]",
        help="Only documents that fit. Archived ones count too, as lost leads are archived.",
    )
    custom_date_field_id = fields.Many2one(
        "ir.model.fields",
        "By Which Date",
        ondelete="set null",
        domain="[('model_id', '=', custom_model_id), ('ttype', 'in', ('date', 'datetime')), ('store', '=', True)]",
        help="In which period a document counts.",
    )
    custom_measure = fields.Selection(
        MEASURES, "What Is Measured", default="count", help="What one document adds to the figure."
    )
    custom_measure_field_id = fields.Many2one(
        "ir.model.fields",
        "Measured Field",
        ondelete="set null",
        domain="[('model_id', '=', custom_model_id), ('store', '=', True),"
        f" ('ttype', 'in', custom_measure == 'distinct' and ['many2one'] or {_NUMBERS})]",
        help="Amounts of money are converted to the company's currency at the document's rate. Of contacts, customers are"
        " counted: a company with three buyers is one.",
    )
    custom_user_field_id = fields.Many2one(
        "ir.model.fields",
        "Person by Field",
        ondelete="set null",
        domain="[('model_id', '=', custom_model_id), ('relation', '=', 'res.users'), ('ttype', '=', 'many2one'), ('store', '=', True)]",
        help="Whose figure a document is, and of which department. Needed to measure persons and departments.",
    )
    custom_team_field_id = fields.Many2one(
        "ir.model.fields",
        "Sales Team by Field",
        ondelete="set null",
        domain="[('model_id', '=', custom_model_id), ('relation', '=', 'crm.team'), ('ttype', '=', 'many2one'), ('store', '=', True)]",
        help="Needed to measure sales teams.",
    )

    is_ratio = fields.Boolean(
        "Divided by Another Figure", help="For instance: won leads divided by all that were closed."
    )
    den_model_id = fields.Many2one(
        "ir.model",
        "Divided by Documents",
        ondelete="set null",
        domain="[('id', 'in', custom_choice_ids)]",
        help="Empty: the same as those counted.",
    )
    den_model = fields.Char("Model Divided By", compute="_compute_den_model", export_string_translation=False)
    den_domain = fields.Char("Divided by Which of Them", default="[]")
    den_date_field_id = fields.Many2one(
        "ir.model.fields",
        "Divided by Date",
        ondelete="set null",
        domain="[('model', '=', den_model), ('ttype', 'in', ('date', 'datetime')), ('store', '=', True)]",
        help="Empty: the same date, if the documents are the same.",
    )
    den_measure = fields.Selection(
        [measure for measure in MEASURES if measure[0] in ("count", "sum")],
        "Divided by What",
        default="count",
        help="What one of the documents below the line adds.",
    )
    den_measure_field_id = fields.Many2one(
        "ir.model.fields",
        "Divided by Field",
        ondelete="set null",
        domain=f"[('model', '=', den_model), ('store', '=', True), ('ttype', 'in', {_NUMBERS})]",
    )
    den_user_field_id = fields.Many2one(
        "ir.model.fields",
        "Divided by Person",
        ondelete="set null",
        domain="[('model', '=', den_model), ('relation', '=', 'res.users'), ('ttype', '=', 'many2one'), ('store', '=', True)]",
        help="Empty: the same field, if the documents are the same.",
    )
    den_team_field_id = fields.Many2one(
        "ir.model.fields",
        "Divided by Sales Team",
        ondelete="set null",
        domain="[('model', '=', den_model), ('relation', '=', 'crm.team'), ('ttype', '=', 'many2one'), ('store', '=', True)]",
        help="Empty: the same field, if the documents are the same.",
    )

    custom_choice_ids = fields.Many2many("ir.model", "Models to Choose", compute="_compute_custom_choice_ids")

    @api.depends("custom_model_id", "den_model_id")
    def _compute_den_model(self):
        for kpi in self.sudo():  # sudo: names of models, which managers alone may list
            kpi.den_model = (kpi.den_model_id or kpi.custom_model_id).model

    @api.depends("kind")
    @api.depends_context("uid")
    def _compute_custom_choice_ids(self):
        """What the reader may count: documents that he may read himself."""
        choices = self.env["ir.model"]
        if "custom" in self.mapped("kind") and self.env["ir.model"].has_access("read"):
            found = self.env["ir.model"].search([("transient", "=", False), ("abstract", "=", False)])
            choices = found.filtered(lambda model: not self._why_not_counted(model.model))
        for kpi in self:
            kpi.custom_choice_ids = choices if kpi.kind == "custom" else False

    @api.onchange("custom_model_id")
    def _onchange_custom_model_id(self):
        """Fields of other documents are none of these, and the usual ones are proposed."""
        self.custom_domain = "[]"
        self.custom_measure_field_id = False
        for name, names in {
            "custom_date_field_id": ("date_order", "invoice_date", "date_closed", "date", "create_date"),
            "custom_user_field_id": ("user_id", "invoice_user_id"),
            "custom_team_field_id": ("team_id",),
        }.items():
            self[name] = self._usual_field(self.custom_model_id, names)
        if not self.den_model_id:
            self._onchange_den_model_id()

    @api.onchange("den_model_id")
    def _onchange_den_model_id(self):
        self.den_domain = "[]"
        self.den_date_field_id = self.den_measure_field_id = False
        self.den_user_field_id = self.den_team_field_id = False

    @api.onchange("custom_measure")
    def _onchange_custom_measure(self):
        self.custom_measure_field_id = False

    @api.onchange("den_measure")
    def _onchange_den_measure(self):
        self.den_measure_field_id = False

    @api.model
    def _usual_field(self, model, names):
        # sudo: names of fields
        found = {
            field.name: field.id
            for field in self.env["ir.model.fields"]
            .sudo()
            .search([("model_id", "=", model.id), ("name", "in", names), ("store", "=", True)])
        }
        return next((found[name] for name in names if name in found), False)

    # ---------------------------------------------------------------- definition

    @api.model
    def _own_definition_fields(self):
        """Names of the fields that a definition of one's own is made of."""
        names = ("model_id", "domain", "date_field_id", "measure", "measure_field_id", "user_field_id", "team_field_id")
        return ["is_ratio", *(f"{prefix}_{name}" for prefix in ("custom", "den") for name in names)]

    @api.model
    def _definition_fields(self):
        return super()._definition_fields() + self._own_definition_fields()

    def _definition(self):
        definition = super()._definition()
        if self.kind == "custom":
            definition["own"] = [
                {
                    "model": side.model,
                    "domain": side.domain,
                    "date": side.date,
                    "measure": side.measure,
                    "field": side.field,
                    "user": side.user,
                    "team": side.team,
                }
                for side in self._own_sides()
            ]
        return definition

    def _own_sides(self):
        """The figure that is measured, or numerator and denominator, by names: what is missing is empty.

        :rtype: list[Side]
        """
        self.ensure_one()
        kpi = self.sudo()  # sudo: names of models and fields, which managers alone may list
        first = kpi._own_side("custom", kpi.custom_model_id.model or "")
        if not kpi.is_ratio:
            return [first]
        same = kpi.den_model_id in (kpi.custom_model_id, self.env["ir.model"])
        return [first, kpi._own_side("den", kpi.den_model or "", first if same else None)]

    def _own_side(self, prefix, model, like=None):
        def name_of(field):
            return self[f"{prefix}_{field}_field_id"].name or (getattr(like, field) if like else "")

        return Side(
            prefix=prefix,
            model=model,
            domain=self[f"{prefix}_domain"] or "[]",
            date=name_of("date"),
            measure=self[f"{prefix}_measure"] or "count",
            field=self[f"{prefix}_measure_field_id"].name or "",
            user=name_of("user"),
            team=name_of("team"),
        )

    def _own_additivity(self):
        """How the documents of the definition become one figure."""
        self.ensure_one()
        return "ratio" if self.is_ratio else ADDITIVITY[self.custom_measure or "count"]

    # ---------------------------------------------------------------- facts

    def _custom_facts(self, window):
        if not self.is_started:
            return None
        return self._own_facts(window)

    def _own_facts(self, window):
        """What the definition counts, started or not; None where a module it needs is not there any more."""
        sides = self._own_sides()
        if any(not self._is_whole(side) for side in sides):
            return None
        # sudo: what may be counted was checked when it was defined; a figure is the same for everybody
        return own_facts(self.sudo().env, sides, window, self.company_id.id)

    @api.model
    def _is_whole(self, side):
        """Whether everything that the side names is there."""
        model = self.env.get(side.model)
        if model is None:
            return False
        names = (side.date, *((side.field,) if side.measure != "count" else ()), side.user, side.team)
        return bool(side.date) and all(name in model._fields for name in names if name)
