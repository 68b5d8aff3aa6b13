"""What a document with a customer is, for the response clocks. Other addons import it from here."""

from dataclasses import dataclass

from odoo.tools import SQL

from ..core.registered import registered


def response_document(sequence):
    """Mark a method of ``crm.sync.response.clock`` that returns a :class:`ResponseDocument`, or None."""
    return registered("response_document", sequence)


_TRUE, _FALSE, _NOBODY = SQL("TRUE"), SQL("FALSE"), SQL("NULL::int")
_COMPANY, _LOW, _OWN = SQL("d.company_id"), SQL("'0'"), SQL("d.id")


@dataclass(frozen=True)
class ResponseDocument:
    """A model in whose chatter customers write to us. Its table has the alias ``d`` in all SQL.

    A conversation is one document, or the documents that share a ``parent``: a lead and its quotations are one, so a
    quotation that is sent answers what was asked on the lead.
    """

    model: str
    table: str
    partner: SQL
    user: SQL
    company: SQL = _COMPANY
    priority: SQL = _LOW
    lead: SQL = _NOBODY
    #: Id of the conversation, where it is not the document's own.
    thread: SQL = _OWN
    #: (model, SQL id) of the conversation that takes precedence where the id is set.
    parent: tuple[str, SQL] | None = None
    #: Of all rows, those that are with a customer.
    where: SQL = _TRUE
    #: Nobody waits for an answer about such a document any more.
    is_over: SQL = _FALSE
    #: The document itself is something a customer asked of us, at its creation.
    is_request: SQL | None = None
    #: Messages ``m`` in the customer's name that are the system's own words.
    is_automatic: SQL = _FALSE
    #: Journal entries ``t`` that belong to document ``d``.
    touch: SQL | None = None

    @property
    def thread_id(self):
        return self.thread if self.parent is None else SQL("COALESCE(%s, %s)", self.parent[1], self.thread)

    def thread_number(self, numbers):
        """SQL of the number of the conversation's model."""
        own = SQL("%s::smallint", numbers[self.model])
        if self.parent is None:
            return own
        model, parent_id = self.parent
        return SQL("CASE WHEN %s IS NULL THEN %s ELSE %s::smallint END", parent_id, own, numbers[model])
