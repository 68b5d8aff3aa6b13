from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    sync_case_count = fields.Integer("Open Cases", compute="_compute_sync_case_count", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_case_count(self):
        """Open cases about this order, as far as the reader may know."""
        counts = self.env["crm.sync.case"]._count_open("order_id", self)
        for order in self:
            order.sync_case_count = counts.get(order.id, 0)

    def action_open_sync_cases(self):
        """Open the cases about this order."""
        self.ensure_one()
        return self.env["crm.sync.case"]._action_list(
            [("order_id", "=", self.id)], default_partner_id=self.partner_id.id, default_order_id=self.id
        )

    def action_sync_case(self):
        """Open the dialog that opens a case about this order."""
        self.ensure_one()
        lead = self.opportunity_id if self.opportunity_id.has_access("read") else None
        products = self.order_line.product_id
        return self.env["crm.sync.case.open"]._action(
            self.partner_id,
            order_id=self,
            lead_id=lead,
            product_id=products if len(products) == 1 else None,
            company_id=self.company_id,
        )
