from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.tools import format_time

from ...rules.attempt import network
from ...rules.case_intake import NAME, clean_line, clean_phone, clean_text, is_trapped
from ...rules.periods import local_date
from ...rules.score import RANGES
from ...rules.survey_answer import (
    EDIT_WINDOW,
    SEEN,
    WHY,
    call_problem,
    digest,
    edit_seal,
    may_edit,
    outcome,
    read_edit,
    score_of,
    unsealed,
)


@dataclass(frozen=True)
class Sent:
    """What a page sent: ``values`` as text, the ``address`` of the network, and what the browser kept for us."""

    values: dict = field(default_factory=dict)
    address: str = ""
    edit: str | None = None
    device: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of it, and the sentence that says so. ``edit`` is what the browser is to keep.

    ``stored``, ``same``, ``replay``, ``invalid``, ``often``, ``gone``, ``none``, or ``trapped``: a machine filled the form,
    and is told that all is well.
    """

    kind: str
    sentence: str = ""
    wait: int = 0
    edit: str = ""


@dataclass(frozen=True)
class Given:
    """An answer that was understood, or the ``problem`` with it."""

    problem: str = ""
    value: int = 0
    why: str = ""
    call: bool = False
    name: str = ""
    phone: str = ""


class CrmSyncSurveyAnswer(models.AbstractModel):
    """What is sent from the pages of surveys: checked here, kept by the invitation or the program. Private; controllers
    parse and call. Nothing here is written by looking."""

    _name = "crm.sync.survey.answer"
    _description = "Answers From Outside"

    # ---------------------------------------------------------------- by the link of an invitation

    @api.model
    def _submit_link(self, invitation, sent):
        """Somebody sends the page of ``invitation``, which was found by its key."""
        state = invitation._page_state()
        if state in ("none", "gone"):
            return Outcome(state)
        program = invitation.program_id
        who = {"survey_address": network(sent.address)}
        if not program.is_anonymous:
            # Of an anonymous link it would be kept when it was used.
            who["survey_link"] = str(invitation.id)
        given = self._understood(program, sent, is_known=bool(invitation.partner_id))
        refused = given if isinstance(given, Outcome) else self._limited(who)
        return refused or self._keep_by_link(invitation, given, sent, fields.Datetime.now())

    @api.model
    def _keep_by_link(self, invitation, given, sent, now):
        program, edit = invitation.program_id, ""
        which = self._which(invitation, given, sent, now)
        if which == "first":
            if not invitation._answer(given.value, given.why, now):
                which = "replay"
            elif invitation.done_at:
                edit = edit_seal(self._secret(), "link", invitation.id, invitation.done_at)
        elif which == "edit":
            invitation._correct(given.value, given.why, now)
        if which == "replay":
            return self._replayed(program, invitation, given)
        self._after(program, given, invitation=invitation)
        return Outcome("same" if which == "same" else "stored", edit=edit)

    @api.model
    def _which(self, invitation, given, sent, now):
        if invitation._page_state() == "form":
            return "first"
        score = invitation.score_id
        if invitation.is_anonymous or not invitation.done_at or not score:
            return "replay"
        is_same = self._is_browser_of(invitation, sent.edit)
        return outcome(invitation.done_at, now, is_same, (score.value, score.comment or ""), (given.value, given.why))

    @api.model
    def _is_browser_of(self, invitation, edit):
        """Whether the answer came from this browser."""
        return read_edit(self._secret(), "link", edit) == (invitation.id, invitation.done_at)

    @api.model
    def _link_page(self, invitation, edit=None, chosen=None):
        """What the page of ``invitation`` shows to the browser that keeps ``edit``."""
        state, score = invitation._page_state(), invitation.score_id
        page = {
            **self._page(invitation.program_id),
            "state": state,
            "is_known": bool(invitation.partner_id),
            "value": score_of(chosen, invitation.program_id.metric),
        }
        if state != "thanks" or invitation.is_anonymous or not invitation.done_at:
            return page
        is_own = self._is_browser_of(invitation, edit)
        can_edit = bool(score) and may_edit(invitation.done_at, fields.Datetime.now(), is_own)
        if can_edit:
            page |= {"value": score.value, "why": score.comment or ""}
        return page | {
            "is_own": is_own,
            "can_edit": can_edit,
            "edit_until": can_edit and self._clock(invitation._edit_until(), invitation.partner_id.tz),
            "further_url": self._further_url(invitation.user_input_id) if is_own else False,
        }

    @api.model
    def _note_seen(self, invitation, what):
        """A person is on the page (``opened``), or has begun (``started``). Of anonymous answers nothing of it is kept."""
        if invitation.is_anonymous or what not in SEEN or invitation._page_state() != "form":
            return
        for state in SEEN[what]:
            invitation._set_state(state)

    # ---------------------------------------------------------------- by a code on paper

    @api.model
    def _submit_code(self, program, sent):
        """Somebody sends the page of a code, which was found by its key."""
        if program.state != "running":
            return Outcome("gone")
        device = self._device(sent.device)
        who = {"survey_code": str(program.id), "survey_code_address": f"{program.id}:{network(sent.address)}"}
        given = self._understood(program, sent, is_known=False)
        if isinstance(given, Outcome):
            return given
        refused = self._limited(who) if device else self._refused("cookies")
        return refused or self._keep_by_code(program, given, sent.edit, device, fields.Datetime.now())

    @api.model
    def _keep_by_code(self, program, given, edit, device, now):
        who, day = self._participant(program, device, now)
        if self.env["crm.sync.survey.participation"]._take_part(program, who, day):
            score, first_at, which = program._answer_by_code(given.value, given.why, now), now, "first"
        else:
            score, first_at = self._own_by_code(program, edit)
            before = score.value, score.comment or ""
            which = outcome(first_at or now, now, bool(score), before, (given.value, given.why))
        if which == "replay":
            return self._replayed(program, self.env["crm.sync.survey.invitation"], given)
        if which == "edit":
            score = program._correct_by_code(score, given.value, given.why, now)
            if not program.is_anonymous:
                self.env["crm.sync.survey.call"]._put_right(program, given, score)
        self._after(program, given, score=score)
        kept = "" if program.is_anonymous else edit_seal(self._secret(), "code", score.id, first_at)
        return Outcome("same" if which == "same" else "stored", edit=kept)

    @api.model
    def _participant(self, program, device, now):
        """``(digest, day)`` of a device on the day where the company is."""
        day = local_date(now, program.company_id._sync_tz())
        return digest(self._secret(), "code", program.id, device, day), day

    @api.model
    def _device(self, value):
        """The number this browser was given; None for one that has none."""
        parts = unsealed(self._secret(), "device", value, 1)
        return parts and parts[0]

    @api.model
    def _own_by_code(self, program, edit):
        """``(score, when it was first given)`` of this browser; the score as it was last put right."""
        found = None if program.is_anonymous else read_edit(self._secret(), "code", edit)
        # sudo: the answer of this browser, which is sealed
        scores = self.env["crm.sync.score"].sudo().with_context(active_test=False)
        if not found:
            return scores, None
        score = scores.browse(found[0]).exists()
        while score.replaced_by_id:
            score = score.replaced_by_id
        return (score, found[1]) if score.program_id == program and not score.invitation_id else (scores, None)

    @api.model
    def _code_page(self, program, edit=None, device=None, chosen=None):
        """What the page of a code shows to this browser."""
        now = fields.Datetime.now()
        page = {
            **self._page(program),
            "state": "form" if program.state == "running" else "gone",
            "is_known": False,
            "value": score_of(chosen, program.metric),
        }
        number = self._device(device)
        if page["state"] == "gone" or not number:
            return page
        who, _day = self._participant(program, number, now)
        if not self.env["crm.sync.survey.participation"]._has_taken_part(who):
            return page
        score, first_at = self._own_by_code(program, edit)
        can_edit = bool(score) and may_edit(first_at, now, is_same_browser=True)
        if can_edit:
            page |= {"value": score.value, "why": score.comment or ""}
        return page | {
            "state": "thanks",
            "is_own": bool(score),
            "can_edit": can_edit,
            "edit_until": can_edit and self._clock(first_at + EDIT_WINDOW, program.company_id._sync_tz()),
            "further_url": self._further_url(score.user_input_id),
        }

    # ---------------------------------------------------------------- what both have in common

    @api.model
    def _understood(self, program, sent, is_known):
        """The answer that was sent, or what is to be told instead."""
        values = sent.values
        if is_trapped(values.get("website")):
            return Outcome("trapped")
        why = clean_text(values.get("why"), 2 * WHY)
        given = Given(
            value=score_of(values.get("score"), program.metric),
            why=why,
            call=values.get("call") == "1",
            name=clean_line(values.get("name"), NAME),
            phone=clean_phone(values.get("phone")),
        )
        if given.value is None:
            return self._refused("score")
        if len(why) > WHY:
            return self._refused("why")
        problem = call_problem(given.call, is_known, given.name, given.phone)
        return self._refused(problem) if problem else given

    @api.model
    def _refused(self, problem):
        return Outcome("invalid", sentence=self._sentence(problem))

    @api.model
    def _limited(self, who):
        """Nothing, and it is written down that something came; or that too much did."""
        Attempt = self.env["crm.sync.attempt"]
        seconds = Attempt._wait(**who)
        if not seconds:
            Attempt._note(**who)
            return None
        minutes = max(1, -(-seconds // 60))
        sentence = self.env._("Too many answers came from here. Please try again in %s minutes.", minutes)
        return Outcome("often", sentence=sentence, wait=seconds)

    @api.model
    def _replayed(self, program, invitation, given):
        said = (given.value, given.why)
        self.env["crm.sync.survey.replay"]._note(program, invitation, self._secret(), said)
        return Outcome("replay")

    @api.model
    def _sentence(self, problem):
        """One sentence that says what to put right."""
        sentences = {
            "score": lambda: self.env._("Please choose a number."),
            "why": lambda: self.env._("Your text is too long: at most %s characters.", WHY),
            "phone": lambda: self.env._("Please enter your telephone number, so that we can call you."),
            "name": lambda: self.env._("Please enter your name, so that we know whom to ask for."),
            "cookies": lambda: self.env._("Your browser keeps no cookies. Please allow them for this page and try again."),
        }  # fmt: skip
        return sentences[problem]()

    @api.model
    def _page(self, program):
        """What every page of ``program`` shows, in the language of the context."""
        lang = self.env.lang
        program = program.with_context(lang=lang)
        question, company = program.question_id, program.company_id
        lowest, highest = RANGES[program.metric]
        return {
            "metric": program.metric,
            "title": question.title,
            "numbers": list(range(lowest, highest + 1)),
            "low_label": question.scale_min_label or "",
            "high_label": question.scale_max_label or "",
            "company": company.name,
            "company_id": company.id,
            "is_anonymous": program.is_anonymous,
            "why": "",
            "why_title": question._sync_why().title,
            "why_length": WHY,
            "call": False,
            "name": "",
            "phone": "",
            "consent": self._consent(program),
            "sentence": "",
            "is_own": False,
            "can_edit": False,
            "edit_until": False,
            "further_url": False,
        }

    @api.model
    def _sent_page(self, sent):
        """What was sent, to be shown again after something had to be put right."""
        values = sent.values
        return {
            "why": clean_text(values.get("why"), 2 * WHY),
            "call": values.get("call") == "1",
            "name": clean_line(values.get("name"), NAME),
            "phone": clean_line(values.get("phone"), 40),
        }

    @api.model
    def _further_url(self, native):
        """Where Odoo's own survey goes on; none where nothing is left to be asked."""
        survey = native.survey_id
        if not native or native.state == "done" or not survey.active:
            return False
        return f"/survey/{survey.access_token}/{native.access_token}"

    @api.model
    def _consent(self, program):
        """The words beside the wish to be called, as they are kept with it."""
        return self.env._("I agree that %s uses my name and number to call me.", program.company_id.name)

    @api.model
    def _clock(self, moment, tz):
        return format_time(self.env, moment, tz=tz or "UTC", time_format="short")

    @api.model
    def _secret(self):
        # sudo: the key never leaves the methods of this addon
        return self.env["ir.config_parameter"].sudo().get_param("database.secret") or ""

    @api.model
    def _after(self, program, given, invitation=None, score=None):
        """What follows once the answer is kept. Where it may still be put right, nothing does before that is over:
        ``crm.sync.survey.loop``."""
        if given.call and invitation and not program.is_anonymous:
            invitation._wish_call(given.phone)
        elif given.call:
            self.env["crm.sync.survey.call"]._wish(program, given, invitation=invitation, score=score)
