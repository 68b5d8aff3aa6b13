import csv
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import file_open

from ...rules.survey_flow import REMINDED

_WAVE = "crm_sync_measures/demo/survey/wave.csv"
#: The way to each state, with the hours that it takes.
_WAYS = {
    "sent": (("queued", 0), ("sent", 0)),
    "bounced": (("queued", 0), ("sent", 0), ("bounced", 1)),
    "opened": (("queued", 0), ("sent", 0), ("opened", 5)),
    "started": (("queued", 0), ("sent", 0), ("opened", 5), ("started", 5)),
    "done": (("queued", 0), ("sent", 0), ("opened", 7), ("started", 7), ("done", 7)),
}


class CrmSyncDemo(models.AbstractModel):
    """A wave of the demo company: who was asked some weeks ago, who was not and why, and what was answered."""

    _inherit = "crm.sync.demo"

    @api.model
    def _play_surveys(self):
        """Play it, once per database. Nobody is mailed."""
        program = self.env.ref("crm_sync_measures.survey_program_nps_relationship")
        if program.state != "draft":
            return
        # The next wave is far away, and who has not answered was reminded: no job mails anybody in a demo.
        program.next_wave_at = fields.Datetime.now() + timedelta(days=160)
        program.action_start()
        program._record({"wave": 1})
        with file_open(_WAVE) as file:
            for line in csv.DictReader(file):
                self._play_invitation(program, line)

    def _play_invitation(self, program, line):
        partner = self._demo(f"partner_{line['customer']}")
        day = fields.Date.today() - timedelta(days=int(line["days_ago"]))
        at = datetime.combine(day - timedelta(days=max(0, day.weekday() - 4)), time(8, 30))
        invitation = self.env["crm.sync.survey.invitation"].create(
            {
                "program_id": program.id,
                "partner_id": partner.id,
                "email": partner.email,
                "lang": partner.lang,
                "wave": program.wave,
                "origin_key": f"{program.wave}:{partner.id}",
                "planned_at": at - timedelta(hours=1),
                "due_at": at,
                "expires_at": at + timedelta(days=program.deadline_days),
            }
        )
        if line["state"] == "suppressed":
            invitation._suppress(line["text"], at)
        for state, hours in _WAYS.get(line["state"], ()):
            invitation._set_state(state, at + timedelta(hours=hours))
        if line["state"] in REMINDED:
            invitation._record({"reminded": program.reminder_count, "last_reminder_at": at + timedelta(days=5)})
        if line["state"] == "done":
            score = self.env["crm.sync.score"]._answer(
                program, int(line["value"]), line["text"] or None, invitation.done_at, invitation
            )
            invitation._record({"score_id": score.id})
        return invitation
