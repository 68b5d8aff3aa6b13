"""How a case goes on: which step may follow which, per kind of case, and what that means for the clocks.

Never writes, never raises.
"""

#: Kinds of cases, and the flow each goes through.
KINDS = ("complaint", "question", "praise", "suggestion")
_ANSWERED = "complaint", "question", "praise"

#: Steps of what a customer wants an answer to, in their natural order.
CASE_STEPS = (
    "new",
    "acknowledged",
    "assessed",
    "investigating",
    "waiting_customer",
    "waiting_third",
    "proposed",
    "accepted",
    "escalated",
    "closed",
    "rejected",
)
#: Steps of what a customer suggests.
SUGGESTION_STEPS = ("new", "triaged", "planned", "declined", "done", "told")
#: All steps, each once.
STEPS = CASE_STEPS + SUGGESTION_STEPS[1:]

#: The case is over.
ENDING = frozenset(("closed", "rejected", "declined", "told"))
#: We have done our part; the resolve clock stands still for good, until the case is reopened.
RESOLVED = ENDING | {"accepted", "done"}
#: Somebody else is at work; the clocks pause.
WAITING = frozenset(("waiting_customer", "waiting_third"))

_WORK = ("investigating", "waiting_customer", "waiting_third", "proposed", "escalated", "rejected")
_CASE = {
    "new": ("acknowledged", "assessed", *_WORK),
    "acknowledged": ("assessed", *_WORK, "closed"),
    "assessed": (*_WORK, "closed"),
    "investigating": (*_WORK, "closed"),
    "waiting_customer": (*_WORK, "accepted", "closed"),
    "waiting_third": (*_WORK, "closed"),
    "proposed": (*_WORK, "accepted", "closed"),
    "accepted": ("closed",),
    "escalated": (*_WORK, "closed"),
    # Anything else is a new cycle: see REOPENED.
    "closed": (),
    "rejected": (),
}
#: A complaint is looked into before it is closed; a question may be answered, and praise passed on, at once.
_LIGHT = {**_CASE, "new": (*_CASE["new"], "closed")}
_SUGGESTION = {
    "new": ("triaged", "planned", "declined"),
    "triaged": ("planned", "declined"),
    "planned": ("triaged", "declined", "done"),
    "done": ("told",),
    "declined": (),
    "told": (),
}
_TABLES = {"complaint": _CASE, "question": _LIGHT, "praise": _LIGHT, "suggestion": _SUGGESTION}
#: Where a reopened case goes on; the first of these for which there is a stage.
REOPENED = {
    **dict.fromkeys(_ANSWERED, ("investigating", "assessed", "acknowledged", "new")),
    "suggestion": ("triaged", "new"),
}
#: Where a case ends that was merged into another one.
MERGED = {**dict.fromkeys(_ANSWERED, ("closed", "rejected")), "suggestion": ("told", "declined")}


def steps_of(kind: str) -> tuple[str, ...]:
    """The steps that a case of this kind may take.

    >>> steps_of("suggestion")
    ('new', 'triaged', 'planned', 'declined', 'done', 'told')
    >>> "proposed" in steps_of("complaint"), "told" in steps_of("question")
    (True, False)
    """
    return SUGGESTION_STEPS if kind == "suggestion" else CASE_STEPS


def next_steps(kind: str, step: str) -> tuple[str, ...]:
    """The steps that may follow ``step``, in their natural order; the step itself is not among them.

    >>> next_steps("suggestion", "planned")
    ('triaged', 'declined', 'done')
    >>> next_steps("complaint", "accepted"), next_steps("complaint", "closed")
    (('closed',), ())

    A complaint is looked into before it is closed, a question may be answered at once:

    >>> "closed" in next_steps("complaint", "new"), "closed" in next_steps("question", "new")
    (False, True)
    """
    allowed = _TABLES[kind].get(step, ())
    return tuple(other for other in steps_of(kind) if other in allowed and other != step)


def may_move(kind: str, old: str, new: str) -> bool:
    """Whether a case may go from one step to the other. Within a step (several stages may share one) it always may.

    >>> may_move("complaint", "investigating", "waiting_customer"), may_move("complaint", "new", "accepted")
    (True, False)
    >>> may_move("complaint", "closed", "closed"), may_move("complaint", "closed", "investigating")
    (True, False)
    """
    return old == new or new in next_steps(kind, old)


def is_open(step: str) -> bool:
    """Whether there is still something to do or to tell.

    >>> [step for step in STEPS if not is_open(step)]
    ['closed', 'rejected', 'declined', 'told']
    """
    return step not in ENDING


def clock_events(old: str, new: str) -> tuple[str, ...]:
    """What a change of step means for the clocks, in order.

    >>> clock_events("new", "investigating"), clock_events("investigating", "waiting_third")
    (('acknowledged',), ('waiting',))
    >>> clock_events("waiting_customer", "proposed"), clock_events("proposed", "closed")
    (('resumed',), ('resolved',))

    From one waiting to the other, and from accepted to closed, nothing changes:

    >>> clock_events("waiting_customer", "waiting_third"), clock_events("accepted", "closed"), clock_events("new", "new")
    ((), (), ())
    >>> clock_events("waiting_customer", "closed"), clock_events("new", "waiting_customer"), clock_events("new", "closed")
    (('resolved',), ('acknowledged', 'waiting'), ('acknowledged', 'resolved'))
    """
    events = []
    if old == "new" != new:
        events.append("acknowledged")
    if new in WAITING and old not in WAITING:
        events.append("waiting")
    elif old in WAITING and new not in WAITING | RESOLVED:
        events.append("resumed")
    if new in RESOLVED and old not in RESOLVED:
        events.append("resolved")
    return tuple(events)


def moved_to_kind(step: str, kind: str) -> str:
    """The step of a case that turns out to be of another kind: the same where there is one, else from the beginning.

    >>> moved_to_kind("investigating", "question"), moved_to_kind("investigating", "suggestion")
    ('investigating', 'new')
    """
    return step if step in steps_of(kind) else "new"


def missing_to_close(kind: str, decision: str | None, cause: bool, note: str | None) -> list[str]:
    """What has to be told before a case is closed: names of fields.

    A complaint teaches something only where its cause and the decision are known; the others need nothing but what the
    customer was told.

    >>> missing_to_close("complaint", None, False, None), missing_to_close("complaint", "upheld", True, None)
    (['decision', 'cause_id'], [])
    >>> missing_to_close("question", None, False, None), missing_to_close("praise", None, False, None)
    ([], [])
    """
    if kind != "complaint":
        return []
    return [name for name, value in (("decision", decision), ("cause_id", cause)) if not value]
