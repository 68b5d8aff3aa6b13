"""A bank of loyalty points: many clients of the external API move points of few cards, and a checker that counts.

What a client may meet is only: it worked, or the server refused with a sentence (4xx). Whatever happened, the books
balance: the checker reads them by plain SQL.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException

from system import ApiError, System

#: What one piece costs, and earns. A reward costs 100 points and takes 10 off the price.
PRICE = 40

SETUP = f"""
env["loyalty.program"].search([]).active = False
program = env["loyalty.program"].create({{
    "name": "Bank", "program_type": "loyalty", "applies_on": "both", "trigger": "auto", "portal_point_name": "Points",
    "rule_ids": [(0, 0, {{"reward_point_mode": "money", "reward_point_amount": 1.0}})],
    "reward_ids": [(0, 0, {{"reward_type": "discount", "discount": 10.0, "discount_mode": "per_order",
                           "required_points": 100}})],
}})
product = env["product.product"].create(
    {{"name": "Bank Goods", "list_price": {PRICE}, "taxes_id": False, "type": "consu", "invoice_policy": "order"}})
env.cr.commit()
print("BANK", program.id, product.id)
"""

#: Each must give no row.
CHECKS = {
    "points are the sum of the entries": """
        select c.id, c.points, sum(e.quantity) from loyalty_card c left join crm_sync_loyalty_entry e on e.card_id = c.id
         group by c.id having c.points::numeric(20,4) != coalesce(sum(e.quantity), 0)""",
    "points are the lots less the arrears": """
        select c.id, c.points from loyalty_card c
         where c.points::numeric(20,4) !=
               coalesce((select sum(remaining) from crm_sync_loyalty_lot where card_id = c.id), 0)
             - coalesce((select sum(remaining) from crm_sync_loyalty_arrears where card_id = c.id), 0)""",
    "lots are what was not drawn from them": """
        select l.id from crm_sync_loyalty_lot l left join crm_sync_loyalty_allocation a on a.lot_id = l.id
         group by l.id having l.quantity - coalesce(sum(a.quantity), 0) != l.remaining or l.remaining < 0""",
    "the running balance runs": """
        select id from (select id, balance, sum(quantity) over (partition by card_id order by position) as expected,
                               position, row_number() over (partition by card_id order by position) as number
                          from crm_sync_loyalty_entry) e where balance != expected or position != number""",
    "the chain is intact": """
        select id from (select id, seal, crm_sync_chain('', {content}) over (partition by card_id order by position) as expected
                          from crm_sync_loyalty_entry e) chain where seal != expected""",
    "no event is booked twice": """
        select idempotency_key from crm_sync_loyalty_entry group by 1 having count(*) > 1""",
    "a confirmed order moved what it is worth, any other nothing": """
        select o.id, o.state, sum(e.quantity) from sale_order o
          join crm_sync_loyalty_entry e on e.source_model = 'sale.order' and e.source_id = o.id and e.kind not in ('hold', 'release')
         where o.state != 'sale' group by o.id having sum(e.quantity) != 0""",
}


@dataclass
class Outcome:
    """What the clients met: seconds per kind of call, refusals by status, and the rounds with wrong books.

    ``killed`` server processes left ``unanswered`` calls, of which nobody knows whether they were carried out.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    refused: Counter = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    wrong_rounds: int = 0
    killed: int = 0
    unanswered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.seconds.setdefault(kind, []).append(seconds)

    def latency(self, kind: str) -> tuple[float, float]:
        """(median, maximum) in seconds."""
        values = sorted(self.seconds.get(kind, [0.0]))
        return values[len(values) // 2], values[-1]


class Bank:
    def __init__(self, system: System, seed: int = 0):
        self.system, self.random = system, random.Random(seed)
        [line] = [line for line in system.shell(SETUP).splitlines() if line.startswith("BANK ")]
        self.program, self.product = map(int, line.split()[1:])
        self.content = self._content_of_seals()
        self.outcome = Outcome()

    def open_cards(self, number: int, points: int) -> tuple[list[int], list[int]]:
        """New customers, each with a card on which an order has earned ``points``: ids of the cards, and of the customers."""
        client = self.system.client("anna")
        partners = client.call("res.partner", "create", vals_list=[{"name": f"Bank {n}"} for n in range(number)])
        for partner in partners:
            self.confirm(self.quotation(partner, points // PRICE))
        found = client.call(
            "loyalty.card", "search_read", domain=[["partner_id", "in", partners]], fields=["partner_id"], order="id"
        )
        cards = {card["partner_id"][0]: card["id"] for card in found}
        return [cards[partner] for partner in partners], partners

    def _content_of_seals(self) -> str:
        printed = self.system.shell(
            "print('CONTENT', env.cr.mogrify(env['crm.sync.loyalty.ledger']._content_sql('e')).decode())"
        )
        [line] = [line for line in printed.splitlines() if line.startswith("CONTENT ")]
        return line.removeprefix("CONTENT ")

    # ---------------------------------------------------------------- what clients do

    def call(self, kind: str, login: str, model: str, method: str, /, **arguments):
        """A timed call. A refusal in words is an outcome; anything else is broken.

        Where server processes are killed, a call without an answer is made once more, as a client does who knows no better.
        """
        start = time.monotonic()
        try:
            return self.system.client(login).call(model, method, **arguments)
        except ApiError as error:
            self.outcome.refused[f"{kind} {error.status}"] += 1
            if error.status >= 500 or error.status in (401, 404):
                self.outcome.broken.append(f"{kind}: {error}")
            return None
        except (OSError, HTTPException) as error:
            if self.outcome.killed:
                self.outcome.unanswered += 1
                return self.call(kind, login, model, method, **arguments)
            self.outcome.broken.append(f"{kind}: {error!r}")
            return None
        finally:
            self.outcome.note(kind, time.monotonic() - start)

    def quotation(
        self, partner: int, quantity: int = 1, *, with_reward: bool = False, login: str = "anna"
    ) -> int | None:
        values = {
            "partner_id": partner,
            "order_line": [[0, 0, {"product_id": self.product, "product_uom_qty": quantity}]],
        }
        [order] = self.call("quotation", login, "sale.order", "create", vals_list=[values]) or [None]
        if order and with_reward:
            self.call("reward", login, "sale.order", "action_open_reward_wizard", ids=[order])
        return order

    def confirm(self, order: int, login: str = "anna") -> bool:
        return self.call("confirm", login, "sale.order", "action_confirm", ids=[order]) is not None

    def cancel(self, order: int) -> None:
        self.call("cancel", "anna", "sale.order", "action_cancel", ids=[order])

    def draft(self, order: int) -> None:
        self.call("draft", "anna", "sale.order", "action_draft", ids=[order])

    def confirm_again(self, order: int) -> None:
        self.cancel(order)
        self.draft(order)
        self.confirm(order)

    def edit(self, order: int, quantity: int) -> None:
        domain = [["order_id", "=", order], ["reward_id", "=", False]]
        lines = self.call("look", "anna", "sale.order.line", "search", domain=domain)
        if lines:
            self.call("edit", "anna", "sale.order.line", "write", ids=lines, vals={"product_uom_qty": quantity})

    def refund(self, order: int) -> None:
        """Invoice the order, and give all of it back."""
        context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
        [wizard] = self.call(
            "invoice", "max", "sale.advance.payment.inv", "create",
            vals_list=[{"advance_payment_method": "delivered"}], context=context,
        ) or [None]  # fmt: skip
        if not wizard or not self.call("invoice", "max", "sale.advance.payment.inv", "create_invoices", ids=[wizard]):
            return
        [found] = self.call("look", "max", "sale.order", "read", ids=[order], fields=["invoice_ids"])
        invoices = found["invoice_ids"]
        if self.call("invoice", "max", "account.move", "action_post", ids=invoices) is None:
            return
        [reversal] = self.call(
            "refund", "max", "account.move.reversal", "create", vals_list=[{"journal_id": self._journal(invoices[0])}],
            context={"active_model": "account.move", "active_ids": invoices},
        ) or [None]  # fmt: skip
        if reversal:
            action = self.call("refund", "max", "account.move.reversal", "reverse_moves", ids=[reversal])
            if action:
                self.call("refund", "max", "account.move", "action_post", ids=[action["res_id"]])

    def _journal(self, invoice: int) -> int:
        [found] = self.call("look", "max", "account.move", "read", ids=[invoice], fields=["journal_id"])
        return found["journal_id"][0]

    def merge(self, partners: list[int], into: int) -> None:
        [wizard] = self.call(
            "merge", "admin", "base.partner.merge.automatic.wizard", "create",
            vals_list=[{"partner_ids": [[6, 0, partners]], "dst_partner_id": into}],
        ) or [None]  # fmt: skip
        if wizard:
            self.call("merge", "admin", "base.partner.merge.automatic.wizard", "action_merge", ids=[wizard])

    # ---------------------------------------------------------------- checker

    def wrong(self) -> list[str]:
        """The promises that do not hold now, with what was found."""
        found = []
        for promise, query in CHECKS.items():
            rows = self.system.sql(query.replace("{content}", self.content))
            if rows:
                found.append(f"{promise}: {rows[:5]}")
        return found

    def points(self, card: int) -> float:
        return float(self.system.sql(f"select points from loyalty_card where id = {card}")[0][0])

    def retries(self) -> tuple[int, int]:
        """(requests that Odoo repeated, requests it gave up) so far, by the server's log."""
        return len(self.system.logged("tries left, try again")), len(
            self.system.logged("maximum number of tries reached")
        )

    # ---------------------------------------------------------------- rounds

    def together(self, works: list) -> list:
        """Run ``works`` at the same moment, one client each."""
        barrier = threading.Barrier(len(works))

        def run(work):
            barrier.wait()
            return work()

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(run, works))

    def round(self, clients: int, partners: list[int], orders: list[int], *, kill: bool = False) -> None:
        """Each client does one random thing; ``orders`` are those of the rounds before, and get the new ones.

        :param kill: a server process dies meanwhile
        """
        generator = random.Random(self.random.random())
        works = [self._work(random.Random(generator.random()), partners, orders) for _client in range(clients)]
        if kill:
            works.append(lambda: self._kill_a_worker(generator))
        orders += [order for order in self.together(works) if order]
        wrong = self.wrong()
        self.outcome.wrong_rounds += bool(wrong)
        self.outcome.broken += wrong

    def _kill_a_worker(self, generator) -> None:
        time.sleep(generator.uniform(0, 0.5))
        self.outcome.killed += 1
        os.kill(generator.choice(self.system.workers()), signal.SIGKILL)

    def _work(self, generator, partners, orders):
        partner = generator.choice(partners)
        kind = generator.choices(
            ("redeem", "earn", "cancel", "draft", "edit", "refund"), weights=(6, 3, 3, 1, 2, 1 if orders else 0)
        )[0]
        if kind in ("redeem", "earn") or not orders:
            quantity, with_reward = generator.randint(1, 4), kind == "redeem"

            def work():
                order = self.quotation(partner, quantity, with_reward=with_reward)
                if order:
                    self.confirm(order)
                return order

            return work
        order, quantity = generator.choice(orders), generator.randint(0, 5)
        return {
            "cancel": lambda: self.cancel(order),
            "draft": lambda: self.confirm_again(order),
            "edit": lambda: self.edit(order, quantity),
            "refund": lambda: self.refund(order),
        }[kind]
