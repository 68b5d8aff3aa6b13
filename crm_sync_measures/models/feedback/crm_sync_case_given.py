from odoo import api, fields, models


class CrmSyncCaseGiven(models.Model):
    """What was given for a case."""

    _inherit = "crm.sync.case"

    compensation_ids = fields.One2many("crm.sync.case.compensation", "case_id", "Compensations")
    compensation_count = fields.Integer("Given or Asked for", compute="_compute_compensation_count")

    @api.depends("compensation_ids.state")
    def _compute_compensation_count(self):
        for case in self:
            case.compensation_count = len(case.compensation_ids.filtered(lambda given: given.state != "refused"))
