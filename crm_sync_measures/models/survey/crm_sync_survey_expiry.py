from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.survey_flow import OPEN

#: Invitations a transaction.
_EXPIRED = 5000


class CrmSyncSurveyExpiry(models.AbstractModel):
    """Ends the invitations that nobody has answered in time."""

    _name = "crm.sync.survey.expiry"
    _description = "Expiry of Invitations"

    @api.model
    def _cron_expire(self):
        self.env["crm.sync.job.runner"]._run_sets(
            "survey_expire", self._due, self._expire_set, _EXPIRED, self.env["crm.sync.survey.invitation"].browse
        )

    @api.model
    def _due(self, after, limit):
        self.env["crm.sync.survey.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_sync_survey_invitation
                    WHERE state IN ('queued', 'sent', 'bounced', 'opened', 'started') AND expires_at <= %s AND id > %s
                    ORDER BY id LIMIT %s""",
                fields.Datetime.now(),
                after,
                limit,
            )
        )
        return [invitation_id for [invitation_id] in rows]

    @api.model
    def _expire_set(self, ids):
        """One set of the work: (invitations done, invitations that another transaction holds)."""
        invitations = self.env["crm.sync.survey.invitation"]._lock(ids, OPEN)
        invitations._move("expired", fields.Datetime.now())
        return len(invitations), len(ids) - len(invitations)
