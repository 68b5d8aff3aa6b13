from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

#: Columns that only SQL sees: one element for each document, in the same order in all of them.
EVIDENCE_COLUMNS = {
    "res_ids": SQL("int[]"),
    "numerators": SQL("float8[]"),
    "denominators": SQL("float8[]"),
    "subject_ids": SQL("int[]"),
    "department_ids": SQL("int[]"),
    "team_ids": SQL("int[]"),
    "user_ids": SQL("int[]"),
    "tier_ids": SQL("int[]"),
    "category_ids": SQL("int[]"),
    "source_ids": SQL("int[]"),
    "channels": SQL("varchar[]"),
}


class CrmSyncKpiEvidence(models.Model):
    """The documents that a closed period counted, with what each of them counted for: its figures can be had again.

    One row for each model of documents and revision. The documents are in arrays that only SQL sees; those of scopes and
    subjects are empty (NULL) where the KPI has none.
    """

    _name = "crm.sync.kpi.evidence"
    _inherit = ["crm.sync.append.only"]
    _description = "Evidence of a KPI"
    _order = "period_id desc, revision desc, res_model, id"
    _rec_name = "res_model"

    period_id = fields.Many2one("crm.sync.kpi.period", required=True, readonly=True, index=True, ondelete="restrict")
    kpi_id = fields.Many2one(related="period_id.kpi_id")
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    revision = fields.Integer(required=True, readonly=True, aggregator=None)
    res_model = fields.Char("Model", required=True, readonly=True)
    count = fields.Integer("Documents", readonly=True)

    _period_uniq = models.UniqueIndex(
        "(period_id, revision, res_model)", "These documents are the evidence of this period already."
    )

    def init(self):
        result = super().init()
        for name, kind in EVIDENCE_COLUMNS.items():
            if not column_exists(self.env.cr, self._table, name):
                self.env.cr.execute(
                    SQL("ALTER TABLE %s ADD COLUMN %s %s", SQL.identifier(self._table), SQL.identifier(name), kind)
                )
        return result
