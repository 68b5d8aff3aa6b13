"""Clients of the external API on few loyalty cards, and whether a single point is lost: ``python -m bench.bank``.

A server with four HTTP workers, as in production. 20 clients spend one card that has enough. Then ``--rounds`` rounds of
2 to 20 clients that redeem, earn, cancel, confirm again, edit, refund and merge; after every round the books are
checked by SQL. In every third round of the second half a worker is killed, and calls without an answer are made again.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time

from dev import addon_dbs, databases, environment
from dev.paths import ROOT, setup_lock
from dev.server import free_port
from dev.steps import Failure

sys.path.insert(0, str(ROOT / "tests"))

SPENDERS = 20
#: What the card holds that twenty clients spend 100 points of each, and what is left: their orders earn 30 each.
POINTS, LEFT = 2000, 600


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.bank", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--spend", type=int, default=5, help="rounds of 20 clients that spend one card")
    parser.add_argument("--workers", type=int, default=4, help="HTTP workers; 0 is one process with threads")
    parser.add_argument("--seed", type=int, default=19)
    options = parser.parse_args()
    with environment.ready():
        with setup_lock():
            base = addon_dbs.ensure("system", reuse=True)
        with databases.private_copy(base, "bank") as database:
            return run(database, options)


def run(database: str, options) -> int:
    from loyalty_bank import Bank
    from system import System

    system = System(database)
    try:
        bank = Bank(system, options.seed)
        system.log.unlink(missing_ok=True)
        system.start(workers=options.workers, gevent_port=free_port(), max_cron_threads=0, limit_time_real=300)
        spend(bank, options.spend)
        play(bank, options.rounds)
        return report(bank, options)
    finally:
        system.stop()


def spend(bank, rounds: int) -> None:
    """Twenty clients confirm at the same moment, each an order that redeems 100 points of the same card."""
    for number in range(rounds):
        [card], [partner] = bank.open_cards(1, POINTS)
        orders = [bank.quotation(partner, with_reward=True) for _client in range(SPENDERS)]
        bank.outcome.seconds.pop("confirm", None)
        done = bank.together([lambda order=order: bank.confirm(order) for order in orders])
        median, longest = bank.outcome.latency("confirm")
        left = bank.points(card)
        print(f"spend {number + 1}: {sum(done)} of {SPENDERS} confirmed, {left:g} points left (expected {LEFT}), "
              f"median {median:.2f} s, longest {longest:.2f} s, repeated {bank.retries()}", flush=True)  # fmt: skip
        bank.outcome.wrong_rounds += left != LEFT or not all(done)
        bank.outcome.broken += bank.wrong()
    bank.outcome.seconds.clear()


def play(bank, rounds: int) -> None:
    generator = random.Random(bank.random.random())
    partners: list[int] = []
    orders: list[int] = []
    start = time.monotonic()
    for number in range(rounds):
        if number % 25 == 0:
            orders.clear()
            _cards, partners = bank.open_cards(3, 320)
        clients = generator.choice((2, 4, 8, 20)) if number % 5 == 0 else generator.choice((2, 3, 4))
        kill = number >= rounds // 2 and number % 3 == 0 and bool(bank.system.workers())
        bank.round(clients, partners, orders, kill=kill)
        if number % 25 == 20:
            merge(bank, partners, orders)
        if number % 50 == 49:
            print(f"{number + 1} rounds in {time.monotonic() - start:.0f} s: {bank.outcome.wrong_rounds} wrong, "
                  f"refused {dict(bank.outcome.refused)}, repeated {bank.retries()}", flush=True)  # fmt: skip


def merge(bank, partners: list[int], orders: list[int]) -> None:
    """Two customers become one while others redeem; no point is made or lost by it."""
    total = f"select sum(points) from loyalty_card where program_id = {bank.program}"
    into, gone = partners[0], partners.pop()
    before = float(bank.system.sql(total)[0][0])
    bank.together([lambda: bank.merge([into, gone], into), lambda: bank.quotation(into, with_reward=True)])
    if float(bank.system.sql(total)[0][0]) != before:
        bank.outcome.wrong_rounds += 1
        bank.outcome.broken.append("a merge made or lost points")
    bank.round(4, partners, orders)


def report(bank, options) -> int:
    outcome = bank.outcome
    calls = sum(map(len, outcome.seconds.values()))
    print(f"\n{options.rounds} rounds, {calls} calls, {outcome.wrong_rounds} rounds with wrong books")
    for kind, seconds in sorted(outcome.seconds.items()):
        print(
            f"  {kind}: {len(seconds)} calls, median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s"
        )
    print(f"  refused: {dict(outcome.refused)}")
    print("  repeated by Odoo {}, given up {}".format(*bank.retries()))
    print(f"  {outcome.killed} workers killed, {outcome.unanswered} calls left unanswered and made again")
    for line in outcome.broken[:20]:
        print(f"  BROKEN {line}")
    return 1 if outcome.wrong_rounds or outcome.broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"\n{failure}")
