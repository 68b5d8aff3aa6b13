"""What a customer is told of his tier: whether it is safe, what is still needed, and until when. Never writes, never raises."""

from datetime import date

#: Days before the end of a tier from which on colleagues are warned.
WARNED = 60


def keeping(valid_through: date | None, keep_missing: float) -> str:
    """How it stands with the tier he has: it ends at no review (``forever``), what he needs is reached (``safe``), or not
    yet (``risk``).

    >>> keeping(None, 120), keeping(date(2026, 12, 31), 0), keeping(date(2026, 12, 31), 120)
    ('forever', 'safe', 'risk')
    """
    if valid_through is None:
        return "forever"
    return "risk" if keep_missing > 0 else "safe"


def keep_by(valid_through: date, review_on: date | None, today: date) -> date:
    """Until when he can still do something for it: to the last day of the tier, and after that in the days of grace.

    >>> end, review = date(2026, 12, 31), date(2027, 1, 30)
    >>> keep_by(end, review, date(2026, 11, 22)) == end, keep_by(end, review, date(2027, 1, 5)) == review
    (True, True)
    >>> keep_by(end, None, date(2027, 1, 5)) == end
    True
    """
    return review_on if review_on and today > valid_through else valid_through


def is_in_danger(valid_through: date | None, keep_missing: float, today: date) -> bool:
    """Whether colleagues are warned: he would lose his tier, and within :data:`WARNED` days; in the days of grace too.

    >>> is_in_danger(date(2026, 12, 31), 120, date(2026, 11, 1)), is_in_danger(date(2026, 12, 31), 120, date(2027, 1, 5))
    (True, True)
    >>> is_in_danger(date(2026, 12, 31), 120, date(2026, 10, 31)), is_in_danger(date(2026, 12, 31), 0, date(2026, 12, 30))
    (False, False)
    """
    return keeping(valid_through, keep_missing) == "risk" and (valid_through - today).days <= WARNED


def times(multiplier: float) -> str:
    """How many times the points, as it is written; empty where it is once.

    >>> times(1.0), times(1.5), times(2.0), times(1.25), times(0)
    ('', '1.5', '2', '1.25', '')
    """
    return f"{multiplier:.2f}".rstrip("0").rstrip(".") if multiplier > 1 else ""


def lines(text: str | None) -> list[str]:
    """What was written into a field of several lines, one benefit a line.

    >>> lines("Free delivery\\n\\n  A visit a year \\n"), lines(None)
    (['Free delivery', 'A visit a year'], [])
    """
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
