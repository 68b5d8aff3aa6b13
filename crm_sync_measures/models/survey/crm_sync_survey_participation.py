from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_KEPT = timedelta(days=2)


class CrmSyncSurveyParticipation(models.Model):
    """That one device has answered by a code today; not which, and not what.

    The device is a keyed digest, of the day besides, so that nobody is found again tomorrow. Ids are random and no moment
    is kept: the order of these rows tells nothing of the order of the answers.
    """

    _name = "crm.sync.survey.participation"
    _description = "Participation in a Survey"
    _log_access = False
    _order = "day desc, id"
    _rec_name = "day"

    program_id = fields.Many2one(
        "crm.sync.survey.program", "Survey Program", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="program_id.company_id")
    day = fields.Date(required=True, readonly=True, index=True)
    who = fields.Char("Digest", required=True, readonly=True)

    _who_uniq = models.UniqueIndex("(who)", "This device has answered already.")

    @api.model
    def _take_part(self, program, who, day):
        """Whether ``who`` has not taken part yet; from now on he has.

        Of two posts at the same moment the second one collides, is repeated by Odoo, and finds the first one.
        """
        inserted = self.env.execute_query(
            SQL(
                """INSERT INTO crm_sync_survey_participation (id, program_id, day, who)
                   VALUES (1 + floor(random() * 2147483646)::int, %s, %s, %s)
                   ON CONFLICT (who) DO NOTHING RETURNING id""",
                program.id,
                day,
                who,
            )
        )
        return bool(inserted)

    @api.model
    def _has_taken_part(self, who):
        # sudo: whether, told to the device itself
        return bool(self.sudo().search_count([("who", "=", who)], limit=1))

    @api.autovacuum
    def _clean(self):
        """Forget the days that are over; their digests would say nothing any more."""
        old = self.sudo().search([("day", "<", fields.Date.today() - _KEPT)], limit=10_000)  # sudo: scheduled work
        old.unlink()
        return len(old), len(old) == 10_000
