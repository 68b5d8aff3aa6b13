from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq, html2plaintext

from ...rules.case_flow import RESOLVED
from ...rules.case_intake import TEXT, clean_text, reply_opens

#: Where the customer wrote himself what is in the case, and may read it again.
_OWN_WORDS = ("email", "portal", "web")
_TONES = {"new": "info", "waiting_customer": "warning", "proposed": "warning", "closed": "success", "accepted": "success",
          "told": "success", "done": "success", "rejected": "secondary", "declined": "secondary"}  # fmt: skip


class CrmSyncCasePortal(models.AbstractModel):
    """What a customer may know of his cases and do with them: those of his own company or person, or one by its link.

    Facts for the pages: no notes, causes or priorities, nothing of what colleagues say among themselves. Private.
    """

    _name = "crm.sync.case.portal"
    _description = "Cases in the Portal"

    # ---------------------------------------------------------------- whose

    @api.model
    def _domain(self, user):
        entity = user.partner_id.commercial_partner_id
        # A public visitor has a partner too, and it owns nothing.
        return Domain("commercial_partner_id", "=", entity.id) if entity and user._is_portal() else Domain.FALSE

    @api.model
    def _count(self, user, domain=Domain.TRUE):
        # sudo: within the customer's own cases, by the domain
        return self.env["crm.sync.case"].sudo().search_count(self._domain(user) & domain)

    @api.model
    def _page(self, user, domain, limit, offset, order):
        # sudo: as above
        cases = (
            self.env["crm.sync.case"]
            .sudo()
            .search(self._domain(user) & domain, limit=limit, offset=offset, order=order)
        )
        return [self._facts(case) for case in cases]

    @api.model
    def _find(self, user, case_id, token=None):
        """The case, as superuser, for its customer or whoever has its link; empty for everybody else and for none."""
        # sudo: told to nobody before it is checked
        Case = self.env["crm.sync.case"].sudo()
        if not isinstance(case_id, int) or not 0 < case_id < 2**31:
            return Case
        case = Case.search([("id", "=", case_id)])
        if case and self._fits(case.access_token, token):
            return case
        return case.filtered_domain(self._domain(user))

    @api.model
    def _fits(self, expected, token):
        if not expected or not isinstance(token, str):
            return False
        return consteq(expected.encode(), token.encode(errors="replace"))

    # ---------------------------------------------------------------- facts

    @api.model
    def _step_words(self):
        """What a step means to the customer."""
        return {
            "new": self.env._("We have received it"),
            "acknowledged": self.env._("We have received it"),
            "assessed": self.env._("We are working on it"),
            "investigating": self.env._("We are working on it"),
            "escalated": self.env._("Our management is looking into it"),
            "waiting_customer": self.env._("We need your answer"),
            "waiting_third": self.env._("We are waiting for somebody we have asked"),
            "proposed": self.env._("We have proposed a solution"),
            "accepted": self.env._("You have agreed to our solution"),
            "closed": self.env._("It is settled"),
            "rejected": self.env._("We could not do what you asked for"),
            "triaged": self.env._("We are thinking about it"),
            "planned": self.env._("We are going to do it"),
            "declined": self.env._("We are not going to do it"),
            "done": self.env._("We have done it"),
            "told": self.env._("We have done it"),
        }

    def _facts(self, case):
        """One case for a page; ``case`` is the customer's."""
        is_over = case.step in RESOLVED
        score = case._score()
        return {
            "id": case.id,
            "number": case.number,
            "name": case.name,
            "kind": dict(case._fields["kind"]._description_selection(self.env))[case.kind],
            "opened": case.first_opened_at,
            "last": max(filter(None, (case.last_customer_at, case.answered_at, case.closed_at, case.stage_since))),
            "state": self._step_words()[case.step],
            "tone": _TONES.get(case.step, "info"),
            "is_over": is_over,
            "person": case.user_id.name,
            "contact": case.partner_name,
            "text": html2plaintext(case.description or "") if case.channel in _OWN_WORDS else "",
            "proposal": case.proposal if case.step == "proposed" else "",
            "decision": (case.decision_note or case.reject_reason or "") if is_over else "",
            "master": case.master_id.number,
            "can_accept": case.step == "proposed",
            "can_reopen": self._can_reopen(case),
            "can_judge": is_over and not case.master_id and case._may_judge(score, fields.Datetime.now()),
            "can_write": self._writes(case) != "new" and not case.master_id,
            "verdict": score.value,
            "verdict_note": score.comment or "",
        }

    @api.model
    def _writes(self, case):
        ended = case.closed_at or case.resolved_at
        is_over = case.step in RESOLVED
        days = case.company_id.sync_case_reopen_days
        return reply_opens(ended if is_over else None, fields.Datetime.now(), days)

    def _can_reopen(self, case):
        return case.step in RESOLVED and not case.master_id and self._writes(case) == "reopen"

    # ---------------------------------------------------------------- what he does; callers have found the case for him

    @api.model
    def _reopen(self, case, reason):
        """It is not settled: the same case goes on. His reason is a message of his in the conversation."""
        reason = clean_text(reason)
        if not reason:
            raise UserError(self.env._("Please tell us what is not settled."))
        if not self._can_reopen(case):
            raise UserError(self.env._("This was settled some time ago. Please write to us anew."))
        # Posted first: a message of the customer opens a case again, and it is to be opened once.
        self._say(case, reason, quiet=True)
        case._begin()
        case._reopen(reason)
        case._record({"last_customer_at": fields.Datetime.now()})

    @api.model
    def _accept(self, case):
        """He agrees to the solution that was proposed."""
        if case.step != "proposed":
            raise UserError(self.env._("There is nothing to agree to at the moment."))
        case._begin()
        case._go_to_step("accepted", event="accepted")

    @api.model
    def _judge(self, case, stars, words):
        """How it went, with 1 to 5 stars and a word."""
        if stars not in ("1", "2", "3", "4", "5"):
            raise UserError(self.env._("Please choose one to five stars."))
        if not (case.step in RESOLVED and not case.master_id):
            raise UserError(self.env._("You can say how it went once it is settled."))
        case._give_verdict(int(stars), clean_text(words, TEXT) or None)

    def _say(self, case, text, quiet=False):
        author = self.env.user.partner_id if self.env.user._is_portal() else case.partner_id
        case.with_context(sync_case_quiet=quiet)._post_opening(
            body=text, author_id=author.id, email_from=author.email_formatted if author else case.email_from
        )

    # ---------------------------------------------------------------- votes

    @api.model
    def _vote(self, user, company, said_id):
        """Vote for what was published, or take the vote back; False for what is not there for this user."""
        if not user._is_portal() or not 0 < said_id < 2**31:
            return False
        # sudo: what everybody may read, by the domain
        said = (
            self.env["crm.sync.case.said"]
            .sudo()
            .search([("id", "=", said_id), ("is_published", "=", True), ("company_id", "=", company.id)])
        )
        if not said or said.step not in ("new", "triaged", "planned"):
            return False
        said.case_id._vote(user.partner_id)
        return True
