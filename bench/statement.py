"""The statement for auditors, as a workbook: many entries, each of an order that earned, with its lot."""

from __future__ import annotations

import argparse
import json
import tempfile

from .generate import empty_ledger, first_customer
from .odoo_session import open_registry, session
from .stopwatch import Cpu, Memory

#: Five entries a card.
DATA = """
    CREATE TEMP TABLE bench_order ON COMMIT DROP AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM sale_order;
    CREATE TEMP TABLE bench_partner ON COMMIT DROP AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM res_partner WHERE id >= {first};
    ANALYZE bench_order, bench_partner;
    INSERT INTO loyalty_card (program_id, partner_id, code, active, points, sync_position, create_uid, write_uid, create_date, write_date)
    SELECT {program}, p.id, 'statement' || n, true, 50, 5, 1, 1, now(), now()
      FROM generate_series(1, {entries} / 5) n JOIN bench_partner p ON p.number = mod(n, (SELECT count(*) FROM bench_partner));
    INSERT INTO crm_sync_loyalty_entry (card_id, program_id, company_id, position, kind, quantity, balance, effective_at, business_date, user_id,
           source_model, source_id, base_amount, base_currency_id, idempotency_key, seal)
    SELECT c.id, {program}, 1, n, 'earn', 10, 10 * n, now()::timestamp(0), current_date - 400 + n, 2, 'sale.order', o.id, 10, 1,
           'sale.order,' || o.id || ':confirm:1:' || c.id || ':' || n, encode(sha256((c.id * 10 + n)::text::bytea), 'hex')
      FROM loyalty_card c CROSS JOIN generate_series(1, 5) n
      JOIN bench_order o ON o.number = mod(c.id * 5 + n, (SELECT count(*) FROM bench_order))
     WHERE c.code LIKE 'statement%' ORDER BY c.id, n;
    INSERT INTO crm_sync_loyalty_lot (card_id, program_id, company_id, entry_id, quantity, remaining, held, earned_on, expires_on, state)
    SELECT card_id, program_id, 1, id, 10, 10, 0, business_date, business_date + 800, 'active' FROM crm_sync_loyalty_entry ORDER BY id;
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.statement")
    parser.add_argument("config")
    parser.add_argument("--entries", type=int, default=100_000)
    options = parser.parse_args()
    registry = open_registry(options.config)
    fill(registry, options.entries)
    with session(registry) as env:
        user = env.ref("base.user_admin").id
    written(registry, user, 10)
    print(json.dumps(written(registry, user, 0)))


def fill(registry, entries: int) -> None:
    """A ledger that holds nothing else, committed."""
    with session(registry) as env:
        cr = env.cr
        program = env["loyalty.program"].search([("program_type", "=", "loyalty")], limit=1)
        empty_ledger(cr)
        cr.execute(DATA.format(entries=entries, program=program.id, first=first_customer(env)))
        cr.execute("ANALYZE crm_sync_loyalty_entry, crm_sync_loyalty_lot, loyalty_card")
        cr.commit()


def written(registry, user: int, only: int) -> dict:
    """One workbook of everything, or of the first ``only`` entries: a warm-up."""
    with session(registry, user) as env, tempfile.TemporaryFile() as file:
        chosen = range(1, only + 1)
        statement = env["crm.sync.loyalty.statement"].create({"entry_ids": [(6, 0, chosen)]} if only else {})
        memory, cpu, queries = Memory(), Cpu(env.cr), env.cr.sql_log_count
        count = env["crm.sync.loyalty.statement.xlsx"]._write_to(statement, file)
        return {
            "what": f"statement of {count:,} entries",
            "seconds": cpu.spent(),
            "queries": env.cr.sql_log_count - queries,
            "memory": memory.grown(),
            "size": file.tell(),
        }


if __name__ == "__main__":
    main()
