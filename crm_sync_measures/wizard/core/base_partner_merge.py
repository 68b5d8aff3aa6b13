from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Our rows and the done activities follow, before Odoo deletes what is in its way."""
        merge = self.env["crm.sync.merge.mixin"]
        merge._sync_merge_records(src_partners, dst_partner)
        merge._sync_merge_done_activities(src_partners, dst_partner)
        self.env["crm.sync.contact.former"]._note(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _log_merge_operation(self, src_partners, dst_partner):
        result = super()._log_merge_operation(src_partners, dst_partner)
        # The facts of both are under one partner now: its standing is computed from them anew.
        self.env["crm.sync.customer"]._refresh_partners(dst_partner)
        return result
