from odoo.http import Controller, request, route

from ..core.workbook import workbook_response


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

        def write(file):
            statement._write_workbook(file)
            return statement._filename()

        return workbook_response(write)
