from odoo import models


class CrmSyncSurveyProgram(models.Model):
    _inherit = "crm.sync.survey.program"

    def action_plan(self):
        """What would happen if it asked now: who would be skipped and why. Sends nothing."""
        self.ensure_one()
        self._check_manager()
        return self._make_plan()._open()

    def _plan(self, wave=None):
        """The same for other programs: ``{"all", "asked", "skipped", "sentence", "reasons": [{"code", "text", "count",
        "domain"}], "model", "is_complete"}``; each domain is one of ``model``.

        :param wave: number of the wave, by default the next one; of a program that follows events it says nothing
        """
        self.ensure_one()
        return self._make_plan(wave)._as_dict()

    def _make_plan(self, wave=None):
        is_wave = self.kind_of_score == "relational"
        number = (self.wave + 1 if wave is None else wave) if is_wave else 0
        plan = self.env["crm.sync.survey.plan"].create({"program_id": self.id, "wave": number})
        plan._gather()
        plan._count()
        return plan
