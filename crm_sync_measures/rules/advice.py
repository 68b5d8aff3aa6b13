"""Who should take it: how what is known about people becomes a ranked list with reasons.

Every criterion gives each candidate a value between 0 and 1. The score is the weighted mean of the criteria that
say anything about the matter, so that no data about the customer's language does not make anybody worse.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import exp, log
from zlib import crc32

#: Deals at the team's rate that everybody is credited with, see :func:`shrunk_rate`.
PRIOR_DEALS = 10
#: Deals from which on a team's rate for one kind of deal means something.
KIND_FROM = 5
#: Days after which a contact counts half.
HALF_LIFE = 180
#: Contacts of today that make half of a full relation.
HALF_RELATION = 3.0
#: Orders of a category that make half of full experience.
HALF_EXPERIENCE = 5.0
#: Open matters that everybody may have before it weighs.
USUAL_LOAD = 5.0
#: Working hours may be so far away; further, and somebody else is better asked first.
HALF_WAIT = timedelta(hours=16)


@dataclass(frozen=True)
class Point:
    """What one criterion says about one person.

    ``blocks``: he cannot take it, whatever the rest is; ``figure``: what ``value`` was computed from.
    """

    value: float
    text: str = ""
    blocks: bool = False
    figure: float | None = None


@dataclass(frozen=True)
class Criterion:
    """What one criterion says about one matter: ``points`` by person; who is not named has 0."""

    code: str
    weight: float
    points: Mapping[int, Point] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """A person's place; ``points`` by code of the criterion, what tells him from the others first."""

    user_id: int
    score: float
    available: bool
    points: Mapping[str, Point]

    @property
    def reasons(self) -> list[str]:
        """The sentences, those that tell him from the others first.

        >>> Ranked(7, 50.0, True, {"a": Point(1, "Knows her"), "b": Point(0.2)}).reasons
        ['Knows her']
        """
        return [point.text for point in self.points.values() if point.text]


def rank(matter: object, people: Iterable[int], criteria: Iterable[Criterion]) -> list[Ranked]:
    """Best first: who can take it before who cannot, then by score.

    Equals take turns: their order depends on the matter, so that not always the same one is named first.

    >>> knows = Criterion("relation", 30, {1: Point(0.9, "12 contacts"), 2: Point(0.1)})
    >>> free = Criterion("load", 10, {1: Point(0.2), 2: Point(1.0, "Nothing open"), 3: Point(1.0)})
    >>> [(one.user_id, one.score) for one in rank("lead,1", [1, 2, 3], [knows, free])]
    [(1, 72.5), (2, 32.5), (3, 25.0)]

    Who is on leave comes last, with his score:

    >>> leave = Criterion("hours", 10, {1: Point(0.0, "On leave until 4 May", blocks=True), 2: Point(1.0), 3: Point(1.0)})
    >>> [(one.user_id, one.available) for one in rank("lead,1", [1, 2, 3], [knows, free, leave])]
    [(2, True), (3, True), (1, False)]

    What tells somebody from the others is his first reason:

    >>> rank("lead,1", [1, 2, 3], [free, knows])[0].reasons, rank("lead,1", [2, 3], [free, knows])[0].reasons
    (['12 contacts'], ['Nothing open'])

    A criterion that knows nothing of anybody is left out:

    >>> nobody = Criterion("skills", 50, {1: Point(0.0)})
    >>> [one.score for one in rank("lead,1", [1], [knows, Criterion("language", 50), nobody])]
    [90.0]
    >>> rank("lead,1", [], [knows])
    []

    Of three equals everybody is first for some matter:

    >>> sorted({rank(f"lead,{number}", [1, 2, 3], [])[0].user_id for number in range(50)})
    [1, 2, 3]
    """
    people = list(people)
    telling = [criterion for criterion in criteria if any(_tells(_of(criterion, person)) for person in people)]
    total = sum(criterion.weight for criterion in telling)
    usual = {criterion.code: sum(_of(criterion, person).value for person in people) for criterion in telling}
    usual = {code: value / len(people) for code, value in usual.items() if people}
    ranked = [_weigh(person, telling, total, usual) for person in people]
    return sorted(ranked, key=lambda one: (not one.available, -one.score, crc32(f"{matter}|{one.user_id}".encode())))


def _of(criterion: Criterion, person: int) -> Point:
    return criterion.points.get(person, Point(0.0))


def _tells(point: Point) -> bool:
    return bool(point.value or point.blocks)


def _weigh(person: int, criteria: list[Criterion], total: float, usual: Mapping[str, float]) -> Ranked:
    points = {criterion.code: _of(criterion, person) for criterion in criteria}
    lead = {one.code: one.weight * (points[one.code].value - usual[one.code]) for one in criteria}
    blocked = [code for code, point in points.items() if point.blocks]
    order = blocked + sorted(lead.keys() - set(blocked), key=lambda code: (-lead[code], code))
    score = sum(criterion.weight * points[criterion.code].value for criterion in criteria)
    return Ranked(
        person,
        round(100 * score / total, 1) if total else 0.0,
        not blocked,
        {code: points[code] for code in order},
    )


def shrunk_rate(wins: int, deals: int, prior: float, strength: float = PRIOR_DEALS) -> float:
    """A person's win rate, drawn towards the team's while there are few deals.

    (wins + m·p) / (deals + m): the mean of the posterior of a Beta(m·p, m·(1-p)) prior under a binomial likelihood;
    p is the team's rate, m the number of deals that the prior is worth. See Gelman et al., Bayesian Data Analysis,
    3rd ed., section 2.4, and Casella, An Introduction to Empirical Bayes Data Analysis, The American Statistician
    39 (1985), 83-87.

    One deal won is no proof of a hundred percent, and nobody without deals is worse than the team:

    >>> round(shrunk_rate(1, 1, 0.3), 3), round(shrunk_rate(0, 0, 0.3), 3), round(shrunk_rate(0, 2, 0.3), 3)
    (0.364, 0.3, 0.25)

    Many deals speak for themselves:

    >>> round(shrunk_rate(80, 100, 0.3), 3)
    0.755
    """
    return (wins + strength * prior) / (deals + strength)


def against_team(rate: float, team: float) -> float:
    """A win rate as a value: 0.5 is the team's, two thirds are twice its odds.

    The logistic of the log odds ratio: rate odds / (rate odds + team odds).

    >>> against_team(0.3, 0.3)
    0.5
    >>> round(against_team(0.6, 0.3), 2), round(against_team(0.15, 0.3), 2)
    (0.78, 0.29)
    >>> against_team(0.0, 0.0), against_team(1.0, 1.0)
    (0.5, 0.5)
    """
    mine, theirs = _odds(rate), _odds(team)
    return mine / (mine + theirs)


def _odds(rate: float) -> float:
    rate = min(max(rate, 0.01), 0.99)
    return rate / (1 - rate)


def kind_of_deal(rates: Mapping[object, tuple[int, int]]) -> object | None:
    """Of the kinds a deal belongs to, the narrowest of which the team closed enough to say something.

    :param rates: {kind: (wins, deals of the team)}

    >>> kind_of_deal({"tag Retail": (6, 9), "source Fair": (30, 60), "tag Rare": (1, 2)})
    'tag Retail'
    >>> kind_of_deal({"tag Rare": (1, 2)}) is None
    True
    """
    known = [(deals, str(kind), kind) for kind, (_wins, deals) in rates.items() if deals >= KIND_FROM]
    return min(known)[2] if known else None


def contact_weight(days: float) -> float:
    """What a contact of so many days ago still counts.

    >>> contact_weight(0), contact_weight(180), contact_weight(-3)
    (1.0, 0.5, 1.0)
    """
    return exp(-max(days, 0) / HALF_LIFE * log(2))


def saturating(amount: float, half: float) -> float:
    """More is better, and ever less so: ``half`` gives 0.5.

    >>> saturating(0, 3), saturating(3, 3), saturating(27, 3)
    (0.0, 0.5, 0.9)
    """
    return amount / (amount + half) if amount > 0 else 0.0


def load_value(load: float, mean: float) -> float:
    """Less is better, against what the others have; a few open matters weigh little where nobody has many.

    >>> load_value(0, 20), load_value(25, 20), load_value(75, 20)
    (1.0, 0.5, 0.25)
    >>> load_value(0, 0), round(load_value(1, 0.5), 2)
    (1.0, 0.85)
    """
    usual = mean + USUAL_LOAD
    return usual / (usual + load)


def wait_value(wait: timedelta | None) -> float:
    """Who is at work now gets 1; a night costs half; None is never.

    >>> wait_value(timedelta(0)), wait_value(timedelta(hours=16)), wait_value(None)
    (1.0, 0.5, 0.0)
    """
    return 0.0 if wait is None else HALF_WAIT / (HALF_WAIT + max(wait, timedelta(0)))


def speaks(languages: Iterable[str], wanted: str) -> bool:
    """Whether one of the languages is the one that is wanted, whatever the country.

    >>> speaks(["en_US", "zh_CN"], "en_GB"), speaks(["de_DE"], "fr_FR")
    (True, False)
    """
    return wanted.split("_", maxsplit=1)[0] in {language.split("_")[0] for language in languages}
