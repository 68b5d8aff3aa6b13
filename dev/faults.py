"""``bin/faults``: the fault suite at full size, and one table of its figures."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from . import test
from .paths import LOGS, ROOT, make_cache

_TESTS = (
    "tests/fault",
    "tests/client/test_loyalty_bank.py",
    "tests/client/test_case_hostile.py",
    "tests/client/test_preference_hostile.py",
    "tests/client/test_survey_answer_hostile.py",
)
#: What the same has done to Odoo's own scheduler, loyalty and surveys, measured on Odoo 19.0; "" where there is nothing like it.
_NATIVE = {
    "kill": "7 kills: nothing lost or twice; 290 of 400 records a day late",
    "cut": "4 of 4 exact",
    "collision": "the run fails; the next one is a day later",
    "poison": "everything behind it is never done",
    "twice": "the second is refused",
    "restart": "",
    "redeem": "one wins; 20 clients: median 2.5 s, longest 18.4 s",
    "malformed": "112 of 400 answers to a survey end in a traceback",
}
_TITLES = {
    "kill": "killed (SIGKILL)",
    "cut": "connection cut",
    "collision": "serialization failure in every batch",
    "poison": "a record that raises",
    "twice": "started three times at once",
    "restart": "PostgreSQL stopped, and died",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bin/faults", description="Every fault, at full size; some hours. The small size is in bin/test."
    )
    parser.add_argument("--kills", type=int, default=100, help="kills of each job; connections cut are a fifth of it")
    parser.add_argument("--hostile", type=int, default=10_000, help="malformed posts, calls and mails of each kind")
    parser.add_argument("--rounds", type=int, default=1_000, help="rounds of the bank of points; 0: none")
    parser.add_argument("paths", nargs="*", help="only these tests, as bin/test takes them")
    options = parser.parse_args(arguments)
    make_cache()
    figures = LOGS / "faults.jsonl"
    figures.unlink(missing_ok=True)
    os.environ |= {
        "CRM_SYNC_FIGURES": str(figures),
        "CRM_SYNC_KILLS": str(options.kills),
        "CRM_SYNC_HOSTILE": str(options.hostile),
        "CRM_SYNC_CARE_YEAR": "1",
    }
    began = time.monotonic()
    code = test.main([*(options.paths or _TESTS), "-q"])
    if options.rounds and not options.paths:
        command = [sys.executable, "-m", "bench.bank", "--rounds", str(options.rounds)]
        code |= subprocess.run(command, cwd=ROOT, check=False).returncode
    print_table(figures)
    print(
        f"\n{(time.monotonic() - began) / 60:.0f} minutes; {'everything held' if not code else 'NOT everything held'}"
    )
    return code


def print_table(figures: Path) -> None:
    rows = [json.loads(line) for line in figures.read_text().splitlines()] if figures.exists() else []
    jobs = defaultdict(dict)
    for kind, name, *numbers in rows:
        if kind in _TITLES:
            jobs[name][kind] = numbers
    if jobs:
        print(
            f"\n{'job':26}{'effects':>8}{'kills':>7}{'cuts':>6}{'collisions':>12}{'poison':>8}{'starts':>8}{'lost':>6}{'twice':>7}"
        )
    for name, kinds in jobs.items():
        of = lambda kind, at, kinds=kinds: kinds.get(kind, [0] * 5)[at]  # noqa: E731
        lost, twice = (sum(numbers[at] for numbers in kinds.values()) for at in (2, 3))
        wrong = "  WRONG" if any(any(numbers[2:]) for numbers in kinds.values()) else ""
        print(
            f"{name.removeprefix('cron_'):26}{of('kill', 1):>8}{of('kill', 0):>7}{of('cut', 0):>6}{of('collision', 0):>12}"
            f"{of('poison', 0):>8}{of('twice', 0):>8}{lost:>6}{twice:>7}{wrong}"
        )
    print()
    for kind, title in _TITLES.items():
        own = [kinds[kind] for kinds in jobs.values() if kind in kinds]
        if own:
            faults, lost, twice, broken = (sum(numbers[at] for numbers in own) for at in (0, 2, 3, 4))
            print(
                f"{title}: {faults} times in {len(own)} jobs, {lost} effects lost, {twice} twice, {broken} else wrong"
            )
            print(f"    native: {_NATIVE[kind] or 'not measured'}")
    for kind, title, said in (row for row in rows if len(row) == 3):
        print(f"{title}: {said}" + (f"\n    native: {_NATIVE[kind]}" if kind in _NATIVE else ""))
