"""When a failed piece of work is tried again, and when it is given up."""

from datetime import datetime, timedelta

#: Tries before a piece of work is left for a human.
MAX_TRIES = 8
#: Failures after which the owner of the job is told.
ALARM_AFTER = 3
_FIRST_DELAY = timedelta(minutes=5)
_LONGEST_DELAY = timedelta(days=1)


def retry_delay(tries: int) -> timedelta:
    """Pause before the next try, doubling from five minutes up to a day.

    >>> [str(retry_delay(n)) for n in (1, 2, 3, 8)]
    ['0:05:00', '0:10:00', '0:20:00', '10:40:00']
    >>> retry_delay(40)
    datetime.timedelta(days=1)
    """
    return min(_FIRST_DELAY * 2 ** (min(max(tries, 1), 12) - 1), _LONGEST_DELAY)


def next_try(tries: int, now: datetime) -> datetime | None:
    """The moment of the next try, or None when ``tries`` are enough.

    >>> next_try(1, datetime(2026, 3, 1, 2, 0))
    datetime.datetime(2026, 3, 1, 2, 5)
    >>> next_try(8, datetime(2026, 3, 1, 2, 0)) is None
    True
    """
    return None if tries >= MAX_TRIES else now + retry_delay(tries)
