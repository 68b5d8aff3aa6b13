"""When a customer may be disturbed: in his own time zone, by day, on working days if the company wants it so."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Nobody is far enough away for more.
_DAYS_AHEAD = 9


@dataclass(frozen=True)
class Hours:
    """Mails go out from ``opens`` until before ``closes``, hours of the customer's clock; equal means at any hour."""

    opens: float = 8.0
    closes: float = 20.0
    weekends: bool = False


def clock_time(hours: float) -> time:
    """A clock's time from hours, to the minute.

    >>> clock_time(8.5), clock_time(0), clock_time(24)
    (datetime.time(8, 30), datetime.time(0, 0), datetime.time(0, 0))
    """
    minutes = round(hours * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def next_allowed(moment: datetime, tz: str, hours: Hours) -> datetime:
    """The first moment from ``moment`` (naive UTC) on at which a mail may go out to somebody in ``tz``; naive UTC.

    >>> hours = Hours(8, 20)
    >>> next_allowed(datetime(2026, 3, 2, 12), "UTC", hours)
    datetime.datetime(2026, 3, 2, 12, 0)

    At 22:00 in Shanghai it waits for the morning there; at 06:00 for two hours:

    >>> next_allowed(datetime(2026, 3, 2, 14), "Asia/Shanghai", hours)
    datetime.datetime(2026, 3, 3, 0, 0)
    >>> next_allowed(datetime(2026, 3, 2, 22), "Asia/Shanghai", hours)
    datetime.datetime(2026, 3, 3, 0, 0)

    The hour of closing is quiet, that of opening is not:

    >>> next_allowed(datetime(2026, 3, 2, 20), "UTC", hours), next_allowed(datetime(2026, 3, 3, 8), "UTC", hours)
    (datetime.datetime(2026, 3, 3, 8, 0), datetime.datetime(2026, 3, 3, 8, 0))

    On Friday night it waits for Monday, unless weekends are days like others:

    >>> next_allowed(datetime(2026, 3, 6, 21), "UTC", hours)
    datetime.datetime(2026, 3, 9, 8, 0)
    >>> next_allowed(datetime(2026, 3, 6, 21), "UTC", Hours(8, 20, weekends=True))
    datetime.datetime(2026, 3, 7, 8, 0)

    Sunday in Auckland begins on Saturday of Greenwich, and Monday too:

    >>> next_allowed(datetime(2026, 3, 1, 12), "Pacific/Auckland", hours)
    datetime.datetime(2026, 3, 1, 19, 0)

    The clock leaps: 8 o'clock in Berlin is an hour earlier in Greenwich than it was the day before.

    >>> everyday = Hours(8, 20, weekends=True)
    >>> next_allowed(datetime(2026, 3, 27, 22), "Europe/Berlin", everyday)
    datetime.datetime(2026, 3, 28, 7, 0)
    >>> next_allowed(datetime(2026, 3, 28, 22), "Europe/Berlin", everyday)
    datetime.datetime(2026, 3, 29, 6, 0)

    An opening at an hour that the leap swallows is the hour after it:

    >>> next_allowed(datetime(2026, 3, 29, 0, 0), "Europe/Berlin", Hours(2.5, 20, weekends=True))
    datetime.datetime(2026, 3, 29, 1, 30)

    A night shift is awake past midnight. Then the day of the week is that on which the hours began:

    >>> night = Hours(18, 2)
    >>> next_allowed(datetime(2026, 3, 3, 1), "UTC", night), next_allowed(datetime(2026, 3, 3, 2), "UTC", night)
    (datetime.datetime(2026, 3, 3, 1, 0), datetime.datetime(2026, 3, 3, 18, 0))
    >>> next_allowed(datetime(2026, 3, 7, 1), "UTC", night), next_allowed(datetime(2026, 3, 7, 3), "UTC", night)
    (datetime.datetime(2026, 3, 7, 1, 0), datetime.datetime(2026, 3, 9, 18, 0))

    At any hour, but not at the weekend:

    >>> next_allowed(datetime(2026, 3, 7, 3), "UTC", Hours(0, 0)), next_allowed(datetime(2026, 3, 6, 3), "UTC", Hours(0, 0))
    (datetime.datetime(2026, 3, 9, 0, 0), datetime.datetime(2026, 3, 6, 3, 0))
    """
    zone = ZoneInfo(tz)
    today = moment.replace(tzinfo=UTC).astimezone(zone).date()
    # The hours of yesterday may last until today.
    for ahead in range(-1, _DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        if not hours.weekends and day.weekday() >= 5:
            continue
        opens, closes = _bounds(day, zone, hours)
        if moment < closes:
            return max(moment, opens)
    raise AssertionError("a week without a working day")


def is_quiet(moment: datetime, tz: str, hours: Hours) -> bool:
    """Whether nothing may go out at ``moment`` (naive UTC) to somebody in ``tz``.

    >>> is_quiet(datetime(2026, 3, 2, 14), "Asia/Shanghai", Hours()), is_quiet(datetime(2026, 3, 2, 14), "UTC", Hours())
    (True, False)
    """
    return next_allowed(moment, tz, hours) > moment


def _bounds(day: date, zone: ZoneInfo, hours: Hours) -> tuple[datetime, datetime]:
    """``[opens, closes)`` of one day, naive UTC."""
    opens, closes = clock_time(hours.opens), clock_time(hours.closes)
    last = day if closes > opens else day + timedelta(days=1)
    return _utc(day, opens, zone), _utc(last, closes, zone)


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
