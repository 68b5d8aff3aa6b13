from tempfile import TemporaryFile

from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from werkzeug.wsgi import wrap_file


def workbook_headers(name):
    """The headers of a workbook that is saved under this name, and kept by no cache."""
    return [
        ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("Content-Disposition", content_disposition(name)),
        ("Cache-Control", "no-store"),
    ]


def refused(refusal):
    """The answer in the words of a ``UserError``, with its status."""
    headers = [("Content-Type", "text/plain; charset=utf-8")]
    return request.make_response(str(refusal), headers, status=refusal.http_status)


def workbook_response(write):
    """The answer that streams a workbook; what ``write`` refuses (``UserError``) is answered in its words.

    :param write: called with an open file, into which it writes the workbook; returns the name to save it under
    """
    file = TemporaryFile()  # noqa: SIM115 - closed with the response that streams it
    try:
        name = write(file)
    except UserError as refusal:
        file.close()
        return refused(refusal)
    headers = [*workbook_headers(name), ("Content-Length", str(file.tell()))]
    file.seek(0)
    response = request.make_response(wrap_file(request.httprequest.environ, file), headers)
    response.direct_passthrough = True
    response.call_on_close(file.close)
    return response
