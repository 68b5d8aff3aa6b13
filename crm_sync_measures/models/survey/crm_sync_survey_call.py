import logging

from odoo import SUPERUSER_ID, api, models
from odoo.tools import plaintext2html

from ...rules.case_intake import intake_key
from ...rules.survey_loop import is_low
from ..core.harmless import harmless

_logger = logging.getLogger(__name__)
#: What a case can be about, by the model of the document that was the reason to ask.
_ABOUT = {
    "crm.lead": "lead_id",
    "sale.order": "order_id",
    "account.move": "invoice_id",
    "crm.sync.case": "earlier_id",
}


class CrmSyncSurveyCall(models.AbstractModel):
    """“Please call me”: a case, so that somebody has it, with a clock. It follows the answer and is never before it.

    Here for who answers by a code, or anonymously, and so has nothing to put right; for all others it is one of the things that
    follow from an answer (``crm.sync.survey.loop``), with the same facts.
    """

    _name = "crm.sync.survey.call"
    _description = "Wishes to Be Called"

    @api.model
    def _wish(self, program, given, invitation=None, score=None):
        """Open the case, once for each answer. The answer is never lost for what fails here."""
        message = "Survey program %s: no case could be opened for who wishes to be called"
        with harmless(self.env.cr, _logger, message, program.id):
            # sudo: a customer may open a case of his own, which routing and rights of the room then look after
            cases = self.env["crm.sync.case"].sudo().with_company(program.company_id)
            return cases._open_case(self._facts(program, given, invitation, score))
        return self.env["crm.sync.case"]

    @api.model
    def _put_right(self, program, given, score):
        """An answer by a code was put right after its case had been opened: who looks into it is told."""
        key = intake_key(self._code_key(score))
        # sudo: the case of this very answer
        case = self.env["crm.sync.case"].sudo()._by_intake_key(program.company_id, key)
        if case:
            words = self.with_context(lang=case.lang or self.env.lang).env
            told = f"{words._('The answer was put right:')}\n\n{self._text(words, program, given)}"
            # What he says is his, and is sent to nobody.
            case = case.with_user(SUPERUSER_ID).with_context(sync_case_quiet=True)
            case.message_post(body=plaintext2html(told), subtype_xmlid="mail.mt_note")

    @api.model
    def _facts(self, program, given, invitation, score):
        lang = (invitation and invitation.lang) or self.env.lang
        words = self.with_context(lang=lang).env
        name = program.with_context(lang=lang).name
        # Whoever is unhappy complains, with or without words. What number was given anonymously is nobody's to tell.
        is_complaint = not program.is_anonymous and is_low(given.value, program.low_to)
        facts = {
            "kind": "complaint" if is_complaint else "question",
            "subject": words._("Please call me: %s", name),
            "text": self._text(words, program, given),
            "channel": "survey",
            "company_id": program.company_id.id,
            **self._in_charge(program, invitation, score),
            "lang": lang,
            "phone": given.phone,
            "name": given.name,
            # The page has thanked him already.
            "is_quiet": True,
        }
        if invitation:
            facts |= {"partner_id": invitation.partner_id.id, "key": invitation._answer_key()}
            if not program.is_anonymous:
                facts["survey_input_id"] = invitation.user_input_id.id
                origin = invitation._asked_about()
                if origin and origin._name in _ABOUT:
                    facts[_ABOUT[origin._name]] = origin.id
        else:
            facts |= {"key": self._code_key(score), "consent": self._consent(program)}
        return {name: value for name, value in facts.items() if value}

    @api.model
    def _in_charge(self, program, invitation, score):
        """The customer's owner with his department, else whose affair it was; else the rules of the department say who."""
        # sudo: who looks after whom, and where he works
        partner, department = (invitation and invitation.partner_id.sudo()), program.sudo().department_id
        if not partner:
            return {"department_id": department.id}
        own = partner.user_id, partner.commercial_partner_id.user_id, score and score.sudo().user_id  # sudo: as above
        for user in filter(None, own):
            if self._can_take(user, program.company_id):
                theirs = user.sync_department_id
                fits = theirs and theirs.company_id in (theirs.company_id.browse(), program.company_id)
                return {"user_id": user.id, "department_id": (theirs if fits else department).id}
        return {"department_id": department.id}

    @api.model
    def _can_take(self, user, company):
        """Whether a case is seen by him: a colleague with a role, in this company."""
        return (
            user.active
            and not user.share
            and company in user.company_ids
            and user.has_group("crm_sync_measures.group_user")
        )

    @api.model
    def _code_key(self, score):
        """Of one answer, however often it was put right. An anonymous answer names nothing, and every wish is one."""
        if score.program_id.is_anonymous:
            return None
        # sudo: the answer that was first
        first = score.sudo().with_context(active_test=False)
        while earlier := first.search([("replaced_by_id", "=", first.id)], limit=1):
            first = earlier
        return f"survey-code:{first.id}"

    @api.model
    def _text(self, words, program, given):
        """What the customer wrote, his number, and the score, which an anonymous answer keeps to itself."""
        lines = [given.why]
        if given.phone:
            lines.append(words._("Please call %s.", given.phone))
        if not program.is_anonymous:
            lines.append(words._("Score: %s", given.value))
        return "\n\n".join(line for line in lines if line) or words._("Please call me.")

    @api.model
    def _consent(self, program):
        return self.env["crm.sync.survey.answer"]._consent(program)
