"""The loyalty ledger: opened from Odoo's history, and proved as every night."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

from .generate import unprotected
from .odoo_session import open_registry, session
from .stopwatch import Memory, in_turns

FLOOR = Path(__file__).parent / "floor"
OPENING, CHECK = (FLOOR / "loyalty_opening.sql").read_text(), (FLOOR / "loyalty_check.sql").read_text()
_APPEND_ONLY = ("entry", "allocation", "anchor")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.loyalty_check")
    parser.add_argument("config")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    registry = open_registry(options.config)
    opening = measured("ledger of all cards opened", registry, without_ledger, open_floor, open_ours, options.rounds)
    with without_ledger(registry, open_ours) as (env, work):
        work(env)
        env["crm.sync.loyalty.anchor"]._anchor_days(env.cr.now() + timedelta(days=2))
        env.cr.execute("ANALYZE crm_sync_loyalty_entry, crm_sync_loyalty_lot, crm_sync_loyalty_allocation")
        env.cr.commit()
    check = measured("ledger proved", registry, unchecked, check_floor, check_ours, options.rounds)
    print(json.dumps([opening, check]))


def measured(what: str, registry, prepared, floor, ours, rounds: int) -> dict:
    courses = in_turns({"floor": partial(prepared, registry, floor), "ours": partial(prepared, registry, ours)}, rounds)
    if courses["floor"].result != courses["ours"].result:
        raise SystemExit(f"Ours and the floor differ: {courses['ours'].result} {courses['floor'].result}")
    with prepared(registry, ours) as (env, work):
        memory = Memory()
        work(env)
        grown = memory.grown()
    return {
        "what": what,
        "who": "scheduler",
        "size": courses["ours"].result[0],
        "floor": courses["floor"].time,
        "ours": courses["ours"].time,
        "queries": sorted(courses["ours"].queries),
        "memory": grown,
    }


# ------------------------------------------------------------------ opening


@contextlib.contextmanager
def without_ledger(registry, work):
    """The cards as they were before the addon was installed, committed."""
    with session(registry) as env:
        with unprotected(env.cr, _APPEND_ONLY):
            env.cr.execute(
                "TRUNCATE crm_sync_loyalty_entry, crm_sync_loyalty_anchor, crm_sync_loyalty_membership, crm_sync_loyalty_opening CASCADE"
            )
        env.cr.execute("UPDATE loyalty_card SET sync_position = NULL, sync_head = NULL, sync_version = NULL")
        env.cr.commit()
        yield env, work


def open_floor(env):
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    env.cr.execute(OPENING)
    env.cr.commit()
    return partial(ledger, env)


def open_ours(env):
    env["crm.sync.loyalty.opening"]._open_cards()
    env.cr.commit()
    return partial(ledger, env)


def ledger(env) -> tuple:
    """How many entries, lots, allocations and arrears, and a checksum of what they say, whatever their ids."""
    env.cr.execute(
        """SELECT (SELECT count(*) FROM crm_sync_loyalty_entry),
                  (SELECT sum(hashtextextended(ROW(card_id, position, kind, quantity::numeric(20, 4), balance::numeric(20, 4), source_id)::text, 0))
                     FROM crm_sync_loyalty_entry),
                  (SELECT sum(hashtextextended(ROW(l.card_id, e.position, l.quantity::numeric(20, 4), l.remaining::numeric(20, 4), l.state)::text, 0))
                     FROM crm_sync_loyalty_lot l JOIN crm_sync_loyalty_entry e ON e.id = l.entry_id),
                  (SELECT sum(hashtextextended(ROW(d.card_id, d.position, l.earned_on, a.quantity::numeric(20, 4))::text, 0))
                     FROM crm_sync_loyalty_allocation a JOIN crm_sync_loyalty_entry d ON d.id = a.debit_id JOIN crm_sync_loyalty_lot l ON l.id = a.lot_id),
                  (SELECT count(*) FROM crm_sync_loyalty_arrears), (SELECT count(*) FROM crm_sync_loyalty_membership)"""
    )
    return env.cr.fetchone()


# ------------------------------------------------------------------ check


@contextlib.contextmanager
def unchecked(registry, work):
    """No mark that today's check is done."""
    with session(registry) as env:
        env["crm.sync.job.period"].search([]).unlink()
        env["crm.sync.loyalty.check"].search([]).unlink()
        env.cr.commit()
        yield env, work


def check_floor(env):
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    env.cr.execute(CHECK)
    return env.cr.fetchone()


def check_ours(env):
    env["crm.sync.loyalty.check"]._cron_check()

    def result():
        check = env["crm.sync.loyalty.check"].search([], limit=1)
        return check.cards, check.entries, check.finding_count, check.anchors

    return result


if __name__ == "__main__":
    main()
