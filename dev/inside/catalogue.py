"""Compares and merges translation catalogues. Run with the project's Python, which has polib.

usage: catalogue.py check|merge|diff EXPORTED.pot COMMITTED SAME_IN_CHINESE.txt
Findings are printed, one a line.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%\(\w+\)[sdrfi]|%[sdrfi%]|\{\{.*?\}\}|\$\{.*?\}|\{\w*\}|<[^>]+>")
# Read by people, though they stand in a tag.
SPOKEN = re.compile(r'(title|alt|aria-label|placeholder)="[^"]*"')
WORD = re.compile(r"[A-Za-z]{2,}")


def shown(text):
    text = text.replace("\n", "\\n")
    return repr(text if len(text) < 60 else text[:57] + "...")


def kept(text):
    """What a translation must leave as it is."""
    return Counter(PLACEHOLDER.findall(SPOKEN.sub("", text)))


def check(terms, catalogue, same):
    known = {entry.msgid: entry for entry in catalogue if not entry.obsolete}
    for term in terms:
        entry = known.get(term.msgid)
        if entry is None or not entry.msgstr.strip():
            yield f"not translated: {shown(term.msgid)}"
        elif entry.fuzzy:
            yield f"fuzzy: {shown(term.msgid)}"
        elif kept(term.msgid) != kept(entry.msgstr):
            yield f"placeholders or tags differ: {shown(term.msgid)} -> {shown(entry.msgstr)}"
        elif entry.msgstr.strip() == term.msgid.strip() and WORD.search(term.msgid) and term.msgid.strip() not in same:
            yield f"same as the source: {shown(term.msgid)} (if that is right, add it to dev/same-in-chinese.txt)"
    wanted = {term.msgid for term in terms}
    for msgid in known:
        if msgid not in wanted:
            yield f"no longer a term: {shown(msgid)} (run bin/lint --fix)"


def diff(terms, committed):
    new, old = ({(entry.msgid, entry.comment, tuple(sorted(entry.occurrences))) for entry in c} for c in (terms, committed))
    new_ids, old_ids = {msgid for msgid, *_ in new}, {msgid for msgid, *_ in old}
    yield from (f"  new: {shown(msgid)}" for msgid in sorted(new_ids - old_ids)[:8])
    yield from (f"  gone: {shown(msgid)}" for msgid in sorted(old_ids - new_ids)[:8])
    moved = len({msgid for msgid, *_ in new - old} & old_ids)
    if moved:
        yield f"  used elsewhere: {moved} terms"


def merge(terms, path):
    """Takes the order and places of the template, the translations of the catalogue; what is new stays empty."""
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} if path.exists() else {}
    merged = polib.POFile(wrapwidth=78)
    merged.metadata = {
        **terms.metadata,
        "Language": "zh_CN",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for volatile in ("POT-Creation-Date", "PO-Revision-Date"):
        merged.metadata.pop(volatile, None)
    for term in terms:
        merged.append(
            polib.POEntry(
                msgid=term.msgid, msgstr=known.get(term.msgid, ""), comment=term.comment,
                occurrences=term.occurrences, flags=term.flags, msgctxt=term.msgctxt,
            )  # fmt: skip
        )
    merged.save(str(path), newline="\n")


def main():
    action, exported, committed, same = sys.argv[1], polib.pofile(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    allowed = {line.strip() for line in same.read_text().splitlines() if line.strip() and not line.startswith("#")}
    if action == "merge":
        merge(exported, committed)
    elif action == "diff":
        print(*diff(exported, polib.pofile(str(committed))), sep="\n")
    else:
        for finding in check(exported, polib.pofile(str(committed)), allowed):
            print(finding)


main()
