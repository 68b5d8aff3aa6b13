"""Who is held out, so that it can be told what a greeting brings: the same humans every time. Never writes, never raises."""

from hashlib import sha256


def lot(rule_id: int, human: str) -> int:
    """A number from 0 to 99, always the same for the same rule and human; evenly spread.

    The first 32 bits of a SHA-256 digest.

    >>> lot(7, "li.na@example.com") == lot(7, "li.na@example.com"), lot(7, "li.na@example.com") == lot(8, "li.na@example.com")
    (True, False)
    >>> drawn = [lot(7, f"{number}@example.com") for number in range(10_000)]
    >>> min(drawn), max(drawn), abs(sum(number < 10 for number in drawn) - 1000) < 100
    (0, 99, True)
    """
    return int(sha256(f"{rule_id}:{human}".encode()).hexdigest()[:8], 16) % 100


def is_held_out(rule_id: int, human: str, percent: int) -> bool:
    """Whether this human gets nothing, to be compared with those who do.

    >>> humans = [f"{number}@example.com" for number in range(1000)]
    >>> few, many = ({human for human in humans if is_held_out(7, human, percent)} for percent in (10, 30))
    >>> few < many, is_held_out(7, "li.na@example.com", 0)
    (True, False)
    """
    return lot(rule_id, human) < percent


def human(partner_id: int, email: str | None) -> str:
    """Who it is: the address, so that two contacts with one address, and a merged one, are one human.

    >>> human(42, "li.na@example.com"), human(42, None), human(42, "")
    ('li.na@example.com', 'contact 42', 'contact 42')
    """
    return email or f"contact {partner_id}"
