from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html
from psycopg2.errors import UniqueViolation

from ...rules.case_intake import (
    CODE,
    NAME,
    SUBJECT,
    TEXT,
    clean_email,
    clean_line,
    clean_phone,
    clean_text,
    intake_key,
    spoken_language,
    subject_of,
)

#: What a caller of the public method may state, with what it has to be.
_DOCUMENTS = {
    "partner_id": "res.partner",
    "product_id": "product.product",
    "order_id": "sale.order",
    "invoice_id": "account.move",
    "lead_id": "crm.lead",
    "touch_id": "crm.sync.touch",
    "department_id": "crm.sync.department",
    "company_id": "res.company",
}
_WORDS = {"subject", "text", "email", "name", "phone", "lot", "remedy_note", "key"}
_CHOICES = {"kind", "remedy", "channel", "severity", "impact", "lang"}
_FLAGS = {"is_safety", "acknowledge"}


class CrmSyncCaseIntake(models.Model):
    """The one way in: every case, from wherever it comes, is opened here."""

    _inherit = "crm.sync.case"

    receipt_at = fields.Datetime(
        "Receipt Sent On", readonly=True, copy=False, help="When the customer was sent the number of the case."
    )
    consent_text = fields.Text(
        "What the Customer Agreed to", readonly=True, copy=False, help="The words that stood beside the box he ticked."
    )

    # ---------------------------------------------------------------- for other programs

    @api.model
    def sync_open_case(self, **facts):
        """Open a case of a customer; the same ``key`` twice is the same case.

        The customer is ``partner_id``, or whoever has this ``email`` or ``phone``; where nobody has, what was told is kept
        with the case. It is routed, its clocks start, and the customer is sent its number, unless ``acknowledge`` is False.

        ::

            POST /json/2/crm.sync.case/sync_open_case
            {"text": "The lens is broken", "email": "li@example.com", "key": "shop-4711"}

            {"id": 12, "number": "C/2026/000012", "created": true}

        :param str text: what the customer says, up to 10,000 characters; this or ``subject`` is needed
        :param str subject: up to 200 characters; by default how the text begins
        :param str kind: complaint (by default), suggestion, praise or question
        :param str key: what makes this case the same when it is sent again, up to 64 characters
        :param facts: ``email``, ``phone``, ``name``, ``lang``, ``channel``, ``remedy``, ``remedy_note``, ``severity``,
            ``impact``, ``is_safety``, ``lot``, and ids of documents it is about: ``product_id``, ``order_id``,
            ``invoice_id``, ``lead_id``, ``touch_id``, ``department_id``, ``company_id``
        :return: ``{"id", "number", "created"}``
        :raise UserError: naming the first thing that cannot be used
        :raise AccessError: without the role of a user of this addon, or for a document the caller may not read
        """
        if not self.has_access("create"):
            raise AccessError(self.env._("You need a Customer Sync role to open a case."))
        facts = {name: value for name, value in facts.items() if value is not None}
        self._check_facts(facts)
        key = facts.pop("key", None)
        company = self.env["res.company"].browse(facts.get("company_id") or self.env.company.id)
        facts.setdefault("company_id", company.id)
        if key:
            facts["key"] = f"api:{key}"
        known = self._by_intake_key(company, intake_key(facts.get("key")))
        case = known or self._open_case(facts)
        return {"id": case.id, "number": case.number, "created": not known}

    @api.model
    def _check_facts(self, facts):
        """Everything a caller tells is of its kind, and he may see what he names."""
        for name, value in facts.items():
            if name in _WORDS:
                longest = {"text": TEXT, "key": CODE}.get(name, SUBJECT)
                if not isinstance(value, str) or len(value) > longest:
                    raise UserError(
                        self.env._("%(name)s: give a text of at most %(count)s characters.", name=name, count=longest)
                    )
            elif name in _CHOICES:
                options = self._choices_of(name)
                if value not in options:
                    raise UserError(
                        self.env._("%(name)s: choose one of %(options)s.", name=name, options=", ".join(options))
                    )
            elif name in _FLAGS:
                if not isinstance(value, bool):
                    raise UserError(self.env._("%s: give true or false.", name))
            elif name in _DOCUMENTS:
                self._check_document(name, value)
            else:
                raise UserError(self.env._("%s: a case cannot be opened with this.", name))
        if not (clean_text(facts.get("text")) or clean_line(facts.get("subject"))):
            raise UserError(self.env._("text: say what the customer says."))
        if facts.get("email") and not clean_email(facts["email"]):
            raise UserError(self.env._("email: give one address."))

    def _choices_of(self, name):
        return [value for value, _label in self._fields[name].get_description(self.env, ["selection"])["selection"]]

    def _check_document(self, name, value):
        if type(value) is not int or not 0 < value < 2**31:
            raise UserError(self.env._("%s: give the id of a record.", name))
        document = self.env[_DOCUMENTS[name]].browse(value)
        if not document.exists():
            raise UserError(self.env._("%s: this record does not exist.", name))
        document.check_access("read")
        if name == "company_id" and document not in self.env.companies:
            raise AccessError(self.env._("%s: you do not work in this company now.", name))

    # ---------------------------------------------------------------- for the rooms

    @api.model
    def _open_case(self, facts):
        """The case of these facts: the one there is with its ``key``, else a new one, acknowledged where that is due.

        For use inside the addon: callers have checked who asks, and that he may see the documents. Every text is cleaned
        and cut here, whatever its source.

        :param dict facts: as :meth:`sync_open_case`, and ``survey_input_id``, ``user_id``, ``earlier_id`` (the case that went
            before), ``consent``, ``opened_at``, and ``is_quiet``: no machine is to answer this
        """
        facts = {**facts, "key": intake_key(facts.get("key"))}
        is_quiet = facts.pop("is_quiet", False) or not facts.pop("acknowledge", True)
        consent = facts.pop("consent", None)
        # sudo: callers have checked who asks
        case = self.sudo()._by_intake_key(self._intake_company(facts), facts.get("key"))
        if case:
            return case.with_env(self.env)
        case = self._create_once(self._intake_values(facts))
        if consent:
            case._record({"consent_text": clean_text(consent)})
        case._send_receipt(is_quiet=is_quiet)
        return case.with_env(self.env)

    @api.model
    def _create_once(self, values):
        """Create the case. When another request opened the same one just now, this one is repeated by Odoo and finds it."""
        # sudo: as in _open_case. Nobody follows a case by having sent it: the customer is written to, not copied.
        cases = self.sudo().with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        try:
            with self.env.cr.savepoint():
                return cases.create([values])
        except UniqueViolation as error:
            if "intake" not in (error.diag.constraint_name or ""):
                raise
            raise ConcurrencyError("the same case was opened by another request") from error

    @api.model
    def _by_intake_key(self, company, key):
        """The case that came in by this key; whoever knows the key may know its number."""
        if not key:
            return self.browse()
        # sudo: see above
        return (
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id), ("intake_key", "=", key)])
        )

    @api.model
    def _intake_company(self, facts):
        for name in ("department_id", "order_id", "invoice_id", "lead_id"):
            if not facts.get("company_id") and facts.get(name):
                # sudo: the company of a document that the caller may name
                company = self.env[_DOCUMENTS[name]].sudo().browse(facts[name]).company_id
                facts["company_id"] = company.id
        return self.env["res.company"].browse(facts.get("company_id") or self.env.company.id)

    @api.model
    def _intake_values(self, facts):
        """Values of a new case: cleaned, cut, and with its customer."""
        company = self._intake_company(facts)
        text, email, phone = (
            clean_text(facts.get("text")),
            clean_email(facts.get("email")),
            clean_phone(facts.get("phone")),
        )
        # sudo: who the customer is; only his id is taken
        partner = self.env["res.partner"].sudo().browse(facts.get("partner_id") or ())
        if partner.company_id and partner.company_id != company:
            # A customer of another company wrote to this one, where he is not known.
            email = email or clean_email(partner.email)
            partner = partner.browse()
        partner = partner or self._find_customer(email, phone, company)
        earlier = facts.get("earlier_id")
        values = {
            "name": subject_of(clean_line(facts.get("subject")), text) or self.env._("No Subject"),
            "description": plaintext2html(text) if text else False,
            "partner_id": partner.id,
            "remedy_note": clean_line(facts.get("remedy_note")),
            "lot_name": clean_line(facts.get("lot"), CODE),
            "company_id": company.id,
            "intake_key": facts.get("key"),
            "related_ids": [(4, earlier)] if earlier else None,
            "last_customer_at": facts.get("opened_at") or fields.Datetime.now(),
            **{
                name: facts.get(name)
                for name in (*_CHOICES, *_DOCUMENTS, "is_safety", "user_id", "survey_input_id", "opened_at", "email_cc")
                if name not in ("partner_id", "company_id")
            },
        }
        if not partner:
            values |= {
                "email_from": email,
                "phone": phone,
                "partner_name": clean_line(facts.get("name"), NAME) or email,
                "lang": facts.get("lang") or self._spoken_language(text),
            }
        return {name: value for name, value in values.items() if value}

    @api.model
    def _find_customer(self, email, phone, company):
        """The customer who has this address; by telephone only where no address was told, and only when it is one customer.

        An address that nobody has, with a telephone number that somebody has, may be anybody's: answers must not go there.
        """
        # sudo: as in _intake_values
        Partner = self.env["res.partner"].sudo()
        domain = Domain("partner_share", "=", True) & Domain("company_id", "in", (False, company.id))
        if email:
            found = Partner.search(domain & Domain("email_normalized", "=", email), order="id", limit=20)
            # Who logs in is known best; a person before his company, which often has the same address.
            return found.sorted(lambda partner: (not partner.user_ids, partner.is_company, partner.id))[:1]
        number = phone and company.partner_id._phone_format(number=phone, country=company.country_id)
        if not number:
            return Partner
        found = Partner.search(domain & Domain("phone_sanitized", "=", number), order="id", limit=20)
        if len(found.commercial_partner_id) > 1:
            return Partner
        return found.sorted(lambda partner: (partner.is_company, partner.id))[:1]

    @api.model
    def _spoken_language(self, text):
        """The language of who is not known: Chinese where he writes it and it is installed, else that of the page."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        return spoken_language(text, codes) or self.env.lang
