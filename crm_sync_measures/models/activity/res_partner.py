from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class ResPartner(models.Model):
    _inherit = "res.partner"

    sync_promise_count = fields.Integer("Promises Owed", compute="_compute_sync_promise_count", groups=_READERS)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_promise_count(self):
        """What is owed to the whole company or person, as far as the reader may know."""
        counts = self.env["crm.sync.promise"]._count_owed("commercial_partner_id", self.commercial_partner_id)
        for partner in self:
            partner.sync_promise_count = counts.get(partner.commercial_partner_id.id, 0)

    def action_sync_promise(self):
        """Open the dialog that notes a promise to this customer."""
        self.ensure_one()
        return self.env["crm.sync.promise"]._action_make(self, self)

    def action_open_sync_promises(self):
        """Open all promises made to this company or person."""
        self.ensure_one()
        entity = self.commercial_partner_id
        return self.env["crm.sync.promise"]._action_list(
            [("commercial_partner_id", "=", entity.id)], default_partner_id=self.id
        )
