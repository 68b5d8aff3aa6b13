"""When a case that waits for the customer is closed because nothing is heard from him."""

from datetime import datetime, timedelta

#: Steps in which it is the customer's turn.
AWAITED = ("waiting_customer", "proposed")


def quiet_since(asked: datetime, heard: datetime | None) -> datetime:
    """Since when nothing was heard: since we asked, or since he last wrote.

    >>> quiet_since(datetime(2026, 11, 2), datetime(2026, 11, 1)), quiet_since(datetime(2026, 11, 2), None)
    (datetime.datetime(2026, 11, 2, 0, 0), datetime.datetime(2026, 11, 2, 0, 0))
    """
    return max(asked, heard) if heard else asked


def next_step(
    quiet: datetime, days: int, notice_days: int, told: datetime | None, refused: datetime | None
) -> tuple[str | None, datetime | None]:
    """``(what is to be done, when)``: ``tell`` him that it will be closed, then ``close``; nothing where ``days`` is 0.

    ``told`` and ``refused`` are when he was told, and when he could not be; they hold for one silence only.

    >>> second = datetime(2026, 11, 2)
    >>> next_step(second, 14, 3, None, None)
    ('tell', datetime.datetime(2026, 11, 13, 0, 0))

    He always has the days of notice, however late he was told:

    >>> next_step(second, 14, 3, datetime(2026, 11, 13), None), next_step(second, 14, 3, datetime(2026, 11, 20), None)
    (('close', datetime.datetime(2026, 11, 16, 0, 0)), ('close', datetime.datetime(2026, 11, 23, 0, 0)))

    Who wrote since then is asked anew, and who cannot be told is not closed:

    >>> next_step(second, 14, 3, datetime(2026, 11, 1), None)[0], next_step(second, 14, 3, None, datetime(2026, 11, 13))
    ('tell', (None, None))
    >>> next_step(second, 0, 3, None, None)
    (None, None)
    """
    if days <= 0 or (refused and refused >= quiet):
        return None, None
    end, notice = quiet + timedelta(days=days), timedelta(days=notice_days)
    if told and told >= quiet:
        return "close", max(end, told + notice)
    return "tell", max(quiet, end - notice)
