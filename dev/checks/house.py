"""The rules of this project that no tool knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from ..paths import ADDONS, ROOT

_TEXTS = {
    ".py",
    ".xml",
    ".js",
    ".scss",
    ".css",
    ".csv",
    ".md",
    ".toml",
    ".txt",
    ".lock",
    ".in",
    ".po",
    ".pot",
    ".sh",
    "",
}
_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+)")
# Hosts that may stand in a file: documentation, schemas, licences, this machine, and names reserved for examples.
_HOSTS = re.compile(
    r"(^|\.)(odoo\.com|odoo-community\.org|w3\.org|gnu\.org|fsf\.org|github\.com|iso\.org|openxmlformats\.org|localhost|example(\.(com|org|net))?|test|invalid)\.?$|^127\.0\.0\.1$|^doi\.org$"
)
_MACHINE_PATH = re.compile(r"(?<![\w.])/(root|home/\w+|Users/\w+|work)/")


def sudo_has_reason() -> list[str]:
    """Each ``sudo()`` in the code of the addon and its bridges says in a comment what was checked before it."""
    findings = []
    for path in _code():
        source = path.read_text()
        lines = source.splitlines()
        for node in _statements(ast.parse(source)):
            calls = [
                call for call in _own_calls(node) if isinstance(call.func, ast.Attribute) and call.func.attr == "sudo"
            ]
            if calls and not _commented(lines, node.lineno, max(call.end_lineno for call in calls)):
                findings.append(
                    f"{_name(path)}:{calls[0].func.end_lineno}: sudo() without a comment that says what was checked"
                )
    return findings


def no_raw_html() -> list[str]:
    return [
        f"{_name(path)}:{number}: t-raw; use t-out"
        for path in _files(".xml", ".js")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "t-raw" in line
    ]


def translation_is_found() -> list[str]:
    """Odoo finds the words of Python by the name ``env._`` alone: under another one they stay English, and nothing tells."""
    return [
        f"{_name(path)}:{number}: env._ under another name: its words are not found"
        for path in _code()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"=\s*(self\.)?env\._\s*$", line)
    ]


def page_is_translated() -> list[str]:
    """Odoo translates nothing in a template that begins with a document type: it holds no words, and pages call it."""
    findings = []
    for path in _files(".xml"):
        for template in ElementTree.parse(path).iter("template"):
            if (template.text or "").lstrip().upper().startswith("<!DOCTYPE"):
                words = [text.strip() for text in list(template.itertext())[1:] if text.strip()]
                findings += [f"{_name(path)}: {template.get('id')}: “{text}” is never translated" for text in words]
    return findings


def csrf_has_reason() -> list[str]:
    findings = []
    for path in _code():
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines, 1):
            if re.search(r"csrf\s*=\s*False", line) and not _commented(lines, number, number):
                findings.append(f"{_name(path)}:{number}: csrf=False without a comment that says why")
    return findings


def no_foreign_names() -> list[str]:
    """No host but well-known ones, and no path of anybody's machine, in any file of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        return ["git cannot list the files of this checkout: " + listed.stderr.strip()]
    findings = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix not in _TEXTS or not path.is_file() or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            hosts = [host for host in _ADDRESS.findall(line) if not _HOSTS.search(host)]
            findings += [f"{name}:{number}: names the host {host}" for host in hosts]
            if _MACHINE_PATH.search(line):
                findings.append(f"{name}:{number}: names a path of a machine")
    return findings


def every_rule() -> list[str]:
    return [
        *sudo_has_reason(),
        *no_raw_html(),
        *translation_is_found(),
        *page_is_translated(),
        *csrf_has_reason(),
        *no_foreign_names(),
    ]


def _code() -> list[Path]:
    return [path for path in _files(".py") if path.relative_to(ROOT).parts[1] != "tests"]


def _files(*suffixes: str) -> list[Path]:
    """Of the addon and its bridges."""
    return sorted(
        path for name in ADDONS for path in (ROOT / name).rglob("*") if path.suffix in suffixes and path.is_file()
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.stmt))


def _own_calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls of a statement, without those of the statements inside it."""
    waiting = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def _commented(lines: list[str], first: int, last: int) -> bool:
    """Whether a comment is on the lines of a statement or directly above it."""
    above = lines[first - 2].strip() if first > 1 else ""
    return above.startswith("#") or any("#" in line for line in lines[first - 1 : last])
