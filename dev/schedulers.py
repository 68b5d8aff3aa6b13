"""Several Odoo processes on one database with a scheduler each, as on several machines: Odoo's own way to share the work."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from . import databases, odoo_run, python_env
from .paths import LOGS
from .steps import tied

#: The scheduled actions of the addon; those of Odoo are left alone.
_OURS = "id in (select res_id from ir_model_data where model = 'ir.cron' and module = 'crm_sync_measures') and active"
_DUE = f"""select count(*) from ir_cron where {_OURS} and (nextcall <= now() at time zone 'utc'
              or exists (select from ir_cron_trigger t where t.cron_id = ir_cron.id and t.call_at <= now() at time zone 'utc'))"""
_STARTED = re.compile(r" Job '.*' \((\d+)\) starting")


def make_due(database: str) -> None:
    """Every action of the addon is due now, and nothing else is."""
    databases.ask(
        f"""delete from ir_cron_trigger;
            update ir_cron set nextcall = now() at time zone 'utc' + case when {_OURS} then interval '0' else interval '1 year' end""",
        database,
    )


def is_due(database: str) -> bool:
    """Whether an action of the addon is waiting, or at work."""
    return databases.ask(_DUE, database) != [["0"]]


class Schedulers:
    """So many of them, listening; ``do_everything`` gives them work, ``end`` ends them."""

    def __init__(self, database: str, number: int):
        self.database = database
        databases.ask("update ir_cron set nextcall = now() + interval '1 year'; delete from ir_cron_trigger", database)
        config = odoo_run.config(database, max_cron_threads=1, http_enable=False)
        self.logs = [LOGS / f"{database}-scheduler-{n}.log" for n in range(number)]
        self.processes = [self._start(config, log) for log in self.logs]
        self._wait(self._all_listen, "a scheduler does not come up", 180)

    def _start(self, config: Path, log: Path) -> subprocess.Popen:
        command = tied([python_env.python(), "-m", "odoo", "server", "-c", config], "TERM")
        with open(log, "w") as out:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=odoo_run.environment()
            )

    def _all_listen(self) -> bool:
        names = ",".join(f"'odoo-{process.pid}'" for process in self.processes)
        query = f"select count(distinct application_name) from pg_stat_activity where datname = 'postgres' and application_name in ({names})"
        return databases.ask(query) == [[str(len(self.processes))]]

    def do_everything(self, seconds: float = 600) -> float:
        """Makes every action of the addon due, and waits until none is; returns the seconds it took."""
        make_due(self.database)
        began = time.monotonic()
        self._wait(self._is_done, "the scheduled work does not come to an end", seconds)
        return time.monotonic() - began

    def _is_done(self) -> bool:
        # As Odoo does when something has become due.
        databases.ask(f"select pg_notify('cron_trigger', '{self.database}')")
        return not is_due(self.database)

    def _wait(self, is_there: Callable[[], bool], complaint: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_there():
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                raise AssertionError(f"{complaint}: {self.said()[-3000:]}")
            time.sleep(0.2)

    def said(self) -> str:
        return "".join(log.read_text(errors="replace") for log in self.logs)

    def started(self) -> list[int]:
        """Of each scheduler, how many actions it has started."""
        return [len(_STARTED.findall(log.read_text(errors="replace"))) for log in self.logs]

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def rows_of_tables(database: str) -> dict[str, int]:
    """How many rows each table of the addon has, and those of what it makes in Odoo's: activities and mails."""
    tables = databases.ask(
        """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
            where c.relkind = 'r' and (c.relname like 'crm_sync_%' or c.relname in ('mail_activity', 'mail_mail', 'loyalty_history'))
            order by 1""",
        database,
    )
    counts = " union all ".join(f"select '{table}', count(*) from {table}" for [table] in tables)
    return {table: int(count) for table, count in databases.ask(counts, database)}
