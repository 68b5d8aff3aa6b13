from odoo import api, fields, models
from odoo.exceptions import UserError

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    sync_case_count = fields.Integer("Open Cases", compute="_compute_sync_case_count", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_case_count(self):
        """Open cases about this lead, as far as the reader may know."""
        counts = self.env["crm.sync.case"]._count_open("lead_id", self)
        for lead in self:
            lead.sync_case_count = counts.get(lead.id, 0)

    def action_open_sync_cases(self):
        """Open the cases about this lead."""
        self.ensure_one()
        return self.env["crm.sync.case"]._action_list(
            [("lead_id", "=", self.id)], default_partner_id=self.partner_id.id, default_lead_id=self.id
        )

    def action_sync_case(self):
        """Open the dialog that opens a case about this opportunity."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Choose the customer of the opportunity first."))
        return self.env["crm.sync.case.open"]._action(
            self.partner_id, lead_id=self, company_id=self.company_id & self.env.companies
        )
