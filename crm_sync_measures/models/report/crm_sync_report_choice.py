from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kpi.kpi_words import SCOPE_CHANNELS, SCOPES
from .report_words import KNOWN_LABELS, PERIOD_LABELS, REPORT_LABELS

#: Kind of scope → field of the record that it is about; a channel is none.
SCOPE_FIELDS = {
    "department": "department_id",
    "team": "team_id",
    "person": "person_id",
    "tier": "tier_id",
    "category": "category_id",
    "source": "source_id",
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
    source_id = fields.Many2one("utm.source", "Marketing Source", ondelete="cascade")
    measured_source_ids = fields.Many2many(
        "utm.source", compute="_compute_measured_source_ids", export_string_translation=False
    )
    channel = fields.Selection(SCOPE_CHANNELS)
    scope_key = fields.Char(compute="_compute_scope_key", store=True, precompute=True, export_string_translation=False)

    @api.depends("scope_kind", "channel", *SCOPE_FIELDS.values())
    def _compute_scope_key(self):
        for choice in self:
            kind = choice.scope_kind
            which = choice.channel if kind == "channel" else kind in SCOPE_FIELDS and choice[SCOPE_FIELDS[kind]].id
            choice.scope_key = f"{kind}:{which}" if kind != "company" and which else "company"

    @api.depends("scope_kind", "company_id")
    @api.depends_context("uid")
    def _compute_measured_source_ids(self):
        """Sources of the company of which there are values: each mailing is one, and most are never measured."""
        self.measured_source_ids = False
        for choice in self.filtered(lambda choice: choice.scope_kind == "source"):
            domain = [
                ("kpi_id.scope_source", "=", True),
                ("company_id", "=", choice.company_id.id),
                ("scope_kind", "=", "source"),
                ("is_current", "=", True),
            ]
            groups = self.env["crm.sync.kpi.value"]._read_group(domain, ["scope_id"])
            choice.measured_source_ids = self.env["utm.source"].browse([number for [number] in groups]).exists()

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
