"""A million KPI values taken along as one workbook, as the browser gets it: piece by piece."""

from __future__ import annotations

import argparse
import json
from datetime import date

from . import kpi
from .odoo_session import open_registry, session
from .stopwatch import Cpu, Memory
from .surveys import vacuum

#: Of as many persons as make the number, in all the months of all KPIs.
VALUES = """
    INSERT INTO crm_sync_kpi_value (kpi_id, period_id, company_id, currency_id, unit, additivity, scope_kind, scope_key, scope_name, calendar,
           period_start, period_end, tz, at_start, at_end, revision, is_first, is_current, state, source, definition_hash, computed_at, closed_at,
           value, is_empty, numerator, denominator, count)
    SELECT p.kpi_id, p.id, p.company_id, %(currency)s, 'number', 'sum', 'channel', 'channel:c' || n, 'Channel ' || n, 'month',
           p.period_start, p.period_end, p.tz, p.at_start, p.at_end, 1, TRUE, TRUE, p.state, p.source, repeat('0', 64), %(now)s, %(now)s,
           mod(p.id * 31 + n * 17, 100000) / 7.0, FALSE, n, 1, n
      FROM crm_sync_kpi_period p CROSS JOIN generate_series(1, %(scopes)s) n ORDER BY p.id, n
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.export")
    parser.add_argument("config")
    parser.add_argument("--values", type=int, default=1_000_000)
    options = parser.parse_args()
    registry = open_registry(options.config)
    fill(registry, options.values)
    with session(registry) as env:
        user = env.ref("base.user_admin").id
    print(json.dumps(written(registry, user)))


def fill(registry, values: int) -> None:
    kpi.fill(registry)
    with session(registry) as env:
        env.cr.execute("TRUNCATE crm_sync_kpi_value, crm_sync_kpi_evidence, crm_sync_kpi_period CASCADE")
        words = {
            "company": env.company.id,
            "currency": env.company.currency_id.id,
            "now": kpi.NOW,
            "running": date(kpi.NOW.year, kpi.NOW.month, 1),
            "since": kpi.SINCE,
        }
        kpis = env["crm.sync.kpi"].search([])
        for one in kpis:
            env.cr.execute(kpi.sections()["periods"], {**words, "kpi": one.id})
        env.cr.execute(VALUES, {**words, "scopes": values // len(kpis) // (kpi.MONTHS + 1) + 1})
        env.cr.commit()
    vacuum(registry, kpi.TABLES)


def written(registry, user: int) -> dict:
    with session(registry, user) as env:
        export = env["crm.sync.kpi.export"].create({})
        count, memory, cpu, queries = export.count, Memory(), Cpu(env.cr), env.cr.sql_log_count
        size = sum(map(len, export._stream()))
        return {
            "what": f"export of {count:,} KPI values",
            "seconds": cpu.spent(),
            "queries": env.cr.sql_log_count - queries,
            "memory": memory.grown(),
            "size": size,
        }


if __name__ == "__main__":
    main()
