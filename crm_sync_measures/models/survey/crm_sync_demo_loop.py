from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.survey_loop import SPOKEN, follows_at, is_low


class CrmSyncDemo(models.AbstractModel):
    """What became of those who were unhappy in the wave of the demo company. One of them was called by nobody yet."""

    _inherit = "crm.sync.demo"

    @api.model
    def _play_invitation(self, program, line):
        invitation = super()._play_invitation(program, line)
        if line["state"] == "done" and is_low(int(line["value"]), program.low_to):
            self._play_loop(program, invitation, line)
        return invitation

    def _play_loop(self, program, invitation, line):
        opened = follows_at(invitation.done_at)
        loop = self.env["crm.sync.survey.loop"]._open(program, invitation, invitation, opened)
        self._stamp("crm.sync.case", ("create_date",), SQL("id = %s", loop.case_id.id), opened)
        # No job mails anybody in a demo.
        loop.follow_up_id._record({"due_at": fields.Datetime.now() + timedelta(days=160)})
        if not line["outcome"]:
            return
        case, at = loop.case_id, invitation.done_at + timedelta(hours=int(line["contacted_after"]))
        case = case.with_user(case.user_id or self.env.user)
        case._acknowledge(opened, moves=True)
        if line["outcome"] in SPOKEN:
            case._answered(at)
        case._note_outcome(line["outcome"], line["said"], at)
        cause = self.env.ref(f"crm_sync_measures.case_cause_{line['cause']}")
        case._record({"decision": "upheld", "cause_id": cause.id})
        case._go_to_step("closed", event="closed", at=at + timedelta(hours=1), note=line["said"])
        case._record({"survey_at": False})
