"""What answers tell of all customers, and how sure that is. Never writes, never raises.

An answer is a *vote*. NPS counts 9 and 10 as 1, 0 to 6 as -1 and the rest as 0; CSAT counts 4 and 5 of 5 as 1, CES 5 to 7 of 7
as 1, everything else as 0. Every score is 100 times the mean of its votes, and one formula says for all of them how sure it is.

* Margin of an NPS at 95 %: ``196 * sqrt((p + d - (p - d)^2) / n)``, p and d being the shares of 9-10 and of 0-6
  (www.cybaea.net, *Net Promoter Score: how good is it?*), less where few customers are left that were not asked
  (finite population correction, ``sqrt((N - n) / (N - 1))``).
* Where hardly anybody differs that formula says that we know for certain. So the margin is never smaller than with some
  votes added (three for an NPS, four for a share; Agresti and Coull 1998, Rocks 2016).
* The interval of a share is Wilson's (1927), which never leaves 0 to 100 %.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: 95 %, two-sided.
Z = 1.96
#: Numbers of fewer answers, and words of fewer, are not told of who was promised to stay unknown.
ANONYMOUS_NUMBERS, ANONYMOUS_WORDS = 5, 8
#: From here on an answer counts as good; below here it counts against us, where that is so.
_GOOD = {"nps": 9, "csat": 4, "ces": 5}
_BAD = {"nps": 6}


# ---------------------------------------------------------------- votes


def vote_of(metric: str, value: int) -> int:
    """What an answer counts.

    >>> [vote_of("nps", value) for value in (0, 6, 7, 8, 9, 10)]
    [-1, -1, 0, 0, 1, 1]
    >>> [vote_of("csat", value) for value in (1, 3, 4, 5)], [vote_of("ces", value) for value in (1, 4, 5, 7)]
    ([0, 0, 1, 1], [0, 0, 1, 1])
    """
    if value >= _GOOD[metric]:
        return 1
    return -1 if value <= _BAD.get(metric, -1) else 0


@dataclass(frozen=True)
class Votes:
    """Votes added up: how many, their sum, and the sum of their squares. Accounts have votes between whole numbers."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other):
        return Votes(self.count + other.count, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        return self.total / self.count

    @property
    def variance(self) -> float:
        """Of one vote. A rounding error is no negative variance."""
        return max(0.0, self.squares / self.count - self.mean**2)


def votes_of(metric: str, counts: Mapping[int, int]) -> Votes:
    """The votes of answers, by how many gave each value.

    >>> votes_of("nps", {10: 20, 9: 5, 7: 15, 3: 10})
    Votes(count=50, total=15, squares=35)
    """
    votes = [(vote_of(metric, value), count) for value, count in counts.items()]
    return Votes(
        sum(count for _vote, count in votes),
        sum(vote * count for vote, count in votes),
        sum(vote * vote * count for vote, count in votes),
    )


def votes_by_account(metric: str, answers: Iterable[tuple[object, int]]) -> Votes:
    """One vote for each account: the mean of what its people's answers count.

    Ten contacts of one customer who are all content do not hide two customers who are not:

    >>> answers = [("big", 10)] * 10 + [("small", 2), ("other", 0)]
    >>> figure(votes_by_account("nps", answers), "nps").value, figure(votes_of("nps", {10: 10, 2: 1, 0: 1}), "nps").value
    (-33.3, 66.7)
    >>> votes_by_account("csat", [("a", 5), ("a", 1), ("b", 4)])
    Votes(count=2, total=1.5, squares=1.25)
    """
    accounts = {}
    for account, value in answers:
        accounts.setdefault(account, []).append(vote_of(metric, value))
    means = [sum(votes) / len(votes) for votes in accounts.values()]
    return Votes(len(means), sum(means), sum(mean * mean for mean in means))


# ---------------------------------------------------------------- figures


@dataclass(frozen=True)
class Figure:
    """A score with all that it takes to believe it; what would mislead is ``None``.

    ``value`` is -100 to 100 for an NPS and 0 to 100 for a share, ``margin`` and ``low`` to ``high`` are points of it.
    """

    answers: int
    minimum: int = 0
    value: float | None = None
    margin: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None

    @property
    def is_enough(self) -> bool:
        return enough(self.answers, self.minimum)


def enough(answers: int, minimum: int) -> bool:
    """Whether a figure is told of so many answers. Nobody is never enough.

    >>> enough(29, 30), enough(30, 30), enough(0, 0), enough(1, 0)
    (False, True, False, True)
    """
    return 0 < answers >= minimum


def figure(votes: Votes, metric: str, minimum: int = 0, population: int | None = None) -> Figure:
    """The score of ``votes``; with ``population``, of all who might have answered, it is surer.

    Half would recommend us and a fifth advises against it:

    >>> def half_and_fifth(n, **more): return figure(Votes(n, .3 * n, .7 * n), "nps", **more)
    >>> [(one.value, one.margin) for one in (half_and_fifth(50), half_and_fifth(400), half_and_fifth(50, population=60))]
    [(30.0, 21.7), (30.0, 7.7), (30.0, 8.9)]

    Who has asked everybody knows; who has asked too few is told how many are missing, and no number:

    >>> half_and_fifth(60, population=60).margin, half_and_fifth(29, minimum=30)
    (0.0, Figure(answers=29, minimum=30, value=None, margin=None, low=None, high=None, error=None))

    Thirty who all say 10 are no proof that everybody does:

    >>> figure(votes_of("nps", {10: 30}), "nps").margin, figure(votes_of("csat", {5: 30}), "csat").low
    (12.2, 88.6)

    80 of 100 were content; Wilson's interval, as it is published:

    >>> figure(votes_of("csat", {5: 80, 1: 20}), "csat")
    Figure(answers=100, minimum=0, value=80.0, margin=7.8, low=71.1, high=86.7, error=4.0)
    """
    if not enough(votes.count, minimum):
        return Figure(votes.count, minimum)
    share_left = _correction(votes.count, population)
    # In points, with the digits that are told: the margin is 1.96 times what is told.
    error = round(100 * share_left * max(_error(votes), _error(votes + _added(metric))), 2)
    margin = Z * error / 100
    if metric == "nps":
        low, high = max(-1.0, votes.mean - margin), min(1.0, votes.mean + margin)
    else:
        low, high = wilson(votes.mean, votes.count / share_left**2) if share_left else (votes.mean, votes.mean)
    value, margin, low, high = (round(100 * number, 1) for number in (votes.mean, margin, low, high))
    # Nothing is not less than nothing.
    return Figure(votes.count, minimum, value + 0.0, margin, low + 0.0, high + 0.0, error)


def _error(votes):
    return math.sqrt(votes.variance / votes.count)


def _added(metric):
    return Votes(3, 0.0, 1.5) if metric == "nps" else Votes(4, 2.0, 2.0)


def _correction(answers, population):
    if not population or population < answers:
        return 1.0
    return math.sqrt((population - answers) / (population - 1)) if population > 1 else 0.0


def wilson(share: float, answers: float) -> tuple[float, float]:
    """Where the share of all is, with 95 %.

    >>> [round(border, 3) for border in wilson(0.8, 100)], [round(border, 3) for border in wilson(0, 10)]
    ([0.711, 0.867], [0.0, 0.278])
    """
    spread = Z**2 / answers
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / answers + spread / (4 * answers)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_of(counts: Mapping[int, int]) -> tuple[float, float] | None:
    """The plain average and its margin, for who wants the scale itself (CES).

    >>> mean_of({7: 50, 5: 30, 1: 20}), mean_of({6: 1}), mean_of({})
    ((5.2, 0.45), (6.0, None), None)
    """
    answers = sum(counts.values())
    if not answers:
        return None
    mean = sum(value * count for value, count in counts.items()) / answers
    if answers == 1:
        return round(mean, 2), None
    squares = sum(count * (value - mean) ** 2 for value, count in counts.items())
    return round(mean, 2), round(Z * math.sqrt(squares / (answers - 1) / answers), 2)


# ---------------------------------------------------------------- changes


def change(now: Figure, before: Figure) -> float | None:
    """By how many standard errors a score has moved; ``None`` where one of both is not known.

    From 20 to 30 with a hundred answers each is noise:

    >>> now, before = (figure(Votes(100, total, squares), "nps") for total, squares in ((30, 70), (20, 70)))
    >>> change(now, before), is_signal(change(now, before)), change(before, now)
    (0.89, False, -0.89)

    With a thousand each it is not:

    >>> now, before = (figure(Votes(1000, total, 700), "nps") for total in (300, 200))
    >>> change(now, before), is_signal(change(now, before)), change(now, Figure(3, 30))
    (2.81, True, None)
    """
    if now.value is None or before.value is None:
        return None
    error = math.sqrt(now.error**2 + before.error**2)
    moved = now.value - before.value
    if not error:
        # Everybody has answered both times.
        return math.copysign(math.inf, moved) if moved else 0.0
    return round(moved / error, 2)


def is_signal(z: float | None) -> bool:
    """Whether a change is more than chance, with 95 %.

    >>> is_signal(1.95), is_signal(-1.97), is_signal(None)
    (False, True, False)
    """
    return z is not None and abs(z) >= Z


# ---------------------------------------------------------------- who has answered


@dataclass(frozen=True)
class Response:
    """What became of invitations. ``rate`` is of those that reached somebody, in per cent."""

    invited: int = 0
    suppressed: int = 0
    sent: int = 0
    bounced: int = 0
    opened: int = 0
    started: int = 0
    done: int = 0

    @property
    def delivered(self) -> int:
        return self.sent - self.bounced

    @property
    def rate(self) -> float | None:
        """
        >>> Response(invited=130, suppressed=20, sent=110, bounced=10, opened=60, started=40, done=25).rate
        25.0
        >>> print(Response(invited=3, sent=3, bounced=3).rate)
        None
        """
        return round(100 * self.done / self.delivered, 1) if self.delivered > 0 else None


# ---------------------------------------------------------------- who was promised to stay unknown


def may_tell(counts: Mapping[object, int], fewest: int = ANONYMOUS_NUMBERS) -> frozenset:
    """The segments of one whole of which numbers are told, so that no difference tells of fewer than ``fewest``.

    What is left out must itself be enough, or whoever subtracts what is told from the whole knows it:

    >>> sorted(may_tell({"north": 9, "south": 12, "west": 3}))
    ['south']
    >>> sorted(may_tell({"north": 9, "south": 12, "west": 3, "east": 4}))
    ['north', 'south']
    >>> sorted(may_tell({"north": 9, "south": 12})), sorted(may_tell({"north": 9, "south": 2})), sorted(may_tell({}))
    (['north', 'south'], [], [])

    An empty segment says nothing of anybody:

    >>> sorted(may_tell({"north": 9, "south": 0}))
    ['north']
    """
    told = {name: count for name, count in counts.items() if count >= fewest}
    hidden = [count for count in counts.values() if 0 < count < fewest]
    while told and hidden and sum(hidden) < fewest:
        least = min(told, key=lambda name: (told[name], str(name)))
        hidden.append(told.pop(least))
    return frozenset(told)


def told_of(answers: int, is_over: bool, fewest: int = ANONYMOUS_NUMBERS) -> int:
    """How many of the first answers are told: all at the end, before it by the five, so that looking twice tells of no one.

    The last five wait for those that come after them: at the end never fewer than five are told at once.

    >>> [told_of(answers, is_over=False) for answers in (4, 9, 10, 14, 15)], told_of(11, is_over=True)
    ([0, 0, 5, 5, 10], 11)
    """
    return answers if is_over else max(0, answers - answers % fewest - fewest)
