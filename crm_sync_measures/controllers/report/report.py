from odoo.http import Controller, request, route

from ..core.workbook import workbook_response


class Report(Controller):
    @route("/crm_sync_measures/report/<int:page_id>", type="http", auth="user", readonly=True)
    def report(self, page_id):
        """The workbook of a report. Only who has opened the report can read it, and with his own rights."""
        Page = request.env["crm.sync.report.page"]
        page = Page.search([("id", "=", page_id)]) if page_id < 2**31 and Page.has_access("read") else None
        if not page:
            return request.not_found()

        def write(file):
            return request.env["crm.sync.report.text"]._filename(page._write_workbook(file), "xlsx")

        return workbook_response(write)
