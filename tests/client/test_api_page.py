"""The examples of docs/api.md, as they stand: in Python and with curl, on a running server, with a key of a manager."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def access(client_for):
    client = client_for("max")
    return {"ODOO_URL": client.url, "ODOO_KEY": client.key}


@pytest.fixture(scope="module")
def session(access):
    """The names that the Python of the page has made, block by block."""
    names, before = {}, dict(os.environ)
    os.environ.update(access)
    try:
        for number, block in enumerate(blocks("python"), 1):
            exec(compile(block, f"docs/api.md, block {number} in Python", "exec"), names)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return names


def test_the_timeline_has_orders_and_invoices_of_the_customer(session):
    events = session["page"]["events"]
    assert events
    assert {event["kind"] for event in events if not event["masked"]} <= {"order", "invoice"}


def test_a_posted_contact_is_the_customers(session, client_for):
    [touch] = client_for("max").call("crm.sync.touch", "read", ids=[session["touch"]], fields=["partner_id", "channel"])
    assert (touch["partner_id"][0], touch["channel"]) == (session["customer"], "call")


def test_the_gate_has_an_answer(session):
    assert session["verdict"].keys() == {"partner_id", "allowed", "reason", "message"}


def test_a_case_belongs_to_whom_the_address_names(session, client_for):
    [case] = client_for("max").call("crm.sync.case", "read", ids=[session["case"]["id"]], fields=["partner_id", "kind"])
    assert (case["partner_id"][0], case["kind"]) == (session["customer"], "complaint")


def test_points_move_once_for_each_key(session):
    given, taken = session["given"], session["taken"]
    assert (given["state"], taken["state"]) == ("posted", "posted")
    assert taken["balance"] == given["balance"] - 25
    assert session["why"]["card"]


def test_a_program_by_hand_asks_its_audience(session, client_for):
    [program] = client_for("max").call(
        "crm.sync.survey.program", "read", ids=[session["program"]], fields=["state", "wave"]
    )
    assert (program["state"], program["wave"]) == ("ended", 1)
    assert session["scores"]


def test_figures_are_there_to_be_loaded(session):
    assert session["rows"]
    assert 0 < len(session["series"]) <= 12


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl on this machine")
@pytest.mark.parametrize("number", range(len(blocks("sh"))))
def test_what_curl_is_told_is_answered(access, number):
    done = subprocess.run(
        ["sh", "-eu"],
        input=blocks("sh")[number],
        env={**os.environ, **access},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("[")


def test_the_page_keeps_what_it_promises():
    """Timeline, contact, case, points, surveys, KPIs, gate: in Python each, and curl for who has nothing else."""
    python = "\n".join(blocks("python"))
    for method in (
        "sync_timeline",
        "may_contact",
        "sync_open_case",
        "sync_adjust",
        "sync_explain",
        "action_send_wave",
        "score_figures",
        "kpi_series",
    ):
        assert f'"{method}"' in python
    assert len(blocks("sh")) >= 3
