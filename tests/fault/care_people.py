"""Who lives through the year of ``test_care_year.py``, what happens to them, and when each is to be cared for.

No Odoo here: the test and the work inside Odoo read the same. The year begins before Lunar New Year 2028 and ends after the
next one: it has a 29 February, the 28 February of a common year, four changes of clocks and a leap month (the fifth of 2028).
"""

from datetime import date, datetime, timedelta

#: Three runs a day, by the clock of the server.
START, BETWEEN = datetime.fromisoformat("2028-01-15 02:10"), timedelta(hours=8)
RUNS = 1250

BERLIN, YORK, SHANGHAI = "Europe/Berlin", "America/New_York", "Asia/Shanghai"
#: Where the day begins first, and where it ends last.
FIRST, LAST = "Pacific/Kiritimati", "Pacific/Pago_Pago"


def moment(number: int) -> datetime:
    """When the jobs run for the ``number``-th time; naive UTC."""
    return START + number * BETWEEN


def number_of(day: str, hour: int = 0) -> int:
    """The first run at or after that hour."""
    wanted = datetime.fromisoformat(day) + timedelta(hours=hour)
    return -((START - wanted) // BETWEEN)


#: {name: (time zone, (month, day) or None, lunar calendar, leap month)}
PEOPLE = {
    "leap": (BERLIN, (2, 29), False, False),
    "eve": (BERLIN, (2, 28), False, False),
    "march": (BERLIN, (3, 1), False, False),
    "spring": (BERLIN, (3, 26), False, False),
    "autumn": (BERLIN, (10, 29), False, False),
    "york spring": (YORK, (3, 12), False, False),
    "york autumn": (YORK, (11, 5), False, False),
    "first": (FIRST, (1, 20), False, False),
    "last": (LAST, (1, 20), False, False),
    "sylvester": (SHANGHAI, (12, 31), False, False),
    "new year": (SHANGHAI, (1, 1), False, False),
    "moon": (SHANGHAI, (8, 15), True, False),
    "moon leap": (SHANGHAI, (5, 10), True, True),
    "moon thirty": (SHANGHAI, (12, 30), True, False),
    "corrected": (BERLIN, (5, 10), False, False),
    "one": (BERLIN, (6, 6), False, False),
    "other one": (BERLIN, (6, 6), False, False),
    "greeted": (BERLIN, (6, 16), False, False),
    "greeted twin": (BERLIN, (6, 18), False, False),
    "archived": (BERLIN, (7, 10), False, False),
    "dead": (BERLIN, (8, 2), False, False),
    "blocked": (BERLIN, (9, 1), False, False),
    "told late": (BERLIN, None, False, False),
    "told too late": (BERLIN, None, False, False),
    "traveller": (FIRST, (10, 10), False, False),
    "paused": (BERLIN, (11, 15), False, False),
    "down": (BERLIN, (12, 6), False, False),
    "down last": (BERLIN, (12, 10), False, False),
    "visited": (BERLIN, None, False, False),
}

#: {number of the run before which it happens: what happens}, see care_work.EVENTS.
HAPPENS = {
    number_of("2028-02-28", 10): ["order"],
    number_of("2028-03-01", 12): ["visit_done"],
    number_of("2028-04-20", 12): ["visit_done"],
    number_of("2028-05-15", 12): ["visit"],
    number_of("2028-05-20"): ["correct"],
    # Both are planned for the next day by then.
    number_of("2028-06-05", 20): ["merge_one"],
    number_of("2028-06-17", 12): ["merge_greeted"],
    number_of("2028-07-09"): ["archive"],
    number_of("2028-08-01", 20): ["die"],
    number_of("2028-08-20"): ["block"],
    number_of("2028-09-11", 4): ["tell_late"],
    number_of("2028-09-20"): ["tell_too_late"],
    # He was greeted an hour ago, where it is the 10th first.
    number_of("2028-10-10", 3): ["travel"],
    number_of("2028-11-10"): ["pause"],
    number_of("2028-11-20"): ["start"],
}
#: The server is down for six days: (first run that does not happen, first one that does).
DOWN = number_of("2028-12-05", 2), number_of("2028-12-11", 10)


def _days(*texts):
    return [date.fromisoformat(text) for text in texts]


#: {name of the rule: {name: the days that are greeted, each once}}; whoever is not named is not greeted.
GREETED = {
    "Year birthday": {
        "leap": _days("2028-02-29", "2029-02-28"),
        "eve": _days("2028-02-28", "2029-02-28"),
        "march": _days("2028-03-01", "2029-03-01"),
        "spring": _days("2028-03-26"),
        "autumn": _days("2028-10-29"),
        "york spring": _days("2028-03-12"),
        "york autumn": _days("2028-11-05"),
        "first": _days("2028-01-20", "2029-01-20"),
        "last": _days("2028-01-20", "2029-01-20"),
        "sylvester": _days("2028-12-31"),
        "new year": _days("2029-01-01"),
        "moon": _days("2028-10-03"),
        "moon leap": _days("2028-07-02"),
        # The twelfth months of both years have 29 days.
        "moon thirty": _days("2028-01-25", "2029-02-12"),
        "corrected": _days("2028-05-10"),
        "one": _days("2028-06-06"),
        "greeted": _days("2028-06-16"),
        "told late": _days("2028-09-10"),
        "traveller": _days("2028-10-10"),
        "down last": _days("2028-12-10"),
    },
    "Year Lunar New Year": {
        "moon": _days("2028-01-26", "2029-02-13"),
        "moon leap": _days("2028-01-26", "2029-02-13"),
        "moon thirty": _days("2028-01-26", "2029-02-13"),
    },
    # Due three days before.
    "Year Christmas": {"march": _days("2028-12-25")},
    "Year Easter": {"spring": _days("2028-04-16"), "york spring": _days("2028-04-16")},
    "Year after a purchase": {"eve": _days("2028-02-28")},
    "Year no purchase": {"eve": _days("2028-02-28")},
}
#: {name: state} of birthdays on which nobody is greeted although they are known.
KEPT_BACK = {"dead": {"held", "cancelled"}, "blocked": {"held"}, "down": {"late"}}
#: Whose birthdays are not even listed as missed.
UNKNOWN = {"told too late", "archived", "paused"}
#: Days after the occasion of rules that are not for the day itself.
DAYS = {"Year Christmas": -3, "Year after a purchase": 30, "Year no purchase": 90}
#: Runs before and after the beginning of a day that somebody has to do with: he may be asleep, and the server down.
BEFORE, AFTER = 5, 10


def worth_living() -> set[int]:
    """Runs around every day on which something is to be done or happens. In the others there is nothing to do."""
    marked = set(HAPPENS) | set(DOWN)
    for rule, found in GREETED.items():
        marked |= {number_of(str(day), 24 * DAYS.get(rule, 0)) for own in found.values() for day in own}
    for _tz, birthday, is_lunar, _is_leap in PEOPLE.values():
        if birthday and not is_lunar:
            marked.add(number_of(str(date(2028, *birthday))))
    return {number for one in marked for number in range(one - BEFORE, one + AFTER)}


#: Every 30 days: told on 15 February, 1 April and 15 June, and not again however long nobody goes there.
VISITS = 3
