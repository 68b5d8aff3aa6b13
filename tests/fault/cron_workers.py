"""Several Odoo processes with a scheduler each on one database, as on several machines; and how long they take together."""

import re
import subprocess
import time

from dev import databases, odoo_run, python_env
from dev.paths import LOGS
from dev.steps import tied

#: The scheduled actions of the addon; those of Odoo are left alone.
OURS = "id in (select res_id from ir_model_data where model = 'ir.cron' and module = 'crm_sync_measures') and active"
_READY = f"""select count(*) from ir_cron where {OURS} and (nextcall <= now() at time zone 'utc'
                or exists (select from ir_cron_trigger t where t.cron_id = ir_cron.id and t.call_at <= now() at time zone 'utc'))"""
_STARTED = re.compile(r" Job '[^']*' \((\d+)\) starting")


class Workers:
    """So many Odoo processes, each with one scheduler, that do the addon's scheduled work until there is none."""

    def __init__(self, database, number):
        self.database = database
        databases.ask("update ir_cron set nextcall = now() + interval '1 year'; delete from ir_cron_trigger", database)
        config = odoo_run.config(database, max_cron_threads=1, http_enable=False)
        self.logs = [LOGS / f"{database}-worker-{n}.log" for n in range(number)]
        self.processes = [self._start(config, log) for log in self.logs]
        self._wait(self._all_listen, "a scheduler does not come up", 120)

    def _start(self, config, log):
        command = tied([python_env.python(), "-m", "odoo", "server", "-c", config], "TERM")
        with open(log, "w") as out:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=odoo_run.environment()
            )

    def _all_listen(self):
        names = ",".join(f"'odoo-{process.pid}'" for process in self.processes)
        listening = "select count(*) from pg_stat_activity where datname = 'postgres' and application_name in"
        return int(databases.ask(f"{listening} ({names})")[0][0]) == len(self.processes)

    def do_everything(self):
        """Make every action due, and wait until none is; returns the seconds it took."""
        databases.ask(f"update ir_cron set nextcall = now() at time zone 'utc' where {OURS}", self.database)
        began = time.monotonic()
        self._wait(self._is_done, "the work does not come to an end", 300)
        return time.monotonic() - began

    def _is_done(self):
        # As Odoo does when something has become due.
        databases.ask(f"select pg_notify('cron_trigger', '{self.database}')")
        return databases.ask(_READY, self.database) == [["0"]]

    def _wait(self, is_there, complaint, seconds):
        deadline = time.monotonic() + seconds
        while not is_there():
            is_dead = any(process.poll() is not None for process in self.processes)
            assert not is_dead and time.monotonic() < deadline, f"{complaint}: {self.said()[-3000:]}"
            time.sleep(0.2)

    def said(self):
        return "".join(log.read_text(errors="replace") for log in self.logs)

    def started(self):
        """Of each process, the actions that it has run, by their ids."""
        return [{int(number) for number in _STARTED.findall(log.read_text(errors="replace"))} for log in self.logs]

    def end(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
