from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kpi.kpi_words import SCOPES
from .report_words import KNOWN_LABELS, PERIOD_LABELS, REPORT_LABELS

#: Kind of scope → field of the record that it is about.
SCOPE_FIELDS = {
    "department": "department_id",
    "team": "team_id",
    "person": "person_id",
    "tier": "tier_id",
    "category": "category_id",
}


class CrmSyncReportChoice(models.AbstractModel):
    """Which report, for which company and of whom: what the page of a report and a subscription have in common."""

    _name = "crm.sync.report.choice"
    _description = "Choice of a Report"

    report = fields.Selection(REPORT_LABELS, required=True, default="sales")
    period_kind = fields.Selection(PERIOD_LABELS, required=True, default="month")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    known = fields.Selection(
        KNOWN_LABELS,
        "Figures Known",
        required=True,
        default="now",
        help="Final figures are corrected by revisions only. As known now: with the last revision.",
    )
    scope_kind = fields.Selection(SCOPES, "Scope", required=True, default="company")
    department_id = fields.Many2one("crm.sync.department", ondelete="cascade")
    team_id = fields.Many2one("crm.team", "Sales Team", ondelete="cascade")
    person_id = fields.Many2one("res.users", "Colleague", ondelete="cascade", domain="[('share', '=', False)]")
    tier_id = fields.Many2one("crm.sync.tier", ondelete="cascade")
    category_id = fields.Many2one("product.category", "Product Category", ondelete="cascade")
    channel = fields.Char(size=64, help="As it stands in the key of the scope of KPI values: of “channel:web”, “web”.")
    scope_key = fields.Char(compute="_compute_scope_key", store=True, precompute=True, export_string_translation=False)

    @api.depends("scope_kind", "channel", *SCOPE_FIELDS.values())
    def _compute_scope_key(self):
        for choice in self:
            kind = choice.scope_kind
            which = (
                (choice.channel or "").strip()
                if kind == "channel"
                else kind in SCOPE_FIELDS and choice[SCOPE_FIELDS[kind]].id
            )
            choice.scope_key = f"{kind}:{which}" if kind != "company" and which else "company"

    @api.constrains("scope_kind", "channel", *SCOPE_FIELDS.values())
    def _check_scope(self):
        """Of whom is said, and it is nothing that the caller may not read."""
        # Odoo checks as superuser.
        for choice in self.sudo(False):
            if choice.scope_kind == "company":
                continue
            if choice.scope_key == "company":
                raise ValidationError(self.env._("Scope: choose of which one."))
            if choice.scope_kind in SCOPE_FIELDS:
                choice[SCOPE_FIELDS[choice.scope_kind]].check_access("read")

    def _composed(self, day):
        """The report as plain data, with the rights of the caller; see ``crm.sync.report._compose``."""
        self.ensure_one()
        if self.scope_kind != "company" and self.scope_key == "company":
            raise UserError(self.env._("Scope: choose of which one."))
        return self.env["crm.sync.report"]._compose(
            self.report, self.period_kind, day, self.company_id, self.scope_key, self.known
        )

    def _choice_defaults(self):
        """The same choice as defaults of another record."""
        self.ensure_one()
        values = {name: self[name] for name in ("report", "period_kind", "known", "scope_kind", "channel")}
        values |= {name: self[name].id for name in ("company_id", *SCOPE_FIELDS.values())}
        return {f"default_{name}": value for name, value in values.items()}

    def _title(self):
        self.ensure_one()
        return dict(self._fields["report"]._description_selection(self.env))[self.report]
