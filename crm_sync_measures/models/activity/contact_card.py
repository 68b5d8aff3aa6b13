"""What a rule of the before-you-contact card is asked, and what it answers. Other rooms and addons import it from here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from odoo import models
from odoo.tools import SQL, format_amount, format_date

from ...rules.contact_card import COMMERCIAL
from ...rules.periods import local_date
from ..core.registered import registered
from ..core.timeline_source import any_of


def card_rule(sequence, code, decision="inform", bulk="send", purposes=None):
    """Mark a method of ``crm.sync.contact.card`` as a rule of the card.

    It is called once as ``rule(context)`` for a whole set of customers, costs a constant number of queries, and
    returns ``{entity id: [Finding]}``. Its label is a word in ``_rule_labels``, its sentence for the contact gate one
    in ``_rule_reasons``. It reads by SQL, without rights: the card leaves out what the reader may not know, by the
    documents that a finding names.

    :param sequence: findings of equal weight are told in this order
    :param code: stable, also the gate's reason
    :param decision: what holds as long as a company has no policy: inform, ask or block
    :param bulk: the same for mails to many: send or hold
    :param purposes: the purposes the rule is for; without it, all
    """
    return registered("card_rule", sequence, code=code, decision=decision, bulk=bulk, purposes=purposes)


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
    _known: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def env(self):
        return self.partners.env

    def once(self, read):
        """What the method ``read(context)`` finds, read once however many rules look at it."""
        if read.__name__ not in self._known:
            self._known[read.__name__] = read(self)
        return self._known[read.__name__]

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

    @cached_property
    def customers(self):
        """The CTE ``partners`` (id, entity): the customers with all their contacts."""
        return SQL(
            """partners AS MATERIALIZED (
                   SELECT id, commercial_partner_id AS entity FROM res_partner WHERE commercial_partner_id = ANY(%s))""",
            list(self.entity_ids),
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

    @cached_property
    def labels(self):
        return self.env["crm.sync.timeline"]._get_labels()

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
        tz = self.env.tz.zone
        days = (local_date(self.now, tz) - local_date(when, tz)).days
        if days <= 0:
            return self.env._("today") if days == 0 else self.env._("on %s", self.day(when))
        return self.env._("yesterday") if days == 1 else self.env._("%s days ago", days)

    def day(self, when):
        """The day of a moment (UTC) in the reader's time zone and format."""
        return format_date(self.env, local_date(when, self.env.user.tz or "UTC"))

    def money(self, amount, currency_id):
        """An amount in its own currency, in the reader's format."""
        return format_amount(self.env, amount, self.env["res.currency"].browse(currency_id))

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
