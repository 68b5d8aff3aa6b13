"""Fills a database with the trade of 36 months: few large customers, many small ones, seasons, repeatable to the row.

Small things (users, products, a loyalty program) go through Odoo; rows by the hundred thousand are one INSERT a table
(``data/*.sql``), with the table's indexes made afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .odoo_session import be_nice, open_registry, session

DATA = Path(__file__).parent / "data"
SEED = 19
#: The day of the data. Fixed, so that every run makes the same rows.
TODAY = "2026-06-01"
USERS = 40
_NATIVE = [
    "res_partner",
    "crm_lead",
    "sale_order",
    "sale_order_line",
    "account_move",
    "account_move_line",
    "account_payment",
    "mail_message",
    "mail_notification",
    "calendar_event",
    "calendar_attendee",
    "calendar_event_res_partner_rel",
    "survey_user_input",
    "loyalty_card",
    "loyalty_history",
]
_QUIET = {"no_reset_password": True, "mail_create_nolog": True, "tracking_disable": True}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.generate")
    parser.add_argument("config")
    parser.add_argument("customers", type=int)
    parser.add_argument("--journal", action="store_true", help="only what needs the addon: departments, roles, journal")
    parser.add_argument("--partners", action="store_true", help="customers and their contacts without any documents")
    options = parser.parse_args()
    be_nice()
    registry = open_registry(options.config)
    with session(registry, **_QUIET) as env:
        if options.journal:
            people_in_departments(env)
            load(env, options.customers, ["crm_sync_touch"], [DATA / "90_journal.sql"])
            env["crm.sync.customer"]._cron_refresh()
        else:
            make_masters(env)
            files = sorted(DATA.glob("1*.sql" if options.partners else "[1-6]*.sql"))
            load(env, options.customers, ["res_partner"] if options.partners else _NATIVE, files)


# -------------------------------------------------------------------- by Odoo


def make_masters(env) -> None:
    """A second company, 40 people with unlike rights, teams, a product, a loyalty program, a survey."""
    env["res.company"].create({"name": "Bench Second Company"})
    own, all_documents = env.ref("sales_team.group_sale_salesman"), env.ref("sales_team.group_sale_salesman_all_leads")
    groups = [own] * (USERS - 10) + [all_documents] * 5 + [env.ref("base.group_user")] * 5
    env["res.users"].create(
        [
            {
                "name": f"Bench {i:02d}",
                "login": login(i),
                "email": f"{login(i)}@example.com",
                "group_ids": [(4, group.id)],
            }
            for i, group in enumerate(groups)
        ]
    )
    env["crm.team"].create([{"name": f"Bench Team {i}"} for i in range(4)])
    env["product.product"].create({"name": "Bench Goods", "type": "consu", "list_price": 100.0})
    env["loyalty.program"].create(
        {"name": "Bench Points", "program_type": "loyalty", "applies_on": "both", "trigger": "auto"}
    )
    env["survey.survey"].create({"title": "Bench Satisfaction", "access_mode": "token"})
    env.cr.commit()


def people_in_departments(env) -> None:
    """Everybody gets the addon's role of a user, and a department."""
    people = env["res.users"].search([("login", "like", "bench")], order="id")
    people.write({"group_ids": [(4, env.ref("crm_sync_measures.group_user").id)]})
    departments = env["crm.sync.department"].search([])
    for number, department in enumerate(departments):
        people[number :: len(departments)].write({"sync_department_id": department.id})
    env.cr.commit()


def login(number: int) -> str:
    return f"bench{number:02d}"


# -------------------------------------------------------------------- by SQL


def load(env, customers: int, tables: list[str], files: list[Path], **more: object) -> None:
    """Runs the files and leaves the tables as if they had grown by themselves; ``more`` are words of their own."""
    cr = env.cr
    cr.execute(
        "SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '128MB'; SET LOCAL maintenance_work_mem = '256MB'"
    )
    cr.execute("SET LOCAL jit = off; SET LOCAL timezone = 'UTC'")
    _without_triggers(cr)
    words = _words(env, customers, tables) | more
    cr.execute((DATA / "00_functions.sql").read_text().format_map(words))
    indexes = _take_indexes(cr, tables)
    for file in files:
        began = time.monotonic()
        cr.execute(file.read_text().format_map(words))
        _say(f"{file.stem}: {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    for definition in indexes:
        cr.execute(definition)
    for table in tables:
        if not table.endswith("_rel"):
            cr.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    cr.execute("DROP SCHEMA bench CASCADE")
    cr.commit()
    _say(f"{len(indexes)} indexes: {time.monotonic() - began:.1f} s")


def _without_triggers(cr) -> None:
    """Foreign keys need not be checked row by row; only a superuser may say so, others wait longer."""
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")


def _take_indexes(cr, tables: list[str]) -> list[str]:
    """Drops the indexes that no constraint needs; returns the statements that make them again."""
    cr.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)""",
        [tables],
    )
    found = cr.fetchall()
    for name, _definition in found:
        cr.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def _words(env, customers: int, tables: list[str]) -> dict[str, object]:
    """What the files say in braces: sizes, ids of the masters, and each table's first free id."""
    people = env["res.users"].search([("login", "like", "bench")], order="id")
    companies = env["res.company"].search([], order="id")
    stages = env["crm.stage"].search([], order="sequence")
    account = env["account.account"]
    bank = env["account.journal"].search([("type", "=", "bank")], limit=1)
    line = bank.inbound_payment_method_line_ids[:1]
    product = env["product.product"].search([("name", "=", "Bench Goods")])
    words = {
        "seed": SEED,
        "today": TODAY,
        "customers": customers,
        "prime": next(prime for prime in (1000003, 999983, 611953) if (customers - 2) % prime),
        "users": _array(people.ids),
        "admin": env.ref("base.user_admin").id,
        "teams": _array(env["crm.team"].search([("name", "like", "Bench")]).ids),
        "company1": companies[0].id,
        "company2": companies[1].id,
        "currency": companies[0].currency_id.id,
        "country": env.ref("base.us").id,
        "won_stage": stages.filtered("is_won")[:1].id,
        "stages": _array((stages - stages.filtered("is_won")).ids),
        "lost_reasons": _array(env["crm.lost.reason"].search([]).ids),
        "product": product.id,
        "uom": product.uom_id.id,
        "sale_journal": env["account.journal"].search([("type", "=", "sale")], limit=1).id,
        "bank_journal": bank.id,
        "payment_method_line": line.id,
        "payment_method": line.payment_method_id.id,
        "income": account.search([("account_type", "=", "income")], limit=1).id,
        "receivable": account.search([("account_type", "=", "asset_receivable")], limit=1).id,
        "subtype_note": env.ref("mail.mt_note").id,
        "subtype_comment": env.ref("mail.mt_comment").id,
        "subtype_activity": env.ref("mail.mt_activities").id,
        "activity_call": env.ref("mail.mail_activity_data_call").id,
        "activity_meeting": env.ref("mail.mail_activity_data_meeting").id,
        "activity_todo": env.ref("mail.mail_activity_data_todo").id,
        "lead_model": env["ir.model"]._get_id("crm.lead"),
        "survey": env["survey.survey"].search([("title", "=", "Bench Satisfaction")]).id,
        "program": env["loyalty.program"].search([("name", "=", "Bench Points")]).id,
    }
    for table in tables:
        if not table.endswith("_rel"):
            env.cr.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")
            words[table] = env.cr.fetchone()[0]
    if "res_partner" not in words:
        words["res_partner"] = first_customer(env)
    return words


def first_customer(env) -> int:
    """The id of the largest customer; the next one is the company with many contacts."""
    env.cr.execute("SELECT min(commercial_partner_id) FROM res_partner WHERE name LIKE 'Contact %%'")
    return env.cr.fetchone()[0]


def empty_ledger(cr) -> None:
    """Take all entries, lots, arrears and allocations away."""
    with unprotected(cr, ("entry", "allocation")):
        cr.execute("TRUNCATE crm_sync_loyalty_entry RESTART IDENTITY CASCADE")


@contextlib.contextmanager
def unprotected(cr, names) -> Iterator[None]:
    """Without the triggers that refuse to change these tables of the ledger."""
    for name in names:
        cr.execute(f"ALTER TABLE crm_sync_loyalty_{name} DISABLE TRIGGER USER")
    yield
    for name in names:
        cr.execute(f"ALTER TABLE crm_sync_loyalty_{name} ENABLE TRIGGER USER")


def _array(values: list[int]) -> str:
    return f"ARRAY[{', '.join(map(str, values))}]"


def _say(text: str) -> None:
    print("  " + text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
