from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.sync.scored.mixin"]
    _sync_score_field = "lead_id"
