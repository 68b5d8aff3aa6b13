from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class AccountMove(models.Model):
    _inherit = "account.move"

    sync_case_count = fields.Integer("Open Cases", compute="_compute_sync_case_count", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_case_count(self):
        """Open cases about this invoice, as far as the reader may know."""
        counts = self.env["crm.sync.case"]._count_open("invoice_id", self)
        for move in self:
            move.sync_case_count = counts.get(move.id, 0)

    def action_open_sync_cases(self):
        """Open the cases about this invoice."""
        self.ensure_one()
        return self.env["crm.sync.case"]._action_list(
            [("invoice_id", "=", self.id)], default_partner_id=self.partner_id.id, default_invoice_id=self.id
        )

    def action_sync_case(self):
        """Open the dialog that opens a case about this invoice."""
        self.ensure_one()
        products = self.invoice_line_ids.product_id
        return self.env["crm.sync.case.open"]._action(
            self.partner_id,
            invoice_id=self,
            product_id=products if len(products) == 1 else None,
            company_id=self.company_id,
        )
