from tempfile import TemporaryFile

from odoo.http import Controller, content_disposition, request, route
from werkzeug.wsgi import wrap_file

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LoyaltyStatement(Controller):
    @route("/crm_sync_measures/loyalty_statement/<int:statement_id>", type="http", auth="user", readonly=True)
    def loyalty_statement(self, statement_id):
        """The workbook of a statement. Only who made the statement can read it, and with his own rights."""
        statement = (
            request.env["crm.sync.loyalty.statement"].search([("id", "=", statement_id)])
            if statement_id < 2**31
            else None
        )
        if not statement:
            return request.not_found()
        file = TemporaryFile()  # noqa: SIM115 - closed with the response that streams it
        statement._write_workbook(file)
        size = file.tell()
        file.seek(0)
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Length", str(size)),
            ("Content-Disposition", content_disposition(statement._filename())),
            ("Cache-Control", "no-store"),
        ]
        response = request.make_response(wrap_file(request.httprequest.environ, file), headers)
        response.direct_passthrough = True
        response.call_on_close(file.close)
        return response
