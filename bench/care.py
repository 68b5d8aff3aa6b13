"""Customer care: occasions found among all customers, sifted by the gate and put into the outbox; who is to be visited again."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from .generate import DATA, load
from .odoo_session import be_nice, open_registry, session
from .stopwatch import Memory, in_turns
from .surveys import vacuum

FLOORS = Path(__file__).parent / "floor" / "care.sql"
TABLES = ["res_partner", "crm_sync_customer", "phone_blacklist", "crm_sync_contact_preference"]
#: Mails of one measurement: Odoo renders each, whoever asks for it.
MAILS = 500
#: Calls of one measurement at most.
CALLS = 100_000
SILENT_DAYS = 90
#: Days since which the rules run; nothing is late by then.
STARTED, LATE = 2, 4
#: {what: (name of the rule, section of its floor)}
PLANS = {
    "birthdays planned": ("Bench birthday", "birthday"),
    "silent customers planned": ("Bench silence", "silence"),
    "a holiday of everybody planned": ("Bench holiday", "holiday"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.care")
    parser.add_argument("config")
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    registry = open_registry(options.config)
    fill(registry, options.members)
    size, rounds = options.members, 1 if options.members > 200_000 else options.rounds
    rows = [
        job(registry, what, size, partial(unplanned, rule=rule), plan, partial(floor_plan, section=section), rounds)
        for what, (rule, section) in PLANS.items()
    ]
    rows += [
        job(registry, "done, call list", min(size, CALLS), planned, dispatch, floor_dispatch, rounds),
        job(registry, "mailed", MAILS, unsent, dispatch_mails, floor_mail, min(rounds, 3)),
        job(registry, "return visits, empty", size, partial(visits, emptied=True), refresh, floor_refresh, rounds),
        job(registry, "return visits, nothing changed", size, visits, refresh, floor_refresh, rounds),
    ]
    print(json.dumps(rows))


# -------------------------------------------------------------------- data


def fill(registry, members: int) -> None:
    """The customers, and a rule of each kind that is measured; whoever is not of the bench is of no audience."""
    be_nice()
    with session(registry) as env:
        tomorrow = env.cr.now().date() + timedelta(days=1)
        holiday = env["crm.sync.care.holiday"].create(
            {"name": "Bench holiday", "kind": "solar", "month": tomorrow.month, "day": tomorrow.day}
        )
        rule = {
            "audience_domain": "[('name', '=like', 'Care Member %')]",
            "purpose": "care",
            "action": "call_list",
            "send_hour": 9.0,
            "late_days": LATE,
        }
        template = env["mail.template"].create(
            {
                "name": "Bench greeting",
                "model_id": env["ir.model"]._get_id("crm.sync.care.occasion"),
                "subject": "All the best, {{ object.partner_id.name }}",
                "body_html": "<p>All the best, <t t-out='object.partner_id.name'/></p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        mailed = {"action": "mail", "mail_template_id": template.id}
        env["crm.sync.care.rule"].search([("state", "=", "running")]).action_pause()
        env["crm.sync.care.rule"].create(
            [
                {"name": "Bench birthday", "occasion": "birthday", **rule},
                {"name": "Bench silence", "occasion": "no_contact", "days": SILENT_DAYS, **rule},
                {"name": "Bench holiday", "occasion": "holiday", "holiday_id": holiday.id, **rule},
                {"name": "Bench mail", "occasion": "birthday", **rule, **mailed},
            ]
        )
        env.flush_all()
        more = {
            "members": members,
            "now": datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" "),
        }
        env.cr.execute("SELECT max(id) + 1 FROM res_partner")
        more["res_partner"] = env.cr.fetchone()[0]
        load(env, 10, TABLES, [DATA / "98_care.sql"], **more)
    vacuum(registry, TABLES)


# -------------------------------------------------------------------- turns


def job(registry, name: str, size: int, prepared, work, floor, rounds: int) -> dict:
    rivals = {"floor": partial(prepared, registry, floor), "ours": partial(prepared, registry, weighed(work))}
    # A million rows are written once by each; what is loaded the first time was loaded by the jobs before.
    courses = in_turns(rivals, rounds, warm_up=0 if rounds == 1 and "everybody" in name else 1)
    (rows, written, grown), (floor_rows, *_rest) = courses["ours"].result, courses["floor"].result
    if rows != floor_rows:
        raise SystemExit(f"Ours and the floor differ, {name}:\n{rows}\n{floor_rows}")
    return {
        "what": f"care, {name}",
        "who": "scheduler",
        "size": size,
        "floor": courses["floor"].time,
        "ours": courses["ours"].time,
        "queries": sorted(courses["ours"].queries),
        "memory": grown,
        "written": written,
    }


def weighed(work):
    """The same work, which tells last by how much the memory has grown."""

    def doing(env, **options):
        memory = Memory()
        found, grown = work(env, **options), memory.grown()
        return lambda: (*found(), grown)

    return doing


@contextlib.contextmanager
def unplanned(registry, work, rule: str):
    """One rule is running since some days, and nothing is planned."""
    with session(registry) as env:
        env.cr.execute("TRUNCATE crm_sync_care_occasion CASCADE; DELETE FROM crm_sync_job_failure")
        env.cr.execute(
            """UPDATE crm_sync_care_rule SET state = CASE WHEN name->>'en_US' = %s THEN 'running' ELSE 'paused' END, planned_through = NULL,
                      started_on = %s WHERE name->>'en_US' LIKE 'Bench %%'""",
            [rule, env.cr.now().date() - timedelta(days=STARTED)],
        )
        env.cr.commit()
        env.invalidate_all()
        yield env, work


@contextlib.contextmanager
def planned(registry, work):
    """The holiday is planned, and due at once; the gate decides."""
    with unplanned(registry, work, "Bench holiday") as (env, _work):
        by_hand(env, "holiday", most=CALLS)
        env.cr.execute("UPDATE crm_sync_care_occasion SET due_at = %s", [env.cr.now().date()])
        env.cr.commit()
    vacuum(registry, ["crm_sync_care_occasion"])
    with session(registry) as env:
        yield env, work


@contextlib.contextmanager
def unsent(registry, work):
    """Some have a birthday, and nothing speaks against a mail. It is day everywhere."""
    with unplanned(registry, work, "Bench mail") as (env, _work):
        env.cr.execute(
            """UPDATE res_partner SET sync_birth_month = extract(month FROM %(now)s), sync_birth_day = extract(day FROM %(now)s), tz = %(awake)s
                WHERE id IN (SELECT id FROM res_partner p WHERE name LIKE 'Care Member %%' AND NOT EXISTS (
                                    SELECT FROM crm_sync_contact_preference f WHERE f.partner_id = p.id) ORDER BY id LIMIT %(mails)s)""",
            {"now": env.cr.now(), "mails": MAILS, "awake": awake(env)},
        )
        by_hand(env, "birthday")
        env.cr.execute(
            """DELETE FROM crm_sync_care_occasion WHERE partner_id NOT IN (SELECT id FROM res_partner WHERE tz = %(awake)s);
               UPDATE crm_sync_care_occasion SET due_at = %(day)s;
               DELETE FROM mail_mail""",
            {"day": env.cr.now().date(), "awake": awake(env)},
        )
        env.cr.commit()
    with session(registry, mail_notify_force_send=False) as env:
        yield env, work


def awake(env) -> str:
    """A place where it is about noon now; so that nobody waits for the morning."""
    hours = 12 - env.cr.now().hour
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


@contextlib.contextmanager
def visits(registry, work, emptied: bool = False):
    """The rows of return visits as they are after a night, or none; and no mark that today's run is done."""
    with session(registry) as env:
        env.cr.execute("TRUNCATE crm_sync_care_rhythm")
        if not emptied:
            by_hand(env, "rhythm")
        env["crm.sync.job.period"].search([]).unlink()
        env.cr.commit()
    vacuum(registry, ["crm_sync_care_rhythm"])
    with session(registry) as env:
        env.cr.execute("SELECT txid_snapshot_xmax(txid_current_snapshot())")
        before = env.cr.fetchone()[0]
        env.cr.commit()
        yield env, partial(work, before=before)


# -------------------------------------------------------------------- the jobs, and what they are compared with


def plan(env):
    env["crm.sync.care.planner"]._cron_plan()
    return partial(told, env)


def floor_plan(env, section):
    by_hand(env, section)
    return partial(told, env)


def dispatch(env):
    env["crm.sync.care.dispatch"]._cron_dispatch()
    return partial(told, env)


def floor_dispatch(env):
    by_hand(env, "sift")
    return partial(told, env)


def dispatch_mails(env):
    env["crm.sync.care.dispatch"]._cron_dispatch()
    return partial(mailed, env)


def floor_mail(env):
    """What nobody can do without: Odoo's own mails from the same template, with nothing noted."""
    template = env["crm.sync.care.rule"].search([("name", "=", "Bench mail")]).mail_template_id
    ids = env["crm.sync.care.occasion"].search([("state", "=", "planned")]).ids
    template.send_mail_batch(ids, force_send=False, email_values={"is_notification": True, "auto_delete": True})
    env.cr.commit()
    return partial(mailed, env)


def refresh(env, before):
    env["crm.sync.care.rhythm"]._cron_refresh()
    return partial(rhythms, env, before)


def floor_refresh(env, before):
    by_hand(env, "rhythm")
    return partial(rhythms, env, before)


def told(env) -> tuple:
    env.cr.execute(sections()["told"])
    return env.cr.fetchall(), None


def mailed(env) -> tuple:
    env.cr.execute("SELECT count(*) FROM mail_mail WHERE state = 'outgoing'")
    return env.cr.fetchone()[0], None


def rhythms(env, before: int) -> tuple:
    """What the rows say, and how many were written or locked since the transaction ``before``."""
    env.cr.execute(sections()["rhythms"])
    rows = env.cr.fetchone()
    env.cr.execute(sections()["written"], {"before": before})
    return rows, env.cr.fetchone()[0]


def by_hand(env, section: str, most: int | None = None) -> None:
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    rule = env["crm.sync.care.rule"].search([("state", "=", "running"), ("name", "=like", "Bench %")], limit=1)
    now = env.cr.now().replace(microsecond=0)
    zone = rule._timezone() if rule else "UTC"
    env.cr.execute("SELECT DISTINCT COALESCE(tz, %s) FROM res_partner WHERE name LIKE 'Care Member %%'", [zone])
    words = {
        "rule": rule.id or None,
        "company": rule.company_id.id or None,
        "action": rule.action or None,
        "zones": [name for [name] in env.cr.fetchall()],
        "tz": zone,
        "now": now,
        # Since the rule was started, and a day ahead.
        "first": now.date() - timedelta(days=STARTED),
        "last": now.date() + timedelta(days=1),
        "days": SILENT_DAYS,
        "most": most,
    }
    env.cr.execute(sections()[section], words)
    env.cr.commit()


def sections() -> dict[str, str]:
    """The statements of the floors by their names."""
    parts = FLOORS.read_text().split("\n-- name: ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts[1:]}


if __name__ == "__main__":
    main()
