from odoo import api, fields, models


class CrmSyncOwnedMixin(models.AbstractModel):
    """A record that somebody owes a customer: it has a colleague, ``user_id``, and a department, ``department_id``."""

    _name = "crm.sync.owned.mixin"
    _inherit = ["crm.sync.own.mixin"]
    _description = "Owed to a Customer"

    can_change = fields.Boolean(compute="_compute_can_change")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("user_id", "department_id")
    def _compute_can_change(self):
        """Whether the reader may act on it: buttons that would only refuse are not shown."""
        allowed = self._filtered_access("write")
        for record in self:
            record.can_change = record in allowed
