"""What nobody should send to the pages of preferences and membership: each is refused, and what customers have said stands.

150 of them; ``CRM_SYNC_HOSTILE=10000 bin/test tests/client/test_preference_hostile.py`` sends as many as it says.
"""

import os
import random

import figures
import hostile
import pytest
from test_case_intake_api import Visitor
from test_survey_answer_hostile import REFUSED, TAKEN, mark, send, tracebacks

COUNT = int(os.environ.get("CRM_SYNC_HOSTILE") or 150)
SEED = 7
FIELDS = (
    "preferences", "allow_loyalty", "allow_care", "allow_survey", "allow_marketing", "none", "birthday", "month", "day",
    "calendar", "is_leap", "csrf_token", "key", "p", "saved", "List-Unsubscribe", "partner_id", "x",
)  # fmt: skip
METHODS = ("POST", "GET", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS")
#: What nobody should find afterwards.
WRONG = {
    "a word for somebody else": """SELECT count(*) FROM crm_sync_contact_preference
        WHERE id > {said} AND partner_id NOT IN ({partners})""",
    "a source that is none of the page's": """SELECT count(*) FROM crm_sync_contact_preference
        WHERE id > {said} AND source NOT IN ('link', 'portal')""",
    "a day that does not exist": """SELECT count(*) FROM res_partner WHERE COALESCE(sync_birth_day, 0) NOT BETWEEN 0 AND 31
        OR COALESCE(sync_birth_month, 0) NOT BETWEEN 0 AND 12
        OR (COALESCE(sync_birth_day, 0) = 0) != (COALESCE(sync_birth_month, 0) = 0)""",
}


@pytest.fixture(scope="module")
def keys(besieged):
    """``{"c": [...], "m": [...]}`` of customers, and their numbers."""
    printed = besieged.shell(
        """
link = env["crm.sync.contact.link"]
for partner in env["res.partner"].search([("partner_share", "=", True), ("email", "!=", False)], limit=6):
    print("KEY", partner.id, link._key(partner), link._dated_key(partner, "membership"))
"""
    )
    rows = [line.split()[1:] for line in printed.splitlines() if line.startswith("KEY ")]
    assert rows, printed[-3_000:]
    numbers, preferences, memberships = zip(*rows, strict=True)
    return numbers, preferences, memberships


def test_malformed_posts_are_refused_and_nobody_speaks_for_another(besieged, keys):
    chance = random.Random(SEED)
    numbers, preferences, memberships = keys
    visitors = {login: Visitor(besieged, login) for login in (None, "portal_lin", "anna")}
    [[said]] = besieged.sql("SELECT COALESCE(max(id), 0) FROM crm_sync_contact_preference")
    [[own]] = besieged.sql("SELECT partner_id FROM res_users WHERE login = 'portal_lin'")
    [[colleague]] = besieged.sql("SELECT partner_id FROM res_users WHERE login = 'anna'")
    before, marks, statuses = len(tracebacks(besieged)), {}, {}
    for number in range(COUNT):
        if number % 200 == 0:
            marks = {login: mark(visitor, [f"/c/{preferences[0]}"]) for login, visitor in visitors.items()}
        if number % 10 == 0:
            # The limits of how often are tested elsewhere; here what lies behind them is reached.
            besieged.sql("DELETE FROM crm_sync_attempt")
        login = chance.choice(list(visitors))
        path = chance.choice(paths(chance, preferences, memberships))
        fields = hostile.form(chance, FIELDS)
        if chance.random() < 0.8:
            fields["csrf_token"] = marks[login]
        if chance.random() < 0.5:
            fields |= {"preferences": "1", "birthday": "1", "calendar": chance.choice(("solar", "lunar", "maya"))}
            fields |= {
                "month": chance.choice(("2", "13", "-1", "٢", "")),
                "day": chance.choice(("30", "1", "99", "1e1", "")),
            }
        if chance.random() < 0.3:
            fields["List-Unsubscribe"] = chance.choice(("One-Click", "one-click", ""))
        body, kind = hostile.request(chance, fields, hostile.files(chance))
        method = chance.choices(METHODS, (20, 2, 1, 1, 1, 1, 1))[0]
        status, page = send(
            visitors[login], path, None if method in ("GET", "HEAD", "OPTIONS") else body, kind, method
        )  # fmt: skip
        assert status in TAKEN | REFUSED | {204}, (
            f"{number}: {status} for {login} {method} {path} {kind} {fields} {page[:2_000]}"
        )
        assert "Traceback" not in page, (number, page[:2_000])
        statuses[status] = statuses.get(status, 0) + 1
    assert set(statuses) & REFUSED, statuses
    assert tracebacks(besieged)[before:] == []
    for what, query in WRONG.items():
        partners = ", ".join((*numbers, own, colleague))
        assert besieged.sql(query.format(said=said, partners=partners)) == [["0"]], what
    figures.note("malformed", "Malformed preferences and birthdays", f"{COUNT}, no traceback, nothing wrong is stored")


def paths(chance, preferences, memberships):
    key, dated = chance.choice(preferences), chance.choice(memberships)
    number, signature = key.split("-")
    _number, day, dated_signature = dated.split("-")
    other = chance.choice((0, -1, 2**31, 10**9, 1, "x", "%00", "%ff"))
    return (
        f"/c/{key}", f"/c/{key}/stop?p=survey", f"/c/{key}/stop?p={chance.choice(('', 'x', '%00', '%ff', 'transactional'))}",
        f"/m/{dated}", f"/m/{dated}/preferences", f"/m/{dated}/birthday", "/my/membership/preferences", "/my/membership/birthday",
        f"/c/{number}-{'0' * 32}", f"/c/{other}-{signature}/stop?p=survey", f"/c/{number}-{signature[:31]}", f"/c/{dated}",
        f"/m/{key}", f"/m/{other}-{day}-{dated_signature}/birthday", f"/m/{number}-00000000-{dated_signature}/preferences",
        f"/m/{number}-{'%ED%A0%80' * 3}-{dated_signature}", f"/c/{'9' * 3_000}", "/c/%E9%95%9C", "/c", "/m", f"/m/{dated}/x",
    )  # fmt: skip
