from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .kpi_words import SCOPE_CHANNELS, SCOPES

#: Kind of scope → field that says which one.
SCOPE_FIELDS = {
    "department": "department_id",
    "team": "team_id",
    "person": "user_id",
    "tier": "tier_id",
    "category": "category_id",
    "source": "source_id",
    "channel": "channel",
}


class CrmSyncKpiScopeMixin(models.AbstractModel):
    """Whom something is about, picked on the screen, and the key by which values of KPIs know it: ``team:5``, ``company``."""

    _name = "crm.sync.kpi.scope.mixin"
    _description = "Scope of a KPI"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    scope_kind = fields.Selection(SCOPES, "Kind of Scope", required=True, default="company")
    department_id = fields.Many2one(
        "crm.sync.department", index="btree_not_null", ondelete="set null", check_company=True
    )
    team_id = fields.Many2one("crm.team", "Sales Team", index="btree_not_null", ondelete="set null", check_company=True)
    user_id = fields.Many2one(
        "res.users", "Person", index="btree_not_null", ondelete="set null", domain="[('share', '=', False)]"
    )
    tier_id = fields.Many2one("crm.sync.tier", index="btree_not_null", ondelete="set null", check_company=True)
    category_id = fields.Many2one("product.category", "Product Category", index="btree_not_null", ondelete="set null")
    source_id = fields.Many2one("utm.source", "Marketing Source", index="btree_not_null", ondelete="set null")
    channel = fields.Selection(SCOPE_CHANNELS)
    # Known when the row is written: constraints of the database look at the key.
    scope_key = fields.Char(compute="_compute_scope", store=True, precompute=True, export_string_translation=False)
    scope_name = fields.Char(
        "Meant For", compute="_compute_scope", store=True, precompute=True, help="As it was called then."
    )

    @api.depends("scope_kind", "company_id", *SCOPE_FIELDS.values())
    def _compute_scope(self):
        for row in self.sudo():  # sudo: names of what was picked
            chosen = row._scope_choice()
            if row.scope_kind in (False, "company"):
                row.scope_key, row.scope_name = "company", row.company_id.name
            elif row.scope_kind == "channel":
                labels = dict(row._fields["channel"]._description_selection(row.env))
                row.scope_key, row.scope_name = f"channel:{chosen or ''}", labels.get(chosen)
            else:
                row.scope_key = f"{row.scope_kind}:{chosen.id or ''}"
                row.scope_name = chosen.display_name or ""

    def _scope_choice(self):
        """What was picked for the kind of scope; empty for the company."""
        self.ensure_one()
        name = SCOPE_FIELDS.get(self.scope_kind)
        return self[name] if name else None

    @api.constrains("scope_kind", *SCOPE_FIELDS.values())
    def _check_scope(self):
        for row in self:
            if row.scope_kind != "company" and not row._scope_choice():
                name = SCOPE_FIELDS[row.scope_kind]
                raise ValidationError(
                    self.env._(
                        "“%s”: choose which one.", row._fields[name].get_description(self.env, ["string"])["string"]
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._unfold_scope(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._unfold_scope(vals))

    @api.model
    def _unfold_scope(self, vals):
        """Values in which ``scope_key``, as other systems give it, is told by the fields of the screen."""
        if "scope_key" not in vals:
            return vals
        vals = dict(vals)
        kind, which = self.env["crm.sync.kpi"]._scope(vals.pop("scope_key"))
        if kind == "company":
            return vals | {"scope_kind": kind}
        if kind == "channel" and which not in dict(SCOPE_CHANNELS):
            raise ValidationError(self.env._("channel: choose one of %s.", ", ".join(dict(SCOPE_CHANNELS))))
        return vals | {"scope_kind": kind, SCOPE_FIELDS[kind]: which}
