from odoo import fields, models


class CrmSyncCarePreviewNumber(models.TransientModel):
    """One number of a preview, which opens the customers that it counts."""

    _name = "crm.sync.care.preview.number"
    _description = "Number in the Preview of Care"
    _order = "sequence, id"
    _rec_name = "text"
    _transient_max_hours = 12.0

    preview_id = fields.Many2one("crm.sync.care.preview", required=True, readonly=True, index=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    rule_id = fields.Many2one("crm.sync.care.rule", readonly=True, index=True, ondelete="cascade")
    code = fields.Char("Reason Code", readonly=True)
    text = fields.Char("What", readonly=True)
    count = fields.Integer("Customers", readonly=True)

    def _domain(self):
        self.ensure_one()
        return [
            ("preview_id", "=", self.preview_id.id),
            ("is_counted", "=", True),
            ("rule_id", "=", self.rule_id.id),
            ("reason", "=", self.code),
        ]

    def action_open(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_care_preview_line_action")
        return {**action, "name": self.text, "domain": self._domain()}
