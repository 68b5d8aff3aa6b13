"""Expiry of points: lots that carry what remains of them, in a copy of the database that holds nothing else."""

from __future__ import annotations

import argparse
import contextlib
import json
from functools import partial
from pathlib import Path

from .generate import empty_ledger, first_customer
from .odoo_session import open_registry, session
from .stopwatch import Memory, in_turns

FLOOR = (Path(__file__).parent / "floor" / "expiry.sql").read_text()
#: Five lots on four cards are due, every fifth of them partly used; as many are not due.
CARDS = """
    WITH p AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM res_partner WHERE id >= {first})
    INSERT INTO loyalty_card (program_id, partner_id, code, active, create_uid, write_uid, create_date, write_date)
    SELECT {program}, p.id, 'expiry' || n, true, 1, 1, now(), now()
      FROM generate_series({known} + 1, {lots} * 5 / 6) n JOIN p ON p.number = mod(n, (SELECT count(*) FROM p))
     ORDER BY n
"""
STATE = """
    CREATE TEMP TABLE bench_card ON COMMIT DROP AS
    SELECT id, n, 1 + mod(n, 5) / 4 AS due FROM (SELECT id, substr(code, 7)::int AS n FROM loyalty_card WHERE code LIKE 'expiry%') c;
    UPDATE loyalty_card c SET points = 10 * due + 10 - CASE WHEN mod(n, 5) = 1 THEN 4 ELSE 0 END, sync_position = due + 1,
           sync_head = md5(n::text), write_uid = 2 FROM bench_card b WHERE b.id = c.id;
    INSERT INTO crm_sync_loyalty_entry (card_id, program_id, company_id, position, kind, quantity, balance, effective_at, business_date, user_id,
           idempotency_key, seal)
    SELECT id, {program}, 1, number, 'bonus', 10, 10 * number, now(), current_date - 400, 1, 'bench:' || id || ':' || number, ''
      FROM bench_card, generate_series(1, due + 1) number ORDER BY id, number;
    INSERT INTO crm_sync_loyalty_lot (card_id, program_id, company_id, entry_id, quantity, remaining, held, earned_on, expires_on, state)
    SELECT c.id, {program}, 1, e.id, 10, CASE WHEN mod(n, 5) = 1 AND position = 1 THEN 6 ELSE 10 END, 0, current_date - 400,
           CASE WHEN position <= due THEN current_date - 3 - mod(n, 30) ELSE current_date + 30 + mod(n, 300) END, 'active'
      FROM bench_card c JOIN crm_sync_loyalty_entry e ON e.card_id = c.id ORDER BY e.id;
    INSERT INTO crm_sync_loyalty_allocation (debit_id, lot_id, entry_id, quantity)
    SELECT l.entry_id, l.id, l.entry_id, 4 FROM crm_sync_loyalty_lot l WHERE l.remaining = 6 ORDER BY l.id;
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.expiry")
    parser.add_argument("config")
    parser.add_argument("--lots", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    registry = open_registry(options.config)
    prepared = partial(with_lots, registry, options.lots)
    rounds = 1 if options.lots > 200_000 else options.rounds
    rivals = {"floor": partial(prepared, floor), "ours": partial(prepared, ours)}
    courses = in_turns(rivals, rounds, warm_up=0 if rounds == 1 else 1)
    if courses["floor"].result != courses["ours"].result:
        raise SystemExit(f"Ours and the floor differ: {courses['ours'].result} {courses['floor'].result}")
    with prepared(ours) as (env, work):
        memory = Memory()
        work(env)
        grown = memory.grown()
    row = {
        "what": "points expired",
        "who": "scheduler",
        "size": courses["ours"].result[0],
        "floor": courses["floor"].time,
        "ours": courses["ours"].time,
        "queries": sorted(courses["ours"].queries),
        "memory": grown,
    }
    print(json.dumps([row]))


@contextlib.contextmanager
def with_lots(registry, lots: int, work):
    """A ledger in which ``lots`` lots are due, committed and counted; the same ids and days in every turn."""
    with session(registry) as env:
        cr = env.cr
        program = env["loyalty.program"].search([("program_type", "=", "loyalty")], limit=1)
        program.sync_expiry = "fixed"
        env.flush_all()
        cr.execute("UPDATE loyalty_program SET sync_redate_since = NULL; DELETE FROM crm_sync_job_failure")
        empty_ledger(cr)
        cr.execute("TRUNCATE loyalty_history")
        cr.execute("SELECT count(*) FROM loyalty_card WHERE code LIKE 'expiry%'")
        known = cr.fetchone()[0]
        details = {"lots": lots, "known": known, "program": program.id, "first": first_customer(env)}
        cr.execute(CARDS.format(**details))
        cr.execute(STATE.format(**details))
        cr.execute("ANALYZE crm_sync_loyalty_entry, crm_sync_loyalty_lot, crm_sync_loyalty_allocation, loyalty_card")
        cr.commit()
        yield env, work


def floor(env):
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    now = env.cr.now().replace(microsecond=0)
    values = {"today": now.date(), "now": now, "user": 1, "company": env.company.id}
    env.cr.execute(FLOOR, values)
    env.cr.commit()
    return partial(ledger, env)


def ours(env):
    env["crm.sync.loyalty.expiry"]._cron_expire()
    return partial(ledger, env)


def ledger(env) -> tuple:
    """How many lots expired, and a checksum of what was written, but for the moment and the seals, which tell it."""
    env.cr.execute(
        """SELECT (SELECT count(*) FROM crm_sync_loyalty_entry WHERE kind = 'expire'),
                  (SELECT sum(hashtextextended(ROW(card_id, position, quantity, balance, idempotency_key, business_date)::text, 0))
                     FROM crm_sync_loyalty_entry WHERE kind = 'expire'),
                  (SELECT sum(hashtextextended(ROW(id, remaining, state)::text, 0)) FROM crm_sync_loyalty_lot),
                  (SELECT sum(hashtextextended(ROW(a.lot_id, a.quantity, e.position)::text, 0))
                     FROM crm_sync_loyalty_allocation a JOIN crm_sync_loyalty_entry e ON e.id = a.debit_id),
                  (SELECT sum(hashtextextended(ROW(c.id, c.points, c.sync_position)::text, 0))
                     FROM loyalty_card c JOIN crm_sync_loyalty_entry e ON e.card_id = c.id AND e.position = c.sync_position
                      AND e.seal = c.sync_head),
                  (SELECT sum(hashtextextended(ROW(card_id, description, used)::text, 0)) FROM loyalty_history)"""
    )
    return env.cr.fetchone()


if __name__ == "__main__":
    main()
