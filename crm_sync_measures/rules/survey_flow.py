"""The life of an invitation to a survey. Never writes, never raises.

``planned`` is either dropped with a reason (``suppressed``) or put into the outbox (``queued``) and ``sent``. What comes
back is ``bounced``; who opens the page has ``opened`` it, who has chosen something has ``started``, who has sent it is
``done``. What nobody answers in time is ``expired``; what became pointless beforehand is ``cancelled``.
"""

#: States in the order in which they are reached, those at the end last.
STATES = (
    "planned",
    "suppressed",
    "queued",
    "sent",
    "bounced",
    "opened",
    "started",
    "done",
    "expired",
    "cancelled",
)
#: Which state may follow which. What is said of a mail comes late, or twice: what is not named here changes nothing.
FOLLOWS = {
    "planned": {"suppressed", "queued", "expired", "cancelled"},
    "suppressed": set(),
    # A mail may be read before the outbox has noted that it left.
    "queued": {"suppressed", "sent", "bounced", "opened", "started", "done", "expired", "cancelled"},
    "sent": {"bounced", "opened", "started", "done", "expired", "cancelled"},
    # Servers also send back what they have delivered all the same.
    "bounced": {"opened", "started", "done", "expired"},
    "opened": {"started", "done", "expired", "cancelled"},
    "started": {"done", "expired", "cancelled"},
    "done": set(),
    "expired": set(),
    "cancelled": set(),
}
#: Nobody has heard of these yet.
UNSENT = ("planned", "queued")
#: These may be answered.
OPEN = ("queued", "sent", "bounced", "opened", "started")
#: Only these may be reminded.
REMINDED = ("sent", "opened", "started")
#: Which field keeps the moment at which a state was reached.
MOMENTS = {
    "planned": "planned_at",
    "queued": "queued_at",
    "sent": "sent_at",
    "bounced": "bounced_at",
    "opened": "opened_at",
    "started": "started_at",
    "done": "done_at",
}
#: What a person does who answers: of an anonymous answer no moment is kept.
BY_CUSTOMER = ("opened", "started", "done")


def may_follow(old: str, new: str) -> bool:
    """Whether an invitation goes from one state to the other.

    >>> may_follow("planned", "queued"), may_follow("sent", "done"), may_follow("bounced", "done")
    (True, True, True)

    The first answer stands, whatever opens, reminds or comes back afterwards; and what was dropped is never sent:

    >>> any(may_follow("done", state) for state in STATES), any(may_follow("suppressed", state) for state in STATES)
    (False, False)
    >>> may_follow("started", "opened"), may_follow("opened", "bounced")
    (False, False)

    >>> set(FOLLOWS) == set(STATES) and all(FOLLOWS[old] < set(STATES) for old in FOLLOWS)
    True
    """
    return new in FOLLOWS[old]


def is_relational(trigger: str) -> bool:
    """Whether a survey asks of the relation as a whole, and not of one thing that happened.

    The two are never put into one figure: who was asked after a good delivery praises the delivery.

    >>> is_relational("wave"), is_relational("manual"), is_relational("delivered")
    (True, True, False)
    """
    return trigger in ("wave", "manual")
