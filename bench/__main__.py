"""The command ``bench/run``."""

from __future__ import annotations

import argparse
import sys

from dev import databases, environment
from dev.steps import Failure, step

from . import build, workers
from .report import Report

_PARTS = (
    "timeline",
    "card",
    "refresh",
    "waiting",
    "check",
    "expiry",
    "cases",
    "surveys",
    "tiers",
    "care",
    "kpi",
    "drift",
    "screens",
    "jobs",
    "workers",
    "statement",
    "export",
    "overhead",
    "install",
    "partners",
)
#: Modules that compare ours with a floor, by their part.
_COMPARED = {
    "timeline": "bench.timeline",
    "card": "bench.card",
    "refresh": "bench.refresh",
    "waiting": "bench.waiting",
    "check": "bench.loyalty_check",
}
#: Parts with data of their own, and the option that says how much of it.
_SIZED = {
    "expiry": "lots",
    "cases": "cases",
    "surveys": "contacts",
    "tiers": "members",
    "care": "members",
    "kpi": "orders",
    "drift": "orders",
    "screens": "customers",
    "partners": "partners",
}
#: Up to this size the databases stay for the next run.
_STAYS = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bench/run", description="Measures the addon against the best hand-written SQL."
    )
    parser.add_argument("--customers", default="10000", help="one or several sizes, as 10000,100000")
    parser.add_argument("--only", default=",".join(_PARTS), help=f"parts, of {','.join(_PARTS)}")
    parser.add_argument(
        "--keep", action="store_true", help="keep databases of more than 10,000 customers for the next run"
    )
    parser.add_argument("--lots", default="", help="sizes for the part expiry; default is the number of customers")
    parser.add_argument("--cases", default="", help="sizes for the part cases; default is the number of customers")
    parser.add_argument("--contacts", default="", help="sizes for the part surveys; default is the number of customers")
    parser.add_argument(
        "--members", default="", help="sizes for the parts tiers and care; default is the number of customers"
    )
    parser.add_argument(
        "--orders",
        default="",
        help="the size the parts kpi and drift are listed by; default is the number of customers",
    )
    parser.add_argument(
        "--partners",
        default="50000",
        help="sizes for the part partners: contacts without documents, on which it is installed",
    )
    options = parser.parse_args()
    sizes = {
        part: [int(size) for size in getattr(options, name).split(",") if size] if name != "customers" else []
        for part, name in _SIZED.items()
    }
    parts = options.only.split(",")
    report = Report()
    with environment.ready():
        for customers in map(int, options.customers.split(",")):
            try:
                measure(customers, parts, report, sizes)
            finally:
                if customers > _STAYS and not options.keep:
                    build.drop(customers)
    report.verdict()
    return 0


def measure(customers: int, parts: list[str], report: Report, sizes: dict[str, list[int]]) -> None:
    native, ours = build.ensure(customers)
    print(f"\n== {customers:,} customers: milliseconds of the processors, medians")
    for part in (part for part in _PARTS if part in parts):
        # The others are measured all the same.
        try:
            measure_part(part, customers, native, ours, report, sizes)
        except Failure as failure:
            report.failed(part, customers, str(failure))


def measure_part(part: str, customers: int, native: str, ours: str, report: Report, sizes) -> None:
    if part in _COMPARED:
        rounds = 15 if part in ("timeline", "card") else 5 if customers < 100_000 else 3
        with step(f"Measuring {part}"):
            rows = build.result_of(ours, _COMPARED[part], "--rounds", rounds)
        report.compared(customers, rows)
    elif part == "partners":
        for count in sizes[part]:
            report.installed(f"{count:,} contacts", build.install_seconds_on(count))
    elif part in _SIZED:
        for count in sizes[part] or [customers]:
            report.compared(count, in_a_copy(ours, part, f"bench.{part}", f"--{_SIZED[part]}", count))
    elif part == "jobs":
        report.jobs(customers, in_a_copy(ours, part, "bench.jobs", "--customers", customers))
    elif part == "workers":
        report.workers(workers.measure(ours, customers))
    elif part == "overhead":
        with step("Measuring what the addon adds"):
            runs = [[build.result_of(database, "bench.overhead") for database in (native, ours)] for _turn in range(3)]
        report.added(*map(list, zip(*runs, strict=True)))
    elif part == "install":
        report.installed(f"{customers:,} customers", build.install_seconds(ours))
    else:
        report.file(in_a_copy(ours, part, f"bench.{part}"))


def in_a_copy(database: str, part: str, module: str, *arguments: object):
    """The result of a module that changes the data."""
    copy = f"{database}_{part}"
    with step(" ".join(["Measuring", part, *map(str, arguments)])):
        databases.clone(database, copy)
        try:
            return build.result_of(copy, module, *arguments)
        finally:
            databases.drop(copy)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nInterrupted; the next run goes on from here.", file=sys.stderr)
        sys.exit(130)
