"""Where points come from, and when: the marks that private code sets when it moves them."""

from odoo import fields

#: Context key of the moment that a demo story tells; as safe from clients as :data:`MOVEMENT`.
MOMENT = "crm_sync_moment"

#: Context key. A client may send it too, but never an instance of :class:`Movement`.
MOVEMENT = "crm_sync_movement"


class Movement(str):
    """The event behind a change of points, and the record it belongs to.

    Being a class of ours, it cannot come in by a request: a context from outside holds strings, numbers,
    lists and dictionaries only. Being a string, it harms nothing when a context is sent to the client.

    :ivar event: what happens: confirm, cancel, edit, refund, expire, adjust, merge, generate …
    :ivar record_model, record_id: the source that is entered in the ledger
    :ivar parts: the entries to be booked (:class:`~...rules.ledger.Part`), or None to ask the source
    :ivar key: the event's idempotency key, or None where the event can happen again
    :ivar company_id: the company that grants or takes the points, or None for that of the source
    :ivar reason: a short code, for entries that people make
    :ivar is_booked: the entries are written already, only the card's points are to follow
    :ivar reserved: ``{card id: points}`` that the quotation had reserved when it began to be edited
    :ivar card_id: the card that the event was about, where that is a key to another one
    """

    def __new__(
        cls, event, record=None, *, parts=None, key=None, company_id=None, reason=None, is_booked=False, reserved=None
    ):
        movement = super().__new__(cls, event)
        movement.event = event
        movement.record_model = record._name if record else False
        movement.record_id = record.id if record else False
        movement.parts = tuple(parts) if parts is not None else None
        movement.key = key
        movement.company_id = company_id
        movement.reason = reason
        movement.is_booked = is_booked
        movement.reserved = reserved or {}
        movement.card_id = False
        movement.count = 0
        return movement

    def through(self, card):
        """The same movement, come in by ``card``, which is a key to another one."""
        details = {name: getattr(self, name) for name in ("parts", "key", "company_id", "reason", "is_booked")}
        movement = Movement(self.event, **details)
        movement.record_model, movement.record_id, movement.card_id = self.record_model, self.record_id, card.id
        return movement

    def next_key(self, card_id):
        """The idempotency key of the next entry of this event, or None where the event has none.

        Repeating the event counts anew and comes to the same keys.
        """
        self.count += 1
        return f"{self.key}:{self.card_id or card_id}:{self.count}" if self.key else None

    # Odoo finds environments by equal contexts: two confirmations must not share one.
    def __eq__(self, other):
        return self is other

    def __hash__(self):
        return id(self)


def movement_of(env):
    """The movement that private code is in, or None."""
    movement = env.context.get(MOVEMENT)
    return movement if isinstance(movement, Movement) else None


def moving(records, event, record=None, **details):
    """``records`` with the mark that their points are moved by ``event`` of ``record``."""
    movement, outer = Movement(event, record, **details), movement_of(records.env)
    if outer and (outer.record_model, outer.record_id) == (movement.record_model, movement.record_id):
        movement.reserved = movement.reserved or outer.reserved
    return records.with_context(**{MOVEMENT: movement})


class Moment(str):
    """A moment in the past that points are booked at, while the demo data of an installation are made."""

    def __new__(cls, at):
        moment = super().__new__(cls, at)
        moment.at = at
        return moment


def now_of(env):
    """The moment of a booking, UTC: now, but for the demo story, which tells a year."""
    moment = env.context.get(MOMENT)
    return moment.at if isinstance(moment, Moment) else fields.Datetime.now()
