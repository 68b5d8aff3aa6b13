import logging

from odoo import fields, models

_logger = logging.getLogger(__name__)


class CrmSyncSurveyResults(models.Model):
    """The results to take along, as a workbook."""

    _inherit = "crm.sync.survey.program"

    def _results_in_company(self):
        """The program in its own company, where the user works for it: an address does not say which one he has chosen."""
        known = self.sudo().exists() if 0 < self.id < 2**31 else self.browse()  # sudo: only which company it is of
        company = known.company_id & self.env.user.company_ids
        return self.with_context(allowed_company_ids=company.ids) if company else self

    def _write_results(self, file, **chosen):
        """Write the workbook to ``file``, by what the caller may read, and note in the log who took what."""
        program = self._check_results()
        self.env["crm.sync.survey.results.xlsx"]._write_to(program, file, **chosen)
        _logger.info("User %s exported the results of survey program %s: %s", self.env.uid, program.id, chosen)

    def _results_filename(self):
        return f"survey_results_{self.id}_{fields.Date.context_today(self)}.xlsx"
