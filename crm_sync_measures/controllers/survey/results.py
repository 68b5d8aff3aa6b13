from odoo.http import Controller, request, route

from ..core.workbook import workbook_response


class SurveyResults(Controller):
    @route("/crm_sync_measures/survey_results/<int:program_id>", type="http", auth="user", readonly=True)
    def survey_results(self, program_id, wave=None, days=None, accounts=None, **_others):
        """The results of a program as a workbook, of what the reader may read and in his language."""
        if not program_id:
            return request.not_found()  # 0 is no row, and to Odoo one that is not saved yet
        program = request.env["crm.sync.survey.program"].browse(program_id)._results_in_company()

        def write(file):
            program._write_results(file, wave=_number(wave), days=_number(days), by_account=bool(_number(accounts)))
            return program._results_filename()

        return workbook_response(write)


def _number(text):
    """What stands in an address; nonsense is nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None
