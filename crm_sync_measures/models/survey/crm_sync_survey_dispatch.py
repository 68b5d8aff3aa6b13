from odoo import api, fields, models
from odoo.tools import SQL

#: Mails a transaction.
_MAILED = 500


class CrmSyncSurveyDispatch(models.AbstractModel):
    """Mails the invitations that the gate let pass.

    A mail is put into the outbox in the transaction that marks its invitation and counts it in the contact budget: there
    is one mail for each invitation ever, wherever this is stopped.
    """

    _name = "crm.sync.survey.dispatch"
    _description = "Dispatch of Surveys"

    @api.model
    def _cron_dispatch(self):
        self.env["crm.sync.job.runner"]._run_sets(
            "survey_dispatch", self._due, self._mail_set, _MAILED, self.env["crm.sync.survey.invitation"].browse
        )

    @api.model
    def _due(self, after, limit):
        """Ids of the next invitations that passed the gate and have no mail; those of a paused program wait."""
        self.env["crm.sync.survey.invitation"].flush_model()
        self.env["crm.sync.survey.program"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.id FROM crm_sync_survey_invitation i JOIN crm_sync_survey_program p ON p.id = i.program_id
                    WHERE i.state = 'queued' AND i.handed_at IS NULL AND i.id > %s AND p.state IN ('running', 'ended')
                    ORDER BY i.id LIMIT %s""",
                after,
                limit,
            )
        )
        return [invitation_id for [invitation_id] in rows]

    @api.model
    def _mail_set(self, ids):
        """One set of the work: (invitations done, invitations that another transaction holds)."""
        invitations = self.env["crm.sync.survey.invitation"]._lock(ids, ["queued"])
        now = fields.Datetime.now()
        for program, own in invitations.filtered(lambda one: not one.handed_at).grouped("program_id").items():
            left = own._without_reason(program, now, "queued_at")
            self._still_allowed(program, left, now)._mail_invitation(program, now)
        return len(invitations), len(ids) - len(invitations)

    def _still_allowed(self, program, invitations, now):
        """Those who may still be mailed. Since the gate some time may have passed: who has opted out is dropped, and who
        is asleep by now waits in the queue."""
        Gate = self.env["crm.sync.survey.gate"]
        refused = Gate._refused_for_good(program, invitations.partner_id)
        for partner, own in invitations.grouped("partner_id").items():
            if partner.id in refused:
                own._move("suppressed", now, refused[partner.id])
        asleep = set(Gate._in_quiet_hours(program, invitations.partner_id, now))
        return invitations.filtered(lambda one: one.partner_id.id not in refused and one.partner_id.id not in asleep)
