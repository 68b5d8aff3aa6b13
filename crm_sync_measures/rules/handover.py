"""How the matters of one colleague are shared out among several: to who is advised, and not all to the same person.

All matters with one customer go to one person. Advice looks at each customer alone, and whoever has the least to do
would be advised for all of them; so what somebody was given already counts against him.
"""

from collections.abc import Mapping, Sequence

#: Points of advice, of 100, that a fair share of the whole handover costs.
FAIR_SHARE_COSTS = 20


def share_out(
    sizes: Mapping[object, int], rankings: Mapping[object, Sequence[tuple[int, float]]], costs: float = FAIR_SHARE_COSTS
) -> dict[object, int | None]:
    """Who takes each group: ``{key: user}``, None where nobody is in question.

    ``sizes`` is the number of matters by group, ``rankings`` the people and their scores (0 to 100). Each group, the
    one with the clearest advice first, goes to the highest ``score - costs * given / fair``, where ``given`` is what
    the person has of this handover and ``fair`` an equal share for each person who is in question anywhere.

    Who is much better for a customer gets him; what makes little difference is spread evenly:

    >>> equal = [(1, 50.0), (2, 50.0)]
    >>> share_out({"a": 4, "b": 4, "c": 4, "d": 4}, dict.fromkeys("abcd", equal))
    {'a': 1, 'b': 2, 'c': 1, 'd': 2}
    >>> share_out({"a": 4, "b": 4}, {"a": [(1, 90.0), (2, 40.0)], "b": [(1, 80.0), (2, 40.0)]})
    {'a': 1, 'b': 1}
    >>> share_out({"a": 1, "b": 9}, {"a": [], "b": [(2, 10.0)]})
    {'b': 2, 'a': None}
    >>> share_out({}, {})
    {}
    """
    people = {user for ranking in rankings.values() for user, _score in ranking}
    fair = sum(sizes.values()) / len(people) if people else 1
    given = dict.fromkeys(people, 0)
    shares = {}
    for key in sorted(sizes, key=lambda key: -_clearness(rankings.get(key, ()))):
        ranking = rankings.get(key)
        if not ranking:
            shares[key] = None
            continue
        best = max(ranking, key=lambda person: (person[1] - costs * given[person[0]] / fair, -person[0]))[0]
        given[best] += sizes[key]
        shares[key] = best
    return shares


def _clearness(ranking: Sequence[tuple[int, float]]) -> float:
    """How far the first is ahead of the second; nobody at all comes last.

    >>> _clearness([(1, 90.0), (2, 40.0)]), _clearness([(1, 30.0)]), _clearness([])
    (50.0, 30.0, -1.0)
    """
    scores = sorted((score for _user, score in ranking), reverse=True)
    if not scores:
        return -1.0
    return scores[0] - (scores[1] if len(scores) > 1 else 0.0)
