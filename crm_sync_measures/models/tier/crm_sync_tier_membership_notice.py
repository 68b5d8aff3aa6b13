from odoo import models


class CrmSyncTierMembership(models.Model):
    _inherit = "crm.sync.tier.membership"

    _risen_idx = models.Index("(date_from, id) WHERE reason = 'rise' AND date_to IS NULL")
