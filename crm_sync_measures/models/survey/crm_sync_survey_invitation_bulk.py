from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...rules.survey_flow import REMINDED

#: Nobody is written to about what is longer overdue than this, whoever slept so long.
STALE = timedelta(days=14)


class CrmSyncSurveyInvitation(models.Model):
    """What the jobs do with thousands of invitations at once."""

    _inherit = "crm.sync.survey.invitation"

    handed_at = fields.Datetime(
        "Given to the Outbox", readonly=True, help="From then on there is a mail, and never another one."
    )

    is_left_alone = fields.Boolean(
        "Not Reminded", readonly=True, help="When it was time to remind him, something spoke against it."
    )

    _planned_idx = models.Index("(id, due_at) WHERE state = 'planned'")
    _outbox_idx = models.Index("(id) WHERE state = 'queued'")
    _asked_idx = models.Index("(email, queued_at) WHERE queued_at IS NOT NULL")

    def _suppression_sentences(self):
        return super()._suppression_sentences() | {
            "origin_gone": self.env._("What the customer was to be asked about is not so any more."),
            "too_late": self.env._("It was too long ago to ask."),
        }

    # ---------------------------------------------------------------- which

    def _lock(self, ids, states):
        """Those in one of these states that nobody else has, in the order of their ids, as they stand now."""
        # sudo: the work of all companies
        invitations = self.sudo()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_sync_survey_invitation WHERE id = ANY(%s) AND state = ANY(%s)
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                list(ids),
                list(states),
            )
        )
        invitations = invitations.browse(invitation_id for [invitation_id] in rows)
        invitations.invalidate_recordset(flush=False)
        # Somebody may have paused or ended it since the last set.
        self.env["crm.sync.survey.program"].invalidate_model(flush=False)
        return invitations

    def _where(self, condition):
        """Those of them for which the SQL holds. Thousands are not read as records."""
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL("SELECT id FROM crm_sync_survey_invitation WHERE id = ANY(%s) AND %s ORDER BY id", self.ids, condition)
        )
        return self.browse(invitation_id for [invitation_id] in rows)

    def _by_program(self):
        """``[(program, its invitations)]``."""
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """SELECT program_id, array_agg(id ORDER BY id) FROM crm_sync_survey_invitation
                    WHERE id = ANY(%s) GROUP BY 1 ORDER BY 1""",
                self.ids,
            )
        )
        return [(self.program_id.browse(program_id), self.browse(ids)) for program_id, ids in rows]

    def _without_reason(self, program, now, since):
        """Those that there is still a reason to send; the others end here.

        :param since: field of the moment from which on it may be too late
        """
        if program.state == "ended":
            self._move("cancelled", now, "program_off")
            return self.browse()
        stale = self._where(SQL("%s < %s", SQL.identifier(since), now - STALE))
        stale._move("expired", now, "too_late")
        gone = (self - stale)._gone(program)
        gone._move("cancelled", now, "origin_gone")
        return self - stale - gone

    def _gone(self, program):
        """Those whose reason to ask is no more: an order that was cancelled, a case that was opened again, a contact who
        does not exist any more."""
        nobody = self._where(SQL("partner_id IS NULL"))
        events = (self - nobody)._where(SQL("origin_model IS NOT NULL"))
        if not events:
            return nobody
        window = self.env["crm.sync.survey.scan"]._window(program, fields.Datetime.now())
        trigger = self.env["crm.sync.survey.trigger"]._get_trigger(program, window)
        if not trigger or trigger.is_audience:
            return nobody | events
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.id FROM crm_sync_survey_invitation i
                    WHERE i.id = ANY(%(ids)s) AND NOT EXISTS (
                          SELECT FROM %(table)s d WHERE d.id = i.origin_id AND i.origin_model = %(model)s AND %(holds)s AND %(still)s)""",
                ids=events.ids,
                table=SQL.identifier(trigger.table),
                model=trigger.model,
                holds=trigger.holds,
                still=trigger.still,
            )
        )
        return nobody | self.browse(invitation_id for [invitation_id] in rows)

    def _not_answered(self):
        """Those who may be reminded. Who keeps elsewhere that somebody has answered takes him away here."""
        return self.filtered(lambda invitation: invitation.state in REMINDED)

    # ---------------------------------------------------------------- what becomes of them

    def _move(self, state, now, reason=None, also=None, source=None):
        """What ``_set_state`` does for one, for thousands: two statements, history included. Callers have locked them, and
        know that ``state`` may follow.

        :param also: assignments of other columns, of ``source``, which names the rows of ``i`` it belongs to
        """
        if not self:
            return
        self.flush_recordset()
        self.env["crm.sync.survey.event"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_survey_event (invitation_id, at, user_id, old_state, new_state, create_uid, create_date,
                          write_uid, write_date)
                   SELECT id, %(now)s, %(uid)s, state, %(state)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM crm_sync_survey_invitation WHERE id = ANY(%(ids)s)""",
                now=now,
                uid=self.env.uid,
                state=state,
                ids=self.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_survey_invitation i SET state = %(state)s, suppressed_by = %(reason)s, write_uid = %(uid)s,
                          write_date = %(now)s %(also)s %(source)s i.id = ANY(%(ids)s)""",
                state=state,
                reason=reason,
                uid=self.env.uid,
                now=now,
                also=SQL(", %s", also) if also else SQL(),
                source=source or SQL("WHERE"),
                ids=self.ids,
            )
        )
        self.env["crm.sync.survey.event"].invalidate_model(flush=False)
        self.invalidate_recordset(flush=False)

    def _queue(self, program, now):
        """From here on he counts as asked; where and in what language is kept as it is now."""
        self._move(
            "queued",
            now,
            also=SQL(
                """queued_at = %(now)s, email = p.email_normalized, lang = COALESCE(p.lang, %(lang)s),
                   expires_at = %(now)s::timestamp + %(days)s * INTERVAL '1 day'""",
                now=now,
                lang=program.company_id.partner_id.lang or "en_US",
                days=program.deadline_days,
            ),
            source=SQL(
                """FROM (SELECT p.id AS partner_id, p.email_normalized, l.code AS lang
                           FROM res_partner p LEFT JOIN res_lang l ON l.code = p.lang AND l.active) p
                   WHERE p.partner_id = i.partner_id AND"""
            ),
        )
