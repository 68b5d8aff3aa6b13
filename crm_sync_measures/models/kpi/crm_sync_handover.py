from odoo import api, models
from odoo.fields import Domain

from ..activity.handover_source import HandoverSource, handover_source


class CrmSyncHandover(models.Model):
    """KPIs whose signals one is told of are handed over too."""

    _inherit = "crm.sync.handover"

    @api.model
    def _get_kind_labels(self):
        return {**super()._get_kind_labels(), "kpi": self.env._("KPI")}

    @handover_source(85, "kpi")
    def _source_kpi(self, holder):
        return HandoverSource("crm.sync.kpi", Domain("owner_id", "=", holder.id), owner="owner_id", customer=None)
