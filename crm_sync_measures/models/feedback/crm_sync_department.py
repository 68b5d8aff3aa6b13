from ast import literal_eval

from odoo import fields, models

from .crm_sync_case import KINDS


class CrmSyncDepartment(models.Model):
    """What customers write to the address of a department becomes a case."""

    _name = "crm.sync.department"
    _inherit = ["crm.sync.department", "mail.alias.mixin.optional"]

    alias_id = fields.Many2one(
        help="What is written to this address becomes a case of the department; an answer to a case goes on with it."
    )
    case_kind = fields.Selection(
        KINDS,
        string="Mails Are",
        required=True,
        default="complaint",
        help="What a mail to the address is until somebody looks at it.",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("crm.sync.case")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {**defaults, "department_id": self.id}
        return values
