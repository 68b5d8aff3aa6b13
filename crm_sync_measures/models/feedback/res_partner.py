from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class ResPartner(models.Model):
    _inherit = "res.partner"

    sync_case_count = fields.Integer("Open Cases", compute="_compute_sync_case_count", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_case_count(self):
        """Open cases of the whole company or person, as far as the reader may know."""
        counts = self.env["crm.sync.case"]._count_open("commercial_partner_id", self.commercial_partner_id)
        for partner in self:
            partner.sync_case_count = counts.get(partner.commercial_partner_id.id, 0)

    def action_open_sync_cases(self):
        """Open all cases of this company or person."""
        self.ensure_one()
        return self.env["crm.sync.case"]._action_list(
            [("commercial_partner_id", "=", self.commercial_partner_id.id)], default_partner_id=self.id
        )

    def action_sync_case(self):
        """Open the dialog that opens a case of this customer."""
        self.ensure_one()
        return self.env["crm.sync.case.open"]._action(self, company_id=self.company_id & self.env.companies)
