"""What a list of a report is made from. Other rooms and addons import it from here."""

from dataclasses import dataclass
from datetime import datetime

from odoo import models
from odoo.fields import Domain

from ...rules.kpi_scope import scope_of
from ...rules.report_matrix import Span
from ..core.registered import registered


def report_listing(report, sequence, code):
    """Mark a method of ``crm.sync.report`` as a list of ``report``.

    It is called with a :class:`ReportContext` and returns a ``Listing``, or None where it has nothing to tell of the
    scope. It reads with the reader's own rights, in a constant number of queries; an AccessError makes the list one that
    says it is hidden. Its title is in ``_listing_titles``.
    """
    return registered("report_listing", sequence, report=report, code=code)


@dataclass(frozen=True)
class ReportContext:
    """What a report is about; the same for all its lists. ``since`` and ``until`` are naive UTC, [since, until)."""

    company: models.Model
    span: Span
    tz: str
    since: datetime
    until: datetime
    scope_key: str
    is_reported: bool
    now: datetime

    @property
    def scope(self):
        """``(kind, id or word)`` of the scope."""
        return scope_of(self.scope_key)

    def within(self, moment, **columns):
        """Domain of the period and the scope, or None where the list cannot be narrowed to that scope.

        :param moment: name of the Datetime field, or None for what is so now
        :param columns: kind of scope → name of the field that tells it
        """
        domain = Domain.TRUE
        if moment:
            domain = Domain(moment, ">=", self.since) & Domain(moment, "<", self.until)
        kind, which = self.scope
        if kind == "company":
            return domain
        return domain & Domain(columns[kind], "=", which) if kind in columns else None
