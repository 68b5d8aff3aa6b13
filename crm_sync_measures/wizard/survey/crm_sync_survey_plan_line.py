from odoo import api, fields, models

from ...models.core.crm_sync_merge_mixin import REPOINT


class CrmSyncSurveyPlanLine(models.TransientModel):
    """A contact who would be asked, or why he would not."""

    _name = "crm.sync.survey.plan.line"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Contact in the Plan of a Survey"
    _order = "id"
    _rec_name = "partner_id"
    _transient_max_hours = 12.0
    _sync_merge = {"partner_id": REPOINT}

    plan_id = fields.Many2one("crm.sync.survey.plan", required=True, readonly=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index=True, ondelete="cascade")
    email = fields.Char(related="partner_id.email")
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", string="Customer")
    origin_key = fields.Char(readonly=True)
    is_counted = fields.Boolean(readonly=True)
    reason = fields.Char("Reason Code", readonly=True)
    reason_text = fields.Char("Reason", compute="_compute_reason_text")

    _reason_idx = models.Index("(plan_id, reason)")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        sentences = self.env["crm.sync.survey.invitation"]._suppression_sentences()
        for line in self:
            line.reason_text = sentences.get(line.reason, line.reason)
