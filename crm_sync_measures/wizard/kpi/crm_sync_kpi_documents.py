from odoo import api, fields, models


class CrmSyncKpiDocuments(models.TransientModel):
    """Which kinds of documents a figure was made of: each opens as its own list."""

    _name = "crm.sync.kpi.documents"
    _description = "Documents of a KPI Value"

    value_id = fields.Many2one("crm.sync.kpi.value", "KPI Value", required=True, readonly=True)
    line_ids = fields.One2many("crm.sync.kpi.documents.line", "dialog_id", "Kinds of Documents", readonly=True)

    @api.constrains("value_id")
    def _check_value(self):
        """Nobody opens the dialog of a figure that he may not read: it tells its name."""
        # Odoo checks as superuser.
        self.sudo(False).value_id.check_access("read")

    @api.model
    def _for_value(self, value, documents):
        """The dialog of one figure.

        :param dict documents: ``{model: [ids]}``
        """
        return self.create(
            {
                "value_id": value.id,
                "line_ids": [
                    fields.Command.create(
                        {"res_model": model, "name": self.env["ir.model"]._get(model).name, "count": len(ids)}
                    )
                    for model, ids in documents.items()
                ],
            }
        )


class CrmSyncKpiDocumentsLine(models.TransientModel):
    """One kind of documents."""

    _name = "crm.sync.kpi.documents.line"
    _description = "Kind of Documents of a KPI Value"
    _order = "id"

    dialog_id = fields.Many2one("crm.sync.kpi.documents", required=True, readonly=True, ondelete="cascade")
    name = fields.Char("Kind of Document", readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    count = fields.Integer("Documents", readonly=True)

    def action_open(self):
        self.ensure_one()
        value = self.dialog_id.value_id
        value.check_access("read")
        return value._action_list(self.res_model, value._documents().get(self.res_model, []))
