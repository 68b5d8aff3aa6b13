"""Who waits for us: all clocks derived from all messages, into an empty table, with few changes, and once more with none."""

from __future__ import annotations

import argparse
import contextlib
import json
from functools import partial
from pathlib import Path

from .odoo_session import open_registry, session
from .stopwatch import Memory, in_turns

FLOOR = (Path(__file__).parent / "floor" / "waiting.sql").read_text()
_STATES = {
    "empty": "TRUNCATE crm_sync_response CASCADE",
    "1 % changed": """UPDATE crm_sync_response SET state = 'waiting', answered_at = NULL, answered_by_id = NULL, answer_message_id = NULL,
                             worked_seconds = NULL WHERE mod(start_id, 100) = 0 AND state = 'answered'""",
    "nothing changed": "SELECT 1",
}
_SAID = """partner_id, commercial_partner_id, res_model, res_id, lead_id, kind, channel, user_id, department_id, company_id, priority,
           started_at, target_seconds, due_at, escalate_at, start_source, start_id, start_message_id, state, answered_at, answered_by_id,
           answer_message_id, worked_seconds, close_reason, closed_at::date, is_breached"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.waiting")
    parser.add_argument("config")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    registry = open_registry(options.config)
    with session(registry) as env:
        messages = env["mail.message"].search_count([])
    rows = []
    for state, sql in _STATES.items():
        prepared = partial(table_in, registry, sql)
        courses = in_turns({"floor": partial(prepared, floor), "ours": partial(prepared, ours)}, options.rounds)
        if courses["floor"].result[:2] != courses["ours"].result[:2]:
            raise SystemExit(f"Ours and the floor differ: {courses['ours'].result} {courses['floor'].result}")
        rows.append(
            {
                "what": f"who waits, {messages:,} messages, {state}",
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
        if sql != "SELECT 1":
            with registry.cursor() as cr:
                # Outside of any transaction: dead rows of the turns before are not to be paid by the next one.
                cr.connection.rollback()
                cr.connection.autocommit = True
                cr.execute("VACUUM ANALYZE crm_sync_response")
                cr.connection.autocommit = False
        env.cr.execute("SELECT txid_snapshot_xmax(txid_current_snapshot())")
        before = env.cr.fetchone()[0]
        env.cr.commit()
        yield env, partial(work, before)


def floor(before: int, env):
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    words = {name: env["ir.model.data"]._xmlid_to_res_id(f"mail.mt_{name}") for name in ("comment", "note")}
    words["robot"] = env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
    words["website"] = env["ir.model.data"]._xmlid_to_res_id("utm.utm_medium_website", raise_if_not_found=False) or None
    words["main"] = env["res.company"].search([], order="id", limit=1).id
    words["now"] = env.cr.now().replace(microsecond=0)
    env.cr.execute(FLOOR, words)
    env.cr.commit()
    return partial(content, env, before)


def ours(before: int, env):
    env["crm.sync.response.clock"]._cron_reconcile()
    return partial(content, env, before)


def content(env, before: int) -> tuple:
    """Number of rows, a checksum of what they say, and how many were written or locked since the transaction ``before``."""
    env.cr.execute(
        f"""SELECT count(*), sum(hashtextextended(ROW({_SAID})::text, 0)),
                   count(*) FILTER (WHERE greatest(xmin::text::bigint, xmax::text::bigint) >= %s)
              FROM crm_sync_response""",
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
