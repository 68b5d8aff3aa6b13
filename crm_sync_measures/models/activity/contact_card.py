"""What a rule of the before-you-contact card is asked, and what it answers. Other rooms and addons import it from here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from odoo import models
from odoo.tools import SQL, format_amount, format_date

from ...rules.contact_card import COMMERCIAL
from ...rules.periods import local_date
from ..core.contact_facts import CUSTOMER_MOVES
from ..core.registered import registered
from ..core.timeline_source import any_of


def card_rule(sequence, code, decision="inform", bulk="send", purposes=None, reads=None, greets=True):
    """Mark a method of ``crm.sync.contact.card`` as a rule of the card.

    It is called once as ``rule(context)`` for a whole set of customers, costs a constant number of queries, and
    returns ``{entity id: [Finding]}``. Its label is a word in ``_rule_labels``, its sentence for the contact gate one
    in ``_rule_reasons``. It reads by SQL, without rights: the card leaves out what the reader may not know, by the
    documents that a finding names.

    With ``reads`` it is called as ``rule(context, rows)`` and costs no query of its own. ``reads`` names a method
    ``(context)`` that returns a SELECT over the sets of :attr:`CardContext.sets`, or None for no rows; several rules may
    read the same. What all rules read goes to the server in one statement, and comes back as dicts with JSON's types;
    a column ``at`` is a timestamp and comes as datetime, amounts are cast to float8.

    :param sequence: findings of equal weight are told in this order
    :param code: stable, also the gate's reason
    :param decision: what holds as long as a company has no policy: inform, ask or block
    :param bulk: the same for mails to many: send or hold
    :param purposes: the purposes the rule is for; without it, all
    :param reads: name of the method that says what the rule reads
    :param greets: with bulk messages, whether greetings are written all the same; a call is nobody kept from
    """
    return registered(
        "card_rule",
        sequence,
        code=code,
        decision=decision,
        bulk=bulk,
        purposes=purposes,
        reads=reads,
        greets=greets,
    )


@dataclass(frozen=True)
class CardContext:
    """Whom somebody is about to contact, from where, how and what for. Moments are UTC.

    ``entity_ids`` are the commercial entities of ``partners`` that are customers; a rule answers for these.
    """

    partners: models.Model
    entity_ids: tuple[int, ...]
    company: models.Model
    now: datetime
    document: models.Model | None = None
    channel: str | None = None
    purpose: str | None = None

    @property
    def env(self):
        return self.partners.env

    @property
    def is_commercial(self):
        return self.purpose in COMMERCIAL

    def days_ago(self, days):
        """The moment (UTC) so many times 24 hours before ``now``."""
        return self.now - timedelta(days=days)

    def is_document(self, model, res_id):
        """Whether this is the document the card is looked at from."""
        return bool(self.document) and self.document._name == model and self.document.id == res_id

    # ---------------------------------------------------------------- pieces of SQL

    @property
    def sets(self):
        """The CTEs of all readings: ``partners`` (id, entity), the customers with all their contacts, and their
        documents in the selected companies, ``leads``, ``orders`` and ``moves`` (those that a customer knows of)."""
        return SQL(
            """partners AS MATERIALIZED (
                   SELECT id, commercial_partner_id AS entity FROM res_partner WHERE commercial_partner_id = ANY(%(entities)s)),
               leads AS MATERIALIZED (
                   SELECT id, partner_id, name, user_id, create_date, active, won_status, sync_dealer_id
                     FROM crm_lead WHERE %(of_customers)s AND %(of_companies)s),
               orders AS MATERIALIZED (
                   SELECT id, partner_id, name, user_id, date_order, state, opportunity_id, currency_id, currency_rate
                     FROM sale_order WHERE %(of_customers)s AND %(of_companies)s),
               moves AS MATERIALIZED (
                   SELECT id, partner_id, company_id, move_type, state, payment_state, invoice_date_due, amount_residual_signed
                     FROM account_move WHERE %(of_customers)s AND %(of_companies)s AND %(customer_moves)s)""",
            entities=list(self.entity_ids),
            of_customers=self.of_customers(),
            of_companies=self.of_companies(),
            customer_moves=CUSTOMER_MOVES,
        )

    def of_customers(self, column="partner_id"):
        """SQL condition: ``column`` is one of the CTE ``partners``, looked up by index."""
        return any_of(SQL.identifier(*column.split(".")), SQL("SELECT id FROM partners"))

    def of_companies(self, column="company_id"):
        """SQL condition: the row belongs to a company that is selected, or to none."""
        name = SQL.identifier(*column.split("."))
        return SQL("(%s IS NULL OR %s = ANY(%s))", name, name, self.env.companies.ids)


@dataclass
class CardWords:
    """What a finding's sentence may use: words in the reader's language, and only of what he may read."""

    env: object
    now: datetime
    readable: dict[str, set[int]] = field(default_factory=dict)
    people: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)
    #: the department in charge of the customer
    charge: int | None = None
    #: the reader's time zone, in which days are counted
    tz: str = "UTC"

    @cached_property
    def labels(self):
        return self.env["crm.sync.timeline"]._get_labels()

    @cached_property
    def today(self):
        return local_date(self.now, self.tz)

    def may_read(self, document):
        model, res_id = document
        return res_id in self.readable.get(model, ())

    def person(self, user_id):
        """ "Anna Keller (Sales)" """
        name, department_id = self.people.get(user_id, (None, None))
        if not name:
            return self.env._("somebody")
        department = self.departments.get(department_id)
        return self.env._("%(person)s (%(department)s)", person=name, department=department) if department else name

    def ago(self, when):
        """ "2 days ago", counted in calendar days of the reader"""
        days = (self.today - local_date(when, self.tz)).days
        if days <= 0:
            return self.env._("today") if days == 0 else self.env._("on %s", self.day(when))
        return self.env._("yesterday") if days == 1 else self.env._("%s days ago", days)

    def day(self, when):
        """The day of a moment (UTC) in the reader's time zone and format."""
        return format_date(self.env, local_date(when, self.tz))

    def money(self, amount, currency_id):
        """An amount in its own currency, in the reader's format."""
        currency = self.env["res.currency"].with_context(prefetch_fields=True).browse(currency_id)
        return format_amount(self.env, amount, currency)

    def label(self, kind, word):
        """A word of the timeline, as ``label("channel", "call")``; inside a sentence."""
        label = self.labels[kind].get(word, word) or ""
        return label.lower() if self.env.lang in (None, "en_US") and label[1:].islower() else label


@dataclass(frozen=True)
class Finding:
    """Something one should know before contacting a customer.

    ``tell`` makes its sentence, in the reader's language; it is only called when he may read one of ``documents``
    (all of them with ``needs_all``). Otherwise he is told the department and the day. A finding without documents
    tells nothing that is guarded. ``level`` is info, yellow or red; ``when`` is UTC. ``names`` are words for the
    documents, in their order, for the links to them.
    ``partner_ids``: which contacts of the customer it is about; empty means all of them.
    """

    level: str
    tell: Callable[[CardWords], str]
    when: datetime | None = None
    documents: tuple[tuple[str, int], ...] = ()
    names: tuple[str, ...] = ()
    needs_all: bool = False
    user_id: int | None = None
    department_id: int | None = None
    partner_ids: frozenset[int] = frozenset()

    def is_told(self, words):
        if not self.documents:
            return True
        return (all if self.needs_all else any)(words.may_read(document) for document in self.documents)
