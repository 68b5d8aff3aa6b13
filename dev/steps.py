"""Progress, timing, and failures that end in one sentence."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_start = time.monotonic()
_say_lock = threading.Lock()

# What a log says when the cause is not ours, and the sentence a reader can act on.
_CAUSES = (
    ("No space left on device", "the disk is full: free about 3 GB, or name another folder in CRM_SYNC_CACHE"),
    ("could not extend file", "the disk is full: free about 3 GB, or name another folder in CRM_SYNC_CACHE"),
    ("Disk quota exceeded", "the disk quota is used up: free about 3 GB, or name another folder in CRM_SYNC_CACHE"),
    ("Temporary failure resolving", "there is no network: connect and run the command again"),
    ("Temporary failure in name resolution", "there is no network: connect and run the command again"),
    ("Could not resolve", "there is no network: connect and run the command again"),
    ("dns error", "there is no network: connect and run the command again"),
    ("Failed to establish a new connection", "there is no network: connect and run the command again"),
    ("Could not connect to", "the network does not answer: check it and run the command again"),
    ("tcp connect error", "the network does not answer: check it and run the command again"),
    ("Read timed out", "the network is too slow or broken: run the command again"),
    ("Cannot allocate memory", "the machine has too little free memory: about 2 GB are needed"),
)


class Failure(Exception):
    """Ends the command. The text is one sentence that says what happened and what to do."""


def say(text: str) -> None:
    """One line of progress, with the seconds since the command began."""
    with _say_lock:
        print(f"[{time.monotonic() - _start:6.1f} s] {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(text: str, usually: str = "") -> Iterator[None]:
    """Announces what is being done, and how long it took. ``usually`` prepares the reader for a wait."""
    say(f"{text} ..." + (f" (usually {usually})" if usually else ""))
    began = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - began:.1f} s")


def cause_in(text: str) -> str:
    """The sentence for a well-known cause found in a log, or an empty string."""
    return next((sentence for sign, sentence in _CAUSES if sign in text), "")


def tied(command: Sequence[object], signal: str = "KILL") -> list[str]:
    """The command in a form that gets a signal when this process dies, so that nothing outlives a kill -9."""
    tie = ["setpriv", "--pdeathsig", signal] if shutil.which("setpriv") else []
    return [*tie, *map(str, command)]


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    failure: str,
    env: Mapping[str, str] | None = None,
    stdin: Path | None = None,
    cwd: Path | None = None,
    quiet: bool = False,
) -> str:
    """Runs a program with its output in ``log``; returns that output.

    Raises Failure with the cause, when it is a known one, or with ``failure`` and the last lines of the log,
    which ``quiet`` keeps back.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as out, open(stdin or os.devnull, "rb") as source:
        code = subprocess.run(
            tied(command),
            stdin=source,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            check=False,
        ).returncode
    text = log.read_text(errors="replace")
    if code:
        raise Failure(failure) if quiet else failed(failure, text, log)
    return text


def failed(failure: str, text: str, log: Path) -> Failure:
    """A Failure for a log: its last lines are shown, the sentence names the cause when it is a known one."""
    with _say_lock:
        telling = [line for line in text.splitlines() if " INFO " not in line]
        for line in telling[-20:]:
            print("    | " + line, file=sys.stderr)
    cause = cause_in(text)
    return Failure(f"{failure}: {cause}." if cause else f"{failure}; the full log is {log}.")


def together(*jobs) -> None:
    """Runs the callables at the same time; the first failure, if any, is raised after all have ended."""
    errors: list[BaseException] = []

    def guarded(job):
        try:
            job()
        except BaseException as error:  # carried to the caller's thread
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
