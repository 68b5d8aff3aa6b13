"""The virtual environment: Odoo's Python requirements and the tools, pinned and hashed in ``requirements.lock``."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import debian
from .paths import CACHE, DEV, LOGS, appearing, digest, need_space
from .steps import Failure, run, say, step

LOCK = DEV / "requirements.lock"
_ONLY_HASHED = ("--require-hashes", "--no-deps", "--only-binary", ":all:")


def venv() -> Path:
    if (Path(sys.prefix) / ".complete").exists():  # it is the one that runs this
        return Path(sys.prefix)
    return CACHE / f"python-{digest(sys.version, sys.base_prefix, LOCK)}"


def python() -> Path:
    """The interpreter that has everything; valid after ensure()."""
    return venv() / "bin" / "python"


def tool(name: str) -> Path:
    """A program of the virtual environment."""
    return venv() / "bin" / name


def ensure() -> None:
    """Makes the virtual environment when it is missing or was left half made."""
    folder = venv()
    if (folder / ".complete").exists():
        return
    need_space(2.5, "The set-up")
    with step("Installing Odoo's Python requirements and the tools", "15 s"):
        shutil.rmtree(folder, ignore_errors=True)
        if not _with_uv(folder):
            shutil.rmtree(folder, ignore_errors=True)
            _with_pip(folder)
        (folder / ".complete").touch()
    for old in CACHE.glob("python-*"):
        # Another checkout may still use its own: only what is a month old goes.
        if old != folder and time.time() - old.stat().st_mtime > 30 * 86400:
            shutil.rmtree(old, ignore_errors=True)


@functools.cache
def pip() -> list[str]:
    """A command that runs pip: the interpreter's own, else Debian's, unpacked into the cache.

    Fresh Debian machines have no pip and no ensurepip; its wheel runs as it is.
    """
    probe = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if probe.returncode == 0 and not os.environ.get("CRM_SYNC_NO_PIP"):
        return [sys.executable, "-m", "pip"]
    home = CACHE / f"pip-{digest(DEV / 'pip-package.txt')}"
    if not home.exists():
        debian.fetch_and_unpack(DEV / "pip-package.txt", home, what="pip")
    wheels = sorted(home.glob("usr/share/python-wheels/pip-*.whl"))
    return [sys.executable, f"{wheels[0]}/pip"]


def install_into(folder: Path, lock: Path, *, what: str) -> None:
    """Installs the packages of a hashed lock into a plain folder, which appears whole or not at all."""
    if folder.exists():
        return
    with appearing(folder) as building:
        run(
            [*pip(), "install", "-q", "--disable-pip-version-check", *_ONLY_HASHED, "--target", building, "-r", lock],
            log=LOGS / f"pip-{folder.name}.log",
            failure=f"{what} could not be installed from the Python package index",
            env={**os.environ, "PYTHONPATH": ""},
        )


def _with_uv(folder: Path) -> bool:
    """uv is six times as fast as pip; where it does not work, pip does."""
    if os.environ.get("CRM_SYNC_NO_UV"):
        return False
    lock = DEV / "requirements-uv.lock"
    home = CACHE / f"uv-{digest(lock)}"
    try:
        install_into(home, lock, what="uv")
        uv = home / "bin" / "uv"
        env = {**os.environ, "UV_CACHE_DIR": str(CACHE / "uv-cache"), "UV_NATIVE_TLS": "1", "UV_SYSTEM_CERTS": "1"}
        env.pop("VIRTUAL_ENV", None)
        index = _index_of_pip()
        if index:
            env.setdefault("UV_DEFAULT_INDEX", index)
        log = LOGS / "python.log"
        run([uv, "venv", "-q", "--no-project", "--python", sys.executable, folder], log=log, failure="uv", env=env)
        command = [uv, "pip", "install", "-q", "--python", folder / "bin" / "python", "--require-hashes", "-r", LOCK]
        run(command, log=log, failure="uv could not install the requirements", env=env)
    except (Failure, OSError) as error:
        say(f"uv does not work here, so pip does it ({error})")
        return False
    return True


def _index_of_pip() -> str:
    """uv reads no pip configuration: an index that the machine has set for pip is handed on."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    shown = subprocess.run([*pip(), "config", "list"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"^global\.index-url='(.*)'$", shown, re.MULTILINE)
    return found.group(1) if found else ""


def _with_pip(folder: Path) -> None:
    log = LOGS / "python.log"
    # --without-pip: Debian keeps ensurepip in a package of its own that need not be there.
    run([sys.executable, "-m", "venv", "--without-pip", folder], log=log, failure="The virtual environment failed")
    run(
        [*pip(), "--python", folder / "bin" / "python", "install", "-q", "--require-hashes", "-r", LOCK],
        log=log,
        failure="Odoo's Python requirements could not be installed",
    )
