"""What a source of handovers is. Other rooms and addons import it from here."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo.fields import Domain

from ..core.registered import registered


def handover_source(sequence, code):
    """Mark a method ``(holder)`` of ``crm.sync.handover`` as a source; it returns a :class:`HandoverSource`, or None.

    The word for the code is added in ``_get_kind_labels``.
    """
    return registered("handover_source", sequence, code=code)


@dataclass(frozen=True)
class HandoverSource:
    """One kind of matter that a colleague holds, and how it gets another owner.

    ``domain`` says which records of ``model`` the holder has. The fields named by ``owner``, ``customer``, ``due``
    and ``company`` are read from them; ``None`` where there is no such field. ``facts`` replaces these three where a
    field cannot tell: called with the records, as superuser, it returns ``{id: (partner id, date, company id)}``; of a moment
    the date is its day in UTC.

    A record is handed over by writing ``owner``; what Odoo computes from it is noted and comes back with an undo.
    ``give`` and ``take_back`` name methods of the handover that are used instead, called with the source and lines,
    ``take_back`` also with ``{record id: {column: value before}}``.
    ``is_over`` is a domain of records that are settled: they are not taken back. ``restored`` names the columns that
    an undo puts back; without it, all that the handover has changed.
    """

    model: str
    domain: Domain
    owner: str | None = "user_id"
    customer: str | None = "partner_id"
    due: str | None = None
    company: str | None = "company_id"
    facts: Callable | None = None
    give: str = "_give_owner"
    take_back: str = "_take_back_owner"
    is_over: Domain = Domain.FALSE
    restored: tuple[str, ...] | None = None
