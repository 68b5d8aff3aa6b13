"""Debian packages: pinned ones from the machine's own mirror without root, and apt itself for root.

The mirror is asked of apt, so no host stands in any file; apt's own downloader honours the machine's proxy,
certificates and credentials.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from .paths import CACHE, LOGS, appearing, digest
from .steps import Failure, cause_in, run, step

_HELPER = Path("/usr/lib/apt/apt-helper")
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_AS_IS = ("-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3")


class NotOnMirror(Failure):
    """A pinned package could not be had from any mirror of this machine."""


def mirrors() -> list[str]:
    """The machine's Debian mirrors; works with empty package lists and as any user."""
    if not (_HELPER.exists() and shutil.which("dpkg-deb")):
        return []
    # Without --no-release-info the answer is empty until the first `apt-get update`.
    command = ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI)", "Created-By: Packages"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return sorted({line.rstrip("/") for line in shown.split() if "-security" not in line})


def fetch_and_unpack(pins: Path, home: Path, *, what: str, exclude: Path | None = None) -> None:
    """Unpacks the packages of a list (sha256 and pool path a line) into ``home``, which appears whole or not at all.

    Each package is verified by its checksum before it is opened. Raises NotOnMirror when one cannot be had.
    """
    wanted = [line.split() for line in pins.read_text().splitlines() if line.strip() and not line.startswith("#")]
    downloads = CACHE / f"debs-{digest(pins)}"
    downloads.mkdir(exist_ok=True)
    with step(f"Downloading {what}"):
        files = [_download(checksum, path, downloads, what) for checksum, path in wanted]
    unpack(files, home, what=what, exclude=exclude)
    shutil.rmtree(downloads)


def _download(checksum: str, pool_path: str, folder: Path, what: str) -> Path:
    target = folder / pool_path.rsplit("/", 1)[-1]
    if not target.exists():
        partial = target.with_suffix(".part")
        last = ""
        for mirror in mirrors():
            partial.unlink(missing_ok=True)
            address = f"{mirror}/pool/main/{pool_path}"
            command = [_HELPER, *_AS_IS, "download-file", address, partial, f"SHA256:{checksum}"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                partial.rename(target)
                break
            last = done.stdout + done.stderr
        else:
            (LOGS / "download.log").write_text(last)
            cause = cause_in(last) or "no mirror of this machine has it any more"
            kind = Failure if cause_in(last) else NotOnMirror
            raise kind(f"{what} could not be downloaded ({target.name}): {cause}.")
    return target


def unpack(files: Iterable[Path], home: Path, *, what: str, exclude: Path | None = None) -> None:
    """Unpacks package files without installing them. File times are kept: Odoo's asset keys rest on them."""
    with appearing(home) as building, step(f"Unpacking {what}"):
        building.mkdir()
        for file in files:
            command = f"dpkg-deb --fsys-tarfile '{file}' | tar -x -C '{building}' --no-same-owner"
            if exclude:
                command += f" --wildcards --wildcards-match-slash --exclude-from='{exclude}'"
            failure = f"{file.name} could not be unpacked"
            run(["bash", "-o", "pipefail", "-c", command], log=LOGS / "unpack.log", failure=failure)


def fetch_newest(package: str, version_prefix: str, others: list[str], home: Path, *, exclude: Path) -> None:
    """The newest ``version_prefix``* of a package of Debian unstable, verified by the archive's signature.

    For the day when a pinned file has left the pool. The package lists live in the cache; apt's own are not touched.
    """
    failure = f"No {package} {version_prefix} to be had: give an Odoo 19.0 source tree in ODOO_PATH"
    for apt in _private_apts(("sid", "trixie"), package, failure):
        shown = apt.run("apt-cache", "madison", package)
        versions = [line.split("|")[1].strip() for line in shown.splitlines() if "|" in line]
        version = next((found for found in versions if found.startswith(version_prefix)), None)
        if version:
            names = [f"{package}={version}", *(f"{name}/trixie" for name in others)]
            unpack(apt.download(names), home, what=f"{package} {version}", exclude=exclude)
            shutil.rmtree(apt.folder)
            return
    raise NotOnMirror(failure + ".")


def fetch_release(names: list[str], suite: str, home: Path, *, what: str, exclude: Path) -> None:
    """Packages as a release of Debian has them today, verified by the archive's signature, unpacked into ``home``."""
    failure = f"{what} is not to be had from Debian {suite}"
    for apt in _private_apts((suite,), what, failure):
        with step(f"Downloading {what}"):
            files = apt.download(names)
        unpack(files, home, what=what, exclude=exclude)
        shutil.rmtree(apt.folder)
        return
    raise NotOnMirror(failure + ".")


class _PrivateApt:
    """apt with lists of its own in the cache, which believes the archive's signature and nothing else."""

    def __init__(self, mirror: str, suites: tuple[str, ...], failure: str):
        self.folder, self._failure = CACHE / "apt", failure
        shutil.rmtree(self.folder, ignore_errors=True)
        for inner in ("lists/partial", "cache/archives/partial", "debs"):
            (self.folder / inner).mkdir(parents=True)
        (self.folder / "status").touch()
        (self.folder / "sources.list").write_text(
            "".join(f"deb [signed-by={_KEYRING}] {mirror} {suite} main\n" for suite in suites)
        )
        settings = {
            "Dir::State": self.folder,
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::SourceList": self.folder / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Acquire::Languages": "none",
            "Acquire::AllowInsecureRepositories": "false",
            "APT::Get::AllowUnauthenticated": "false",
            "APT::Update::Error-Mode": "any",
        }
        self._options = [*_AS_IS, *(part for key, value in settings.items() for part in ("-o", f"{key}={value}"))]

    def run(self, program: str, *arguments: str) -> str:
        log = LOGS / f"{program.replace('get', arguments[0])}.log"
        return run([program, *self._options, *arguments], log=log, failure=self._failure, cwd=self.folder / "debs")

    def download(self, names: list[str]) -> list[Path]:
        self.run("apt-get", "download", "-q", *names)
        return sorted((self.folder / "debs").glob("*.deb"))


def _private_apts(suites: tuple[str, ...], what: str, failure: str) -> Iterator[_PrivateApt]:
    """One for each mirror of this machine that has these suites."""
    if not _KEYRING.exists():
        raise NotOnMirror(f"{what} cannot be verified: the package debian-archive-keyring is missing; install it.")
    for mirror in mirrors():
        apt = _PrivateApt(mirror, suites, failure)
        try:
            apt.run("apt-get", "update", "-q")
        except Failure:
            continue
        yield apt


def install_as_root(packages: list[str], *, what: str) -> None:
    """apt-get install, for root only; the one thing that changes the machine, and it says so."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    failure = f"{what} could not be installed (apt-get install {' '.join(packages)})"
    with step(f"Installing {what} with apt, because the browser tests need it", "1 min"):
        run(["apt-get", "update", "-q"], log=LOGS / "apt-install-update.log", failure=failure, env=env)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        run(command, log=LOGS / "apt-install.log", failure=failure, env=env)
