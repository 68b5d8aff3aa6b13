"""A running Odoo server: started on a configuration file, waited for, stopped."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import odoo_run, python_env
from .paths import PORTS
from .steps import Failure, failed, tied

_PORTS = range(21000, 21500)
_taken = []


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that is ours until this process ends, though its server comes up only in seconds, or comes up again.

    Processes that do the same at the same time agree by locks; below 32768 no outgoing connection takes it meanwhile.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        mark = open(PORTS / str(port), "w")  # noqa: SIM115 - held until the process ends
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if port_is_free(port):
                _taken.append(mark)
                return port
        mark.close()
    raise Failure("All ports for test servers are taken: end what uses them.")


class Server:
    """One Odoo process. It is in a session of its own, so Ctrl-C reaches only us and we stop it in order."""

    def __init__(self, config: Path, port: int, log: Path):
        self.port, self.log = port, log
        self.url = f"http://localhost:{port}"
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                tied([python_env.python(), "-m", "odoo", "server", "-c", config], "TERM"),
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                env=odoo_run.environment(), start_new_session=True,
            )  # fmt: skip

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Returns when the login page answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise failed("The Odoo server ended at once", self.log.read_text(errors="replace"), self.log)
            if self.answers("/web/health") and self.answers("/web/login", timeout=60):
                return
            time.sleep(0.2)
        raise Failure(f"The Odoo server did not answer within {seconds:.0f} s; see {self.log}.")

    def answers(self, path: str, timeout: float = 2) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        stop_process(self.process.pid, waiter=self.process)


def stop_process(pid: int, waiter: subprocess.Popen | None = None, seconds: float = 15) -> None:
    """Asks a process to end and, if it does not, ends it. ``waiter`` reaps a child of ours."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and _alive(pid, waiter):
            time.sleep(0.05)
        if _alive(pid, waiter):
            os.kill(pid, signal.SIGKILL)
            if waiter:
                waiter.wait()


def _alive(pid: int, waiter: subprocess.Popen | None) -> bool:
    if waiter:
        return waiter.poll() is None
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
