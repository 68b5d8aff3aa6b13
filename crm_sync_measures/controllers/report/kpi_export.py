from odoo import api
from odoo.exceptions import AccessError
from odoo.http import Controller, content_disposition, request, route

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
            headers = [("Content-Type", "text/plain; charset=utf-8")]
            return request.make_response(str(refusal), headers, status=refusal.http_status)
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Disposition", content_disposition(export._filename())),
            ("Cache-Control", "no-store"),
        ]
        registry, uid, context = request.env.registry, request.env.uid, dict(request.env.context)
        return request.make_response(_pieces(registry, uid, context, export.id), headers)


def _pieces(registry, uid, context, export_id):
    """The workbook, piece by piece, in a transaction of its own: the request's one is over before the first is sent."""
    with registry.cursor(readonly=True) as cr:
        env = api.Environment(cr, uid, context)
        yield from env["crm.sync.kpi.export"].browse(export_id)._stream()
