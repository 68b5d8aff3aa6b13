"""The nightly review of tiers: everybody joins, every tier is reviewed, one in a hundred is new, and nothing has changed."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from .generate import DATA, load
from .odoo_session import be_nice, open_registry, session
from .stopwatch import Memory, in_turns
from .surveys import vacuum

FLOORS = Path(__file__).parent / "floor" / "tiers.sql"
TABLES = ["res_partner", "loyalty_card", "crm_sync_loyalty_entry"]
GRACE = 10
LEVELS = [0, 500, 1500, 5000]
#: What the tables are brought to before each turn; but for the first one from what they are after everybody has joined, or after
#: the turn before. %(ended)s is a day whose days of grace are over.
_STATES = {
    "everybody joins": "TRUNCATE crm_sync_tier_standing, crm_sync_tier_membership CASCADE",
    "nothing changed": "SELECT 1",
    "1 % new": """CREATE TEMP TABLE newcomer ON COMMIT DROP AS SELECT id FROM loyalty_card WHERE program_id = %(program)s AND mod(id, 100) = 0;
                  DELETE FROM crm_sync_tier_standing WHERE card_id IN (SELECT id FROM newcomer);
                  DELETE FROM crm_sync_tier_membership WHERE card_id IN (SELECT id FROM newcomer)""",
    "every tier reviewed": """CREATE TABLE IF NOT EXISTS bench_standing AS TABLE crm_sync_tier_standing;
                              DELETE FROM crm_sync_tier_membership WHERE reason != 'joined';
                              UPDATE crm_sync_tier_membership SET date_from = %(today)s - 300, date_to = NULL, valid_through = %(ended)s
                               WHERE valid_through IS NOT NULL;
                              TRUNCATE crm_sync_tier_standing;
                              INSERT INTO crm_sync_tier_standing SELECT * FROM bench_standing""",
}
#: Above so many members there is one turn.
_LARGE = 200_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.tiers")
    parser.add_argument("config")
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    registry = open_registry(options.config)
    fill(registry, options.members)
    rounds = options.rounds
    if options.members > _LARGE:
        rounds = 1
        acquaint(registry)
    print(json.dumps([job(registry, state, options.members, rounds) for state in _STATES]))


def fill(registry, members: int) -> None:
    be_nice()
    with session(registry) as env:
        program = env["loyalty.program"].create(
            {"name": "Bench Tiers", "program_type": "loyalty", "applies_on": "both", "company_id": env.company.id}
        )
        tiers = env["crm.sync.tier"].create(
            [
                {"name": name, "program_id": program.id, "sequence": rank}
                for rank, name in enumerate(["Green", "Silver", "Gold", "Black"])
            ]
        )
        policy = env["crm.sync.tier.policy"].create(
            {
                "program_id": program.id,
                "metric": "points",
                "window": "calendar_year",
                "grace_days": GRACE,
                "downgrade": "one_step",
                "line_ids": [
                    (0, 0, {"tier_id": tier.id, "threshold": level}) for tier, level in zip(tiers, LEVELS, strict=True)
                ],
            }
        )
        policy._publish(program._sync_today())
        env.flush_all()
        more = {
            "members": members,
            "now": datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" "),
            "tier_program": program.id,
        }
        env.cr.execute("SELECT max(id) + 1 FROM res_partner")
        more["res_partner"] = env.cr.fetchone()[0]
        load(env, 10, TABLES, [DATA / "97_tiers.sql"], **more)
    vacuum(registry, TABLES)


# -------------------------------------------------------------------- turns


def acquaint(registry) -> None:
    """What is loaded the first time is no memory of the job: some accounts are reviewed, and nothing of it stays."""
    with session(registry) as env:
        engine = env["crm.sync.tier.engine"]
        engine._review(engine._next_cards(0, 1000))


def job(registry, state: str, members: int, rounds: int) -> dict:
    rivals = {"floor": partial(brought, registry, state, floor), "ours": partial(brought, registry, state, ours)}
    courses = in_turns(rivals, rounds, warm_up=0 if rounds == 1 else 1)
    (rows, written, grown), (floor_rows, *_rest) = courses["ours"].result, courses["floor"].result
    if rows != floor_rows:
        raise SystemExit(f"Ours and the floor differ, {state}:\n{rows}\n{floor_rows}")
    return {
        "what": f"tiers, {state}",
        "who": "scheduler",
        "size": members,
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
        env.cr.execute(_STATES[state], words(env))
        env.cr.commit()
    vacuum(registry, ["crm_sync_tier_standing", "crm_sync_tier_membership", "loyalty_card"])
    with session(registry) as env:
        env.cr.execute("SELECT txid_snapshot_xmax(txid_current_snapshot())")
        before = env.cr.fetchone()[0]
        env.cr.commit()
        yield env, partial(work, before)


def ours(before: int, env):
    memory = Memory()
    env["crm.sync.tier.engine"]._cron_review()
    return partial(told, env, before, memory.grown())


def floor(before: int, env):
    by_hand(env)
    return partial(told, env, before)


def by_hand(env) -> None:
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    env.cr.execute(sections()["review"], words(env))
    env.cr.commit()


def told(env, before: int, grown: float | None = None) -> tuple:
    """What was decided, how many rows were written or locked since the transaction ``before``, and the memory it took."""
    env.cr.execute(sections()["told"], words(env))
    rows = env.cr.fetchall()
    env.cr.execute(sections()["written"], {"before": before})
    return rows, env.cr.fetchone()[0], grown


def words(env) -> dict[str, object]:
    policy = env["crm.sync.tier.policy"].search([("program_id.name", "=", "Bench Tiers")])
    program, today = policy.program_id, policy.program_id._sync_today()
    lines = policy._lines()
    return {
        "policy": policy.id,
        "program": program.id,
        "tz": program._sync_timezone(),
        "tiers": lines.tier_id.ids,
        "levels": [float(level) for level in LEVELS],
        "today": today,
        "now": env.cr.now().replace(microsecond=0),
        "first": date(today.year, 1, 1),
        "last": date(today.year, 12, 31),
        "through": date(today.year + 1, 12, 31),
        "ended": today - timedelta(days=GRACE + 1),
        "grace": GRACE,
    }


def sections() -> dict[str, str]:
    """The statements of the floors by their names."""
    parts = FLOORS.read_text().split("\n-- name: ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts[1:]}


if __name__ == "__main__":
    main()
