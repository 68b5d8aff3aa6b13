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
        if runner._run_sets("survey_gate", partial(self._due, now), self._sift_set, _SIFTED):
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
        for program, own in invitations.grouped("program_id").items():
            self._sift_program(program, own._without_reason(program, now, "due_at"), now)
        return len(invitations), len(ids) - len(invitations)

    def _sift_program(self, program, invitations, now):
        one_each, more = self._one_each(invitations)
        more._move("suppressed", now, "duplicate")
        follow_ups = one_each.filtered("follow_up_of_id")
        if follow_ups:
            answered = {one.partner_id.id: one.follow_up_of_id.done_at for one in follow_ups}
            self._decide(program, follow_ups, now, wave=0, answered=answered)
        if one_each - follow_ups:
            self._decide(program, one_each - follow_ups, now)

    def _one_each(self, invitations):
        """(the first of each contact, the others)."""
        first, others = {}, []
        for invitation in invitations.sorted(lambda invitation: (invitation.due_at, invitation.id)):
            if first.setdefault(invitation.partner_id.id, invitation.id) != invitation.id:
                others.append(invitation.id)
        return invitations.browse(first.values()), invitations.browse(others)

    def _decide(self, program, invitations, now, **facts):
        """Who passes the gate is queued, as many as may leave today; who is asleep waits; all others are dropped.

        :param facts: what the gate is to know beside
        """
        by_partner = {invitation.partner_id.id: invitation for invitation in invitations}
        keys = {partner_id: invitation.origin_key for partner_id, invitation in by_partner.items()}
        reasons = self.env["crm.sync.survey.gate"]._sift(program, list(by_partner), now, keys, **facts)
        told, waiting, passed = {}, [], []
        for partner_id, reason in reasons.items():
            if is_dropped(reason):
                told.setdefault(reason, []).append(by_partner[partner_id].id)
            elif reason:
                waiting.append(partner_id)
            else:
                passed.append(by_partner[partner_id].id)
        for reason, ids in told.items():
            invitations.browse(ids)._move("suppressed", now, reason)
        self._put_off(program, by_partner, waiting, now, "quiet_hours")
        left = self._left_today(program, now)
        tomorrow = passed[left:] if left is not None else []
        passed = passed[:left] if left is not None else passed
        invitations.browse(passed)._queue(program, now)
        late = [invitation.partner_id.id for invitation in invitations.browse(tomorrow)]
        self._put_off(program, by_partner, late, now + timedelta(days=1), False)

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

    def _put_off(self, program, by_partner, partner_ids, moment, reason):
        """Not before the customer is awake; the reason stands until then."""
        if not partner_ids:
            return
        moments = self.env["crm.sync.survey.gate"]._next_moments(program, partner_ids, moment)
        rows = SQL(", ").join(SQL("(%s, %s::timestamp)", by_partner[pid].id, moments[pid]) for pid in partner_ids)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_survey_invitation i SET due_at = v.due_at, suppressed_by = %s
                     FROM (VALUES %s) v (id, due_at) WHERE v.id = i.id AND i.state = 'planned'""",
                reason or None,
                rows,
            )
        )
        self.env["crm.sync.survey.invitation"].invalidate_model(["due_at", "suppressed_by"], flush=False)
