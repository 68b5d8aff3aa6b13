"""What a section of the customer brief is. Other rooms and addons import it from here."""

from dataclasses import dataclass
from datetime import date, datetime

from odoo import models

from ...rules.brief import Advice
from ..core.registered import registered


def brief_section(sequence, code, side="right"):
    """Mark a method of ``crm.sync.brief`` as a section of the customer brief, on the left or right of the page.

    It is called with a :class:`BriefContext` and returns a :class:`Section`, or None where there is nothing to
    tell. It reads with the reader's own rights, in a constant number of queries; an AccessError makes the section
    one that says it is hidden.
    """
    return registered("brief_section", sequence, code=code, side=side)


@dataclass(frozen=True)
class BriefContext:
    """For whom and when a brief is made; the same for all its sections.

    ``contacts`` are all contacts of the commercial entity, archived ones included, and ``page`` is what the
    Customer 360 page says of it. ``today`` is the reader's day, ``now`` is UTC.
    """

    entity: models.Model
    contacts: models.Model
    page: dict
    today: date
    now: datetime


@dataclass(frozen=True)
class Cell:
    """A text in a table; ``document`` is the ``(model, id)`` that a click opens on screen.

    Tones are those of :class:`Fact`; ``nowrap`` beside one keeps a day or a name in one line.
    """

    text: str
    tone: str = ""
    document: tuple[str, int] | None = None
    is_number: bool = False


@dataclass(frozen=True)
class Fact:
    """A label and its value. Tones are ``success``, ``warning``, ``danger`` and ``muted``."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the brief, in the reader's words. ``rows`` are of cells (a mere text is one), with headings in ``head``.

    ``bring_up`` and ``avoid`` are what this section advises; the heaviest of all sections stand on top of the page. A ``masked`` one may not be read.
    """

    title: str
    facts: tuple[Fact, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    notes: tuple[str, ...] = ()
    empty: str = ""
    masked: bool = False
    bring_up: tuple[Advice, ...] = ()
    avoid: tuple[Advice, ...] = ()

    def __post_init__(self):
        rows = tuple(
            tuple(Cell(cell or "") if not isinstance(cell, Cell) else cell for cell in row) for row in self.rows
        )
        object.__setattr__(self, "rows", rows)
