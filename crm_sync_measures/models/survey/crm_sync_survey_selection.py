from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.survey_gate import is_dropped

#: Invitations a transaction.
_SIFTED = 5000


class CrmSyncSurveySelection(models.AbstractModel):
    """Lets the gate decide on the invitations that are due: a few statements for many.

    Who passes is queued and counts as asked; who does not is dropped with the reason. Only quiet hours, and the limit of a
    day, are waited for.
    """

    _name = "crm.sync.survey.selection"
    _description = "Who Is Asked"

    @api.model
    def _cron_sift(self):
        now = fields.Datetime.now()
        runner = self.env["crm.sync.job.runner"]
        if runner._run_sets(
            "survey_gate",
            partial(self._due, now),
            self._sift_set,
            _SIFTED,
            self.env["crm.sync.survey.invitation"].browse,
        ):
            # sudo: the mails are the next job's work
            self.env.ref("crm_sync_measures.cron_survey_dispatch").sudo()._trigger()

    def _due(self, now, after, limit):
        """Ids of the next invitations whose time has come; those of a paused program wait."""
        self.env["crm.sync.survey.invitation"].flush_model()
        self.env["crm.sync.survey.program"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.id FROM crm_sync_survey_invitation i JOIN crm_sync_survey_program p ON p.id = i.program_id
                    WHERE i.state = 'planned' AND i.due_at <= %s AND i.id > %s AND p.state IN ('running', 'ended')
                    ORDER BY i.id LIMIT %s""",
                now,
                after,
                limit,
            )
        )
        return [invitation_id for [invitation_id] in rows]

    def _sift_set(self, ids):
        """One set of the work: (invitations done, invitations that another transaction holds)."""
        invitations = self.env["crm.sync.survey.invitation"]._lock(ids, ["planned"])
        now = fields.Datetime.now()
        for program, own in invitations._by_program():
            self._sift_program(program, own._without_reason(program, now, "due_at"), now)
        return len(invitations), len(ids) - len(invitations)

    def _sift_program(self, program, invitations, now):
        """The first invitation of each contact is decided; the others are one too many."""
        first, again, answered, more = {}, {}, {}, []
        for invitation_id, partner_id, key, answered_at in self._in_order(invitations):
            if partner_id in first or partner_id in again:
                more.append(invitation_id)
            elif answered_at:
                again[partner_id], answered[partner_id] = (invitation_id, key), answered_at
            else:
                first[partner_id] = invitation_id, key
        invitations.browse(more)._move("suppressed", now, "duplicate")
        if again:
            # Asked once more: not as one of a wave, in which he would be a duplicate of himself.
            self._decide(program, invitations, again, now, wave=0, answered=answered)
        if first:
            self._decide(program, invitations, first, now)

    def _in_order(self, invitations):
        """``[(id, contact, what he is asked about, when he answered where he is asked once more)]``, the earliest first."""
        return self.env.execute_query(
            SQL(
                """SELECT i.id, i.partner_id, i.origin_key, before.done_at FROM crm_sync_survey_invitation i
                     LEFT JOIN crm_sync_survey_invitation before ON before.id = i.follow_up_of_id
                    WHERE i.id = ANY(%s) ORDER BY i.due_at, i.id""",
                invitations.ids,
            )
        )

    def _decide(self, program, invitations, first, now, **facts):
        """Who passes the gate is queued, as many as may leave today; who is asleep waits; all others are dropped.

        :param first: ``{contact: (his invitation, what he is asked about)}``
        :param facts: what the gate is to know beside
        """
        keys = {partner_id: key for partner_id, (_id, key) in first.items()}
        reasons = self.env["crm.sync.survey.gate"]._sift(program, list(first), now, keys, **facts)
        told, waiting, passed = {}, [], []
        for partner_id, reason in reasons.items():
            if is_dropped(reason):
                told.setdefault(reason, []).append(first[partner_id][0])
            elif reason:
                waiting.append(partner_id)
            else:
                passed.append(partner_id)
        for reason, ids in told.items():
            invitations.browse(ids)._move("suppressed", now, reason)
        self._put_off(program, first, waiting, now, "quiet_hours")
        left = self._left_today(program, now)
        if left is not None:
            self._put_off(program, first, passed[left:], now + timedelta(days=1), False)
            passed = passed[:left]
        invitations.browse(first[partner_id][0] for partner_id in passed)._queue(program, now)

    def _left_today(self, program, now):
        """How many more may leave within these 24 hours; None where there is no limit."""
        if not program.cap_per_day:
            return None
        sent = self.env["crm.sync.survey.invitation"].search_count(
            [
                ("program_id", "=", program.id),
                ("queued_at", ">", now - timedelta(days=1)),
                ("state", "!=", "cancelled"),
            ]
        )
        return max(program.cap_per_day - sent, 0)

    def _put_off(self, program, first, partner_ids, moment, reason):
        """Not before the customer is awake; the reason stands until then."""
        if not partner_ids:
            return
        moments = self.env["crm.sync.survey.gate"]._next_moments(program, partner_ids, moment)
        rows = SQL(", ").join(SQL("(%s, %s::timestamp)", first[pid][0], moments[pid]) for pid in partner_ids)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_survey_invitation i SET due_at = v.due_at, suppressed_by = %s
                     FROM (VALUES %s) v (id, due_at) WHERE v.id = i.id AND i.state = 'planned'""",
                reason or None,
                rows,
            )
        )
        self.env["crm.sync.survey.invitation"].invalidate_model(["due_at", "suppressed_by"], flush=False)
