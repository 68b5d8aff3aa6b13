"""What scores say of all customers, against published figures and against customers who were made up."""

import random

import pytest
from rules.score_statistics import (
    ANONYMOUS_NUMBERS,
    Votes,
    change,
    figure,
    is_signal,
    may_tell,
    mean_of,
    vote_of,
    votes_by_account,
    votes_of,
    wilson,
)

#: Worlds that are asked; of each it is known what all of its customers would say.
ROUNDS = 4000


def asked(seed, shares, answers):
    """How many of ``answers`` customers fell into each of ``shares``, again and again."""
    chance = random.Random(seed)
    for _round in range(ROUNDS):
        drawn = chance.choices(range(len(shares)), shares, k=answers)
        yield [drawn.count(kind) for kind in range(len(shares))]


def nps_coverage(promoters, detractors, answers):
    truth = 100 * (promoters - detractors)
    hits = 0
    for good, bad, _rest in asked(6, (promoters, detractors, 1 - promoters - detractors), answers):
        one = figure(Votes(answers, good - bad, good + bad), "nps")
        # Shown to one digit.
        hits += one.low - 0.05 <= truth <= one.high + 0.05
    return hits / ROUNDS


def share_coverage(share, answers):
    hits = 0
    for good, _rest in asked(7, (share, 1 - share), answers):
        one = figure(Votes(answers, good, good), "csat")
        hits += one.low - 0.05 <= 100 * share <= one.high + 0.05
    return hits / ROUNDS


#: Shares of 9-10 and of 0-6; shares of who is content.
WORLDS = [(0.5, 0.2), (0.3, 0.3), (0.2, 0.5), (0.6, 0.1), (0.4, 0.4), (0.1, 0.6)]
SHARES = [0.1, 0.3, 0.5, 0.8, 0.9]


@pytest.mark.parametrize(("promoters", "detractors"), WORLDS)
@pytest.mark.parametrize("answers", [50, 100, 400])
def test_the_interval_of_an_nps_holds_the_truth_in_93_to_97_of_100_worlds(promoters, detractors, answers):
    assert 0.93 <= nps_coverage(promoters, detractors, answers) <= 0.97


@pytest.mark.parametrize("answers", [100, 400])
@pytest.mark.parametrize("share", SHARES)
def test_the_interval_of_a_share_holds_the_truth_in_93_to_97_of_100_worlds(share, answers):
    assert 0.93 <= share_coverage(share, answers) <= 0.97


def test_of_thirty_answers_the_interval_is_true_on_average():
    """Thirty people can be split in thirty ways only: a single world may be a little off, to either side."""
    scores = [nps_coverage(*world, 30) for world in WORLDS]
    shares = [share_coverage(share, 30) for share in SHARES]
    for covered in (scores, shares):
        assert 0.93 <= sum(covered) / len(covered) <= 0.97
        assert min(covered) >= 0.92 and max(covered) <= 0.98


@pytest.mark.parametrize(("promoters", "detractors"), [(0.95, 0.01), (0.9, 0.02), (0.02, 0.02), (0.01, 0.95)])
def test_where_hardly_anybody_differs_the_interval_promises_less_and_never_more(promoters, detractors):
    assert nps_coverage(promoters, detractors, 30) >= 0.93


def test_with_few_customers_left_to_ask_the_interval_is_narrower_and_still_true():
    chance, everybody, truth = random.Random(8), [1] * 30 + [0] * 18 + [-1] * 12, 30
    hits = 0
    for _round in range(ROUNDS):
        votes = chance.sample(everybody, 50)
        one = figure(Votes(50, sum(votes), sum(map(abs, votes))), "nps", population=60)
        assert one.margin < 10
        hits += one.low - 0.05 <= truth <= one.high + 0.05
    assert 0.93 <= hits / ROUNDS <= 0.97


def test_of_a_hundred_changes_that_are_none_about_five_look_like_one():
    pairs = zip(asked(9, (0.5, 0.2, 0.3), 200), asked(10, (0.5, 0.2, 0.3), 200), strict=True)
    alarms = 0
    for now, before in pairs:
        both = [figure(Votes(200, good - bad, good + bad), "nps") for good, bad, _rest in (now, before)]
        alarms += is_signal(change(*both))
    assert 0.03 <= alarms / ROUNDS <= 0.07


def test_the_published_figures():
    def margin(n, population=None):
        return figure(Votes(n, 0.3 * n, 0.7 * n), "nps", population=population).margin

    assert (margin(50), margin(400), margin(50, population=60)) == (21.7, 7.7, 8.9)
    now, before = figure(Votes(100, 30, 70), "nps"), figure(Votes(100, 20, 70), "nps")
    assert change(now, before) == 0.89
    assert [round(100 * border, 1) for border in wilson(0.8, 100)] == [71.1, 86.7]


def test_votes_of_counts_and_of_single_answers_are_the_same():
    chance = random.Random(11)
    for metric, highest in (("nps", 10), ("csat", 5), ("ces", 7)):
        values = [chance.randint(0 if metric == "nps" else 1, highest) for _answer in range(500)]
        counts = {value: values.count(value) for value in set(values)}
        assert votes_of(metric, counts) == votes_by_account(metric, enumerate(values))
        assert votes_of(metric, counts).total == sum(vote_of(metric, value) for value in values)
        assert mean_of(counts)[0] == round(sum(values) / 500, 2)


def test_a_figure_stays_on_its_scale():
    for metric, values in (("nps", range(11)), ("csat", range(1, 6)), ("ces", range(1, 8))):
        lowest = -100 if metric == "nps" else 0
        for value in values:
            for answers in (1, 2, 7, 1000):
                one = figure(votes_of(metric, {value: answers}), metric)
                assert lowest <= one.low <= one.value <= one.high <= 100
                assert one.margin > 0


def test_no_difference_of_what_is_told_leaves_fewer_than_five():
    chance = random.Random(12)
    for _round in range(5000):
        counts = {segment: chance.randint(0, 12) for segment in range(chance.randint(0, 6))}
        told = may_tell(counts)
        rest = sum(counts.values()) - sum(counts[segment] for segment in told)
        assert all(counts[segment] >= ANONYMOUS_NUMBERS for segment in told)
        assert not told or rest == 0 or rest >= ANONYMOUS_NUMBERS
