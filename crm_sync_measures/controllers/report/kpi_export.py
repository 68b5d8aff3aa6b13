from odoo import api
from odoo.exceptions import AccessError
from odoo.http import Controller, request, route

from ..core.workbook import refused, workbook_headers


class KpiExport(Controller):
    @route("/crm_sync_measures/kpi_export/<int:export_id>", type="http", auth="user", readonly=True)
    def kpi_export(self, export_id):
        """All KPI values of an export as a workbook, sent while it is made: any number of rows, in little memory."""
        Export = request.env["crm.sync.kpi.export"]
        export = Export.search([("id", "=", export_id)]) if export_id < 2**31 and Export.has_access("read") else None
        if not export:
            return request.not_found()
        try:
            export._check_export()
        except AccessError as refusal:
            return refused(refusal)
        registry, uid, context = request.env.registry, request.env.uid, dict(request.env.context)
        return request.make_response(_pieces(registry, uid, context, export.id), workbook_headers(export._filename()))


def _pieces(registry, uid, context, export_id):
    """The workbook, piece by piece, in a transaction of its own: the request's one is over before the first is sent."""
    with registry.cursor(readonly=True) as cr:
        env = api.Environment(cr, uid, context)
        yield from env["crm.sync.kpi.export"].browse(export_id)._stream()
