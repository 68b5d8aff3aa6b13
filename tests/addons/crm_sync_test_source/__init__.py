from odoo import models
from odoo.addons.crm_sync_measures.models.core.timeline_source import Source, timeline_source
from odoo.tools import SQL


class Timeline(models.AbstractModel):
    _inherit = "crm.sync.timeline"

    @timeline_source(200, "bank")
    def _source_bank(self):
        return Source("res.partner.bank", at=SQL("e.create_date"), title=SQL("e.acc_number"), kind="bank account")
