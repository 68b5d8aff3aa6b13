"""What somebody is sought for, and how a criterion or a kind of document is added. Other addons import it from here."""

from dataclasses import dataclass
from datetime import datetime

from ..core.registered import registered


def advice_criterion(sequence, code, weight=10):
    """Mark a method of ``crm.sync.advisor`` as a criterion.

    It is called as ``criterion(requests)``, once for all of them, costs a constant number of queries, and returns
    ``{request.key: {user id: Point}}``; see ``rules/advice.py`` for what a :class:`Point` says. A request that it
    knows nothing about is left out. ``weight`` is its share in the score beside the other criteria.
    """
    return registered("advice_criterion", sequence, code=code, weight=weight)


def advice_subject(model):
    """Mark a method ``(records)`` of ``crm.sync.advisor`` that says what is known of the documents of ``model``.

    It returns one dict for each record with the names of :class:`AdviceRequest` that it knows. A model without such
    a method is looked at for the fields ``partner_id``, ``company_id``, ``team_id``, ``department_id``, ``source_id`` and
    ``tag_ids``.
    """
    return registered("advice_subject", subject=model)


def load_source(sequence, code):
    """Mark a method ``(users)`` of ``crm.sync.advisor`` that counts what they have open of one kind: ``{user id: number}``.

    One query, whatever the number of users.
    """
    return registered("load_source", sequence, code=code)


@dataclass(frozen=True)
class AdviceRequest:
    """One matter that somebody is sought for. Ids and words, no records; times are UTC.

    ``at`` is when it is to be taken up; with ``until`` it is an appointment, and somebody who cannot be there then
    cannot take it. ``people`` are the ids of those who are in question.
    """

    key: str
    at: datetime
    company_id: int
    until: datetime | None = None
    event_id: int | None = None
    partner_id: int | None = None
    entity_id: int | None = None
    owner_id: int | None = None
    lang: str | None = None
    team_id: int | None = None
    department_id: int | None = None
    lead_id: int | None = None
    order_id: int | None = None
    source_id: int | None = None
    tag_ids: tuple = ()
    category_ids: tuple = ()
    dealer_ids: tuple = ()
    people: tuple = ()


def people_of(requests):
    """Ids of all who are in question for any of ``requests``, each once."""
    return sorted({user_id for request in requests for user_id in request.people})
