from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.survey_flow import REMINDED

#: Mails a transaction.
_MAILED = 500


class CrmSyncSurveyReminders(models.AbstractModel):
    """Reminds who has not answered: as often as the program says, twice at most, never where a mail came back."""

    _name = "crm.sync.survey.reminders"
    _description = "Reminders of Surveys"

    @api.model
    def _cron_remind(self):
        self.env["crm.sync.job.runner"]._run_sets(
            "survey_remind", self._due, self._remind_set, _MAILED, self.env["crm.sync.survey.invitation"].browse
        )

    @api.model
    def _due(self, after, limit):
        """Ids of the next invitations of which it is time to remind."""
        self.env["crm.sync.survey.invitation"].flush_model()
        self.env["crm.sync.survey.program"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.id FROM crm_sync_survey_invitation i JOIN crm_sync_survey_program p ON p.id = i.program_id
                    WHERE i.state IN ('sent', 'opened', 'started') AND i.bounced_at IS NULL AND i.is_left_alone IS NOT TRUE AND i.expires_at > %(now)s
                      AND i.reminded < LEAST(p.reminder_count, 2) AND p.reminder_template_id IS NOT NULL AND p.state = 'running'
                      AND COALESCE(i.last_reminder_at, i.sent_at, i.handed_at) <= %(now)s - p.reminder_days * INTERVAL '1 day'
                      AND i.id > %(after)s ORDER BY i.id LIMIT %(limit)s""",
                now=fields.Datetime.now(),
                after=after,
                limit=limit,
            )
        )
        return [invitation_id for [invitation_id] in rows]

    @api.model
    def _remind_set(self, ids):
        """One set of the work: (invitations done, invitations that another transaction holds).

        Who may not be reminded is left alone for good.
        """
        invitations = self.env["crm.sync.survey.invitation"]._lock(ids, REMINDED)
        now = fields.Datetime.now()
        for program, own in invitations.grouped("program_id").items():
            asleep = set(self.env["crm.sync.survey.gate"]._in_quiet_hours(program, own.partner_id, now))
            awake = own.filtered(lambda one, asleep=asleep: one.partner_id.id not in asleep)
            allowed = self._allowed(program, awake)
            (awake - allowed)._record({"is_left_alone": True})
            allowed.filtered(lambda one: one._may_be_reminded(now))._mail_reminder(program, now)
        return len(invitations), len(ids) - len(invitations)

    @api.model
    def _allowed(self, program, invitations):
        """Those whom nothing forbids: no opt-out, bounce or open complaint since, and what it is about is still so."""
        invitations = invitations._not_answered()
        left = invitations - invitations._gone(program)
        refused = self.env["crm.sync.survey.gate"]._refused(program, left.partner_id)
        hard = {partner_id for partner_id, reasons in refused.items() if reasons - {"company_cap"}}
        return left.filtered(lambda one: one.partner_id.id not in hard)
