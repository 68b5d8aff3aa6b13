from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSyncSurveyProgram(models.Model):
    """How far a program was looked at, and its waves."""

    _inherit = "crm.sync.survey.program"

    asks_from = fields.Datetime(
        readonly=True, copy=False, help="Nobody is asked about what happened before: the program did not run."
    )
    scanned_until = fields.Datetime(
        "Looked at Until", readonly=True, copy=False, help="Everything that happened until then has its invitation."
    )
    wave_since = fields.Datetime(
        "Wave Begun On", readonly=True, copy=False, help="Set as long as the audience of the wave is being planned."
    )
    next_wave_at = fields.Datetime(
        "Next Wave", copy=False, help="When the audience is asked again. Empty: when the program is started."
    )

    @api.model
    def _own_fields(self):
        return super()._own_fields() | {"asks_from", "scanned_until", "wave_since"}

    # ---------------------------------------------------------------- start and send

    def action_start(self):
        """Ask about what happens from now on, also after a pause."""
        result = super().action_start()
        now = fields.Datetime.now()
        for program in self:
            begins = {"asks_from": now, "scanned_until": now}
            if program.trigger == "wave" and not program.next_wave_at:
                begins["next_wave_at"] = now
            program._record(begins)
        self._look_soon()
        return result

    def action_send_wave(self):
        """Ask everybody of the audience once more whom the gate lets pass; it begins within a minute."""
        self.ensure_one()
        self._check_manager()
        if self.kind_of_score != "relational" or self.state != "running":
            raise UserError(
                self.env._("“%s”: only a running program that is not triggered by events sends a wave.", self.name)
            )
        if self.wave_since:
            raise UserError(self.env._("“%s”: the last wave is still being planned. Wait some minutes.", self.name))
        self._record({"wave": self.wave + 1, "wave_since": fields.Datetime.now()})
        self._look_soon()
        return self._open_invitations([("wave", "=", self.wave)])

    def _look_soon(self):
        # sudo: the right was checked; when the work is done is the scheduler's affair
        self.sudo().env.ref("crm_sync_measures.cron_survey_scan")._trigger()

    # ---------------------------------------------------------------- for the job

    def _open_due_wave(self, now):
        """A wave that is due begins. Those that were missed are not made up for: the next one is in the future."""
        self.ensure_one()
        if self.trigger != "wave" or self.wave_since or not self.next_wave_at or self.next_wave_at > now:
            return
        number = 1
        # From the first day on, so that the 31st stays the 31st.
        while self.next_wave_at + relativedelta(months=number * self.wave_months) <= now:
            number += 1
        following = self.next_wave_at + relativedelta(months=number * self.wave_months)
        self._record({"wave": self.wave + 1, "wave_since": now, "next_wave_at": following})

    def _note_scanned(self, until):
        """Everything was found; a wave that began before is planned wholly."""
        for program in self:
            is_planned = program.wave_since and program.wave_since <= until
            program._record({"scanned_until": until, **({"wave_since": False} if is_planned else {})})
