from odoo import api, fields, models

from ...models.core.crm_sync_merge_mixin import REPOINT


class CrmSyncCarePreviewLine(models.TransientModel):
    """A customer for whom something would be done, or why not."""

    _name = "crm.sync.care.preview.line"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Occasion in the Preview of Care"
    _order = "due_at, id"
    _rec_name = "partner_id"
    _transient_max_hours = 12.0
    _sync_merge = {"partner_id": REPOINT}

    preview_id = fields.Many2one("crm.sync.care.preview", required=True, readonly=True, index=True, ondelete="cascade")
    rule_id = fields.Many2one("crm.sync.care.rule", readonly=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index=True, ondelete="cascade")
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", string="Customer")
    email = fields.Char(related="partner_id.email")
    day = fields.Date("Day of the Occasion", readonly=True)
    due_at = fields.Datetime(readonly=True)
    is_counted = fields.Boolean(readonly=True)
    reason = fields.Char("Reason Code", readonly=True)
    reason_text = fields.Char("Reason", compute="_compute_reason_text")

    _reason_idx = models.Index("(preview_id, rule_id, reason)")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        sentences = self.env["crm.sync.care.occasion"]._reason_sentences()
        for line in self:
            line.reason_text = sentences.get(line.reason, line.reason)
