"""wkhtmltopdf, with which Odoo prints PDF: the machine's own, or Debian 12's unpacked into the cache.

Later releases of Debian have it no more. It brings all its libraries along, which only it gets to see. Nothing depends
on it: without it reports are shown as HTML, and the tests that look into a PDF are left out.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import debian
from .paths import CACHE, DEV, digest
from .steps import Failure, say

_PACKAGES = DEV / "pdf-packages.txt"
_EXCLUDE = DEV / "pdf-exclude.txt"
_SUITE = "bookworm"
_WRAPPER = """#!/bin/sh
# Odoo finds this on its PATH.
root={root}
for lib in "$root"/usr/lib/*-linux-gnu*; do
    LD_LIBRARY_PATH="$lib:$root/lib/${{lib##*/}}" QT_PLUGIN_PATH="$lib/qt5/plugins" \\
        QT_QPA_PLATFORM=offscreen exec "$root/usr/bin/wkhtmltopdf" "$@"
done
"""


def _home() -> Path:
    return CACHE / f"pdf-{digest(_PACKAGES, _EXCLUDE, _WRAPPER, 1)}"


def path() -> str:
    """The folder to put on the PATH, or an empty string."""
    wrapper = _home() / "bin" / "wkhtmltopdf"
    return str(wrapper.parent) if wrapper.exists() else ""


def ensure() -> bool:
    """Whether PDF can be made. Fetched once, 48 MB; a machine that cannot have it is told, and goes on."""
    if os.environ.get("CRM_SYNC_NO_PDF"):
        return False
    if shutil.which("wkhtmltopdf") or path():
        return True
    unpacked = _home().with_suffix(".files")
    try:
        if not unpacked.exists():
            names = _PACKAGES.read_text().split()
            debian.fetch_release(names, _SUITE, unpacked, what="wkhtmltopdf (48 MB)", exclude=_EXCLUDE)
    except Failure as failure:
        say(f"!!! NO PDF HERE, reports are shown as HTML. To print them: install wkhtmltopdf. ({failure})")
        return False
    wrapper = _home() / "bin" / "wkhtmltopdf"
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.with_suffix(".new").write_text(_WRAPPER.format(root=unpacked))
    wrapper.with_suffix(".new").chmod(0o755)
    wrapper.with_suffix(".new").rename(wrapper)
    return True
