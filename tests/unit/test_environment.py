"""What the commands in bin/ rely on, as far as it needs neither Odoo nor a database."""

import ast
import contextlib
import os
import re
import smtplib
import subprocess
import sys

import pytest

from dev import mail_sink, paths, server, steps, test
from dev.checks import house
from dev.paths import DEV


def reasons_missing(source):
    tree, lines = ast.parse(source), source.splitlines()
    return [
        call.lineno
        for statement in house._statements(tree)
        for call in house._own_calls(statement)
        if getattr(call.func, "attr", "") == "sudo" and not house._commented(lines, statement.lineno, call.end_lineno)
    ]


def test_sudo_wants_a_comment_on_its_line_or_above():
    assert reasons_missing("x = record.sudo()\n") == [1]
    assert not reasons_missing("x = record.sudo()  # the reader may read the customer\n")
    assert not reasons_missing("# the reader may read the customer\nx = (\n    record.sudo()\n)\n")
    assert reasons_missing("# why\ny = 1\nx = record.sudo()\n") == [3]


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    wanted = tmp_path / "tool"
    with contextlib.suppress(RuntimeError), paths.appearing(wanted) as building:
        building.mkdir()
        raise RuntimeError
    assert not wanted.exists()
    with paths.appearing(wanted) as building:
        building.mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["tool"]


def test_keys_follow_content_not_time(tmp_path):
    (tmp_path / "a.py").write_text("1")
    before = paths.tree_digest(tmp_path)
    os.utime(tmp_path / "a.py", (1, 1))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("2")
    assert paths.tree_digest(tmp_path, without=("tests",)) == before
    (tmp_path / "a.py").write_text("2")
    assert paths.tree_digest(tmp_path, without=("tests",)) != before


def test_a_failure_names_the_known_cause(tmp_path, capsys):
    command = ["sh", "-c", "echo 'write: No space left on device'; exit 1"]
    with pytest.raises(steps.Failure, match="the disk is full"):
        steps.run(command, log=tmp_path / "log", failure="The step failed")
    assert "No space left" in capsys.readouterr().err


def test_a_failure_without_known_cause_names_its_log(tmp_path):
    with pytest.raises(steps.Failure, match=r"The step failed; the full log is .*/log\."):
        steps.run(["false"], log=tmp_path / "log", failure="The step failed")


def test_selected_tests_get_what_they_mention(tmp_path):
    (tmp_path / "test_rule.py").write_text("def test(): pass\n")
    assert not test._Needs([tmp_path], narrowed=False).database
    (tmp_path / "test_page.py").write_text("def test(page_for): pass\n")
    needs = test._Needs([tmp_path], narrowed=False)
    assert (needs.odoo, needs.system, needs.browser) == (False, True, True)
    (tmp_path / "test_apps.py").write_text("def test(apps_copy): pass\n")
    needs = test._Needs([tmp_path / "test_apps.py"], narrowed=False)
    assert (needs.odoo, needs.system, needs.plain_now, needs.database) == (False, False, True, True)
    (tmp_path / "test_model.py").write_text("from odoo.tests import TransactionCase\n")
    assert test._Needs([tmp_path / "test_model.py"], narrowed=False).odoo


def test_no_two_servers_get_the_same_port_not_even_before_they_are_up():
    command = [sys.executable, "-c", "from dev.server import free_port; print(free_port(), flush=True); input()"]
    others = [
        subprocess.Popen(command, cwd=DEV.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _number in range(5)
    ]
    ports = [server.free_port(), server.free_port(), *(int(other.stdout.readline()) for other in others)]
    for other in others:
        other.communicate("\n")
    assert len(set(ports)) == len(ports)


SHARED = """
import os, time

def test_first():
    time.sleep(0.2)
    assert not os.environ["PYTEST_XDIST_WORKER"].endswith("{failing}")

def test_second():
    time.sleep(0.2)
"""
SCHEDULER = """
from dev.workers import FromBothEnds

def pytest_xdist_make_scheduler(config, log):
    return FromBothEnds(config, log)
"""


def test_two_workers_take_whole_files_from_both_ends_and_tell_the_failures_of_both(tmp_path):
    (tmp_path / "conftest.py").write_text(SCHEDULER)
    for number in range(8):
        (tmp_path / f"test_{number}.py").write_text(SHARED.format(failing={0: "gw0", 7: "gw1"}.get(number, "none")))
    command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p", "no:cacheprovider", "-v", "-n", "2", tmp_path]
    env = {**os.environ, "PYTHONPATH": str(DEV.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    ran = re.findall(r"\[(gw[01])\] .*(?:PASSED|FAILED) test_(\d)\.py", done.stdout)
    of_first, of_second = ([number for worker, number in ran if worker == name] for name in ("gw0", "gw1"))
    assert of_first[:2] == ["0", "0"]
    assert of_second[:2] == ["7", "7"]
    assert of_first == sorted(of_first)
    assert of_second == sorted(of_second, reverse=True)
    assert sorted(of_first + of_second) == sorted("01234567" * 2)
    assert "FAILED test_0.py" in done.stdout and "FAILED test_7.py" in done.stdout
    assert "2 failed, 14 passed" in done.stdout


def test_the_demo_keeps_its_mails(tmp_path):
    with mail_sink.running(tmp_path / "mail") as port:
        with smtplib.SMTP("127.0.0.1", port) as sender:
            sender.sendmail("a@example.com", ["b@example.com"], "Subject: hello\r\n\r\n.one dot\r\n")
        [mail] = (tmp_path / "mail").iterdir()
        assert mail.read_text() == "Subject: hello\n\n.one dot\n"
        assert not server.port_is_free(port)


CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "%(count)s open cases"
msgstr "{0}"

msgid "Department"
msgstr "{1}"
"""


@pytest.mark.parametrize(
    ("first", "second", "finding"),
    [
        ("%(count)s 个未结案例", "部门", ""),
        ("未结案例", "部门", "placeholders or tags differ"),
        ("%(count)s 个未结案例", "", "not translated"),
        ("%(count)s 个未结案例", "Department", "same as the source"),
    ],
)
def test_a_translation_is_complete_and_true(tmp_path, first, second, finding):
    (tmp_path / "a.pot").write_text(CATALOGUE.format("", ""))
    (tmp_path / "a.po").write_text(CATALOGUE.format(first, second))
    command = [sys.executable, DEV / "inside" / "catalogue.py", "check", "a.pot", "a.po", DEV / "same-in-chinese.txt"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert printed.startswith(finding)
    assert bool(printed) == bool(finding)
