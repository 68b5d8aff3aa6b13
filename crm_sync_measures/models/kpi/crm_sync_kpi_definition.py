import json

from odoo import api, fields, models
from odoo.tools import SQL


class CrmSyncKpiDefinition(models.Model):
    """What a KPI meant when a figure was measured: kept for as long as the figures are, and never changed.

    Two figures with the same hash were counted by the same rule.
    """

    _name = "crm.sync.kpi.definition"
    _inherit = ["crm.sync.append.only"]
    _description = "Definition of a KPI"
    _order = "id desc"
    _rec_name = "definition_hash"

    definition_hash = fields.Char("SHA-256", required=True, readonly=True, export_string_translation=False)
    text = fields.Text("Definition", required=True, readonly=True)
    first_used_at = fields.Datetime("First Used On", required=True, readonly=True)
    value_ids = fields.One2many("crm.sync.kpi.value", "definition_id", "KPI Values", readonly=True)

    _hash_uniq = models.UniqueIndex("(definition_hash)", "This definition is kept already.")

    @api.model
    def _keep(self, kpi, now):
        """The definition of ``kpi`` as it is now; a row is made where there is none."""
        # sudo: definitions are kept by the addon alone
        rows = self.sudo()
        code = kpi._hash_definition()
        if known := rows.search_fetch([("definition_hash", "=", code)], ["definition_hash"]):
            return known
        text = json.dumps(kpi._definition(), sort_keys=True, indent=1, default=str, ensure_ascii=False)
        _options, method = kpi._measure()
        if method and method.__doc__:
            text = f"{text}\n{method.__doc__.strip()}"
        # Two KPIs may be measured at once.
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_kpi_definition (definition_hash, text, first_used_at, create_uid, create_date, write_uid, write_date)
                   VALUES (%(hash)s, %(text)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s)
                   ON CONFLICT (definition_hash) DO NOTHING""",
                hash=code,
                text=text,
                now=now,
                uid=self.env.uid,
            )
        )
        return rows.search([("definition_hash", "=", code)])
