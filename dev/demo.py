"""``bin/demo``: Odoo with the addon and its demo data, in the browser."""

from __future__ import annotations

import argparse
import fcntl
import os
from pathlib import Path

from . import addon_dbs, databases, environment, mail_sink, odoo_run, pdf
from .paths import ADDON, CACHE, LOGS, make_cache, setup_lock
from .server import Server, port_is_free, stop_process
from .steps import Failure, say, step


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Odoo 19.0 with the addon and its demo data.")
    parser.add_argument("--lang", metavar="CODE", help="the language of all users, for instance zh_CN or en_US")
    parser.add_argument("--no-demo", action="store_true", help="a clean company without demo data")
    parser.add_argument("--reset", action="store_true", help="forget what was done in the demo and begin anew")
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--stop", action="store_true", help="stop a running demo")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = _arguments(arguments)
    make_cache()
    if options.stop:
        return _stop()
    with open(CACHE / "demo.running", "a+") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure("The demo is running already; bin/demo --stop ends it.") from None
        if not port_is_free(options.port):
            raise Failure(
                f"Port {options.port} is taken by another program: end that, or choose another one with --port."
            )
        mark.truncate(0)
        mark.write(str(os.getpid()))
        mark.flush()
        with environment.ready():
            _serve(options)
    return 0


def _serve(options: argparse.Namespace) -> None:
    with setup_lock():
        database = addon_dbs.ensure("clean" if options.no_demo else "demo", fresh=options.reset, bake=True)
        addon_dbs.drop_old()
        pdf.ensure()
        _set_language(database, options.lang)
    with mail_sink.running(CACHE / "mail") as mail_port:
        config = odoo_run.config(
            database, http_port=options.port, max_cron_threads=1, smtp_server="127.0.0.1", smtp_port=mail_port
        )
        log = LOGS / "demo-server.log"
        log.unlink(missing_ok=True)
        server = Server(config, options.port, log)
        try:
            with step("Starting the server"):
                server.wait_until_ready()
            _print_welcome(server.url, database, log)
            if server.process.wait():
                raise Failure(f"The Odoo server ended by itself; see {log}.")
        except KeyboardInterrupt:
            say("Stopping ...")
        finally:
            server.stop()
    say("Stopped; nothing is left running.")


def _print_welcome(url: str, database: str, log: Path) -> None:
    rows = [("Login", "Password", "Name", "Role"), ("admin", "admin", "Administrator", "all rights"), *logins(database)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print(f"\n  Odoo with {ADDON} is at {url}\n")
    for row in rows:
        print("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    print(f"\n  Outgoing mail is kept in {CACHE / 'mail'}, the server's log is {log}\n  Ctrl-C stops it.\n", flush=True)


def logins(database: str) -> list[tuple[str, str, str, str]]:
    """Login, password, name and role of the addon's demo users, as the database has them."""
    return [
        (login, login, name, role)
        for login, name, role in databases.ask(
            f"""
            select u.login, p.name,
                   case when u.share then 'customer (portal)' else coalesce(
                       (select string_agg(coalesce(g.name->>'en_US', ''), ', ' order by gd.name)
                          from res_groups_users_rel r
                          join res_groups g on g.id = r.gid
                          join ir_model_data gd on gd.model = 'res.groups' and gd.res_id = g.id and gd.module = '{ADDON}'
                         where r.uid = u.id), 'user') end
              from ir_model_data d
              join res_users u on u.id = d.res_id
              join res_partner p on p.id = u.partner_id
             where d.module = '{ADDON}' and d.model = 'res.users' and d.name like 'demo\\_user\\_%' and u.active
             order by u.share, d.id
            """,
            database,
        )
    ]


def _set_language(database: str, language: str | None) -> None:
    if language:
        others = f"select 1 from res_users u join res_partner p on p.id = u.partner_id where u.active and p.lang is distinct from '{language}'"
        if databases.ask(others, database):
            with step(f"Setting the language of all users to {language}"):
                odoo_run.inside(database, "set_language.py", "set the language", LANGUAGE=language)


def _stop() -> int:
    with open(CACHE / "demo.running", "a+") as mark:
        mark.seek(0)
        pid = mark.read().strip()
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop_process(int(pid), seconds=30)
            say("The demo is stopped.")
        else:
            say("No demo is running.")
    return 0
