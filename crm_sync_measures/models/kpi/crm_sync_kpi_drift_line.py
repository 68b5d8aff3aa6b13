from odoo import api, fields, models

from .drift_words import READS_ALL, moved_words, scope_names, tells_all


class CrmSyncKpiDriftLine(models.Model):
    """A document that counts otherwise than when its period became final: it came, went, changed, or counts for others.

    Written by the addon alone.
    """

    _name = "crm.sync.kpi.drift.line"
    _description = "Document of a Drift"
    _order = "drift_id desc, change, res_model, res_id"
    _rec_name = "document_name"
    _log_access = False

    drift_id = fields.Many2one("crm.sync.kpi.drift", required=True, readonly=True, index=True, ondelete="cascade")
    kpi_id = fields.Many2one(related="drift_id.kpi_id")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document ID", required=True, readonly=True, model_field="res_model")
    document_name = fields.Char("Document", compute="_compute_document_name", compute_sudo=False)
    kind = fields.Char("Type of Document", compute="_compute_kind")
    change = fields.Selection(
        [
            ("added", "Came Afterwards"),
            ("gone", "Counts No More"),
            ("changed", "Counts Otherwise"),
            ("moved", "Counts for Others"),
        ],
        required=True,
        readonly=True,
    )
    numerator_then = fields.Float(readonly=True, aggregator="sum")
    denominator_then = fields.Float(readonly=True, aggregator="sum")
    numerator_now = fields.Float(readonly=True, aggregator="sum")
    denominator_now = fields.Float(readonly=True, aggregator="sum")
    scopes_then = fields.Json(readonly=True, groups=READS_ALL, help="Keys of the scopes that it has left.")
    scopes_now = fields.Json(readonly=True, groups=READS_ALL, help="Keys of the scopes that it has come to.")
    moved_text = fields.Char("Moved From, To", compute="_compute_moved_text", compute_sudo=False)
    changed_by_id = fields.Many2one(
        "res.users", "Changed Last By", readonly=True, index="btree_not_null", ondelete="set null"
    )
    changed_at = fields.Datetime("Changed Last On", readonly=True)

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_document_name(self):
        """With the rights of who looks: what he may not read is told by its kind only."""
        for lines in self.grouped("res_model").values():
            names = {record.id: record.display_name for record in lines._readable_documents()}
            for line in lines:
                line.document_name = names.get(line.res_id) or self.env._("Deleted, or not yours to read")

    @api.depends("scopes_then", "scopes_now")
    @api.depends_context("uid", "lang")
    def _compute_moved_text(self):
        """From whom to whom; for who may read the document, and for managers and auditors."""
        # sudo: whoever may read a document may know whom it belongs to; of others nothing is told, see below
        scopes = {line: (line.sudo().scopes_then or [], line.sudo().scopes_now or []) for line in self}
        names = scope_names(self.env, {key for before, after in scopes.values() for key in before + after})
        for lines in self.grouped("res_model").values():
            readable = lines.mapped("res_id") if tells_all(self.env) else lines._readable_documents().ids
            for line in lines:
                line.moved_text = line.res_id in readable and moved_words(self.env, *scopes[line], names)

    def _readable_documents(self):
        """Those documents of lines of one model that the reader may read."""
        model = self[:1].res_model
        if model not in self.env or not self.env[model].has_access("read"):
            return self.browse()
        return self.env[model].with_context(active_test=False).search([("id", "in", self.mapped("res_id"))])

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_kind(self):
        for line in self:
            line.kind = self.env["ir.model"]._get(line.res_model).name or line.res_model

    def action_open_document(self):
        """Open the document, with the rights of who asks."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
