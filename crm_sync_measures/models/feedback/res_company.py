from odoo import api, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._sync_ensure_case_sequence()
        return companies

    @api.model
    def _sync_ensure_case_sequences(self):
        """Every company that was there before this addon counts its own cases too."""
        # sudo: on installation, all companies
        self.sudo().with_context(active_test=False).search(Domain.TRUE)._sync_ensure_case_sequence()

    def _sync_ensure_case_sequence(self):
        # sudo: who may make a company need not know of sequences.
        Sequence = self.env["ir.sequence"].sudo()
        known = Sequence.search([("code", "=", "crm.sync.case"), ("company_id", "in", self.ids)]).company_id
        Sequence.create(
            [
                {
                    "name": "Cases of Customers",
                    "code": "crm.sync.case",
                    "prefix": "C/%(year)s/",
                    "padding": 6,
                    "company_id": company.id,
                }
                for company in self - known
            ]
        )
