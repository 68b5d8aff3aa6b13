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
