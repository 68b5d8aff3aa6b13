"""Odoo 19.0 itself: a tree named in ODOO_PATH, or Debian's package unpacked into the cache."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from . import debian
from .paths import CACHE, DEV, digest
from .steps import Failure

_PINS = DEV / "odoo-packages.txt"
_EXCLUDE = DEV / "odoo-exclude.txt"
_STUB = "window.SelfieSegmentation = class { constructor() { throw new Error('Background blur is not in this Odoo build'); } };\n"
_HINT = "give the path of an Odoo 19.0 source tree in ODOO_PATH"


def _unpacked() -> Path:
    return CACHE / f"odoo-{digest(_PINS, _EXCLUDE)}"


def path() -> Path:
    """The folder that holds the package ``odoo``; valid after ensure()."""
    if os.environ.get("ODOO_PATH"):
        return Path(os.environ["ODOO_PATH"]).absolute()
    return _unpacked() / "usr/lib/python3/dist-packages"


def addons_path() -> list[Path]:
    """Odoo's own addons; a git checkout keeps most of them beside the package, an installation inside it."""
    return [
        folder
        for folder in (path() / "odoo/addons", path() / "addons")
        if (folder / "base").exists() or (folder / "crm").exists()
    ]


def key() -> str:
    """Changes when Odoo does."""
    if not os.environ.get("ODOO_PATH"):
        return digest(_PINS, _EXCLUDE)
    head = subprocess.run(["git", "-C", path(), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return digest(path(), head.stdout, path() / "odoo/release.py")


def ensure() -> None:
    """Odoo's tree is there afterwards, verified by checksum, else by Debian's signature."""
    if os.environ.get("ODOO_PATH"):
        _check_given()
    elif not _unpacked().exists():
        if not debian.mirrors():
            raise Failure(f"There is no apt with a package source here to fetch Odoo with: {_HINT}.")
        _fetch()
    _fill_gap()


def _check_given() -> None:
    release = path() / "odoo/release.py"
    if not release.exists():
        raise Failure(f"ODOO_PATH={path()} holds no odoo/release.py: name the folder that holds the package odoo.")
    version = re.search(r"version_info = \((\d+), (\d+)", release.read_text())
    if not version or version.groups() != ("19", "0"):
        raise Failure(f"ODOO_PATH={path()} is not Odoo 19.0: {_HINT}.")


def _fetch() -> None:
    try:
        debian.fetch_and_unpack(_PINS, _unpacked(), what="Odoo 19.0 (122 MB)", exclude=_EXCLUDE)
    except debian.NotOnMirror:
        names = [line.split()[1].split("/")[-1].split("_")[0] for line in _PINS.read_text().splitlines()]
        others = [name for name in names if name != "odoo-19"]
        debian.fetch_newest("odoo-19", "19.0", others, _unpacked(), exclude=_EXCLUDE)


def _fill_gap() -> None:
    """Debian leaves out one script that every page of the web client loads; a stub ends the error in its console.

    The script blurs backgrounds in video calls. Only our own unpacked copy is completed, never a tree that was given.
    """
    script = path() / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not os.environ.get("ODOO_PATH") and not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(_STUB)
