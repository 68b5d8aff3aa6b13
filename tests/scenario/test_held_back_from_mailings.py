"""A mailing of Odoo's own mailing app passes over who has an open complaint or a broken promise, and says so in its statistics."""

import ast

from dev import odoo_run

MAILING = """
from datetime import timedelta

from odoo import fields

env["crm.sync.contact.cap"].search([]).unlink()
env["crm.sync.contact.cap"].create({"channel": "email", "limit": 1, "days": 30})
angry, complains, content = env["res.partner"].create(
    [{"name": name, "email": name.lower() + "@mailing.example.com"} for name in ("Angry", "Complains", "Content")])
case = env["crm.sync.case"].create({"name": "Scratched", "partner_id": complains.id, "kind": "complaint"})
past = fields.Datetime.now() - timedelta(days=2)
env["crm.sync.promise"].create({"name": "Call back", "partner_id": angry.id, "promised_at": past - timedelta(days=1), "due_at": past})
contact = env["mailing.contact"].create({"name": "Angry again", "email": "angry@mailing.example.com"})


def send(model, domain, subject):
    mailing = env["mailing.mailing"].create({
        "subject": subject, "body_html": "<p>New lamps</p>", "mailing_type": "mail", "keep_archives": True,
        "mailing_model_id": env["ir.model"]._get_id(model), "mailing_domain": domain,
        **({"contact_list_ids": [(6, 0, lists.ids)]} if model == "mailing.contact" else {})})
    mailing.action_send_mail()
    return sorted((trace.email, trace.trace_status, trace.failure_type or "") for trace in mailing.mailing_trace_ids)


lists = env["mailing.list"].create({"name": "Readers", "contact_ids": [(6, 0, contact.ids)]})
everybody = [("id", "in", (angry + complains + content).ids)]
print("FIRST", send("res.partner", everybody, "Spring"))
case.action_reject("It was not ours")
print("SECOND", send("res.partner", everybody, "Summer"))
print("LIST", send("mailing.contact", [("list_ids", "in", lists.ids)], "Autumn"))
print("SENT", env["crm.sync.contact.sent"].search([("partner_id", "in", (angry + complains + content).ids)]).mapped(
    lambda sent: (sent.partner_id.name, sent.purpose)))
"""


def told(printed, word):
    line = next(line for line in printed.splitlines() if line.startswith(word + " "))
    return ast.literal_eval(line.removeprefix(word + " "))


def test_a_mailing_passes_over_who_is_angry_or_had_enough_and_says_so(apps_copy, tmp_path):
    script = tmp_path / "mailing.py"
    script.write_text(MAILING)
    with apps_copy("mailings") as database:
        printed = odoo_run.inside(database, str(script), "mailing")
    angry, complains, content = (
        (f"{name}@mailing.example.com", "cancel", "sync_held") for name in ("angry", "complains", "content")
    )
    # No mail server answers here: that it was tried is what counts.
    first, second = told(printed, "FIRST"), told(printed, "SECOND")
    assert first[:2] == [angry, complains]
    assert first[2][0] == content[0] and first[2][2] != "sync_held"
    # What was settled holds nobody back any more; who had enough is.
    assert [second[0], second[2]] == [angry, content]
    assert second[1][0] == complains[0] and second[1][2] != "sync_held"
    assert told(printed, "LIST") == [angry]
    assert sorted(told(printed, "SENT")) == [("Complains", "marketing"), ("Content", "marketing")]


UNSUBSCRIBED = """
from datetime import timedelta

from odoo import fields

News, Offers, Old = env["mailing.list"].create([{"name": name} for name in ("News", "Offers", "Old")])
left, keeps, gone, stopped = env["res.partner"].create(
    [{"name": name, "email": name.lower() + "@lists.example.com"} for name in ("Left", "Keeps", "Gone", "Stopped")])
env["mailing.contact"].create([
    {"name": "Left", "email": "LEFT@lists.example.com", "list_ids": [(6, 0, (News + Old).ids)]},
    {"name": "Keeps", "email": "keeps@lists.example.com", "list_ids": [(6, 0, (News + Offers).ids)]},
    {"name": "Gone", "email": "gone@lists.example.com", "list_ids": [(6, 0, News.ids)]},
])
Old.active = False
everybody = left + keeps + gone + stopped
gate, said = env["crm.sync.contact.gate"], env["crm.sync.contact.preference"]


def refused(purpose, channel="email"):
    env.flush_all()
    verdicts = gate._may_contact(everybody, purpose, channel)
    return [(partner.name, verdicts[partner.id].reason) for partner in everybody if verdicts[partner.id].reason not in (None, "no_address")]


print("BEFORE", refused("marketing"))
# What the page of the mailing app does: from a list, and from a mailing to contacts.
for email in ("left@lists.example.com", "keeps@lists.example.com", "gone@lists.example.com"):
    News._update_subscription_from_email(email, opt_out=True)
env["mail.blacklist"].sudo()._add("stopped@lists.example.com")
print("AFTER", refused("marketing"))
print("CARE", refused("care"))
print("LETTER", refused("marketing", "letter"))
print("PAGE", [said._current(partner)["marketing"] for partner in (left, keeps)])
env["mailing.subscription"].search([("contact_id.email", "=", "LEFT@lists.example.com")]).opt_out_datetime = (
    fields.Datetime.now() - timedelta(minutes=1))
said._said(left, {"marketing": True}, "link")
print("AGAIN", refused("marketing"))
"""


def test_who_has_left_his_mailing_lists_gets_no_advertising_until_he_wants_it_again(apps_copy, tmp_path):
    script = tmp_path / "unsubscribed.py"
    script.write_text(UNSUBSCRIBED)
    with apps_copy("unsubscribed") as database:
        printed = odoo_run.inside(database, str(script), "unsubscribed")
    left, gone = ("Left", "preference"), ("Gone", "preference")
    stopped = ("Stopped", "opted_out")
    assert told(printed, "BEFORE") == []
    # One is still on another list; the list of the first one that is left is archived.
    assert told(printed, "AFTER") == [left, gone, stopped]
    # From a mailing to contacts one is blacklisted by Odoo: that holds for everything.
    assert told(printed, "CARE") == [stopped]
    assert told(printed, "LETTER") == []
    assert told(printed, "PAGE") == [False, True]
    assert told(printed, "AGAIN") == [gone, stopped]
