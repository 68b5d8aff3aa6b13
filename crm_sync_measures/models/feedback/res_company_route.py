from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_case_department_id = fields.Many2one(
        "crm.sync.department",
        "Department for Other Cases",
        domain="[('company_id', 'in', (False, id))]",
        ondelete="set null",
        help="Gets the cases to which no routing rule fits. Empty: they have no department until somebody takes them.",
    )
