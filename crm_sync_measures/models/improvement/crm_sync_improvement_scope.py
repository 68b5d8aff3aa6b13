from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.kpi_scope import scope_of

#: Kind of scope → model of what it names; a company has no number, a channel no record.
SCOPE_MODELS = {
    "department": "crm.sync.department",
    "team": "crm.team",
    "person": "res.users",
    "tier": "crm.sync.tier",
    "category": "product.category",
    "source": "utm.source",
}
_KINDS = {model: kind for kind, model in SCOPE_MODELS.items()}


class CrmSyncImprovementScope(models.Model):
    """Whose figures are improved, and whose they are compared with: a key, as everywhere with KPIs, and records on screen."""

    _inherit = "crm.sync.improvement"

    scope_ref = fields.Reference(
        "_selection_scope_models",
        "For Whom",
        compute="_compute_scope_refs",
        inverse="_inverse_scope_ref",
        help="Empty: for the whole company.",
    )
    compare_ref = fields.Reference(
        "_selection_scope_models",
        "Who Is Not Improved",
        compute="_compute_scope_refs",
        inverse="_inverse_compare_ref",
        help="Others to compare with, whom this does not reach. What changes for them too is not our doing.",
    )

    is_of_channel = fields.Boolean(compute="_compute_scope_refs", export_string_translation=False)

    @api.model
    def _selection_scope_models(self):
        return [
            ("crm.sync.department", self.env._("Department")),
            ("crm.team", self.env._("Sales Team")),
            ("res.users", self.env._("Colleague")),
            ("crm.sync.tier", self.env._("Tier")),
            ("product.category", self.env._("Product Category")),
            ("utm.source", self.env._("Marketing Source")),
        ]

    @api.depends("scope_key", "compare_scope_key")
    def _compute_scope_refs(self):
        for action in self:
            action.scope_ref = action._scope_record(action.scope_key)
            action.compare_ref = action._scope_record(action.compare_scope_key)
            action.is_of_channel = (action.scope_key or "").startswith("channel:")

    def _inverse_scope_ref(self):
        for action in self:
            # What names no record, like a channel, is not lost by saving a form that cannot show it.
            if action.scope_ref or action._scope_record(action.scope_key):
                action.scope_key = self._key_of(action.scope_ref) or "company"

    def _inverse_compare_ref(self):
        for action in self:
            if action.compare_ref or action._scope_record(action.compare_scope_key):
                action.compare_scope_key = self._key_of(action.compare_ref)

    @api.onchange("scope_ref", "compare_ref")
    def _onchange_scope_refs(self):
        self._inverse_scope_ref()
        self._inverse_compare_ref()

    @api.model
    def _key_of(self, record):
        return f"{_KINDS[record._name]}:{record.id}" if record else False

    @api.model
    def _scope_record(self, key):
        """What a key names, or None."""
        scope = scope_of(key)
        if not scope or scope.kind not in SCOPE_MODELS:
            return None
        return self.env[SCOPE_MODELS[scope.kind]].browse(scope.which).exists() or None

    def _check_scopes(self):
        """Of what the KPI is measured for, and of what the caller may read; the names are kept as they are now."""
        for action in self:
            names = {}
            for name in ("scope", "compare_scope"):
                key = action[f"{name}_key"]
                names[f"{name}_name"] = action._scope_label(key) if key else False
            if action.compare_scope_key == action.scope_key:
                raise UserError(self.env._("Who is not improved: choose others than those for whom it is."))
            if any(action[name] != value for name, value in names.items()):
                action._record(names)

    def _scope_label(self, key):
        """The name of a scope, which must be one that the KPI is measured for."""
        self.ensure_one()
        kind, which = self.env["crm.sync.kpi"]._scope(key)
        if self.kpi_id and kind not in ("company", *self.kpi_id._scopes()):
            kinds = dict(self._selection_scope_models())
            raise UserError(
                self.env._(
                    "%(kpi)s is not measured by %(kind)s. Choose another KPI, or have it measured so.",
                    kpi=self.kpi_id.name,
                    kind=kinds.get(SCOPE_MODELS.get(kind), self.env._("Channel")),
                )
            )
        if kind == "company":
            return self.company_id.name
        if kind == "channel":
            return which
        record = self._scope_record(key)
        if not record:
            raise UserError(self.env._("“%s” does not exist.", key))
        if not self.env.su:
            record.check_access("read")
        # sudo: the name of what the caller may read
        return record.sudo().display_name
