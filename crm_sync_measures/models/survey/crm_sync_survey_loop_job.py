from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

from ...rules.survey_loop import contact_due, is_high, is_low, work_left
from .crm_sync_survey_answer import Given

#: Answers a transaction; most of them are neither low nor high, and cost next to nothing.
_ANSWERS = 200
_ACTIVITY = "crm_sync_measures.activity_type_survey_contact"


class CrmSyncSurveyLoop(models.Model):
    """The job that does what follows from answers, each once, as soon as they cannot be put right any more.

    What waits is known by an index of its own (``follow_at``), whatever the number of answers. Case, activity, points and mail
    come in the transaction that takes the mark away.
    """

    _inherit = "crm.sync.survey.loop"

    @api.model
    def _cron_follow(self):
        self.env["crm.sync.job.runner"]._run_sets(
            "survey_loop", self._due, self._follow_set, _ANSWERS, self.env["crm.sync.survey.invitation"].browse
        )

    @api.model
    def _due(self, after, limit):
        """Ids of the next invitations from whose answers something is to follow now."""
        self.env["crm.sync.survey.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_sync_survey_invitation
                    WHERE follow_at IS NOT NULL AND follow_at <= %s AND id > %s ORDER BY id LIMIT %s""",
                fields.Datetime.now(),
                after,
                limit,
            )
        )
        return [invitation_id for [invitation_id] in rows]

    @api.model
    def _follow_set(self, ids):
        """One set of the work: (invitations done, invitations that another transaction holds)."""
        locked = self.env["crm.sync.survey.invitation"]._lock(ids, ["done"])
        due = locked.filtered("follow_at")
        due._record({"follow_at": False})
        # Of two contacts that were merged the last answer counts. Who was deleted is nobody's customer any more.
        due = due.filtered(lambda one: one.score_id.active and one.partner_id)
        again = due.filtered(lambda one: one.score_id.invitation_id != one)
        self._call(again)
        due -= again
        follow_ups = due.filtered("follow_up_of_id")
        self._settle(follow_ups)
        for program, own in due.grouped("program_id").items():
            self._follow(program, own - follow_ups, own & follow_ups)
        self._follow_native(due)
        return len(locked), len(ids) - len(locked)

    @api.model
    def _follow(self, program, first, follow_ups):
        """What follows from answers to one program; from a follow-up only that somebody calls who wishes it."""
        low = first.filtered(lambda one: is_low(one.score_id.value, program.low_to))
        wishing = (first | follow_ups).filtered("wants_call")
        self._open(program, (low if program.low_score_opens_case else low.browse()) | wishing, low)
        high = first.filtered(lambda one: is_high(one.score_id.value, program.high_from))
        self.env["crm.sync.survey.promoter"]._reward(program, high)

    @api.model
    def _call(self, invitations):
        """Who has said by another link of his what he had said already is still called; all else has followed from that."""
        # sudo: a customer may open a case of his own, which the rights of the room then look after
        cases = self.env["crm.sync.case"].sudo()
        for one in invitations.filtered("wants_call"):
            cases.with_company(one.company_id)._open_case(self._facts(one.program_id, one))

    @api.model
    def _follow_native(self, invitations):
        """Odoo's own questionnaire may say that a low answer opens a case: it is the same one."""
        for answer in invitations.user_input_id.filtered(lambda one: one.state == "done"):
            if answer.survey_id.sync_case_below:
                answer._sync_open_case()

    # ---------------------------------------------------------------- cases

    @api.model
    def _open(self, program, invitations, low, now=None):
        """A case for each, with whom and until when; and those with a low answer are asked once more later."""
        now, values = now or fields.Datetime.now(), []
        if not invitations:
            return self
        follow_ups = (invitations & low)._plan_follow_ups()
        # sudo: a customer may open a case of his own, which the rights of the room then look after
        opener = self.env["crm.sync.case"].sudo().with_company(program.company_id)
        cases = {one: opener._open_case({**self._facts(program, one), "opened_at": now}) for one in invitations}
        hours = self.env["crm.sync.case.clock"]._hours(cases=opener.union(*cases.values()))
        for one, case in cases.items():
            work = hours[case.department_id.id, case.company_id.id]
            due = contact_due(one.done_at, program.contact_hours, work)
            values.append(
                {
                    "score_id": one.score_id.id,
                    "invitation_id": one.id,
                    "program_id": program.id,
                    "company_id": program.company_id.id,
                    "case_id": case.id,
                    "is_low": one in low,
                    "wants_call": one.wants_call,
                    "answered_at": one.done_at,
                    "opened_at": now,
                    "contact_due_at": due,
                    "contact_seconds": work_left(now, due, work),
                    "follow_up_id": follow_ups[one.id].id if one.id in follow_ups else False,
                }
            )
        # sudo: written by the addon alone
        loops = self.sudo().create(values)
        # What is due first is the contact.
        loops.case_id._clock_event("replanned")
        loops._ask_owners()
        return loops

    @api.model
    def _facts(self, program, invitation):
        score = invitation.score_id
        given = Given(
            value=score.value,
            why=score.comment or "",
            call=invitation.wants_call,
            phone=invitation.call_phone or "",
        )
        facts = self.env["crm.sync.survey.call"]._facts(program, given, invitation, score)
        if not invitation.wants_call:
            words = self.with_context(lang=facts.get("lang")).env
            facts["subject"] = words._("Unhappy answer: %s", program.with_context(lang=facts.get("lang")).name)
        return facts

    def _ask_owners(self):
        """An activity for the owner of each case, else for who is in charge; told in the client, not by one mail each."""
        kind = self.env.ref(_ACTIVITY)
        model, values = self.env["ir.model"]._get_id("crm.sync.case"), []
        for loop in self:
            for user in loop.case_id.user_id or loop.case_id._in_charge():
                texts = loop.with_context(lang=user.lang, tz=user.tz)
                values.append(
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": model,
                        "res_id": loop.case_id.id,
                        "user_id": user.id,
                        "summary": f"{texts.partner_id.display_name}: {texts.score_id.display_name}"[:200],
                        "note": plaintext2html(loop.comment or ""),
                        "date_deadline": fields.Datetime.context_timestamp(texts, loop.contact_due_at).date(),
                        "automated": True,
                    }
                )
        # sudo: for the owner, whoever has answered
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(values)

    # ---------------------------------------------------------------- follow-ups

    @api.model
    def _settle(self, invitations):
        """What customers say when they were asked once more. Who is still unhappy is told to the owner of his case."""
        # sudo: as above
        loops = self.sudo().search([("invitation_id", "in", invitations.follow_up_of_id.ids)])
        answers = {one.follow_up_of_id: one for one in invitations}
        for loop in loops:
            answer = answers[loop.invitation_id]
            score, is_still_low = answer.score_id, is_low(answer.score_id.value, loop.program_id.low_to)
            loop._record(
                {
                    "follow_up_id": answer.id,
                    "follow_up_score_id": score.id,
                    "follow_up_at": answer.done_at,
                    "is_still_low": is_still_low,
                }
            )
            said = "\n".join(filter(None, (score.display_name, score.comment)))
            loop.case_id._log("asked_again", at=answer.done_at, note=said)
            if is_still_low:
                for user in loop.case_id.user_id.filtered("active") or loop.case_id._in_charge():
                    words = loop.with_context(lang=user.lang).env
                    loop.case_id._remind(user, words._("Asked again, the customer is still unhappy: %s", said))
