"""The machine's own Chromium for tours and browser tests, and a font with Chinese characters."""

from __future__ import annotations

import os
import shutil
import subprocess

from . import debian
from .paths import CI
from .steps import Failure, say

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str:
    """The path of Chromium, or an empty string."""
    if os.environ.get("CRM_SYNC_NO_CHROMIUM"):
        return ""
    return next((path for path in map(shutil.which, _NAMES) if path), "")


def ensure() -> bool:
    """Whether browser tests can run. Root gets what is missing installed; in CI a missing browser is a failure."""
    missing = []
    if not find():
        missing.append("chromium")
    if not _has_chinese_font():
        missing.append("fonts-noto-cjk")
    can_install = os.geteuid() == 0 and shutil.which("apt-get") and not os.environ.get("CRM_SYNC_NO_CHROMIUM")
    if missing and can_install:
        debian.install_as_root(missing, what=" and ".join(missing))
    if find():
        return True
    if CI:
        raise Failure("There is no Chromium for the browser tests, and CI does not skip them: apt install chromium.")
    say(
        "!!! NO CHROMIUM HERE: THE BROWSER TESTS ARE LEFT OUT. To run them too: sudo apt install chromium fonts-noto-cjk"
    )
    return False


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())
