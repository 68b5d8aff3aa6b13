"""What a built-in KPI is made of: a method of the library that says, as SQL, which documents count.

Each row of its select is one document that counts, with the columns ``company_id`` (int), ``res_model`` (varchar),
``res_id`` (int), ``numerator`` and ``denominator`` (float8), the column of its timing, and its ``dims``. What becomes of
them is up to the KPI's additivity: ``sum`` adds up numerators, ``ratio`` divides the sums of both, ``distinct`` counts
subjects, ``last`` is a stand at the end of the period.
"""

from dataclasses import dataclass
from datetime import date, datetime

from odoo.tools import SQL

from ..core.registered import registered

#: Kind of scope → column of the facts that it is told by.
SCOPE_COLUMNS = {
    "department": "department_id",
    "team": "team_id",
    "person": "user_id",
    "tier": "tier_id",
    "category": "category_id",
    "source": "source_id",
    "channel": "channel",
}


@dataclass(frozen=True)
class Facts:
    """The documents that a KPI counts, one row each, as SQL.

    A measure restricts its select to the window itself, so that indexes are used. Documents of other companies than the
    window's, and of other moments than its periods', do not count.
    """

    select: SQL
    #: "moment": column ``at`` (timestamp, UTC). "day": column ``day`` (date of the company's calendar).
    #: "stand": column ``period_id`` (as of the end of a period of ``window.periods``).
    timing: str = "moment"
    #: Columns among "user_id", "team_id", "department_id", "tier_id", "category_id", "source_id" (int) and "channel" (a word
    #: as :mod:`kpi_scope` takes it) that the select has.
    #: With ``user_id`` and without ``department_id``, the department is that of the user.
    dims: tuple = ()
    #: Whether the select has ``subject_id``; additivity "distinct" counts distinct subjects.
    subject: bool = False
    #: Those of ``dims`` that another record tells as it is now: the seller of a customer, the department of a program. When
    #: they change, no document has moved. Tiers and product categories always are.
    borrowed: tuple = ()

    def own_kinds(self, scopes):
        """Those kinds of ``scopes`` that the documents tell themselves."""
        own = {*self.dims} - {*self.borrowed, "tier_id", "category_id"}
        return [kind for kind in scopes if SCOPE_COLUMNS.get(kind) in own]


@dataclass(frozen=True)
class Window:
    """What a measure is asked about. Read only."""

    #: Outer bounds of all periods asked for, naive UTC, [since, until).
    since: datetime
    until: datetime
    #: The same as dates, a day wider on both sides, [day_since, day_until).
    day_since: date
    day_until: date
    #: Ids of the companies.
    companies: tuple
    #: Relation of the periods: id, company_id, at_start, at_end (timestamp, UTC, [start, end)), day_start, day_end (date,
    #: [start, end)), tz (varchar). Facts of timing "stand" join it: the state at LEAST(at_end, window.now).
    periods: SQL
    #: Naive UTC.
    now: datetime


def kpi_measure(code, sequence=100, **options):
    """Mark a method ``(self, window) -> Facts`` of ``crm.sync.kpi.library`` as the measure of the KPI ``code``.

    It returns None where the module that it counts is not installed.

    :param int version: to be raised whenever the measure counts otherwise than before; it is part of the definition
    :param bool backfill: False for a stand that can be told of now only, and of no moment in the past
    """
    return registered("kpi_measure", sequence, code=code, **options)


def company_of(lead):
    """Id of the company that a lead counts for: its own, else its team's, else its salesperson's, else the first one.

    :param str lead: alias of ``crm_lead`` in the select
    """
    alias = SQL.identifier(lead)
    return SQL(
        """COALESCE(%(lead)s.company_id,
                    (SELECT team.company_id FROM crm_team team WHERE team.id = %(lead)s.team_id),
                    (SELECT owner.company_id FROM res_users owner WHERE owner.id = %(lead)s.user_id),
                    (SELECT min(company.id) FROM res_company company WHERE company.active))""",
        lead=alias,
    )
