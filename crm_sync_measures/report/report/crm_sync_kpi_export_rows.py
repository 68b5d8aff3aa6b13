from odoo import api, fields, models
from odoo.tools import SQL

from ..core.streamed_sheet import streamed_workbook

_BATCH = 5000
#: Columns as other systems know them, in every language the same; documented in docs/report.md.
COLUMNS = (
    "id", "kpi_code", "kpi_name", "subject", "unit", "additivity", "company_id", "company", "currency", "scope_kind",
    "scope_key", "scope_name", "calendar", "period_start", "period_end", "tz", "at_start_utc", "at_end_utc", "revision",
    "is_first", "is_current", "state", "source", "value", "numerator", "denominator", "documents", "target", "target_low",
    "target_high", "attainment", "level", "definition_hash", "computed_at_utc", "closed_at_utc", "reason",
)  # fmt: skip


class CrmSyncKpiExportRows(models.AbstractModel):
    """The rows of an export of KPI values: read in batches with the rights of the caller, forgotten once they are sent."""

    _name = "crm.sync.kpi.export.rows"
    _description = "Rows of an Export of KPI Values"

    @api.model
    def _stream(self, export):
        """The pieces of the workbook, in the caller's transaction."""
        about = [
            (self.env._("What this is"), self.env._("KPI values, one line for each figure and revision")),
            (self.env._("Companies"), ", ".join(export.company_ids.mapped("name"))),
            (self.env._("From Day"), export.date_from or self.env._("the first one")),
            (self.env._("Through Day"), export.date_to or self.env._("the last one")),
            (
                self.env._("Figures Known"),
                dict(export._fields["known"]._description_selection(self.env))[export.known],
            ),
            (self.env._("Exported by"), self.env.user.name),
            (self.env._("Exported at (UTC)"), fields.Datetime.now()),
            (self.env._("Source of the Values"), "crm.sync.kpi.value"),
        ]
        return streamed_workbook("KPI values", COLUMNS, self._rows(export), about)

    def _rows(self, export):
        """Tuples of ``COLUMNS``. Empty values are empty, and not 0."""
        values = export._values()._search(export._domain())
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(SQL("DECLARE crm_sync_kpi_export NO SCROLL CURSOR FOR %s", self._rows_sql(values)))
            while True:
                self.env.cr.execute(SQL("FETCH %s FROM crm_sync_kpi_export", _BATCH))
                rows = self.env.cr.fetchall()
                if not rows:
                    break
                yield from rows
            self.env.cr.execute(SQL("CLOSE crm_sync_kpi_export"))

    def _rows_sql(self, values):
        return SQL(
            """SELECT v.id, k.code, COALESCE(k.name->>%(lang)s, k.name->>'en_US'), k.subject, v.unit, v.additivity,
                      v.company_id, company.name, currency.name, v.scope_kind, v.scope_key, v.scope_name, v.calendar,
                      v.period_start, v.period_end, v.tz, v.at_start, v.at_end, v.revision, v.is_first, v.is_current, v.state,
                      v.source, CASE WHEN v.is_empty IS NOT TRUE THEN v.value END, v.numerator, v.denominator, v.count,
                      v.target, v.target_low, v.target_high, v.attainment, v.level, v.definition_hash, v.computed_at, v.closed_at, v.reason
                 FROM crm_sync_kpi_value v
                 JOIN crm_sync_kpi k ON k.id = v.kpi_id
                 JOIN res_company company ON company.id = v.company_id
                 LEFT JOIN res_currency currency ON currency.id = v.currency_id
                WHERE v.id IN %(values)s
                ORDER BY v.id""",
            lang=self.env.lang or "en_US",
            values=values.subselect(),
        )
