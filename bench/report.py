"""The table of a run, and which targets are met."""

from __future__ import annotations

import sys

#: A screen may cost this many times its floor, or this many seconds, whichever is more.
SCREEN_RATIO, SCREEN_SECONDS = 2.0, 0.010
_SCREENS = ("timeline", "card", "cases", "screen")
JOB_RATIO = 1.5
#: Ten times the customers may cost a job this many times as much, or 1.2 times what the floor grew.
GROWTH = 15.0
INSTALL_SECONDS = 30.0
#: What Odoo allows a request, of the processor.
FILE_SECONDS = 60.0
#: MiB that a job, and a file, may take beside what Odoo takes; those of KPIs twice as much.
OTHER_MEMORY, KPI_MEMORY = 30.0, 60.0
#: What the addon may add to Odoo's own work: (queries, share of the time).
BUDGETS = {"order confirmed": (3, 0.10), "partner form read": (5, 0.20)}


class Report:
    """Collects what was measured at several sizes, prints it, and remembers what missed its target."""

    def __init__(self):
        self._missed: list[str] = []
        self._known: dict[tuple[str, str], tuple[float, float]] = {}
        self._met = 0

    def compared(self, customers: int, rows: list[dict]) -> None:
        """Screens and jobs beside their floor."""
        self._line("", "", "floor ms", "ours ms", "ratio", "growth floor/ours", "queries", "MiB")
        for row in rows:
            key, ratio = (row["what"], row["who"]), row["ours"] / row["floor"]
            queries = "-".join(map(str, sorted({row["queries"][0], row["queries"][-1]})))
            memory = "" if row.get("memory") is None else f"{row['memory']:.1f}"
            self._line(
                row["what"],
                row["who"],
                f"{row['floor'] * 1e3:.1f}",
                f"{row['ours'] * 1e3:.1f}",
                f"{ratio:.2f}",
                self._growth(key, row),
                queries,
                memory,
            )
            if row["who"] != "usual":
                self._judge(customers, row, ratio)
                if memory:
                    most = KPI_MEMORY if "KPI" in row["what"] else OTHER_MEMORY
                    self._say(f"{row['what']} ({customers:,}) takes {memory} MiB", row["memory"] <= most)
            self._known[key] = row["floor"], row["ours"]

    def added(self, native: list[dict], ours: list[dict]) -> None:
        """What the addon adds to Odoo's own work; medians of several runs on each side."""
        self._line("", "", "without", "with", "more", "", "queries", "")
        for what in native[0]:
            without, with_ = (sorted(run[what]["time"] for run in runs)[len(runs) // 2] for runs in (native, ours))
            more = with_ / without - 1
            queries = max(ours[0][what]["queries"]) - max(native[0][what]["queries"])
            self._line(what, "", f"{without * 1e3:.1f}", f"{with_ * 1e3:.1f}", f"{more:+.0%}", "", f"{queries:+d}", "")
            if what in BUDGETS:
                most, share = BUDGETS[what]
                self._say(f"{what}: {queries:+d} queries, {more:+.0%}", queries <= most and more <= share)

    def installed(self, data: str, seconds: float) -> None:
        print(f"\nInstalled on {data} in {seconds:.0f} s")
        self._say(f"installation on {data} takes {seconds:.0f} s", seconds <= INSTALL_SECONDS)

    def file(self, row: dict) -> None:
        """A large file that is made within a request."""
        size, memory = row["size"] / 2**20, "" if row["memory"] is None else f", {row['memory']:.0f} MiB more memory"
        told = f"{row['what']}: {row['seconds']:.1f} s, {row['queries']} queries"
        print(f"\n{told}{memory}, {size:.0f} MiB")
        self._say(f"{told}{memory}", row["seconds"] <= FILE_SECONDS and (row["memory"] or 0) <= OTHER_MEMORY)

    def jobs(self, customers: int, rows: list[dict]) -> None:
        """Every scheduled action: with what is due, and again with nothing left."""
        self._line("", "", "due ms", "records", "queries", "MiB", "growth", "quiet ms", "queries")
        for row in rows:
            due, quiet, key = row["due"], row["quiet"], (row["what"], "job")
            known = self._known.get(key)
            self._line(
                f"job {row['what']}",
                "scheduler",
                f"{due['seconds'] * 1e3:.0f}",
                str(due["done"]),
                str(due["queries"]),
                f"{due['memory'] or 0:.1f}",
                f"{due['seconds'] / known[1]:.1f}" if known else "",
                f"{quiet['seconds'] * 1e3:.0f}",
                str(quiet["queries"]),
            )
            most = KPI_MEMORY if row["what"].startswith("kpi") else OTHER_MEMORY
            self._say(f"{row['what']} takes {due['memory'] or 0:.0f} MiB", (due["memory"] or 0) <= most)
            if known:
                self._say(f"{row['what']} ({customers:,}) grew", due["seconds"] <= max(GROWTH * known[1], 0.1))
            self._known[key] = 0.0, due["seconds"]

    def workers(self, rows: list[dict]) -> None:
        """Several schedulers on one database: how long they take, and that they leave the same behind."""
        for row in rows:
            shared = " and ".join(map(str, row["shared"]))
            told = f"{row['workers']} schedulers: {row['seconds']:.1f} s, {shared} actions"
            if row["differences"]:
                told += f", other rows in {', '.join(row['differences'])}"
            print(told)
            self._say(told, not row["differences"])

    def failed(self, part: str, customers: int, why: str) -> None:
        print(f"{part}: {why}")
        self._missed.append(f"{part} ({customers:,}) was not measured")

    def verdict(self) -> int:
        """Prints the last line; the number of targets that were missed."""
        if self._missed:
            print(f"\n{self._met} targets met, {len(self._missed)} missed: " + "; ".join(self._missed) + ".")
        else:
            print(f"\nAll {self._met} targets met.")
        return len(self._missed)

    def _judge(self, customers: int, row: dict, ratio: float) -> None:
        key = row["what"], row["who"]
        name = f"{row['what']} ({row['who']}, {customers:,})"
        if row["what"].startswith(_SCREENS) and row["who"] != "scheduler":
            within = row["ours"] <= max(SCREEN_RATIO * row["floor"], SCREEN_SECONDS)
            self._say(f"{name} {ratio:.2f} times its floor and {row['ours'] * 1e3:.0f} ms", within)
            if row["what"].startswith("screen"):
                # What one of many rows refers to may be one question more; a question for each row would be seventy.
                few, many = row["queries"][0], row["queries"][-1]
                self._say(f"{name} asks {few} to {many} times", many <= few + 2)
        else:
            self._say(f"{name} {ratio:.2f} times its floor", ratio <= JOB_RATIO)
            if key in self._known:
                floor, ours = self._known[key]
                growth = row["ours"] / ours
                self._say(f"{name} grew {growth:.0f} times", growth <= max(GROWTH, 1.2 * row["floor"] / floor))
            if row["what"].endswith("nothing changed"):
                self._say(f"{name} wrote {row['written']} rows", row["written"] == 0)

    def _growth(self, key, row) -> str:
        if key not in self._known:
            return ""
        floor, ours = self._known[key]
        return f"{row['floor'] / floor:.1f} / {row['ours'] / ours:.1f}"

    def _say(self, what: str, met: bool) -> None:
        if met:
            self._met += 1
        else:
            self._missed.append(what)

    @staticmethod
    def _line(what: str, who: str, *figures: str) -> None:
        print(
            f"{what:52} {who:16}"
            + "".join(
                f"{figure:>19}" if " / " in figure or "growth" in figure else f"{figure:>10}" for figure in figures
            )
        )
        sys.stdout.flush()
