"""Quantiles of Student's t, which few packages of Python have without numpy. Never reads anything, never raises."""

import math

#: Steps of the continued fraction, and of the search for a quantile: both are at machine precision long before.
_STEPS = 300


def t_quantile(degrees: float, level: float = 0.95) -> float:
    """The number that a t of so many degrees of freedom exceeds, to either side, with probability 1 - ``level``.

    As in the tables (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2), and between whole degrees too:

    >>> [round(t_quantile(degrees), 3) for degrees in (1, 2, 5, 10, 30, 100)]
    [12.706, 4.303, 2.571, 2.228, 2.042, 1.984]
    >>> round(t_quantile(10, 0.99), 3), round(t_quantile(24.99), 3), round(t_quantile(math.inf), 3)
    (3.169, 2.06, 1.96)
    """
    degrees = min(degrees, 1e6)
    low, high = 0.0, 1.0
    while _beyond(high, degrees) > 1 - level:
        high *= 2
    for _step in range(_STEPS):
        middle = (low + high) / 2
        if _beyond(middle, degrees) > 1 - level:
            low = middle
        else:
            high = middle
    return high


def _beyond(t, degrees):
    """Probability of more than ``t`` to either side."""
    return _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t))


def _incomplete_beta(a, b, x):
    """Regularized incomplete beta function by Lentz's continued fraction (Press et al., Numerical Recipes, 6.4)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a, b, x):
    tiny = 1e-300
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1), tiny)
    result = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _apart(1 + term * d, tiny)
            c = _apart(1 + term / c, tiny)
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return result


def _apart(number, tiny):
    return number if abs(number) > tiny else tiny
