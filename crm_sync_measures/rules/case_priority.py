"""How urgent a case is."""

#: From the least to the most urgent: low, medium, high, urgent.
LEVELS = ("0", "1", "2", "3")


def priority(severity: str, impact: str, is_safety: bool, tier_weight: int = 0, raised_to: str | None = None) -> str:
    """One of :data:`LEVELS`, from how bad it is for the customer, how many it concerns, and who the customer is.

    ``tier_weight`` is 0 for most customers and grows with the tier. ``raised_to`` is what a person has found, and
    never makes a case less urgent.

    >>> [priority(severity, "0", False) for severity in LEVELS], [priority("1", impact, False) for impact in LEVELS]
    (['0', '0', '1', '2'], ['0', '1', '1', '2'])
    >>> priority("2", "2", False), priority("3", "3", False)
    ('2', '3')

    Where somebody may come to harm, nothing else counts:

    >>> priority("0", "0", True)
    '3'

    A good customer's case weighs more, up to one level:

    >>> priority("1", "0", False, tier_weight=1), priority("1", "0", False, tier_weight=2), priority("1", "0", False, 9)
    ('1', '1', '1')
    >>> priority("1", "1", False, tier_weight=-2)
    '1'
    >>> priority("2", "2", False, raised_to="3"), priority("2", "2", False, raised_to="0")
    ('3', '2')
    """
    if is_safety:
        return LEVELS[-1]
    score = int(severity or 0) + int(impact or 0) + min(max(tier_weight or 0, 0), 2)
    level = _level(score)
    if severity == LEVELS[-1]:
        level = max(level, "2")
    return max(level, raised_to or LEVELS[0])


def complaint_level(priority: str, is_escalated: bool, is_late: bool) -> str:
    """How serious an open complaint is for who is about to contact the customer, on the before-you-contact card.

    >>> [complaint_level(level, False, False) for level in LEVELS]
    ['yellow', 'yellow', 'red', 'red']
    >>> complaint_level("0", True, False), complaint_level("0", False, True)
    ('red', 'red')
    """
    return "red" if is_escalated or is_late or priority >= LEVELS[2] else "yellow"


def _level(score: int) -> str:
    """Of a sum of up to 8.

    >>> [_level(score) for score in range(9)]
    ['0', '0', '1', '1', '2', '2', '3', '3', '3']
    """
    return LEVELS[min(score // 2, 3)]
