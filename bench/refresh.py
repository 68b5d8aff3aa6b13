"""Last contact of all customers: into an empty table, with few changes, and once more with none."""

from __future__ import annotations

import argparse
import contextlib
import json
from functools import partial
from pathlib import Path

from .odoo_session import open_registry, session
from .stopwatch import Memory, in_turns

FLOOR = (Path(__file__).parent / "floor" / "last_contact.sql").read_text()
_STATES = {
    "empty": "TRUNCATE crm_sync_customer",
    "1 % changed": "UPDATE crm_sync_customer SET last_contact_at = last_contact_at - interval '1 day' WHERE mod(partner_id, 100) = 0",
    "nothing changed": "SELECT 1",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.refresh")
    parser.add_argument("config")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    registry = open_registry(options.config)
    rows = []
    for state, sql in _STATES.items():
        prepared = partial(table_in, registry, sql)
        courses = in_turns({"floor": partial(prepared, floor), "ours": partial(prepared, ours)}, options.rounds)
        if courses["floor"].result[:2] != courses["ours"].result[:2]:
            raise SystemExit(f"Ours and the floor differ: {courses['ours'].result} {courses['floor'].result}")
        rows.append(
            {
                "what": f"last contact of all customers, {state}",
                "who": "scheduler",
                "size": courses["ours"].result[0],
                "floor": courses["floor"].time,
                "ours": courses["ours"].time,
                "queries": sorted(courses["ours"].queries),
                "memory": memory_of(prepared),
                "written": courses["ours"].result[2],
            }
        )
    print(json.dumps(rows))


@contextlib.contextmanager
def table_in(registry, sql: str, work):
    """The table in a certain state, committed; and no mark that today's run is done."""
    with session(registry) as env:
        env.cr.execute(sql)
        env["crm.sync.job.period"].search([]).unlink()
        env.cr.commit()
        env.cr.execute("SELECT txid_snapshot_xmax(txid_current_snapshot())")
        before = env.cr.fetchone()[0]
        env.cr.commit()
        yield env, partial(work, before)


def floor(before: int, env):
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    env.cr.execute(FLOOR, {"comment": env.ref("mail.mt_comment").id})
    env.cr.commit()
    return partial(content, env, before)


def ours(before: int, env):
    env["crm.sync.customer"]._cron_refresh()
    return partial(content, env, before)


def content(env, before: int) -> tuple:
    """Number of rows, a checksum of what they say, and how many were written or locked since the transaction ``before``."""
    env.cr.execute(
        """SELECT count(*), sum(hashtextextended(ROW(partner_id, user_id, department_id, company_id, active, quiet_since, last_contact_at,
                  last_channel, last_direction, contact_user_id, contact_company_id)::text, 0)),
                  count(*) FILTER (WHERE greatest(xmin::text::bigint, xmax::text::bigint) >= %s)
             FROM crm_sync_customer""",
        [before],
    )
    return env.cr.fetchone()


def memory_of(prepared) -> float | None:
    with prepared(ours) as (env, work):
        memory = Memory()
        work(env)
        return memory.grown()


if __name__ == "__main__":
    main()
