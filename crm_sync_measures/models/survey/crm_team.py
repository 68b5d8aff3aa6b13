from odoo import models


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "crm.sync.scored.mixin"]
    _sync_score_field = "team_id"
