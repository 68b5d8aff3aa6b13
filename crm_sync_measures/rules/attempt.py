"""How often somebody whom we do not know may do something. Never writes, never raises."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """At most ``count`` in ``seconds``."""

    seconds: int
    count: int


def wait(ages: Iterable[float], limits: Iterable[Limit]) -> int:
    """Seconds until one more is allowed; 0 for now. ``ages`` are the seconds since each that was allowed.

    >>> limits = (Limit(60, 3), Limit(3600, 20))
    >>> wait([], limits), wait([5, 10], limits), wait([5, 10, 50], limits)
    (0, 0, 10)
    >>> wait([100 * number for number in range(1, 21)], limits)
    1600
    >>> wait([61, 70, 80], limits)
    0
    """
    ages = sorted(ages)
    # Of those in the window, the one that has to grow old first is the count-th youngest.
    return max(
        (
            int(limit.seconds - ages[limit.count - 1]) or 1
            for limit in limits
            if len(ages) >= limit.count and ages[limit.count - 1] < limit.seconds
        ),
        default=0,
    )


def longest(limits: Iterable[Limit]) -> int:
    """How far back limits look, in seconds.

    >>> longest((Limit(60, 2), Limit(86_400, 10), Limit(3600, 5)))
    86400
    """
    return max(limit.seconds for limit in limits)


def network(address: str) -> str:
    """Who sends: an address, or of the newer ones the network that one household has.

    >>> network("203.0.113.9"), network("2001:db8:1:2:3::4"), network("::ffff:203.0.113.9"), network("?")
    ('203.0.113.9', '2001:db8:1:2::/64', '203.0.113.9', 'unknown')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6:
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
