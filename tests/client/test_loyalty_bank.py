"""Clients of the external API that move points of the same cards at the same moment: a short version of bench/bank.py.

And what else touches cards meanwhile: the nightly expiry, and merges of customers.
"""

import random

import figures
import pytest
from loyalty_bank import Bank
from system import System

from dev.server import free_port


@pytest.fixture(scope="module")
def bank(system_copy):
    """A bank on a database of its own, whose only program is the bank's, with four HTTP workers as in production."""
    with system_copy("bank") as database:
        system = System(database)
        try:
            bank = Bank(system, seed=7)
            system.log.unlink(missing_ok=True)
            system.start(workers=4, gevent_port=free_port(), max_cron_threads=0)
            yield bank
        finally:
            system.stop()


def test_twenty_clients_spend_one_card_and_all_succeed(bank):
    [card], [partner] = bank.open_cards(1, 2000)
    orders = [bank.quotation(partner, with_reward=True) for _client in range(20)]
    before = bank.retries()
    bank.outcome.seconds.pop("confirm", None)
    assert all(bank.together([lambda order=order: bank.confirm(order) for order in orders]))
    # Each pays 30 of its 40 with money.
    assert bank.points(card) == 2000 - 20 * 100 + 20 * 30
    assert bank.retries() == before, "they wait in line, so that Odoo repeats none of them after a pause"
    assert bank.wrong() == []
    median, longest = bank.outcome.latency("confirm")
    figures.note("redeem", "20 clients spend one card", f"all succeed, median {median:.1f} s, longest {longest:.1f} s")


def test_one_of_eight_clients_gets_the_last_points_and_the_others_a_sentence(bank):
    [card], [partner] = bank.open_cards(1, 80)
    orders = [bank.quotation(partner) for _client in range(8)]
    bank.together([lambda order=order: bank.call("reward", "anna", "sale.order", "action_open_reward_wizard", ids=[order])
                   for order in orders])  # fmt: skip
    claimed = bank.system.sql(
        f"select count(distinct order_id) from sale_order_line where points_cost > 0 and order_id in ({str(orders)[1:-1]})"
    )
    # 80 there, and 40 that each order brings: enough for the reward of one, which reserves it.
    assert claimed == [["1"]]
    assert bank.points(card) == 80
    assert bank.outcome.broken == []


def test_an_order_that_four_clients_confirm_is_booked_once(bank):
    [card], [partner] = bank.open_cards(1, 400)
    order = bank.quotation(partner)
    done = bank.together([lambda: bank.confirm(order) for _client in range(4)])
    assert sum(done) == 1
    assert bank.points(card) == 440
    assert bank.wrong() == []
    assert bank.outcome.broken == []


def test_whatever_clients_do_at_once_the_books_balance(bank):
    _cards, partners = bank.open_cards(2, 320)
    generator, orders = random.Random(7), []
    for _round in range(6):
        bank.round(generator.choice((2, 4, 8)), partners, orders)
    assert bank.outcome.wrong_rounds == 0
    assert bank.outcome.broken == []


@pytest.fixture(scope="module")
def expire(bank):
    """Runs the nightly expiry, as the scheduler does."""
    [[cron]] = bank.system.sql(
        "select res_id from ir_model_data where module = 'crm_sync_measures' and name = 'cron_expire_points'"
    )
    return lambda: bank.call("expire", "admin", "ir.cron", "method_direct_trigger", ids=[int(cron)])


def test_lots_that_expire_while_they_are_spent_are_taken_once(bank, expire):
    """Half of the customers have an order that redeems 100 of their 320 points, the others one that earns 40 more.

    Then all that is on the cards is over, and everything happens at once. What an order had reserved is spent; the
    rest expires; what is earned meanwhile stays.
    """
    cards, partners = bank.open_cards(6, 320)
    redeeming, earning = cards[::2], cards[1::2]
    orders = [
        bank.quotation(partner, with_reward=card in redeeming) for card, partner in zip(cards, partners, strict=True)
    ]
    ids = str(cards)[1:-1]
    bank.system.sql(f"update crm_sync_loyalty_lot set expires_on = current_date - 2 where card_id in ({ids})")
    late = [bank.quotation(partner) for partner in partners]
    works = [lambda order=order: bank.confirm(order) for order in orders]
    works += [lambda order=order: bank.call("reward", "anna", "sale.order", "action_open_reward_wizard", ids=[order])
              for order in late]  # fmt: skip
    done = bank.together([expire, *works, expire])
    assert all(done[1:7]), "what an order has reserved is there when it is confirmed"
    expire()
    assert bank.system.sql(
        f"select count(*) from sale_order_line where points_cost > 0 and order_id in ({str(late)[1:-1]})"
    ) == [["0"]], "points that are over buy nothing more"
    assert [bank.points(card) for card in redeeming] == [30] * len(redeeming)
    assert [bank.points(card) for card in earning] == [40] * len(earning)
    expired = dict(bank.system.sql(
        f"select card_id, -sum(quantity) from crm_sync_loyalty_entry where kind = 'expire' and card_id in ({ids}) group by 1"
    ))  # fmt: skip
    assert {card: float(expired[str(card)]) for card in cards} == {
        **dict.fromkeys(redeeming, 220),
        **dict.fromkeys(earning, 320),
    }
    assert bank.wrong() == []
    assert bank.outcome.broken == []
    assert bank.system.sql("select count(*) from crm_sync_job_failure where state != 'resolved'") == [["0"]]


def test_customers_merged_while_both_redeem_keep_every_point(bank):
    """Four pairs, each with 320 + 320 points, become four customers while an order of each redeems 100 and earns 30."""
    cards, partners = bank.open_cards(8, 320)
    orders = [bank.quotation(partner, with_reward=True) for partner in partners]
    pairs = list(zip(partners[::2], partners[1::2], strict=True))
    done = bank.together([
        *[lambda order=order: bank.confirm(order) for order in orders],
        *[lambda pair=pair: bank.merge(list(pair), pair[0]) for pair in pairs],
    ])  # fmt: skip
    assert all(done[: len(orders)]), "a merge is no reason to refuse an order"
    merged = ", ".join(str(gone) for _into, gone in pairs)
    assert bank.system.sql(f"select count(*) from res_partner where id in ({merged})") == [["0"]]
    rows = bank.system.sql(
        f"select partner_id, points, active from loyalty_card where id in ({str(cards)[1:-1]}) order by active, partner_id"
    )
    assert [(float(points), active) for _partner, points, active in rows] == [(0, "f")] * 4 + [(500, "t")] * 4
    assert bank.wrong() == []
    assert bank.outcome.broken == []


def test_processes_that_are_killed_among_their_calls_leave_books_that_balance(bank):
    """The last one here: from the first kill on, a call without an answer is made once more."""
    _cards, partners = bank.open_cards(2, 320)
    generator, orders = random.Random(11), []
    for _round in range(8):
        bank.round(generator.choice((4, 8)), partners, orders, kill=True)
    assert bank.outcome.killed == 8
    assert bank.outcome.unanswered, "no kill hit a call"
    assert bank.outcome.wrong_rounds == 0
    assert bank.outcome.broken == []
    figures.note(
        "bank",
        "server processes killed",
        f"{bank.outcome.killed}, {bank.outcome.unanswered} calls unanswered, 0 wrong books",
    )
