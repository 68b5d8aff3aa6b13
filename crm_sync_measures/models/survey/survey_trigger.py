"""What makes a survey program ask, as SQL. Other addons import it from here.

In another addon::

    class SurveyTrigger(models.AbstractModel):
        _inherit = "crm.sync.survey.trigger"

        @survey_trigger("repaired")
        def _trigger_repaired(self, program, window):
            return SurveyTrigger(
                "repair.order", "repair_order", partner=SQL("d.partner_id"), at=SQL("d.write_date"),
                holds=SQL("d.state = 'done'"),
            )

and ``("repaired", "Repaired")`` is added to the selection ``trigger`` of ``crm.sync.survey.program``.
"""

from dataclasses import dataclass
from datetime import datetime

from odoo.tools import SQL

from ..core.registered import registered


def survey_trigger(code):
    """Mark a method of ``crm.sync.survey.trigger``: called as ``method(program, window)``, it returns a
    :class:`SurveyTrigger`, or ``None`` where there is nothing to look for (its module is not installed, no wave is open)."""
    return registered("survey_trigger", code=code)


@dataclass(frozen=True)
class Window:
    """Looked at is what happened after ``since``, up to ``until``; naive UTC."""

    since: datetime
    until: datetime


_COMPANY, _NOTHING, _TRUE = SQL("d.company_id"), SQL(""), SQL("TRUE")


@dataclass(frozen=True)
class SurveyTrigger:
    """The rows of a table, with the alias ``d``, that are events; all SQL may speak of it.

    An event is asked about once: ``key`` says which one it is. It names the document and not the contact, unless one
    event asks several: a merge of contacts must not make a second event of one.
    """

    model: str
    table: str
    #: Who is asked, and when it happened (UTC).
    partner: SQL
    at: SQL
    #: True of the document while it is a reason to ask; looked at again before sending, without ``joins``.
    holds: SQL
    #: What finding needs beside ``d``; never an event more than once for one contact.
    joins: SQL = _NOTHING
    key: SQL | None = None
    company: SQL = _COMPANY
    #: Looked at before sending beside ``holds``; ``i`` is the invitation.
    still: SQL = _TRUE
    #: Whether the contacts themselves are asked, and there is no document.
    is_audience: bool = False

    @property
    def origin_key(self):
        return self.key or SQL("%s || ':' || d.id", self.model)
