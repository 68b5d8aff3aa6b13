"""How often control charts alarm without cause, and how often they notice a change: simulated companies, always the same."""

import math
import random
from itertools import pairwise

import pytest
from rules.control_chart import DEFAULT, RULES, alarm_rate, false_alarm_rate, find, limits_at, p_chart, u_chart, xmr
from rules.control_limits import limits_in_season, season_of, widened

ROUNDS = 4000
#: How far a simulated rate may be off: two standard errors of a rate of 0.2, and a little for rounding.
NEAR = 0.02


def rate(rules, baseline, shift=0.0, points=12, seed=8):
    """Of ROUNDS charts, those with a signal in ``points`` months after a baseline of ``baseline``."""
    chance = random.Random(seed)
    hits = 0
    for _round in range(ROUNDS):
        known = [chance.gauss(100, 10) for _point in range(baseline)]
        new = [chance.gauss(100 + 10 * shift, 10) for _point in range(points)]
        hits += bool(find(known[-7:] + new, xmr(known), rules, since=len(known[-7:])))
    return hits / ROUNDS


@pytest.mark.parametrize(
    ("baseline", "rules", "false", "detected"),
    [
        (6, ("beyond",), 0.25, 0.57),
        (12, DEFAULT, 0.21, 0.87),
        (24, DEFAULT, 0.15, 0.88),
        (24, RULES, 0.24, 0.96),
    ],
)
def test_false_alarms_and_detection_of_a_shift_of_one_and_a_half_sigma_are_as_published_for_12_months(
    baseline, rules, false, detected
):
    assert rate(rules, baseline) == pytest.approx(false, abs=NEAR)
    assert rate(rules, baseline, shift=1.5) == pytest.approx(detected, abs=NEAR)


@pytest.mark.parametrize("rules", [("beyond",), DEFAULT, ("run8", "trend6"), RULES])
def test_the_rate_that_is_printed_beside_the_setting_is_the_one_that_happens(rules):
    assert false_alarm_rate(rules, 12, 24) == pytest.approx(rate(rules, 24, seed=99), abs=NEAR)


def test_each_further_rule_costs_false_alarms_and_a_longer_baseline_saves_some():
    costs = [false_alarm_rate(RULES[:number]) for number in range(len(RULES) + 1)]
    assert costs == sorted(costs) and costs[0] == 0
    assert false_alarm_rate(DEFAULT, 12, 12) > false_alarm_rate(DEFAULT, 12, 24)
    assert false_alarm_rate(DEFAULT, 24) > false_alarm_rate(DEFAULT, 12)


def test_the_rate_does_not_depend_on_the_order_of_the_rules_nor_on_who_asks():
    assert false_alarm_rate(("run8", "beyond")) == false_alarm_rate(("beyond", "run8")) == alarm_rate(DEFAULT)


def test_with_limits_that_were_known_a_point_in_370_is_beyond_them():
    chance = random.Random(27)
    points = [chance.gauss(0, 1) for _point in range(300_000)]
    limits = type(xmr([0, 1]))(0, 1, -3, 3)
    assert len(points) / len(find(points, limits, ("beyond",))) == pytest.approx(370, rel=0.1)


def test_ten_per_cent_against_last_month_alarms_in_every_steady_year():
    """Why it is not that: the same steady figures give an alarm within 12 months for certain."""
    chance = random.Random(10)
    hits = 0
    for _round in range(1000):
        year = [chance.gauss(100, 10) for _month in range(13)]
        hits += any(abs(now / before - 1) > 0.1 for before, now in pairwise(year))
    assert hits / 1000 > 0.99


# ---------------------------------------------------------------- rates


def counts(chance, probability, number):
    """Of ``number`` documents, those that count; the normal law is near enough where there are many."""
    probability = min(1, max(0, probability))
    mean, sigma = number * probability, math.sqrt(number * probability * (1 - probability))
    return min(number, max(0, round(chance.gauss(mean, sigma))))


def p_rate(spread=0.0, shift=0.0, widen=True, rounds=2000):
    """Signals within 12 months of a share of 30 % among 40 to 400 documents; ``spread``: how much the months differ."""
    chance = random.Random(3)
    hits = 0
    for _round in range(rounds):
        numbers = [chance.randint(40, 400) for _month in range(36)]
        shares = [
            0.3 + chance.gauss(0, spread) + (shift if month >= 24 else 0) for month, _number in enumerate(numbers)
        ]
        found = [counts(chance, share, number) for share, number in zip(shares, numbers, strict=True)]
        limits = p_chart(found[:24], numbers[:24], widen=widen)
        points = [count / number for count, number in zip(found, numbers, strict=True)]
        each = [limits_at(limits, number) for number in numbers]
        hits += bool(find(points, each, DEFAULT, since=24))
    return hits / rounds


def test_a_share_alarms_no_oftener_than_the_setting_says_however_many_documents_there_were():
    assert p_rate() <= false_alarm_rate(DEFAULT)
    assert p_rate(shift=0.08) > 0.8


def test_where_months_differ_by_more_than_chance_limits_from_the_number_alone_would_cry_wolf():
    """Seven points of difference between months, as business has them: a p chart alone alarms in nine years of ten."""
    assert p_rate(spread=0.07, widen=False) > 0.85
    assert p_rate(spread=0.07) <= false_alarm_rate(DEFAULT) + 0.1


def test_complaints_per_order_alarm_no_oftener_than_the_setting_says():
    chance = random.Random(5)
    hits = 0
    for _round in range(2000):
        orders = [chance.randint(200, 2000) for _month in range(36)]
        complaints = [max(0, round(chance.gauss(0.03 * number, math.sqrt(0.03 * number)))) for number in orders]
        limits = u_chart(complaints[:24], orders[:24], 100, widen=True)
        points = [100 * count / number for count, number in zip(complaints, orders, strict=True)]
        hits += bool(find(points, [limits_at(limits, number) for number in orders], DEFAULT, since=24))
    assert hits / 2000 <= false_alarm_rate(DEFAULT)


# ---------------------------------------------------------------- seasons


def season_rate(shift=1.0, with_season=True, rounds=2000):
    """Signals in the third year of sales with a strong December and a weak February."""
    chance = random.Random(12)
    usual = [1.0, 0.6, 0.9, 1.0, 1.0, 1.0, 0.9, 0.8, 1.0, 1.1, 1.2, 1.5]
    hits = 0
    for _round in range(rounds):
        sales = [usual[month % 12] * chance.gauss(1000, 80) * (shift if month >= 24 else 1) for month in range(36)]
        if with_season:
            season = season_of([(month % 12, value) for month, value in enumerate(sales[:24])], 12)
            steady = xmr([value / season.index[month % 12] for month, value in enumerate(sales[:24])])
            limits = widened(steady, season.widening)
            each = [limits_in_season(limits, season.index[month % 12]) for month in range(36)]
        else:
            each = [xmr(sales[:24])] * 36
        hits += bool(find(sales, each, DEFAULT, since=24))
    return hits / rounds


def test_a_strong_december_is_no_news_to_a_kpi_with_seasons():
    """Without them the swing of every year would be."""
    assert season_rate() <= false_alarm_rate(DEFAULT) + NEAR
    assert season_rate(with_season=False) > 0.45


def test_a_year_fifteen_per_cent_better_is_noticed_in_spite_of_its_seasons():
    assert season_rate(1.15) > 0.85
