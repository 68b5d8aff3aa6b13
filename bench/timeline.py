"""The timeline: first and later page, for a few customers, as people with different rights see it."""

from __future__ import annotations

import argparse
import contextlib
import json
from functools import partial
from pathlib import Path

from .generate import USERS, first_customer, login
from .odoo_session import open_registry, session
from .stopwatch import Memory, in_turns
from .usual import usual_timeline

FLOOR = (Path(__file__).parent / "floor" / "timeline.sql").read_text()
LIMIT = 40
LATER_PAGE = 20
#: What the web client sends with every request.
WEB_CLIENT = {"allowed_company_ids": [1], "lang": "en_US", "tz": "UTC"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.timeline")
    parser.add_argument("config")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    registry = open_registry(options.config)
    rows = []
    for customer, customer_id in customers(registry).items():
        rows += measure(registry, customer, customer_id, options.rounds)
    print(json.dumps(rows))


def customers(registry) -> dict[str, int]:
    """The largest, the one with many contacts, and the typical one: as many messages as the median customer."""
    with session(registry) as env:
        first = first_customer(env)
        env.cr.execute(
            """SELECT customer FROM (
                   SELECT p.commercial_partner_id AS customer, count(*) AS events
                     FROM res_partner p
                     LEFT JOIN crm_lead l ON l.partner_id = p.id
                     LEFT JOIN mail_message m ON m.model = 'crm.lead' AND m.res_id = l.id
                    WHERE p.commercial_partner_id >= %s GROUP BY 1) c
                JOIN sale_order o ON o.partner_id = customer
                ORDER BY events, customer OFFSET (SELECT count(*) / 2 FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                                                   WHERE p.commercial_partner_id = p.id) LIMIT 1""",
            [first],
        )
        typical = env.cr.fetchone()[0]
    return {"largest": first, "many contacts": first + 1, "typical": typical}


def measure(registry, customer: str, customer_id: int, rounds: int) -> list[dict]:
    people = readers(registry)
    later, events = cursor_of(registry, customer_id)
    check_same(registry, customer_id, None)
    rows = []
    for page, cursor in (("first page", None), ("later page", later)):
        if page == "later page":
            if not cursor:
                continue
            check_same(registry, customer_id, cursor)
        rivals = {"floor": partial(rival, registry, 1, partial(floor, customer_id, cursor))}
        for name, uid in people.items():
            rivals[name] = partial(rival, registry, uid, partial(ours, customer_id, cursor))
        courses = in_turns(rivals, rounds)
        if page == "first page":
            usual = partial(rival, registry, people["salesperson"], lambda env: usual_timeline(env, customer_id, LIMIT))
            courses |= in_turns({"usual": usual}, 2)
        for name in list(courses)[1:]:
            rows.append(
                {
                    "what": f"timeline, {page}, {customer}",
                    "who": name,
                    "size": events,
                    "floor": courses["floor"].time,
                    "ours": courses[name].time,
                    "queries": sorted(courses[name].queries),
                    "memory": memory_of(registry, people.get(name), customer_id, cursor) if name in people else None,
                }
            )
    return rows


def readers(registry) -> dict[str, int]:
    """Who looks: one who sells and sees his own documents, one without any right in sales, one who sees all."""
    with session(registry) as env:
        logins = {"salesperson": login(0), "no sales rights": login(USERS - 1), "manager": "admin"}
        ids = dict(env["res.users"].search([("login", "in", list(logins.values()))]).mapped(lambda u: (u.login, u.id)))
        return {name: ids[value] for name, value in logins.items()}


@contextlib.contextmanager
def rival(registry, uid, work):
    with session(registry, uid, **WEB_CLIENT) as env:
        yield env, work


def ours(customer_id: int, cursor: str | None, env):
    return env["res.partner"].browse(customer_id).sync_timeline(cursor=cursor, limit=LIMIT)


def floor(customer_id: int, cursor: str | None, env):
    at, _bar, skip = cursor.partition("|") if cursor else ("now", "", 0)
    env.cr.execute(FLOOR, {"customer": customer_id, "until": utc(at), "skip": int(skip), "limit": LIMIT})
    return env.cr.fetchall()


def utc(moment: str):
    from datetime import UTC, datetime

    return datetime.now(UTC).replace(tzinfo=None) if moment == "now" else datetime.fromisoformat(moment)


def cursor_of(registry, customer_id: int) -> tuple[str | None, int]:
    """Where the later page begins, and how many events there are."""
    with all_seeing(registry) as env:
        cursor, events, later = None, 0, None
        for page in range(1, 1000):
            result = ours(customer_id, cursor, env)
            events, cursor = events + len(result["events"]), result["cursor"]
            if page == LATER_PAGE - 1:
                later = cursor
            if not cursor:
                break
    return later or None, events


def all_seeing(registry):
    """Without rights and with all companies: what the floor does."""
    with session(registry) as env:
        companies = env["res.company"].search([]).ids
    return session(registry, allowed_company_ids=companies)


def check_same(registry, customer_id: int, cursor: str | None) -> None:
    """Ours without rights gives the very events of the floor, in the same order; a private meeting tells its day only."""
    with all_seeing(registry) as env:
        found = ours(customer_id, cursor, env)["events"]
        expected = [(at.replace(microsecond=0), f"{source}:{id}") for at, source, id in floor(customer_id, cursor, env)]
    given = [
        row if event["masked"] else (utc(event["at"]), event["key"]) for event, row in zip(found, expected, strict=True)
    ]
    if given != expected:
        raise SystemExit(f"Ours and the floor differ for customer {customer_id}:\n{given}\n{expected}")


def memory_of(registry, uid: int, customer_id: int, cursor: str | None) -> float | None:
    with session(registry, uid, **WEB_CLIENT) as env:
        memory = Memory()
        ours(customer_id, cursor, env)
        return memory.grown()


if __name__ == "__main__":
    main()
