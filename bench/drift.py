"""Final figures of 30 KPIs and 13 months held against their documents of now: nothing has changed, then two orders in a hundred have."""

from __future__ import annotations

import argparse
import contextlib
import json
from functools import partial
from pathlib import Path

from dateutil.relativedelta import relativedelta

from . import kpi
from .odoo_session import open_registry, session
from .stopwatch import Memory, in_turns
from .surveys import vacuum

FLOORS = Path(__file__).parent / "floor" / "drift.sql"
TABLES = ["crm_sync_kpi_drift", "crm_sync_kpi_drift_line"]
#: As long as the addon watches them, and as many KPIs at once.
WATCHED, AT_ONCE = relativedelta(months=13), 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.drift")
    parser.add_argument("config")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    registry = open_registry(options.config)
    kpi.fill(registry)
    with session(registry) as env:
        kpi.measure(env, env["crm.sync.kpi"].search([]).ids)
        env.cr.commit()
    vacuum(registry, kpi.TABLES)
    rows = [job(registry, "nothing changed", options)]
    with session(registry) as env:
        env.cr.execute(kpi.sections(FLOORS)["change"])
        env.cr.commit()
    vacuum(registry, ["sale_order"])
    rows.append(job(registry, "2 % changed", options))
    print(json.dumps(rows))


def job(registry, state: str, options) -> dict:
    rivals = {"floor": partial(unlisted, registry, floor), "ours": partial(unlisted, registry, ours)}
    courses = in_turns(rivals, options.rounds)
    (rows, grown), (floor_rows, _none) = courses["ours"].result, courses["floor"].result
    if rows != floor_rows or bool(rows) != (state != "nothing changed"):
        raise SystemExit(f"Ours and the floor differ, {state}:\n{rows}\n{floor_rows}")
    return {
        "what": f"drift of KPIs, {state}",
        "who": "scheduler",
        "size": options.orders,
        "floor": courses["floor"].time,
        "ours": courses["ours"].time,
        "queries": sorted(courses["ours"].queries),
        "memory": grown,
        "written": sum(row[5] for row in rows),
    }


@contextlib.contextmanager
def unlisted(registry, work):
    """Nothing is listed yet."""
    with session(registry) as env:
        env.cr.execute("TRUNCATE crm_sync_kpi_drift CASCADE; DELETE FROM crm_sync_job_failure")
        env.cr.commit()
    vacuum(registry, TABLES)
    with session(registry) as env:
        yield env, work


def ours(env):
    memory = Memory()
    Kpi, Watch = env["crm.sync.kpi"], env["crm.sync.kpi.drift.watch"]

    def due(after, limit):
        return Kpi.search([("id", ">", after)], order="id", limit=limit).ids

    def work(ids):
        for one in Kpi.browse(ids):
            Watch._watch(one, kpi.NOW)
        return len(ids), 0

    env["crm.sync.job.runner"]._run_sets("kpi_drift", due, work, AT_ONCE)
    return partial(told, env, memory.grown())


def floor(env):
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    watch, documents, since = kpi.sections(FLOORS)["watch"], kpi.sections(), kpi.NOW - WATCHED
    for one in env["crm.sync.kpi"].search([], order="id"):
        _bench, shape, number = one.code.split("_")
        model, additivity, _unit = kpi.SHAPES[shape]
        numerator, _denominator, value = kpi.SUMS[additivity]
        words = {
            "kpi": one.id,
            "n": int(number),
            "company": env.company.id,
            "model": model,
            "now": kpi.NOW,
            "from": since,
            "since": since.date().replace(day=1),
            "until": kpi.NOW.date().replace(day=1),
        }
        parts = {
            "documents": documents[shape],
            "numerator": numerator,
            "value": value,
            "table": env[model]._table,
        }
        env.cr.execute(watch.format(**parts), words)
    env.cr.commit()
    return partial(told, env)


def told(env, grown: float | None = None) -> tuple:
    env.cr.execute(kpi.sections(FLOORS)["told"])
    return env.cr.fetchall(), grown


if __name__ == "__main__":
    main()
