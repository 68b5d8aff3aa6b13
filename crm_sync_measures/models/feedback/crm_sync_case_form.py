from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import plaintext2html
from odoo.tools.mimetypes import guess_mimetype

from ...rules.attempt import network
from ...rules.case_intake import (
    ALL_BYTES,
    EMAIL,
    FILE_BYTES,
    FILES,
    NAME,
    TEXT,
    File,
    clean_email,
    clean_line,
    clean_text,
    files_problem,
    form_problem,
    intake_key,
    is_trapped,
)

_MEGABYTE = 1024 * 1024
#: Kinds a customer can choose from.
KINDS = ("complaint", "question", "suggestion", "praise")


@dataclass
class Sent:
    """What a form sent: ``values`` as text, ``files`` as pairs of name and content; ``address`` of the network, ``key`` of the form."""

    values: dict
    files: list = field(default_factory=list)
    address: str = ""
    key: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a form: the sentence that says what has to be put right and the field it is about, or the case.

    Neither when a machine filled it: it is told that everything went well.
    """

    problem: str = ""
    sentence: str = ""
    case: object = None
    wait: int = 0


def kind_of(content):
    """What the first bytes of a file say. Of a ZIP file, and so of an office document, they say no more than that."""
    return "application/zip" if content.startswith(b"PK") else guess_mimetype(content[:2048])


class CrmSyncCaseForm(models.AbstractModel):
    """Forms of customers: checked here, and opened by ``crm.sync.case._open_case``. Private; controllers parse and call."""

    _name = "crm.sync.case.form"
    _description = "Forms of Customers"

    @api.model
    def _submit_public(self, company, sent):
        """A form that anybody can fill, without a login.

        Who sends it is not known to be who he says, so nothing is told back but a number: the link goes to the address.
        """
        values = self._clean(sent.values)
        if is_trapped(sent.values.get("website")):
            return Outcome()
        if problem := self._problem_of(values, sent, is_public=True):
            return problem
        email, address = clean_email(values["email"]), network(sent.address)
        key = f"web:{sent.key}:{email}" if sent.key else None
        # sudo: whether this very form was sent before
        known = self.env["crm.sync.case"].sudo()._by_intake_key(company, intake_key(key))
        if known:
            return Outcome(case=known)
        Attempt = self.env["crm.sync.attempt"]
        if seconds := Attempt._wait(address=address, email=email):
            return self._refusal("often", seconds=seconds)
        Attempt._note(address=address, email=email)
        facts = {
            "channel": "web",
            "name": values["name"],
            "email": email,
            "consent": self._consent(company),
            "key": key,
        }
        return self._open(company, values, sent, facts)

    @api.model
    def _submit_portal(self, user, sent):
        """A form of a customer who is logged in."""
        values = self._clean(sent.values)
        if problem := self._problem_of(values, sent, is_public=False):
            return problem
        company = user.partner_id.company_id or user.company_id
        key = f"portal:{sent.key}:{user.id}" if sent.key else None
        # sudo: as in _submit_public
        known = self.env["crm.sync.case"].sudo()._by_intake_key(company, intake_key(key))
        if known:
            return Outcome(case=known)
        Attempt = self.env["crm.sync.attempt"]
        if seconds := Attempt._wait(customer=f"user:{user.id}"):
            return self._refusal("often", seconds=seconds)
        Attempt._note(customer=f"user:{user.id}")
        facts = {"channel": "portal", "partner_id": user.partner_id.id, "key": key}
        return self._open(company, values, sent, facts)

    # ---------------------------------------------------------------- checks

    @api.model
    def _clean(self, values):
        """What the form sent, without what no form sends; not cut, so that what is too long can be said."""
        return {
            "kind": values.get("kind") if values.get("kind") in KINDS else "complaint",
            "text": clean_text(values.get("text"), 2 * TEXT),
            "name": clean_line(values.get("name"), NAME),
            "email": clean_line(values.get("email"), EMAIL),
            "consent": "1" if values.get("consent") else "",
        }

    @api.model
    def _problem_of(self, values, sent, is_public):
        problem = form_problem(values, is_public)
        if problem:
            return self._refusal(problem)
        files = files_problem(File(clean_line(name), len(content), kind_of(content)) for name, content in sent.files)
        return self._refusal(*files) if files else None

    @api.model
    def _refusal(self, problem, name="", seconds=0):
        return Outcome(problem=problem, sentence=self._sentence(problem, name, seconds), wait=seconds)

    @api.model
    def _sentence(self, problem, name="", seconds=0):
        """One sentence that says what is wrong, and what to do."""
        name, minutes = clean_line(name, NAME), max(1, -(-seconds // 60))
        sentences = {
            "text": lambda: self.env._("Please tell us what it is about."),
            "text_long": lambda: self.env._("Your text is too long: at most %s characters. Please attach a longer one.", TEXT),
            "email": lambda: self.env._("Please enter your e-mail address, so that we can answer you."),
            "consent": lambda: self.env._("Please agree that we use what you write to answer you."),
            "many": lambda: self.env._("Please attach at most %s files.", FILES),
            "big": lambda: self.env._(
                "“%(name)s” is too big: at most %(size)s MB. Please send a smaller file.",
                name=name, size=FILE_BYTES // _MEGABYTE,
            ),
            "all_big": lambda: self.env._("Your files are too big: at most %s MB together.", ALL_BYTES // _MEGABYTE),
            "empty": lambda: self.env._("“%s” is empty. Please choose the file again.", name),
            "type": lambda: self.env._(
                "“%s” cannot be taken. Please send a picture, a PDF, a text, a table, a recording or a film.", name
            ),
            "often": lambda: self.env._(
                "We have received several messages of yours. Please wait %s minutes before you send another one.", minutes
            ),
        }  # fmt: skip
        return sentences[problem]()

    @api.model
    def _consent(self, company):
        """The words that stand beside the box, as they are stored with the case."""
        # sudo: shown to everybody
        return company.sudo().sync_feedback_consent or self.env._(
            "I agree that %s uses what I write here, and my address, to answer me.", company.sudo().name
        )

    # ---------------------------------------------------------------- opening

    @api.model
    def _open(self, company, values, sent, facts):
        # sudo: everything was checked above; a customer may open a case of his own
        case = (
            self.env["crm.sync.case"]
            .sudo()
            ._open_case(
                {
                    **facts,
                    "kind": values["kind"],
                    "text": values["text"],
                    "company_id": company.id,
                    "lang": self.env.lang,
                }
            )
        )
        self._post_first(case, values, sent)
        return Outcome(case=case)

    @api.model
    def _post_first(self, case, values, sent):
        """What he wrote begins the conversation, with his files."""
        author = case.partner_id if case.channel == "portal" else self.env["res.partner"]
        # What a browser would run is text to it. He need not be sent his own words.
        case.with_context(sync_case_quiet=True, attachments_mime_plainxml=True)._post_opening(
            body=plaintext2html(values["text"]),
            author_id=author.id,
            email_from=author.email_formatted if author else case.email_from,
            attachments=[(clean_line(name), content) for name, content in sent.files],
            notify_skip_followers=True,
        )
