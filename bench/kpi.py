"""Snapshots of KPIs: 30 of them, each for the company, its teams and 15 channels, over 36 months; then once more, with nothing changed."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from .generate import TODAY
from .odoo_session import be_nice, open_registry, session
from .stopwatch import Memory, in_turns
from .surveys import vacuum

FLOORS = Path(__file__).parent / "floor" / "kpi.sql"
TABLES = ["crm_sync_kpi_period", "crm_sync_kpi_value", "crm_sync_kpi_evidence"]
#: The last day of the data: 35 months are final, and May is in progress with nearly all of its documents.
NOW = datetime.fromisoformat(TODAY) - timedelta(hours=12)
MONTHS = 35
SINCE = date(2023, 6, 1)
#: {documents: (model, additivity, unit)}; ten KPIs of each leave out another tenth of the documents.
SHAPES = {
    "turnover": ("sale.order", "sum", "money"),
    "won": ("crm.lead", "ratio", "percent"),
    "buyers": ("sale.order", "distinct", "number"),
}
#: How the floor sums up each additivity: numerator, denominator, value.
SUMS = {
    "sum": ("sum(numerator)", "1", "COALESCE(x.numerator, 0)"),
    "ratio": (
        "sum(numerator)",
        "COALESCE(x.denominator, 0)",
        "round((100 * x.numerator / NULLIF(x.denominator, 0))::numeric, 6)::float8",
    ),
    "distinct": ("count(DISTINCT subject_id)", "1", "COALESCE(x.numerator, 0)"),
}
_STATES = {"36 months": True, "nothing changed": False}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.kpi")
    parser.add_argument("config")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    registry = open_registry(options.config)
    fill(registry)
    rounds = 1 if options.orders > 200_000 else options.rounds
    print(json.dumps([job(registry, state, options.orders, rounds) for state in _STATES]))


def fill(registry) -> None:
    be_nice()
    with session(registry) as env:
        env.company.partner_id.tz = "UTC"
        env["crm.sync.kpi"].search([]).active = False
        env["crm.sync.kpi"].create(
            [
                {
                    "name": f"Bench {shape} {number}",
                    "code": f"bench_{shape}_{number}",
                    "company_id": env.company.id,
                    "additivity": additivity,
                    "unit": unit,
                    "scope_team": True,
                    "scope_channel": True,
                    "backfill_months": MONTHS,
                }
                for shape, (_model, additivity, unit) in SHAPES.items()
                for number in range(10)
            ]
        )
        env.cr.commit()
    registry["crm.sync.kpi"]._custom_facts = facts


def facts(kpi, window):
    """The documents of one KPI, by the same select as the floor's."""
    from odoo.addons.crm_sync_measures.models.kpi.measures import Facts
    from odoo.tools import SQL

    _bench, shape, number = kpi.code.split("_")
    documents = SQL(
        sections()[shape],
        company=kpi.company_id.id,
        since=window.since,
        until=window.until,
        n=int(number),
    )
    return Facts(
        SQL(
            "SELECT %s AS company_id, %s AS res_model, d.id AS res_id, d.* FROM (%s) d",
            kpi.company_id.id,
            SHAPES[shape][0],
            documents,
        ),
        dims=("team_id", "channel"),
        subject=True,
    )


# -------------------------------------------------------------------- turns


def job(registry, state: str, size: int, rounds: int) -> dict:
    rivals = {"floor": partial(brought, registry, state, floor), "ours": partial(brought, registry, state, ours)}
    courses = in_turns(rivals, rounds, warm_up=1)
    (rows, written, grown), (floor_rows, *_rest) = courses["ours"].result, courses["floor"].result
    if rows != floor_rows:
        raise SystemExit(f"Ours and the floor differ, {state}:\n{rows}\n{floor_rows}")
    return {
        "what": f"KPIs, {state}",
        "who": "scheduler",
        "size": size,
        "floor": courses["floor"].time,
        "ours": courses["ours"].time,
        "queries": sorted(courses["ours"].queries),
        "memory": grown,
        "written": written,
    }


@contextlib.contextmanager
def brought(registry, state: str, work):
    """The tables as the state wants them; committed, and tidied up as by autovacuum."""
    with session(registry) as env:
        env.cr.execute("DELETE FROM crm_sync_job_failure")
        if _STATES[state]:
            env.cr.execute("TRUNCATE crm_sync_kpi_value, crm_sync_kpi_evidence, crm_sync_kpi_period CASCADE")
        elif work is ours:
            # The floor may have been here before; what it left has no definition.
            env.cr.execute("TRUNCATE crm_sync_kpi_value, crm_sync_kpi_evidence, crm_sync_kpi_period CASCADE")
            measure(env, env["crm.sync.kpi"].search([]).ids)
        env.cr.commit()
    vacuum(registry, TABLES)
    with session(registry) as env:
        env.cr.execute("SELECT txid_snapshot_xmax(txid_current_snapshot())")
        before = env.cr.fetchone()[0]
        env.cr.commit()
        yield env, partial(work, before, state)


def measure(env, ids) -> tuple[int, int]:
    env["crm.sync.kpi.snapshot"]._refresh(env["crm.sync.kpi"].browse(ids), NOW)
    return len(ids), 0


def ours(before: int, state: str, env):
    memory = Memory()
    from odoo.addons.crm_sync_measures.models.kpi.crm_sync_kpi_snapshot import _AT_ONCE

    next_kpis = env["crm.sync.kpi.snapshot"]._next_kpis
    env["crm.sync.job.runner"]._run_sets("kpi_snapshot", next_kpis, partial(measure, env), _AT_ONCE)
    return partial(told, env, before, memory.grown())


def floor(before: int, state: str, env):
    """All by hand; of what has not changed, the running month alone is counted again."""
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    by_hand(env, state)
    env.cr.commit()
    return partial(told, env, before)


def by_hand(env, state: str) -> None:
    parts = sections()
    for kpi in env["crm.sync.kpi"].search([], order="id"):
        _bench, shape, number = kpi.code.split("_")
        model, additivity, unit = SHAPES[shape]
        words = {
            "kpi": kpi.id,
            "n": int(number),
            "company": env.company.id,
            "currency": env.company.currency_id.id,
            "model": model,
            "unit": unit,
            "additivity": additivity,
            "hash": kpi.definition_hash,
            "now": NOW,
            "running": date(NOW.year, NOW.month, 1),
            "since": SINCE,
            "until": date(NOW.year, NOW.month + 1, 1),
        }
        numerator, denominator, value = SUMS[additivity]
        filled = {"documents": parts[shape], "numerator": numerator, "denominator": denominator, "value": value}
        if _STATES[state]:
            env.cr.execute(parts["periods"], words)
            env.cr.execute(parts["history"].format(**filled), words)
        else:
            words["since"] = words["running"]
            env.cr.execute(f"SELECT count(*), {numerator} FROM ({parts[shape]}) d", words)


def told(env, before: int, grown: float | None = None) -> tuple:
    """What was measured, how many figures were written since the transaction ``before``, and the memory it took."""
    env.cr.execute(sections()["told"])
    rows = env.cr.fetchall()
    env.cr.execute(sections()["written"], {"before": before})
    return rows, env.cr.fetchone()[0], grown


def sections(file: Path = FLOORS) -> dict[str, str]:
    """The statements of the floors by their names."""
    parts = file.read_text().split("\n-- name: ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts[1:]}


if __name__ == "__main__":
    main()
