"""Cases by the million: every screen of the room as people with different rights see it, and its two jobs."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from lxml import etree

from .generate import DATA, first_customer, load
from .odoo_session import be_nice, open_registry, session
from .stopwatch import Memory, in_turns
from .timeline import WEB_CLIENT, readers

FLOORS = Path(__file__).parent / "floor" / "cases.sql"
TABLES = [
    "crm_sync_case",
    "crm_sync_case_clock",
    "crm_sync_case_event",
    "mail_message",
    "mail_followers",
    "mail_activity",
]
#: What the web client asks for: rows of a list and the most it counts, cards of a column, and a page of the portal.
ROWS, COUNTED, CARDS, PAGE = 80, 10_001, 40, 80
OPEN = [("kind", "!=", "suggestion"), ("is_open", "=", True)]
#: Of the screens' own filters: name, domain, and the condition of the floor.
LISTS = {
    "list": (OPEN, "kind <> 'suggestion' AND is_open IS TRUE"),
    "list, my cases": (
        [("is_open", "=", True), ("user_id", "=", "me")],
        "is_open IS TRUE AND user_id = %(me)s",
    ),
    "list, without owner": (
        [*OPEN, ("user_id", "=", False), ("is_open", "=", True)],
        "kind <> 'suggestion' AND is_open IS TRUE AND user_id IS NULL",
    ),
    "list, too late": (
        [*OPEN, ("clock_state", "=", "breached")],
        "kind <> 'suggestion' AND is_open IS TRUE AND clock_state = 'breached'",
    ),
    "list, over": (
        [("kind", "!=", "suggestion"), ("is_open", "=", False)],
        "kind <> 'suggestion' AND is_open IS NOT TRUE",
    ),
    "list, everything": ([("kind", "!=", "suggestion")], "kind <> 'suggestion'"),
    "list, words of the subject": (
        ["|", ("number", "ilike", "pump leaks"), ("name", "ilike", "pump leaks")],
        "(number ILIKE '%%pump leaks%%' OR name ILIKE '%%pump leaks%%')",
    ),
    "list, a number": (
        ["|", ("number", "ilike", "0004711"), ("name", "ilike", "0004711")],
        "(number ILIKE '%%0004711%%' OR name ILIKE '%%0004711%%')",
    ),
}

FOR_MANAGERS = ("value of service",)

#: Numbers of the team page that are the same for everybody and at every hour.
TEAM = ("to_do", "unassigned", "breached", "waiting_customer", "waiting_third")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cases")
    parser.add_argument("config")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="screens or jobs whose name begins so")
    parser.add_argument("--screens-only", action="store_true", help="without the jobs, which change the database")
    parser.add_argument("--load", action="store_true", help="only fill the database")
    options = parser.parse_args()
    registry = open_registry(options.config)
    with session(registry) as env:
        known = env["crm.sync.case"].search_count([])
    if known < options.cases:
        fill(registry, options.cases)
    if options.load:
        return
    rows = []
    for name, (size, work, floor) in screens(registry).items():
        if name.startswith(options.only):
            rows += screen(registry, name, size, work, floor, options.rounds)
    for name, measure_job in jobs().items():
        if name.startswith(options.only) and not options.screens_only:
            rows.append(measure_job(registry, name, 1 if options.cases > 200_000 else options.rounds))
    print(json.dumps(rows))


# -------------------------------------------------------------------- data


def fill(registry, cases: int) -> None:
    """The cases, their clocks, history and messages; dated back from now, since a deadline is only worth something beside the clock."""
    be_nice()
    with session(registry) as env:
        search_by_words(env)
        more = {
            "cases": cases,
            "today": datetime.now(UTC).date().isoformat(),
            "now": datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" "),
            "causes": f"ARRAY{env['crm.sync.case.cause'].search([]).ids}",
            "case_model": env["ir.model"]._get_id("crm.sync.case"),
        }
        for department in env["crm.sync.department"].search([]):
            department.manager_id = env["res.users"].search([("sync_department_id", "=", department.id)], limit=1)
        load(env, customers_of(env), TABLES, [DATA / "95_cases.sql"], **more)
    with registry.cursor() as cr:
        # Outside of any transaction.
        cr.connection.rollback()
        cr.connection.autocommit = True
        for table in TABLES:
            cr.execute(f"VACUUM ANALYZE {table}")
        cr.connection.autocommit = False


def search_by_words(env) -> None:
    """With PostgreSQL's trigrams, as Odoo makes its databases where they are to be had."""
    env.cr.execute("SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'")
    if env.cr.rowcount:
        env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        env.registry.has_trigram = True
        env.registry.check_indexes(env.cr, ["crm.sync.case"])


def customers_of(env) -> int:
    env.cr.execute(
        "SELECT count(DISTINCT commercial_partner_id) FROM res_partner WHERE id >= %s", [first_customer(env)]
    )
    return env.cr.fetchone()[0]


# -------------------------------------------------------------------- screens


def screens(registry) -> dict[str, tuple]:
    """``{name: (number of rows, ours, floor)}``; each of the two takes an environment and returns what can be compared."""
    people = readers(registry)
    with session(registry) as env:
        largest = first_customer(env)
        # One that everybody here may read.
        env.cr.execute(
            "SELECT id FROM crm_sync_case WHERE user_id = %s ORDER BY commercial_partner_id = %s DESC NULLS LAST, id DESC LIMIT 1",
            [people["salesperson"], largest],
        )
        case = env.cr.fetchone()[0]
        views = {kind: specification(env, kind) for kind in ("list", "kanban", "form")}
        total = env["crm.sync.case"].search_count([])
    found = {
        name: (total, partial(listed, domain, views["list"]), partial(floor_list, where))
        for name, (domain, where) in LISTS.items()
    }
    found["board, by stage"] = (total, partial(board, views["kanban"]), floor_board)
    found["team page"] = (total, team, floor_team)
    found["cause analysis"] = (total, causes, floor_causes)
    found["value of service"] = (total, value, floor_value)
    found["form opened"] = (total, partial(opened, case, views["form"]), partial(floor_form, case))
    found["portal, largest customer"] = (total, partial(portal, largest), partial(floor_portal, largest))
    return found


def screen(registry, name: str, size: int, work, floor, rounds: int) -> list[dict]:
    left_out = {"no sales rights", *(["salesperson"] if name in FOR_MANAGERS else [])}
    people = {who: uid for who, uid in readers(registry).items() if who not in left_out}
    check_same(registry, name, work, floor)
    rivals = {"floor": partial(rival, registry, 1, floor)}
    rivals |= {who: partial(rival, registry, uid, work) for who, uid in people.items()}
    courses = in_turns(rivals, rounds, warm_up=2)
    return [
        {
            "what": f"cases, {name}",
            "who": who,
            "size": size,
            "floor": courses["floor"].time,
            "ours": courses[who].time,
            "queries": sorted(courses[who].queries),
        }
        for who in people
    ]


def check_same(registry, name: str, work, floor) -> None:
    """Ours without rights shows what the floor shows."""
    with session(registry, **WEB_CLIENT) as env:
        given, expected = work(env), floor(env)
    if given != expected:
        raise SystemExit(f"Ours and the floor differ, {name}:\n{given}\n{expected}")


@contextlib.contextmanager
def rival(registry, uid: int, work):
    with session(registry, uid, **WEB_CLIENT) as env:
        # As in a server that is at work: rules are compiled once for each user, and groups are known.
        for model in ("case", "case.clock", "case.event", "case.stage", "department"):
            env["ir.rule"]._compute_domain(f"crm.sync.{model}", "read")
        env.user.has_group("base.group_user")
        env.invalidate_all()
        yield env, work


def specification(env, kind: str) -> dict:
    """What the web client reads for a view of cases, by its fields."""
    arch = etree.fromstring(env["crm.sync.case"].get_view(view_type=kind)["arch"])
    return fields_of(env["crm.sync.case"], arch)


def fields_of(model, node) -> dict:
    read = {}
    for field in node.iter("field"):
        # Fields of a list within the form belong to that list.
        if next((one for one in field.iterancestors("field")), None) in (None, node) or field.getparent() is node:
            name = field.get("name")
            kind = model._fields[name].type
            inner = field.find("list")
            if kind in ("many2one", "many2many") or (inner is None and kind == "one2many"):
                read[name] = {"fields": {"display_name": {}}}
            elif inner is not None:
                read[name] = {"fields": fields_of(model.env[model._fields[name].comodel_name], inner), "limit": 40}
            else:
                read[name] = {}
    return read


def listed(domain: list, spec: dict, env):
    domain = [(*leaf[:2], env.uid) if leaf[2:] == ("me",) else leaf for leaf in domain]
    result = env["crm.sync.case"].web_search_read(domain, spec, limit=ROWS, count_limit=COUNTED)
    return [row["id"] for row in result["records"]], result["length"]


def floor_list(where: str, env):
    return asked(env, "list", where), asked(env, "count", where)[0]


def board(spec: dict, env):
    Case = env["crm.sync.case"].with_context(sync_case_kinds=["complaint", "question", "praise"])
    groups = Case.web_read_group(
        OPEN,
        ["stage_id"],
        ["__count"],
        auto_unfold=True,
        unfold_read_specification=spec,
        unfold_read_default_limit=CARDS,
    )["groups"]
    colors = dict.fromkeys(("on_time", "warning", "breached", "paused"), "")
    bars = Case.read_progress_bar(OPEN, "stage_id", {"field": "clock_state", "colors": colors})
    return (
        {group["stage_id"][0]: group["__count"] for group in groups if group["__count"]},
        {group["stage_id"][0]: [row["id"] for row in group["__records"]] for group in groups if group.get("__records")},
        {int(stage): {state: count for state, count in bar.items() if count} for stage, bar in bars.items()},
    )


def floor_board(env):
    env.cr.execute(sections()["cards"], {"cards": CARDS})
    cards = {}
    for row in env.cr.fetchall():
        cards.setdefault(row[0], []).append(row[1])
    env.cr.execute(sections()["columns"])
    counts, bars = {}, {}
    for stage, state, count in env.cr.fetchall():
        counts[stage] = counts.get(stage, 0) + count
        if state:
            bars.setdefault(stage, {})[state] = count
    return counts, cards, bars


def team(env):
    """What stands open in each department, by the numbers of the page."""
    departments = [one for one in env["crm.sync.case"].team_page()["departments"] if one["open"]]
    return {
        one["id"]: (one["open"], *(number["value"] for number in one["numbers"] if number["code"] in TEAM))
        for one in departments
    }


def floor_team(env):
    env.cr.execute(sections()["team"])
    counts = {row[0]: row[1:] for row in env.cr.fetchall()}
    env.cr.execute(sections()["team lately"])
    env.cr.fetchall()
    return counts


def year_of_complaints(env) -> list:
    """What the cause analysis is opened with."""
    return [("kind", "=", "complaint"), ("opened_at", ">=", env.cr.now() - timedelta(days=365))]


def causes(env):
    """The bars of the chart; where few causes make the others, they are one bar."""
    told = env["crm.sync.case.report"].pareto(year_of_complaints(env))
    return told["total"], max(bar["count"] for bar in told["bars"])


def floor_causes(env):
    env.cr.execute(sections()["causes"], {"since": env.cr.now() - timedelta(days=365)})
    counts = [row[1] for row in env.cr.fetchall()]
    env.cr.execute(sections()["stars of causes"], {"since": env.cr.now() - timedelta(days=365)})
    env.cr.fetchall()
    return sum(counts), max(counts)


def value(env):
    """The pivot as it opens."""
    rows = env["crm.sync.case.value"].formatted_read_group(
        [], ["outcome"], ["__count", "revenue_before:sum", "revenue_after:sum", "recovered:avg"]
    )
    return {row["outcome"]: (row["__count"], round(row["revenue_after:sum"] or 0, 2)) for row in rows}


def floor_value(env):
    env.cr.execute(sections()["value"])
    return {row[0]: (row[1], round(float(row[3]), 2)) for row in env.cr.fetchall()}


def opened(case: int, spec: dict, env):
    [row] = env["crm.sync.case"].browse(case).web_read(spec)
    return len(row["event_ids"]), len(row["clock_ids"])


def floor_form(case: int, env):
    env.cr.execute(sections()["form"], {"case": case})
    env.cr.fetchall()
    counts = []
    for name in ("history", "clocks"):
        env.cr.execute(sections()[name], {"case": case})
        counts.append(len(env.cr.fetchall()))
    return tuple(counts)


def portal(customer: int, env):
    """As the controller does it; whoever asks, since the page reads without rights, within the customer's own."""
    Portal = env["crm.sync.case.portal"]
    domain = [("commercial_partner_id", "=", customer)]
    cases = env["crm.sync.case"].sudo()
    count = cases.search_count(domain)
    found = cases.search(domain, limit=PAGE, order="first_opened_at desc, id desc")
    return [Portal._facts(case)["id"] for case in found], count


def floor_portal(customer: int, env):
    env.cr.execute(sections()["portal"], {"customer": customer, "page": PAGE})
    ids = [row[0] for row in env.cr.fetchall()]
    env.cr.execute(sections()["portal count"], {"customer": customer})
    return ids, env.cr.fetchone()[0]


def asked(env, section: str, where: str):
    """Ids of the rows, in their order, of a floor with a condition."""
    env.cr.execute(sections()[section].replace("{where}", where), {"me": env.uid, "rows": ROWS, "counted": COUNTED})
    return [row[0] for row in env.cr.fetchall()]


def sections() -> dict[str, str]:
    """The statements of the floors by their names."""
    parts = FLOORS.read_text().split("\n-- name: ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts[1:]}


# -------------------------------------------------------------------- jobs


def jobs() -> dict:
    return {"deadlines": deadlines, "without reply": without_reply}


def job(registry, name: str, size: int, prepared, work, floor, rounds: int) -> dict:
    rivals = {"floor": partial(prepared, floor), "ours": partial(prepared, work)}
    courses = in_turns(rivals, rounds, warm_up=0 if rounds == 1 else 1)
    if courses["floor"].result != courses["ours"].result:
        raise SystemExit(f"Ours and the floor differ, {name}: {courses['ours'].result} {courses['floor'].result}")
    with prepared(work) as (env, doing):
        memory = Memory()
        doing(env)
        grown = memory.grown()
    return {
        "what": f"cases, {name}",
        "who": "scheduler",
        "size": size,
        "floor": courses["floor"].time,
        "ours": courses["ours"].time,
        "queries": sorted(courses["ours"].queries),
        "memory": grown,
    }


def deadlines(registry, name: str, rounds: int) -> dict:
    """One clock for each hundred cases has run out since the job was last at work: marked, and told to owner and manager."""
    with session(registry) as env:
        size = env["crm.sync.case"].search_count([]) // 100
        found = env["crm.sync.case.clock"].search(
            [("kind", "=", "resolve"), ("state", "in", ("running", "breached_open"))], limit=size, order="id"
        )
        ids = found.ids
    prepared = partial(run_out, registry, ids)
    return job(registry, f"{len(ids):,} deadlines over", len(ids), prepared, watch, floor_watch, rounds)


@contextlib.contextmanager
def run_out(registry, ids: list[int], work):
    with session(registry, mail_notify_force_send=False) as env:
        values = {
            "ids": ids,
            "type": env["ir.model.data"]._xmlid_to_res_id("crm_sync_measures.activity_type_case_clock"),
        }
        for name in ("forget", "run out", "show run out"):
            env.cr.execute(sections()[name], values)
        env.cr.execute("ANALYZE crm_sync_case_clock")
        env.cr.commit()
        yield env, work


def watch(env):
    env["crm.sync.case.clock"]._cron_watch()
    return partial(told, env)


def floor_watch(env):
    env.cr.execute("SET LOCAL jit = off")
    now = env.cr.now().replace(microsecond=0)
    words = {"now": now, "type": env["ir.model.data"]._xmlid_to_res_id("crm_sync_measures.activity_type_case_clock")}
    words["model"] = env["ir.model"]._get_id("crm.sync.case")
    env.cr.execute(sections()["watch"], words)
    env.cr.commit()
    return partial(told, env)


def told(env) -> tuple:
    """What was marked and told: cases and clocks that are late, and who is to do something about which case."""
    env.cr.execute(
        sections()["told"],
        {"type": env["ir.model.data"]._xmlid_to_res_id("crm_sync_measures.activity_type_case_clock")},
    )
    return env.cr.fetchone()


def without_reply(registry, name: str, rounds: int) -> dict:
    """Cases whose customers do not reply are closed, each with a message to him. The floor is Odoo's own message alone."""
    rounds = min(rounds, 3)
    with session(registry) as env:
        # Each turn closes its own: two rivals, a turn before and one for the memory.
        waiting = env["crm.sync.case"].search_count([("step", "=", "waiting_customer"), ("partner_id", "!=", False)])
    size = min(200, waiting // (2 * (rounds + 1) + 1))
    prepared = partial(quiet, registry, size)
    return job(registry, f"{size} without reply", size, prepared, close, floor_close, rounds)


@contextlib.contextmanager
def quiet(registry, size: int, work):
    with session(registry, mail_notify_force_send=False) as env:
        env["crm.sync.case.policy"].search([]).autoclose_days = 14
        env.flush_all()
        env.cr.execute(sections()["quiet"], {"size": size})
        env.cr.commit()
        yield env, work


def close(env):
    env["crm.sync.case"]._cron_silence()
    return partial(left_open, env)


def floor_close(env):
    """What nobody can do without: the message to each customer, a hundred for each commit."""
    cases = env["crm.sync.case"].search([("silence_at", "<=", env.cr.now())])
    for start in range(0, len(cases), 100):
        for case in cases[start : start + 100]:
            case.message_post(
                body="We have heard nothing from you and close this case.",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=case.partner_id.ids,
            )
        env.cr.commit()
    env.cr.execute("UPDATE crm_sync_case SET silence_at = NULL, step = 'accepted' WHERE id = ANY(%s)", [cases.ids])
    env.cr.commit()
    return partial(left_open, env)


def left_open(env) -> int:
    """Cases that should have been closed and were not."""
    return env["crm.sync.case"].search_count([("silence_at", "<=", env.cr.now())])


if __name__ == "__main__":
    main()
