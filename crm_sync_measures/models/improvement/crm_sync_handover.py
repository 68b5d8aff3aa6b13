from odoo import api, models
from odoo.fields import Domain

from ..activity.handover_source import HandoverSource, handover_source


class CrmSyncHandover(models.Model):
    """Improvement actions that are not over are handed over too."""

    _inherit = "crm.sync.handover"

    @api.model
    def _get_kind_labels(self):
        return {**super()._get_kind_labels(), "improvement": self.env._("Improvement Action")}

    @handover_source(80, "improvement")
    def _source_improvement(self, holder):
        return HandoverSource(
            "crm.sync.improvement",
            Domain("owner_id", "=", holder.id) & Domain("phase", "!=", "over"),
            owner="owner_id",
            customer=None,
            due="due_on",
            is_over=Domain("phase", "=", "over"),
        )
