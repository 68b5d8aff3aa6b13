"""Which rewards a customer can have now, and which one is next."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Reward:
    id: int
    required: Decimal


def reachable(points: Decimal, rewards: Iterable[Reward]) -> list[Reward]:
    """Rewards that ``points`` pay for, the greatest first.

    >>> D = Decimal
    >>> rewards = [Reward(1, D(100)), Reward(2, D(500)), Reward(3, D(200))]
    >>> [reward.id for reward in reachable(D(250), rewards)]
    [3, 1]
    """
    return sorted(
        (reward for reward in rewards if reward.required <= points), key=lambda reward: (-reward.required, reward.id)
    )


def upcoming(points: Decimal, rewards: Iterable[Reward]) -> tuple[Reward, Decimal] | None:
    """The cheapest reward not yet paid for, and how many points are missing.

    Who is in arrears needs those points too:

    >>> D = Decimal
    >>> rewards = [Reward(1, D(100)), Reward(2, D(500))]
    >>> upcoming(D(380), rewards)
    (Reward(id=2, required=Decimal('500')), Decimal('120'))
    >>> upcoming(D(-20), rewards)[1], upcoming(D(500), rewards)
    (Decimal('120'), None)
    """
    missing = [(reward.required - points, reward.id, reward) for reward in rewards if reward.required > points]
    if not missing:
        return None
    points_missing, _id, reward = min(missing, key=lambda row: row[:2])
    return reward, points_missing


def progress(points: Decimal, required: Decimal) -> int:
    """How far ``points`` are on the way to a reward, in percent; never 100 before it is reached.

    >>> D = Decimal
    >>> progress(D("99.99"), D(100)), progress(D(-5), D(100)), progress(D(250), D(100))
    (99, 0, 100)
    """
    return max(0, min(100, int(100 * points / required))) if required > 0 else 100
