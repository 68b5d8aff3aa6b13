"""Every scheduled action of the addon, one after the other, with something to do in every room: what is due, then again with nothing left."""

from __future__ import annotations

import argparse
import json
import sys

from . import rooms
from .odoo_session import open_registry, session
from .stopwatch import Cpu, Memory


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.jobs")
    parser.add_argument("config")
    parser.add_argument("--customers", type=int, default=10_000)
    options = parser.parse_args()
    registry = open_registry(options.config)
    rooms.fill(registry, options.customers)
    rooms.forget(registry)
    with session(registry) as env:
        jobs = {job.code: job.cron_id.id for job in env["crm.sync.job"].search([], order="sequence, id")}
    rows = []
    for code, cron in jobs.items():
        due, quiet = run(registry, cron), run(registry, cron)
        print(f"  {code}: {due['seconds']:.1f} s", file=sys.stderr, flush=True)
        rows.append({"what": code, "size": options.customers, "due": due, "quiet": quiet})
    print(json.dumps(rows))


def run(registry, cron: int) -> dict:
    """One run as the scheduler's, until there is nothing left; its failures are the bench's."""
    with session(registry) as env:
        job = env["crm.sync.job"].search([("cron_id", "=", cron)])
        memory, cpu, queries = Memory(), Cpu(env.cr), env.cr.sql_log_count
        env["ir.cron"].browse(cron).ir_actions_server_id.run()
        env.flush_all()
        env.cr.commit()
        if failure := env["crm.sync.job.failure"].search([("state", "!=", "resolved")], limit=1):
            raise SystemExit(f"{job.code}: {failure.error}")
        return {
            "seconds": cpu.spent(),
            "queries": env.cr.sql_log_count - queries,
            "memory": memory.grown(),
            "done": job.last_done,
        }


if __name__ == "__main__":
    main()
