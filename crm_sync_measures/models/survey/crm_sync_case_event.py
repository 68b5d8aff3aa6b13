from odoo import fields, models


class CrmSyncCaseEvent(models.Model):
    _inherit = "crm.sync.case.event"

    kind = fields.Selection(
        selection_add=[("outcome", "Outcome for the Customer"), ("asked_again", "Asked Again")],
        ondelete={"outcome": "cascade", "asked_again": "cascade"},
    )
