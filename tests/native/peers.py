"""Installs addons of others beside this one, tries both, and prints what happened.

usage: python tests/native/peers.py FOLDER [--each] [--only NAME,...] [--with pos_loyalty,...] [--python FOLDER]

FOLDER holds addons, each in a folder of its own. They are installed together on a copy of the test database, which is updated
once; then views, menus, jobs and a customer's day are tried (``dev/inside/peers_probe.py``). Where something goes wrong, and
with ``--each``, every addon is tried alone as well, so that the table says whose conflict it is. Exit code 1 when there is one.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from dev import addon_dbs, databases, environment, odoo_run, odoo_tree, pdf, python_env
from dev.paths import ADDON, ROOT, setup_lock
from dev.steps import Failure, say, step


@dataclass
class Peer:
    """An addon of others: its manifest, and what is missing to install it."""

    name: str
    version: str
    license: str
    depends: list[str]
    missing: list[str] = field(default_factory=list)
    outcome: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", action="store_true", help="try every addon alone too")
    parser.add_argument("--only", default="", help="of the folder, only these")
    parser.add_argument("--with", dest="more", default="", help="modules of Odoo to install as well")
    parser.add_argument(
        "--python", type=Path, action="append", default=[], help="a folder of Python packages they need"
    )
    options = parser.parse_args()
    odoo_run.more_addons.append(options.folder.absolute())
    odoo_run.more_python.extend(folder.absolute() for folder in options.python)
    more = [name for name in options.more.split(",") if name]
    with environment.ready():
        with setup_lock():
            pdf.ensure()
            base = addon_dbs.ensure("test")
        peers = _peers(options.folder, {name for name in options.only.split(",") if name})
        able = [peer for peer in peers if not peer.missing]
        problems = _try(base, [*more, *(peer.name for peer in able)], "all together")
        for peer in able:
            peer.outcome = "installed, nothing found" if not problems else "see below"
        if options.each or problems:
            for peer in able:
                found = _try(base, [*more, peer.name], peer.name)
                peer.outcome = "; ".join(found) or "nothing found alone" + ("" if problems else " or together")
    return _report(peers, problems)


def _peers(folder: Path, only: set[str]) -> list[Peer]:
    peers = []
    for file in sorted(folder.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(file.read_text())
        if not only or file.parent.name in only:
            peers.append(
                Peer(
                    file.parent.name,
                    manifest["version"],
                    manifest["license"],
                    manifest["depends"],
                    _missing_python(manifest),
                )
            )
    if not peers:
        raise Failure(f"{folder} holds no addon of that name.")
    known = {path.name for parent in [*odoo_tree.addons_path(), ROOT, folder] for path in parent.iterdir()}
    for peer in peers:
        peer.missing += [name for name in peer.depends if name not in known]
    return peers


def _missing_python(manifest: dict) -> list[str]:
    """What Odoo would ask for, by Odoo's own Python and not the one that runs this."""
    wanted = manifest.get("external_dependencies", {}).get("python", [])
    look = "import sys; from importlib.util import find_spec; print(*[n for n in sys.argv[1:] if not find_spec(n)])"
    command = [python_env.python(), "-c", look, *wanted]
    asked = subprocess.run(command, env=odoo_run.environment(), capture_output=True, text=True, check=True)
    return asked.stdout.split()


def _try(base: str, modules: list[str], title: str) -> list[str]:
    """What goes wrong with these modules beside the addon; empty when nothing does."""
    with databases.private_copy(base, "peers") as database, step(f"Trying {title}", "1 min"):
        try:
            for option, what in (("-i", "install"), ("-u", "update")):
                names = ",".join([ADDON, *modules] if option == "-u" else modules)
                command = ("server", option, names, "--stop-after-init", "--no-http")
                odoo_run.odoo(database, *command, what=f"peers {what}")
            printed = odoo_run.inside(database, "peers_probe.py", "peers probe", tolerant=True)
        except Failure as failure:
            return [str(failure)]
    lines = printed.splitlines()
    tried = next((line.removeprefix("PROBED ") for line in lines if line.startswith("PROBED ")), None)
    if tried is None:
        return ["the probe did not come to an end: " + (lines or ["no output"])[-1]]
    say(f"{title}: " + ", ".join(f"{count} {what}" for what, count in json.loads(tried).items()))
    return [line.removeprefix("PROBLEM ") for line in lines if line.startswith("PROBLEM ")]


def _report(peers: list[Peer], problems: list[str]) -> int:
    print("\n| addon | version | licence | outcome |\n|---|---|---|---|")
    for peer in peers:
        outcome = f"not tried, it needs {', '.join(peer.missing)}" if peer.missing else peer.outcome
        print(f"| {peer.name} | {peer.version} | {peer.license} | {outcome} |")
    if problems:
        print("\nall together:", *(f"  {problem}" for problem in problems), sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"\n{failure}")
