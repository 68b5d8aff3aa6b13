"""What a source of the timeline is. Other addons import it from here."""

from dataclasses import dataclass
from functools import cached_property

from odoo.tools import SQL

from .registered import registered


def timeline_source(sequence, code):
    """Mark a method of ``crm.sync.timeline`` as a source; it returns a :class:`Source`, or None."""
    return registered("timeline_source", sequence, code=code)


_NULL, _TRUE, _FALSE, _ID = SQL("NULL"), SQL("TRUE"), SQL("FALSE"), SQL("e.id")
#: The ids of the customer's contacts, in the SQL of a source.
OF_PARTNERS = SQL("SELECT id FROM partners")


def any_of(column, subquery):
    """SQL condition: ``column`` is in the result of ``subquery``, looked up by index.

    The planner cannot know how many documents a customer has. For IN or a join it guesses from the size of the
    tables, and may read a whole one; for ANY(ARRAY(...)) it assumes ten, and takes the index.
    """
    return SQL("%s = ANY(ARRAY(%s))", column, subquery)


def _word(value):
    """SQL of a fixed word or of an expression."""
    return value if isinstance(value, SQL) else SQL("%s::varchar", value)


@dataclass(frozen=True)
class Source:
    """Where one kind of event comes from, in SQL. The event's table has the alias ``e``.

    Every page first computes the customer's contacts, ``partners``, and his documents in the reader's companies,
    ``leads``, ``orders`` and ``moves`` (whole rows). ``among`` is the condition that ties an event to one of these
    sets, written with :func:`any_of`; without it the event's ``partner_id`` is one of the partners. Where the events
    *are* the rows of one set, ``table`` names it and every row counts.

    ``at`` is a UTC timestamp. ``author`` is a partner id, ``user`` a user id: give one of them.
    ``document`` and ``document_id`` name the record that a click opens and whose access rules decide
    who sees the content; without them it is the event itself. ``hidden`` adds a condition under
    which the content is hidden although the document may be read. ``kind``, ``channel``,
    ``direction`` and ``state`` may be a fixed word or SQL; words are looked up in the labels of
    ``crm.sync.timeline``.
    """

    model: str
    at: SQL
    title: SQL
    kind: str | SQL
    table: str | None = None
    among: SQL | None = None
    where: SQL = _TRUE
    preview: SQL = _NULL
    user: SQL | None = None
    author: SQL | None = None
    department: SQL | None = None
    channel: str | SQL | None = None
    direction: str | SQL | None = None
    amount: SQL = _NULL
    currency: SQL = _NULL
    state: str | SQL | None = None
    document: str | None = None
    document_id: SQL = _ID
    company: SQL | None = None
    hidden: SQL = _FALSE
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @cached_property
    def among_sql(self):
        if self.among is not None:
            return self.among
        return SQL("TRUE") if self.table else any_of(SQL("e.partner_id"), OF_PARTNERS)

    @cached_property
    def author_sql(self):
        if self.author is not None:
            return self.author
        if self.user is not None:
            return SQL("(SELECT partner_id FROM res_users WHERE id = %s)", self.user)
        return SQL("NULL::int")

    @cached_property
    def columns(self):
        """What a page shows of an event, in one order for all sources."""
        return SQL(
            """(%(title)s)::text AS title, left((%(preview)s)::text, 1000) AS preview, (%(author)s)::int AS author,
               (%(department)s)::int AS department, %(kind)s AS kind, %(channel)s AS channel, %(direction)s AS direction,
               (%(amount)s)::float8 AS amount, (%(currency)s)::int AS currency_id, %(state)s AS state,
               (%(hidden)s)::bool AS hidden""",
            title=self.title,
            preview=self.preview,
            author=self.author_sql,
            department=self.department or _NULL,
            kind=_word(self.kind),
            channel=_word(self.channel),
            direction=_word(self.direction),
            amount=self.amount,
            currency=self.currency,
            state=_word(self.state),
            hidden=self.hidden,
        )

    def may_hold(self, name, wanted):
        """Whether a filter on ``kind`` or ``channel`` can match anything here; saves whole branches."""
        value = getattr(self, name)
        if isinstance(value, SQL):
            known = self.kinds if name == "kind" else self.channels
            return not known or bool(set(known) & set(wanted))
        return value in wanted
