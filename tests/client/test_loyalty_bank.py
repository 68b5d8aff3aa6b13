"""Clients of the external API that move points of the same cards at the same moment: a short version of bench/bank.py."""

import random

import pytest
from loyalty_bank import Bank
from system import System

from dev.server import free_port


@pytest.fixture(scope="module")
def bank(server):
    """A bank on the server's database, with a server of four HTTP workers as in production."""
    system = System(server.database)
    try:
        bank = Bank(system, seed=7)
        system.log.unlink(missing_ok=True)
        system.start(workers=4, gevent_port=free_port())
        yield bank
    finally:
        system.stop()


def test_twenty_clients_spend_one_card_and_all_succeed(bank):
    [card], [partner] = bank.open_cards(1, 2000)
    orders = [bank.quotation(partner, with_reward=True) for _client in range(20)]
    before = bank.retries()
    assert all(bank.together([lambda order=order: bank.confirm(order) for order in orders]))
    # Each pays 30 of its 40 with money.
    assert bank.points(card) == 2000 - 20 * 100 + 20 * 30
    assert bank.retries() == before, "they wait in line, so that Odoo repeats none of them after a pause"
    assert bank.wrong() == []


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
