"""Configuration files for Odoo, and calls of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from . import odoo_tree, pdf, python_env
from .paths import CACHE, CONFIGS, DEV, LOGS, ROOT
from .steps import Failure, failed, run

# Nothing answers there, at once: without it some modules call services outside the machine.
NOWHERE = "http://127.0.0.1:9/"
_QUIET = "odoo.addons.iap:CRITICAL,odoo.addons.partner_autocomplete:CRITICAL,odoo.addons.mail.models.update:CRITICAL"
#: What a command adds to the folders of addons, and to those of Python packages.
more_addons: list[Path] = []
more_python: list[Path] = []
_BAD = re.compile(r" (ERROR|CRITICAL) |demo data failed|^Traceback", re.MULTILINE)


def environment() -> dict[str, str]:
    """The environment of every process that runs Odoo's Python."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ODOO_")}
    env["PYTHONPATH"] = os.pathsep.join(map(str, [odoo_tree.path(), *more_python]))
    env["PATH"] = os.pathsep.join(filter(None, (str(python_env.venv() / "bin"), env["PATH"], pdf.path())))
    return env


def config(database: str, **options: object) -> Path:
    """Writes the configuration file of a database and returns its path."""
    file = CONFIGS / f"{database}.conf"
    server = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER", "db_password": "PGPASSWORD"}
    values: dict[str, object] = {
        "addons_path": ",".join(map(str, [*odoo_tree.addons_path(), ROOT, *more_addons])),
        "data_dir": CACHE / "data",
        "db_name": database,
        "dbfilter": f"^{database}$",
        "list_db": False,
        "http_interface": "127.0.0.1",
        "max_cron_threads": 0,
        "log_handler": f":INFO,{_QUIET}",
        "publisher_warranty_url": NOWHERE,
        "screenshots": CACHE / "screenshots",
        **{option: os.environ[name] for option, name in server.items() if os.environ.get(name)},
        **options,
    }
    file.touch(mode=0o600)
    file.write_text("[options]\n" + "".join(f"{name} = {value}\n" for name, value in values.items()))
    return file


def odoo(database: str, *arguments: object, what: str, last: tuple = (), tolerant: bool = False) -> str:
    """Runs an Odoo command on a database; returns its log. An ERROR in the log is a failure too.

    ``last`` are arguments that must come after the options. ``tolerant`` leaves judging the log to the caller.
    """
    log = LOGS / f"{database}-{what.replace(' ', '-')}.log"
    full = [python_env.python(), "-m", "odoo", *arguments, "-c", config(database), *(("--", *last) if last else ())]
    return _call(full, log, what, tolerant=tolerant)


def inside(database: str, script: str, what: str, *, tolerant: bool = False, **settings: str) -> str:
    """Runs a script of ``dev/inside`` in Odoo's shell on a database; returns what it printed.

    ``settings`` reach the script as environment variables.
    """
    log = LOGS / f"{database}-{what.replace(' ', '-')}.log"
    command = [python_env.python(), "-m", "odoo", "shell", "-c", config(database), "--no-http", "--log-level=warn"]
    return _call(command, log, what, tolerant=tolerant, stdin=DEV / "inside" / script, **settings)


def _call(command: list, log: Path, what: str, *, tolerant: bool, stdin: Path | None = None, **settings: str) -> str:
    failure = f"Odoo could not finish: {what}"
    env = {**environment(), **settings}
    try:
        text = run(command, log=log, failure=failure, env=env, stdin=stdin, quiet=tolerant)
    except Failure:
        if not tolerant:
            raise
        return log.read_text(errors="replace")
    return text if tolerant else _checked(text, log, failure)


def _checked(text: str, log: Path, failure: str) -> str:
    # Odoo's shell ends with 0 after an exception, and demo data that fails only warns.
    if _BAD.search(text):
        lines = text.splitlines()
        shown = [line for line in lines if _BAD.search(line)] or lines
        raise failed(failure, "\n".join(shown if "Traceback" not in text else lines), log)
    return text
