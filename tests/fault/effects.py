"""What a run has done: every row of the database that it wrote, in a form that is the same for runs that did the same.

Rows carry the number of the transaction that wrote them; those since a mark are told as texts. Ids from ``NEW`` on, which all
sequences are set to before the first run, moments, tokens and digests differ from run to run: they are told as such only.
What a job keeps about itself is no effect.
"""

import json
import re
from collections import Counter

from odoo.tools import SQL

NEW = 10_000_000
_OWN = re.compile(r"^(crm_sync_job|ir_cron|ir_logging|bus_|base_registry|ir_sequence|orm_signaling|fault_)")
#: What a file or a mail is called in storage, and whether Odoo, after the commit, has tried to deliver it already.
_DELIVERED = {
    *("message_id", "access_token", "checksum", "store_fname", "file_size", "index_content", "db_datas"),
    *("state", "failure_type", "failure_reason", "notification_status", "references"),
}
#: Columns that differ from run to run, by table: drawn by lot, or the seconds until now.
_PASSING = dict.fromkeys(("mail_mail", "mail_notification", "mail_message", "ir_attachment"), _DELIVERED) | {
    "crm_sync_case_clock": {"consumed_seconds", "target_seconds", "warn_seconds", "escalate_seconds"},
    "crm_sync_survey_loop": {"contact_seconds"},
}
_CODE = re.compile(r"\b044[0-9a-f]-[0-9a-f]{4}-[0-9a-f]{4}\b")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?([+-]\d\d(:?\d\d)?|Z)?")
_ID = re.compile(r"(?<![\d.])1\d{7}(?!\d)")
_TOKEN = re.compile(r"(?=[\w%-]*\d)[\w%-]{20,}")


def mark(env):
    """A number for :func:`since`: what is written from now on."""
    [[number]] = env.execute_query(SQL("SELECT txid_current()"))
    return number


def prepare(env):
    """New rows have ids that are told from old ones."""
    names = env.execute_query(SQL("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"))
    env.cr.execute(SQL("SELECT %s", SQL(", ").join(SQL("setval(%s, %s)", f'"{name}"', NEW) for [name] in names)))


def since(env, number):
    """(``{row: how often}`` of rows written since the mark, ``{table: rows in all}``)."""
    tables = env.execute_query(
        SQL(
            """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY 1"""
        )
    )
    rows, counts = Counter(), {}
    for [table] in tables:
        if _OWN.match(table):
            continue
        [(counts[table], found)] = env.execute_query(
            SQL(
                """SELECT count(*), json_agg(to_jsonb(t)) FILTER (WHERE t.xmin::text::bigint >= %s) FROM %s t""",
                number,
                SQL.identifier(table),
            )
        )
        rows.update(f"{table} {_told(table, row)}" for row in found or ())
    return rows, counts


def _told(table, row):
    passing = {"access_token"} | _PASSING.get(table, set())
    text = json.dumps({name: value for name, value in row.items() if name not in passing}, ensure_ascii=False)
    # Ids last: a digest may hold something that looks like one.
    for pattern, name in ((_MOMENT, "T"), (_CODE, "*"), (_TOKEN, "*"), (_ID, "#")):
        text = pattern.sub(name, text)
    return text
