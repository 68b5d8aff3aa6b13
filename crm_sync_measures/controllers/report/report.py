from tempfile import TemporaryFile

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, content_disposition, request, route
from werkzeug.wsgi import wrap_file

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Report(Controller):
    @route("/crm_sync_measures/report/<int:page_id>", type="http", auth="user", readonly=True)
    def report(self, page_id):
        """The workbook of a report. Only who has opened the report can read it, and with his own rights."""
        Page = request.env["crm.sync.report.page"]
        page = Page.search([("id", "=", page_id)]) if page_id < 2**31 and Page.has_access("read") else None
        if not page:
            return request.not_found()
        file = TemporaryFile()  # noqa: SIM115 - closed with the response that streams it
        try:
            report = page._write_workbook(file)
        except (AccessError, UserError) as refusal:
            file.close()
            headers = [("Content-Type", "text/plain; charset=utf-8")]
            return request.make_response(str(refusal), headers, status=refusal.http_status)
        size = file.tell()
        file.seek(0)
        name = request.env["crm.sync.report.text"]._filename(report, "xlsx")
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Length", str(size)),
            ("Content-Disposition", content_disposition(name)),
            ("Cache-Control", "no-store"),
        ]
        response = request.make_response(wrap_file(request.httprequest.environ, file), headers)
        response.direct_passthrough = True
        response.call_on_close(file.close)
        return response
