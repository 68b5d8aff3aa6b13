from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules.case_flow import KINDS


class CrmSyncCaseCause(models.Model):
    """Why a case came up: a tree, so that what is found in detail adds up to what is found at large."""

    _name = "crm.sync.case.cause"
    _description = "Cause of Cases"
    _parent_name = "parent_id"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="A short word for lists and other systems.")
    complete_name = fields.Char(
        "Full Name", compute="_compute_complete_name", recursive=True, store=True, translate=False
    )
    parent_id = fields.Many2one(
        "crm.sync.case.cause", "Belongs to", index=True, ondelete="restrict", check_company=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.sync.case.cause", "parent_id", "More Exactly")
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Leave empty for a cause that all companies share."
    )
    active = fields.Boolean(default=True)
    is_for_complaint = fields.Boolean("Complaints", default=True)
    is_for_question = fields.Boolean("Questions", default=True)
    is_for_praise = fields.Boolean("Praise")
    is_for_suggestion = fields.Boolean("Customer Suggestions")
    kinds = fields.Char(compute="_compute_kinds", store=True, export_string_translation=False)
    description = fields.Text(translate=True)

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL AND code <> ''",
        "A cause with this code already exists. Choose another code.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for cause in self:
            cause.complete_name = (
                f"{cause.parent_id.complete_name} / {cause.name}" if cause.parent_id else cause.name or ""
            )

    @api.depends(*(f"is_for_{kind}" for kind in KINDS))
    def _compute_kinds(self):
        for cause in self:
            cause.kinds = ",".join(kind for kind in KINDS if cause[f"is_for_{kind}"])

    @api.depends("name", "parent_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """The path in the reader's language; the stored one is for sorting."""
        for cause in self:
            names, node = [], cause
            while node:
                names.append(node.name or "")
                node = node.parent_id
            cause.display_name = " / ".join(reversed(names))

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("Belongs to: a cause cannot belong to itself."))
