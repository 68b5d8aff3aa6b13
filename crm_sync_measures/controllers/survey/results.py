from tempfile import TemporaryFile

from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route
from werkzeug.wsgi import wrap_file

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SurveyResults(Controller):
    @route("/crm_sync_measures/survey_results/<int:program_id>", type="http", auth="user", readonly=True)
    def survey_results(self, program_id, wave=None, days=None, accounts=None, **_others):
        """The results of a program as a workbook, of what the reader may read and in his language."""
        if not program_id:
            return request.not_found()  # 0 is no row, and to Odoo one that is not saved yet
        program = request.env["crm.sync.survey.program"].browse(program_id)._results_in_company()
        chosen = {"wave": _number(wave), "days": _number(days), "by_account": bool(_number(accounts))}
        file = TemporaryFile()  # noqa: SIM115 - closed with the response that streams it
        try:
            program._write_results(file, **chosen)
        except UserError as refusal:
            file.close()
            headers = [("Content-Type", "text/plain; charset=utf-8")]
            return request.make_response(str(refusal), headers, status=refusal.http_status)
        size = file.tell()
        file.seek(0)
        headers = [
            ("Content-Type", _XLSX),
            ("Content-Length", str(size)),
            ("Content-Disposition", content_disposition(program._results_filename())),
            ("Cache-Control", "no-store"),
        ]
        response = request.make_response(wrap_file(request.httprequest.environ, file), headers)
        response.direct_passthrough = True
        response.call_on_close(file.close)
        return response


def _number(text):
    """What stands in an address; nonsense is nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None
