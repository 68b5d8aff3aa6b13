"""The clocks of cases against a simulation that walks through time minute by minute."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from rules import case_clock
from rules.case_clock import Terms
from rules.working_time import Shift, WorkingTime

HISTORIES = 10_000
_DAYS = 110
_MINUTE = timedelta(minutes=1)
#: With leaps of an hour and of half an hour, at night and at midnight, to the north and to the south, and without.
_ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "UTC",
)
#: A few weeks before clocks are changed, and a time in which they are not.
_BEGINNINGS = tuple(map(datetime.fromisoformat, ("2026-03-01", "2026-10-01", "2026-06-01", "2027-03-20")))


# -------------------------------------------------------------------- the simulation


class Wall:
    """What the clock on the wall of a time zone shows in each minute of UTC."""

    def __init__(self, zone, beginning):
        self.beginning = beginning
        self.days = defaultdict(list)  # {local day: [(minute, minutes since midnight on the wall)]}
        tz = ZoneInfo(zone)
        for half_hour in range(_DAYS * 48):
            local = (beginning + timedelta(minutes=30 * half_hour)).replace(tzinfo=UTC).astimezone(tz)
            shown = local.hour * 60 + local.minute
            for minute in range(30):
                day = local.date() + timedelta(days=(shown + minute) // 1440)
                self.days[day].append((half_hour * 30 + minute, (shown + minute) % 1440))

    def shift(self, day, start, end):
        """Minutes of a shift: from when the wall first shows its start until it last shows a time before its end."""
        first = next((minute for minute, shown in self.days[day] if shown >= start), None)
        last = next((minute for minute, shown in reversed(self.days[day]) if shown < end), None)
        return range(first, last + 1) if first is not None and last is not None else ()


class Office:
    """A calendar, as a table of minutes and as the addon counts it."""

    def __init__(self, wall, zone, kind, dice):
        shifts = list(self._shifts(kind, dice))
        off = [self._absence(dice) for _number in range(dice.choice((0, 0, 1, 3)))]
        self.wall = wall
        self.hours = WorkingTime(
            [Shift(day, start * 60, end * 60, week) for day, start, end, week in shifts],
            zone,
            [(self.moment(first), self.moment(last)) for first, last in off],
        )
        self.worked = bytearray(_DAYS * 1440)
        for day in wall.days:
            for weekday, start, end, week in shifts:
                if day.weekday() == weekday and week in (None, (day.toordinal() - 1) // 7 % 2):
                    for minute in wall.shift(day, start, end):
                        self.worked[minute] = 1
        for first, last in off:
            self.worked[first:last] = bytes(last - first)

    def _shifts(self, kind, dice):
        """Offices, nights, round the clock, two weeks by turns, odd minutes, and nobody at all."""
        for weekday in {"nobody": (), "odd": range(7), "leap": range(7)}.get(kind, range(5)):
            if kind in ("office", "turns"):
                for start, end in ((8 * 60, 12 * 60), (13 * 60, 17 * 60 + 30)):
                    yield weekday, start, end, None if kind == "office" else weekday % 2
            elif kind == "night":
                yield weekday, 22 * 60, 1440, None
                yield (weekday + 1) % 7, 0, 6 * 60, None
            elif kind == "always":
                yield weekday, 0, 1440, None
                yield (weekday + 2) % 7, 0, 1440, None
            else:
                # The hours in which clocks are changed are worked for an odd part only.
                cuts = sorted(dice.sample(range(1441 if kind == "odd" else 240), 4))
                yield weekday, cuts[0], cuts[1], None
                yield weekday, cuts[2], cuts[3], None

    def _absence(self, dice):
        first = dice.randrange(60 * 1440)
        return first, first + dice.randrange(1, 4 * 1440)

    def moment(self, minute):
        return self.wall.beginning + minute * _MINUTE

    def minute(self, moment):
        return None if moment is None else int((moment - self.wall.beginning) / _MINUTE)


@dataclass
class Walk:
    """A clock that looks at every minute: no plan, no arithmetic on spans."""

    office: Office
    terms: Terms
    now: int
    running: bool = True
    ended: str | None = None
    consumed: int = 0
    warned: int | None = None
    full: int | None = None
    breached: int | None = None

    def until(self, minute):
        """Pass the time; a minute in which nobody works makes no difference but for being late."""
        while self.running and not self.ended:
            self.look()
            if self.now >= minute:
                break
            if self.breached is None:
                self.breached = self.full
            worked = self.office.worked.find(1, self.now, minute)
            if worked < 0:
                break
            self.now = worked
            self.look()
            self.consumed += 60
            self.now += 1
        if self.running and not self.ended and self.now < minute and self.breached is None:
            self.breached = self.full
        self.now = max(self.now, minute)

    def look(self):
        if self.terms.target and self.consumed >= self.terms.target and self.full is None:
            self.full = self.now
        if self.terms.warn and self.consumed >= self.terms.warn and self.warned is None:
            self.warned = self.now

    def do(self, event, terms, office):
        if self.ended:
            return
        if event in ("stop", "cancel"):
            self.ended = event
        elif event == "pause":
            self.running = False
        elif event == "resume" and not self.running:
            self.running = True
            self.plan()
        elif event == "replan":
            self.terms, self.office = terms, office
            if self.consumed < terms.warn:
                self.warned = None
            self.plan()

    def plan(self):
        """There is a new deadline, unless it is late already and has no time left."""
        self.full = self.breached if self.consumed >= self.terms.target else None

    @property
    def has_deadline(self):
        return bool(self.terms.target) and (any(self.office.worked) or self.consumed >= self.terms.target)

    @property
    def state(self):
        if self.ended == "cancel":
            return "cancelled"
        if self.breached is not None:
            return "breached_done" if self.ended else "breached_open"
        if self.ended:
            return "met" if self.has_deadline else "none"
        if not self.running:
            return "paused"
        return "running" if self.has_deadline else "none"

    def due(self):
        """The minute in which the target will be full, looking at all minutes that come; None beyond the table."""
        if self.consumed >= self.terms.target:
            return self.full
        consumed, minute = self.consumed, self.now
        while consumed < self.terms.target:
            minute = self.office.worked.find(1, minute) + 1
            if not minute:
                return None
            consumed += 60
        return minute


# -------------------------------------------------------------------- histories


@pytest.fixture(scope="module")
def offices():
    """``[[Office, ...], ...]``: those of one list share their table of time."""
    dice, found = Random("offices"), []
    for beginning in _BEGINNINGS:
        group = []
        for zone in _ZONES:
            wall = Wall(zone, beginning)
            kinds = ("leap", "office", *dice.sample(("office", "night", "always", "turns", "odd", "nobody"), 2))
            group += [Office(wall, zone, kind, dice) for kind in kinds]
        found.append(group)
    return found


def terms_of(dice):
    minutes = dice.choice((0, 20, 60, 240, 480, dice.randrange(20, 3000, 20)))
    return Terms.of(minutes / 60, dice.choice((0, 50, 75, 90, 100)), dice.choice((0, 1, 8)))


def next_minute(dice, office, clock, now):
    """Some time later; often at the very minute of the deadline or of the warning, or next to it."""
    planned = [office.minute(moment) for moment in (clock.due, clock.warn) if moment]
    aims = [minute + dice.choice((-1, 0, 0, 1)) for minute in planned if now < minute < now + 20 * 1440]
    if aims and dice.random() < 0.4:
        return dice.choice(aims)
    return now + dice.choice((0, 1, dice.randrange(90), dice.randrange(1440), dice.randrange(4 * 1440)))


def compare(clock, walk):
    office = walk.office
    assert clock.state == walk.state
    assert clock.consumed == walk.consumed
    assert office.minute(clock.breached) == walk.breached
    assert office.minute(clock.warned) == walk.warned


def play(dice, group):
    """One random history: the addon's clock and the walk are compared after everything that happens."""
    office, terms = dice.choice(group), terms_of(dice)
    now = dice.randrange(30 * 1440)
    clock = case_clock.start(terms, office.hours, office.moment(now))
    walk = Walk(office, terms, now)
    told = [("start", now, terms)]
    for _number in range(dice.randrange(2, 10)):
        now = next_minute(dice, office, clock, now)
        event = dice.choice(("pause", "resume", "replan", "replan", "seen", "seen", dice.choice(("stop", "cancel"))))
        walk.until(now)
        before, at = office, office.moment(now)
        if event == "replan":
            terms, office = terms_of(dice), dice.choice((office, *group))
            clock = case_clock.replan(clock, before.hours, at, terms, office.hours)
        else:
            clock = getattr(case_clock, event)(clock, before.hours, at)
        if event != "seen":
            walk.do(event, terms, office)
        walk.until(now)
        # A warning that is due at once is reached at once.
        clock = case_clock.seen(clock, office.hours, at)
        told.append((event, now, terms))
        try:
            compare(clock, walk)
            if walk.running and not walk.ended and walk.has_deadline:
                due = walk.due()
                beyond = due is None and clock.due >= office.moment(_DAYS * 1440 - 1)
                assert office.minute(clock.due) == due or beyond
        except AssertionError as error:
            raise AssertionError(f"{told}\n{clock}\n{walk.state} {walk}") from error
        if walk.ended:
            break
    return walk


def test_ten_thousand_random_histories_are_clocked_as_if_every_minute_had_been_looked_at(offices):
    dice, ends = Random("histories"), defaultdict(int)
    for _number in range(HISTORIES):
        ends[play(dice, dice.choice(offices)).state] += 1
    # Every state was met often, or the histories prove little.
    assert min(ends.values()) > HISTORIES / 200, ends
    assert set(ends) == {*case_clock.OPEN, "met", "breached_done", "cancelled"}


def test_the_offices_have_leaps_of_the_clock_in_working_time(offices):
    leaps = 0
    for office in (office for group in offices for office in group if any(office.worked)):
        zone = ZoneInfo(office.hours.tz)
        offsets = [
            office.moment(minute).replace(tzinfo=UTC).astimezone(zone).utcoffset()
            for minute in range(0, _DAYS * 1440, 30)
        ]
        for number, (before, after) in enumerate(pairwise(offsets)):
            leaps += before != after and any(office.worked[number * 30 - 60 : number * 30 + 90])
    assert leaps > 10


# -------------------------------------------------------------------- what people would ask


@pytest.fixture
def always():
    return WorkingTime([Shift(day, 0, 86400) for day in range(7)], "UTC")


EIGHT = datetime.fromisoformat("2026-11-20 08:00:00")


def test_what_was_late_once_stays_late_however_it_goes_on(always):
    clock = case_clock.start(Terms.of(1), always, EIGHT)
    clock = case_clock.pause(clock, always, EIGHT + timedelta(hours=2))
    assert (clock.state, clock.due, clock.breached) == ("breached_open", None, EIGHT + timedelta(hours=1))
    clock = case_clock.resume(clock, always, EIGHT + timedelta(hours=20))
    assert clock.due == EIGHT + timedelta(hours=1), "it is due since then"
    clock = case_clock.replan(clock, always, EIGHT + timedelta(hours=20), Terms.of(100), always)
    clock = case_clock.stop(clock, always, EIGHT + timedelta(hours=21))
    assert (clock.state, clock.breached) == ("breached_done", EIGHT + timedelta(hours=1))


def test_a_clock_that_gets_time_again_is_warned_of_once_more(always):
    clock = case_clock.seen(case_clock.start(Terms.of(4), always, EIGHT), always, EIGHT + timedelta(hours=3))
    assert clock.warned == EIGHT + timedelta(hours=3)
    more = case_clock.replan(clock, always, EIGHT + timedelta(hours=3), Terms.of(8), always)
    assert (more.warned, more.warn) == (None, EIGHT + timedelta(hours=6))
    same = case_clock.replan(clock, always, EIGHT + timedelta(hours=3), Terms.of(3.5), always)
    assert same.warned == EIGHT + timedelta(hours=3)


def test_what_happens_before_the_clock_ran_is_no_time_given_back(always):
    clock = case_clock.start(Terms.of(4), always, EIGHT)
    assert case_clock.stop(clock, always, EIGHT - timedelta(hours=1)).consumed == 0
    assert case_clock.pause(clock, always, EIGHT - timedelta(hours=1)).state == "paused"


def test_the_manager_is_told_after_working_hours_and_not_while_we_wait_for_others(always):
    clock = case_clock.start(Terms.of(4, 75, 2), always, EIGHT)
    assert clock.escalate == EIGHT + timedelta(hours=6)
    clock = case_clock.pause(clock, always, EIGHT + timedelta(hours=5))
    assert clock.escalate is None
    clock = case_clock.resume(clock, always, EIGHT + timedelta(hours=50))
    assert clock.escalate == EIGHT + timedelta(hours=51)


def test_a_case_that_nobody_works_on_has_no_deadline_and_is_not_late(always):
    nobody = WorkingTime([], "Asia/Shanghai")
    clock = case_clock.start(Terms.of(4), nobody, EIGHT)
    assert (clock.state, clock.due) == ("none", None)
    assert case_clock.stop(clock, nobody, EIGHT + timedelta(days=400)).state == "none"
    clock = case_clock.replan(clock, nobody, EIGHT + timedelta(days=2), Terms.of(4), always)
    assert (clock.state, clock.due) == ("running", EIGHT + timedelta(days=2, hours=4))
