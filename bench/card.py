"""The card "before you contact": of the customer with 5,000 events and the typical one, as people with different rights."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from .generate import TODAY
from .odoo_session import open_registry, session
from .stopwatch import Memory, in_turns
from .timeline import WEB_CLIENT, customers, readers

FLOOR = (Path(__file__).parent / "floor" / "card.sql").read_text()
#: What is looked back at, from the last day of the data.
CONTACT_DAYS, QUOTE_DAYS, BUDGET_DAYS = 7, 90, 30
#: Promises, questions and bulk messages of the customer, which the data has none of.
OWED = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.card")
    parser.add_argument("config")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    registry = open_registry(options.config)
    rows = []
    for customer, customer_id in customers(registry).items():
        rows += measure(registry, customer, customer_id, options.rounds)
    print(json.dumps(rows))


def measure(registry, customer: str, customer_id: int, rounds: int) -> list[dict]:
    check_same(registry, customer_id)
    people = readers(registry)
    rivals = {"floor": partial(prepared, registry, 1, customer_id, partial(floor, customer_id))}
    for name, uid in people.items():
        rivals[name] = partial(prepared, registry, uid, customer_id, partial(ours, customer_id))
    courses = in_turns(rivals, rounds)
    return [
        {
            "what": f"card, {customer}",
            "who": name,
            "size": len(courses["floor"].result),
            "floor": courses["floor"].time,
            "ours": courses[name].time,
            "queries": sorted(courses[name].queries),
            "memory": memory_of(registry, people[name], customer_id),
        }
        for name in people
    ]


@contextlib.contextmanager
def prepared(registry, uid: int, customer_id: int, work):
    """The customer is owed something, and the windows reach the data's last days. Nothing is committed."""
    with session(registry, uid, **WEB_CLIENT) as env:
        env.cr.execute(
            "UPDATE res_company SET sync_contact_days = least(%s, 365), sync_quote_days = %s",
            [window(CONTACT_DAYS), window(QUOTE_DAYS)],
        )
        owe(env, customer_id)
        env.registry.clear_cache()
        # As in a server that is at work: what is the same for all requests is known.
        env["crm.sync.contact.policy"]._get_policies(env.company)
        env["crm.sync.contact.cap"]._get_caps(env.company)
        env.user.has_group("base.group_user")
        warm(env, customer_id)
        env.invalidate_all()
        yield env, work


def warm(env, customer_id: int) -> None:
    """Access rules are compiled once for each user, not for each request."""
    env["res.partner"].browse(customer_id).sync_contact_card()


def window(days: int) -> int:
    """Days from now back to so many days before the last day of the data."""
    return (datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat(TODAY)).days + days


def owe(env, customer_id: int) -> None:
    env.cr.execute(
        """INSERT INTO crm_sync_promise (name, partner_id, commercial_partner_id, user_id, promised_by_id, company_id, channel,
                                         promised_at, due_at, original_due_at, binding_due_at, tz, state, create_date)
           SELECT 'Promise ' || n, %(customer)s, %(customer)s, 2, 2, 1, 'call', now(), d, d, d, 'UTC', 'open', now()
             FROM generate_series(1, %(owed)s) n, LATERAL (SELECT now() at time zone 'UTC' + (24 * n - 252) * interval '1 hour' AS d) due;
           INSERT INTO crm_sync_response (partner_id, commercial_partner_id, res_model, res_id, kind, channel, user_id, company_id,
                                          priority, started_at, state, is_breached, start_source, start_id)
           SELECT %(customer)s, %(customer)s, 'res.partner', %(customer)s, 'first', 'email', 2, 1, '1', now() - n * interval '1 hour',
                  'waiting', n %% 2 = 0, -1, n
             FROM generate_series(1, %(owed)s) n;
           INSERT INTO crm_sync_contact_cap (company_id, channel, "limit", days) VALUES (1, 'email', 40, %(budget)s);
           INSERT INTO crm_sync_contact_sent (partner_id, company_id, channel, purpose, at)
           SELECT %(customer)s, 1, 'email', 'marketing', now() at time zone 'UTC' - n * interval '1 day' FROM generate_series(1, %(owed)s) n""",
        {"customer": customer_id, "owed": OWED, "budget": BUDGET_DAYS},
    )


def ours(customer_id: int, env):
    return env["res.partner"].browse(customer_id).sync_contact_card()


def floor(customer_id: int, env):
    now = datetime.now(UTC).replace(tzinfo=None)
    xmlid = env["ir.model.data"]._xmlid_to_res_id
    env.cr.execute(
        FLOOR,
        {
            "customer": customer_id,
            "now": now,
            "since": now - timedelta(days=min(window(CONTACT_DAYS), 365)),
            "quoted": now - timedelta(days=window(QUOTE_DAYS)),
            "budget": now - timedelta(days=BUDGET_DAYS),
            "me": env.uid,
            "companies": [1],
            "robot": xmlid("base.partner_root"),
            "note": xmlid("mail.mt_note"),
            "comment": xmlid("mail.mt_comment"),
        },
    )
    return env.cr.fetchall()


def check_same(registry, customer_id: int) -> None:
    """Ours without rights and words finds what the floor finds."""
    with prepared(registry, 1, customer_id, None) as (env, _work):
        expected = sorted(row for row in floor(customer_id, env) if row[0] != "budget")
        Card = env["crm.sync.contact.card"]
        found = Card._find(Card._context_of(env["res.partner"].browse(customer_id))).get(customer_id, [])
        key = {"others": lambda f: f.user_id, "waiting": lambda f: f.documents[1][1], "consent": lambda f: customer_id}
        given = sorted(
            (code, key.get(code, lambda f: f.documents[0][1])(finding)) for code, finding in found if code != "budget"
        )
    if given != expected:
        raise SystemExit(f"Ours and the floor differ for customer {customer_id}:\n{given}\n{expected}")


def memory_of(registry, uid: int, customer_id: int) -> float | None:
    with prepared(registry, uid, customer_id, None) as (env, _work):
        memory = Memory()
        ours(customer_id, env)
        return memory.grown()


if __name__ == "__main__":
    main()
