"""Where occasions come from: one method of ``crm.sync.care.selection`` for each."""

from dataclasses import dataclass

from odoo.tools import SQL

from ..core.registered import registered


def care_source(code):
    """Mark a method of ``crm.sync.care.selection`` as the source of an occasion.

    Called as ``method(rule, span)``; ``span`` are the days of the occasion that are looked at. It returns a
    :class:`CareSource`, or None where there is nothing in these days. It reads the database at most a few times, whatever
    the number of customers.
    """
    return registered("care_source", code=code)


@dataclass(frozen=True)
class CareSource:
    """SQL that finds who has the occasion when.

    ``select`` has the columns (partner_id, day, name); one partner may come more than once. ``name`` tells the occasion
    among all of one rule and contact: it stays the same when a day is corrected. ``same_days``: rows of one contact that are
    no farther apart than this are the same occasion, also under another name (a birthday that was corrected, contacts
    that were merged). ``is_audience``: everybody has it but mere addresses of a contact; then
    ``select`` has no ``partner_id``, and contacts are worked range by range, and once.
    """

    select: SQL
    same_days: int = 0
    is_audience: bool = False
