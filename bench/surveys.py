"""A wave of a survey: planned for everybody, sifted by the gate, and put into the outbox."""

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

FLOORS = Path(__file__).parent / "floor" / "surveys.sql"
TABLES = ["res_partner", "mail_blacklist", "crm_sync_contact_sent", "crm_sync_case"]
#: Mails of one measurement: Odoo renders each, whoever asks for it.
MAILS = 500


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.surveys")
    parser.add_argument("config")
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    registry = open_registry(options.config)
    fill(registry, options.contacts)
    rounds = 1 if options.contacts > 200_000 else options.rounds
    rows = [
        job(registry, "planned", options.contacts, unplanned, plan, floor_plan, rounds),
        job(registry, "sifted", options.contacts, unsifted, sift, floor_sift, rounds),
        job(registry, "mailed", MAILS, unsent, mail, floor_mail, min(rounds, 3)),
    ]
    print(json.dumps(rows))


# -------------------------------------------------------------------- data


def fill(registry, contacts: int) -> None:
    """The contacts and what speaks against asking them, and one program of the company whose hours never end."""
    be_nice()
    with session(registry) as env:
        company = env.company
        company.write(
            {
                "sync_survey_hour_from": 0,
                "sync_survey_hour_to": 24,
                "sync_survey_weekend": True,
                "sync_survey_cap": 0,
                "sync_survey_cooldown_days": 30,
            }
        )
        program = env.ref("crm_sync_measures.survey_program_nps_relationship")
        program.write(
            {"audience_domain": "[('name', '=like', 'Survey Contact %')]", "wave_spread_days": 1, "cooldown_days": 0}
        )
        program.action_start()
        env.flush_all()
        more = {
            "contacts": contacts,
            "now": datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" "),
            "department": env.ref("crm_sync_measures.department_service").id,
            "stage": env["crm.sync.case.stage"].search([("step", "=", "new")], limit=1).id,
        }
        env.cr.execute("SELECT max(id) + 1 FROM res_partner")
        more["res_partner"] = env.cr.fetchone()[0]
        load(env, 10, TABLES, [DATA / "96_surveys.sql"], **more)
    vacuum(registry, TABLES)


def vacuum(registry, tables: list[str]) -> None:
    with registry.cursor() as cr:
        # Outside of any transaction.
        cr.connection.rollback()
        cr.connection.autocommit = True
        for table in tables:
            cr.execute(f"VACUUM ANALYZE {table}")
        cr.connection.autocommit = False


# -------------------------------------------------------------------- turns


def job(registry, name: str, size: int, prepared, work, floor, rounds: int) -> dict:
    rivals = {"floor": partial(prepared, registry, floor), "ours": partial(prepared, registry, work)}
    courses = in_turns(rivals, rounds, warm_up=0 if rounds == 1 else 1)
    if courses["floor"].result != courses["ours"].result:
        raise SystemExit(f"Ours and the floor differ, {name}:\n{courses['ours'].result}\n{courses['floor'].result}")
    with prepared(registry, work) as (env, doing):
        memory = Memory()
        doing(env)
        grown = memory.grown()
    return {
        "what": f"surveys, {name}",
        "who": "scheduler",
        "size": size,
        "floor": courses["floor"].time,
        "ours": courses["ours"].time,
        "queries": sorted(courses["ours"].queries),
        "memory": grown,
    }


@contextlib.contextmanager
def unplanned(registry, work):
    """A wave that was begun this minute, of which nothing is planned."""
    with session(registry) as env:
        program = program_of(env)
        env.cr.execute("TRUNCATE crm_sync_survey_invitation CASCADE")
        env.cr.execute(
            "UPDATE crm_sync_survey_program SET wave = 1, wave_since = %s, next_wave_at = %s, scanned_until = NULL WHERE id = %s",
            [env.cr.now().replace(microsecond=0), env.cr.now() + timedelta(days=90), program.id],
        )
        env.cr.execute("DELETE FROM crm_sync_job_failure")
        env.cr.commit()
        env.invalidate_all()
        yield env, work


@contextlib.contextmanager
def unsifted(registry, work):
    """Everybody is planned, and due."""
    with unplanned(registry, work) as (env, _work):
        floor_plan(env)
    vacuum(registry, ["crm_sync_survey_invitation"])
    with session(registry) as env:
        yield env, work


@contextlib.contextmanager
def unsent(registry, work):
    """Some have passed the gate."""
    with unplanned(registry, work) as (env, _work):
        floor_plan(env)
        env.cr.execute(
            """WITH passed AS (SELECT i.id, p.email_normalized AS email FROM crm_sync_survey_invitation i JOIN res_partner p ON p.id = i.partner_id
                              WHERE i.state = 'planned' AND p.email_normalized IS NOT NULL AND p.message_bounce = 0
                                AND NOT EXISTS (SELECT FROM mail_blacklist b WHERE b.email = p.email_normalized)
                              ORDER BY i.id LIMIT %s)
               UPDATE crm_sync_survey_invitation i SET state = 'queued', queued_at = %s, email = passed.email, lang = 'en_US'
                 FROM passed WHERE passed.id = i.id""",
            [MAILS, env.cr.now().replace(microsecond=0)],
        )
        env.cr.execute("DELETE FROM crm_sync_survey_invitation WHERE state = 'planned'")
        env.cr.execute("DELETE FROM mail_mail")
        env.cr.commit()
    with session(registry, mail_notify_force_send=False) as env:
        yield env, work


# -------------------------------------------------------------------- the jobs, and what they are compared with


def plan(env):
    env["crm.sync.survey.scan"]._cron_scan()
    return partial(told, env)


def floor_plan(env):
    by_hand(env, "plan")
    return partial(told, env)


def sift(env):
    env["crm.sync.survey.selection"]._cron_sift()
    return partial(told, env)


def floor_sift(env):
    by_hand(env, "sift")
    return partial(told, env)


def mail(env):
    env["crm.sync.survey.dispatch"]._cron_dispatch()
    return partial(mailed, env)


def floor_mail(env):
    """What nobody can do without: Odoo's own mails from the same template, with nothing noted."""
    program = program_of(env)
    ids = env["crm.sync.survey.invitation"].search([("state", "=", "queued")]).ids
    program.mail_template_id.send_mail_batch(
        ids, force_send=False, email_values={"is_notification": True, "auto_delete": True}
    )
    env.cr.commit()
    return partial(mailed, env)


def mailed(env) -> int:
    env.cr.execute("SELECT count(*) FROM mail_mail WHERE state = 'outgoing'")
    return env.cr.fetchone()[0]


def told(env) -> list:
    env.cr.execute(sections()["told"])
    return env.cr.fetchall()


def by_hand(env, section: str) -> None:
    program = program_of(env)
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
    now = env.cr.now().replace(microsecond=0)
    words = {
        "program": program.id,
        "company": program.company_id.id,
        "wave": str(program.wave),
        "now": now,
        "days": program.deadline_days,
        "bounces": program.company_id.sync_bounce_limit,
        "since": now - timedelta(days=30),
    }
    env.cr.execute(sections()[section], words)
    env.cr.commit()


def program_of(env):
    return env.ref("crm_sync_measures.survey_program_nps_relationship")


def sections() -> dict[str, str]:
    """The statements of the floors by their names."""
    parts = FLOORS.read_text().split("\n-- name: ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts[1:]}


if __name__ == "__main__":
    main()
