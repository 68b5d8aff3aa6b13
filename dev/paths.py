"""Where things are: the checkout, the cache folder, its lock and its keys."""

from __future__ import annotations

import ast
import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .steps import Failure, say

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / "dev"
ADDON = "crm_sync_measures"
ADDON_DIR = ROOT / ADDON
#: Addons that install themselves where the addon meets another module of Odoo.
BRIDGES = tuple(sorted(path.parent.name for path in ROOT.glob(f"{ADDON}_*/__manifest__.py")))
ADDONS = (ADDON, *BRIDGES)
CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _choose_cache() -> Path:
    if os.environ.get("CRM_SYNC_CACHE"):
        return Path(os.environ["CRM_SYNC_CACHE"]).absolute()
    if os.geteuid() == 0:
        return Path("/var/cache") / ADDON
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / ADDON


CACHE = _choose_cache()
LOGS = CACHE / "logs"
CONFIGS = CACHE / "configs"
STATE = CACHE / "state"
RUNS = CACHE / "runs"
PORTS = CACHE / "ports"
FILESTORE = CACHE / "data" / "filestore"
SCREENSHOTS = CACHE / "screenshots"


def make_cache() -> None:
    """The cache folder exists and is writable afterwards."""
    try:
        for folder in (LOGS, CONFIGS, STATE, RUNS, PORTS, FILESTORE, SCREENSHOTS):
            folder.mkdir(parents=True, exist_ok=True)
        (CACHE / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
    except OSError as error:
        raise Failure(
            f"The cache folder {CACHE} cannot be written ({error.strerror}): make it writable, or name another one in CRM_SYNC_CACHE."
        ) from error


def need_space(gigabytes: float, what: str) -> None:
    """Fails before a long download instead of in the middle of it."""
    free = shutil.disk_usage(CACHE).free / 1e9
    if free < gigabytes:
        raise Failure(
            f"{what} needs {gigabytes:g} GB in {CACHE} but {free:.1f} GB are free: free some, or name another folder in CRM_SYNC_CACHE."
        )


@contextlib.contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A folder to fill, which gets the name ``folder`` when the block ends well: it appears whole or not at all.

    Its own name is new each time, since children of a killed run may still write to theirs for a moment.
    """
    for leftover in folder.parent.glob(f"{folder.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    building = folder.with_name(f"{folder.name}.new-{os.getpid()}")
    yield building
    building.rename(folder)


@contextlib.contextmanager
def setup_lock() -> Iterator[None]:
    """One set-up at a time. The lock goes with the process, however it ends; children do not inherit it."""
    with open(CACHE / "lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another command that is setting up ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(*parts: object, length: int = 10) -> str:
    """A short key: texts count as they are, files by their content."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) and part.is_file() else str(part).encode()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:length]


def manifest(addon: str = ADDON) -> dict:
    """An addon's manifest, read without running it."""
    try:
        return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())
    except (SyntaxError, ValueError) as error:
        raise Failure(f"{addon}/__manifest__.py cannot be read: {error}.") from error


def tree_digest(folder: Path, *, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> str:
    """The key of a folder's files, by path and content; ``only`` and ``without`` name first-level entries."""
    parts: list[object] = []
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        top = inner.parts[0]
        if (only and top not in only) or top in without:
            continue
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
            parts += [inner.as_posix(), path]
    return digest(*parts)
