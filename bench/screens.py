"""Every screen behind a menu of the addon, as the web client opens it, and the pages that are no list.

The floor is what the screen asks the server for as superuser, by itself: its statements, without Python and without rights.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import date, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta
from lxml import etree
from odoo.tools.safe_eval import safe_eval

from . import rooms
from .cases import CARDS, COUNTED, ROWS, fields_of
from .odoo_session import open_registry, session
from .stopwatch import in_turns
from .timeline import WEB_CLIENT, readers

ROOT = "crm_sync_measures.menu_root"
#: A screen that shows so many rows, and one that shows more, ask the server as often.
FEW = 8
REPORTS = ("usage", "customer", "sales", "service", "loyalty", "improvement")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.screens")
    parser.add_argument("config")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    registry = open_registry(options.config)
    rooms.fill(registry, options.customers)
    rooms.measure_kpis(registry)
    manager = readers(registry)["manager"]
    with session(registry, manager, **WEB_CLIENT) as env:
        env.user.group_ids += env.ref("crm_sync_measures.group_manager") + env.ref("base.group_allow_export")
        env.cr.commit()
        screens = dict(sorted({**menus(env), **pages(env)}.items()))
    print(
        json.dumps([row for name, work in screens.items() for row in measured(registry, manager, name, work, options)])
    )


# -------------------------------------------------------------------- screens


def menus(env) -> dict:
    """``{name: what its first view asks for}`` of every menu with a list, a board or an analysis."""
    found = {}
    for menu in env["ir.ui.menu"].search([("id", "child_of", env.ref(ROOT).id)]):
        action = menu.action
        if action and action._name == "ir.actions.act_window" and action.view_mode.split(",")[0] in VIEWS:
            found[menu.complete_name.partition("/")[2]] = partial(opened, action.id)
    return found


def pages(env) -> dict:
    """What is no list: the first page, the chart of a KPI, the reports, what a campaign has brought."""
    kpi = env["crm.sync.kpi.value"].search([("scope_key", "=", "company")], limit=1).kpi_id.id
    campaign = env["utm.campaign"].search([("name", "like", "bench %")], limit=1).id
    found = {
        "Overview": lambda env, rows: env["crm.sync.overview"].overview_data(),
        "Chart of a KPI": lambda env, rows: env["crm.sync.kpi"].browse(kpi).chart_data(),
        "Results of a campaign": lambda env, rows: env["utm.campaign"].browse(campaign).sync_campaign_figures(),
    }
    return found | {f"Report: {code}": partial(report, code) for code in REPORTS}


def report(code: str, env, rows: int) -> int:
    page = env["crm.sync.report.page"].create({"report": code, "day": env.cr.now().date() - timedelta(days=200)})
    return len(page.body)


def opened(action_id: int, env, rows: int):
    """The action's first view with its own domain and the filters that are set at first."""
    action = env["ir.actions.act_window"].browse(action_id)
    kind = action.view_mode.split(",")[0]
    view = next((line.view_id.id for line in action.view_ids if line.view_mode == kind), None)
    words = {"uid": env.uid, "active_id": False, "context_today": date.today, "relativedelta": relativedelta}
    context = safe_eval(action.context or "{}", dict(words))
    model = env[action.res_model].with_context(context)
    view = view or (action.view_id.id if action.view_id.type == kind else None)
    arch = etree.fromstring(model.get_view(view, kind)["arch"])
    filters, groups = chosen(model, action, context, words)
    return VIEWS[kind](model, arch, safe_eval(action.domain or "[]", dict(words)) + filters, groups, rows)


def chosen(model, action, context: dict, words: dict) -> tuple[list, list]:
    """(domain, groups) of the filters that the action sets; what only a browser can tell is left out."""
    domain, groups = [], []
    arch = etree.fromstring(model.get_view(action.search_view_id.id or None, "search")["arch"])
    for node in arch.iter("filter"):
        if context.get(f"search_default_{node.get('name')}"):
            with contextlib.suppress(Exception):
                domain += safe_eval(node.get("domain") or "[]", dict(words))
            asked = safe_eval(node.get("context") or "{}", dict(words)).get("group_by")
            groups += [asked] if isinstance(asked, str) else asked or []
    return domain, groups


def listed(model, arch, domain, groups, rows):
    if groups:
        return board(model, arch, domain, groups, rows)
    result = model.web_search_read(domain, fields_of(model, arch), limit=rows, count_limit=COUNTED)
    return len(result["records"])


def board(model, arch, domain, groups, rows):
    by = groups[:1] or list(filter(None, [arch.get("default_group_by")]))
    if not by:
        return listed(model, arch, domain, [], rows)
    found = model.web_read_group(
        domain,
        by,
        ["__count"],
        auto_unfold=arch.tag == "kanban",
        unfold_read_specification=fields_of(model, arch),
        unfold_read_default_limit=min(rows, CARDS),
    )
    return sum(group["__count"] for group in found["groups"])


def analysed(model, arch, domain, groups, rows):
    nodes = [node for node in arch.iter("field") if node.get("invisible") != "1"]
    of = lambda *kinds: [node for node in nodes if node.get("type") in kinds]  # noqa: E731
    axes = [
        f"{node.get('name')}:{node.get('interval')}" if node.get("interval") else node.get("name")
        for node in of("row", "col", None)
    ]
    measures = [name for node in of("measure") if (name := node.get("name")) != "__count"]
    kinds = [f"{name}:{model._fields[name].aggregator or 'sum'}" for name in measures if model._fields[name].aggregator]
    result = model.formatted_read_group(domain, groups or with_months(model, axes), ["__count", *kinds])
    return sum(row["__count"] for row in result)


def with_months(model, axes: list[str]) -> list[str]:
    """As the client does: days are put together to months."""
    dated = ("date", "datetime")
    return [axis if ":" in axis or model._fields[axis].type not in dated else f"{axis}:month" for axis in axes]


VIEWS = {"list": listed, "kanban": board, "pivot": analysed, "graph": analysed}


# -------------------------------------------------------------------- turns


def measured(registry, uid: int, name: str, work, options) -> list[dict]:
    statements = heard(registry, name, work)
    rivals = {
        "floor": partial(rival, registry, 1, partial(said, statements)),
        "few": partial(rival, registry, uid, lambda env: work(env, FEW)),
        "ours": partial(rival, registry, uid, lambda env: work(env, ROWS)),
    }
    courses = in_turns(rivals, options.rounds, warm_up=2)
    return [
        {
            "what": f"screen, {name}",
            "who": "manager",
            "size": options.customers,
            "floor": courses["floor"].time,
            "ours": courses["ours"].time,
            "queries": sorted(courses["few"].queries | courses["ours"].queries),
        }
    ]


@contextlib.contextmanager
def rival(registry, uid: int, work):
    with session(registry, uid, **WEB_CLIENT) as env:
        # As in a server that is at work: views, groups and rules of a user are known.
        env.user.has_group("base.group_user")
        yield env, work


def heard(registry, name: str, work) -> list[tuple]:
    """The statements of a screen as superuser, once everything is known that a server keeps in its memory."""
    with session(registry, 1, **WEB_CLIENT) as env:
        work(env, ROWS)
        env.invalidate_all()
        heard, execute = [], env.cr.execute

        def listening(query, params=None, log_exceptions=True):
            heard.append((query, params))
            return execute(query, params, log_exceptions)

        env.cr.execute = listening
        try:
            work(env, ROWS)
        finally:
            del env.cr.execute
    return heard


def said(statements: list[tuple], env) -> None:
    for query, params in statements:
        env.cr.execute(query, params)
        if env.cr.description:
            env.cr.fetchall()


if __name__ == "__main__":
    main()
