from odoo import api, models


class CrmSyncMergeMixin(models.AbstractModel):
    """Open matters of a handover follow a merge; they name their record by model and id."""

    _inherit = "crm.sync.merge.mixin"

    @api.model
    def _sync_merge_records(self, sources, target):
        result = super()._sync_merge_records(sources, target)
        # sudo: the merge was allowed by Odoo; a matter left behind would be lost.
        self.env["crm.sync.handover.line"].sudo()._follow_merge(sources, target)
        return result
