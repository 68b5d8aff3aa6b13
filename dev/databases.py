"""Databases with their filestores: ask, clone, publish, drop; and private copies for the length of one run."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator

from .paths import CONFIGS, FILESTORE, LOGS, RUNS, STATE
from .steps import Failure, cause_in, run


def ask(sql: str, database: str = "postgres") -> list[list[str]]:
    """The rows of a query, as texts."""
    return _rows(database, "-c", sql)


def ask_all(queries: Iterable[str], database: str) -> list[list[str]]:
    """The rows of many queries with the same columns, sorted: PostgreSQL is called for a hundred at a time."""
    queries = list(queries)
    parts = (queries[start : start + 100] for start in range(0, len(queries), 100))
    return sorted(row for part in parts for row in _rows(database, "-f", "-", said="\nUNION ALL ".join(part)))


def _rows(database: str, *arguments: str, said: str = "") -> list[list[str]]:
    command = ["psql", "-AtXq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", *arguments, database]
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"PostgreSQL refused: {cause_in(done.stderr) or done.stderr.strip()}.")
    return [line.split("\x1f") for line in done.stdout.splitlines()]


def exists(name: str) -> bool:
    return bool(ask(f"select 1 from pg_database where datname = '{name}'"))


def named(pattern: str) -> list[str]:
    """The databases whose name matches a regular expression."""
    return [row[0] for row in ask(f"select datname from pg_database where datname ~ '{pattern}' order by 1")]


def clone(source: str, target: str) -> None:
    """A copy of a database, in about a second. The filestores share their files, which Odoo never rewrites."""
    drop(target)
    log = LOGS / "createdb.log"
    run(["createdb", "-T", source, target], log=log, failure=f"The database {source} could not be copied")
    _copy_filestore(source, target)


def _copy_filestore(source: str, target: str) -> None:
    if (FILESTORE / source).exists():
        command = ["cp", "-al", FILESTORE / source, FILESTORE / target]
        run(command, log=LOGS / "filestore.log", failure="The filestore could not be copied")


def publish(built: str, name: str) -> None:
    """Gives a finished database its name, so that it appears whole or not at all."""
    drop(name)
    if (FILESTORE / built).exists():
        (FILESTORE / built).rename(FILESTORE / name)
    ask(f'alter database "{built}" rename to "{name}"')

    (CONFIGS / f"{built}.conf").unlink(missing_ok=True)


def drop(name: str) -> None:
    """Afterwards nothing of the database is left, whether it was there or not."""
    ask(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(FILESTORE / name, ignore_errors=True)
    for leftover in (CONFIGS / f"{name}.conf", STATE / f"{name}.json"):
        leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def run_name(purpose: str) -> Iterator[str]:
    """A name for a database of this run alone, which is dropped afterwards, if need be by a later run."""
    name = f"crm_sync_run_{purpose}_{os.getpid()}"
    with open(RUNS / name, "w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        try:
            yield name
        finally:
            _drop_run(name)


@contextlib.contextmanager
def private_copy(source: str, purpose: str) -> Iterator[str]:
    """A copy of a database for this run alone: runs at the same time, or killed midway, never disturb each other."""
    with run_name(purpose) as name:
        clone(source, name)
        yield name


def drop_abandoned_runs() -> None:
    """Drops the copies of runs that were killed: their mark is no longer locked."""
    for path in RUNS.iterdir():
        # One that ends at this moment takes its mark along.
        with contextlib.suppress(BlockingIOError, FileNotFoundError), open(path) as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _drop_run(path.name)


def _drop_run(name: str) -> None:
    for database in named(f"^{name}(-gw[0-9]+)?$"):
        drop(database)
    (RUNS / name).unlink(missing_ok=True)
