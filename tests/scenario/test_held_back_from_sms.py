"""A mailing by SMS passes over who has an open complaint or has had enough, and says so in its statistics."""

import ast

import pytest

from dev import databases, odoo_run

MAILING = """
env.company.country_id = env.ref("base.de")
env["crm.sync.contact.cap"].search([]).unlink()
env["crm.sync.contact.cap"].create({"channel": "sms", "limit": 1, "days": 30})
complains, content, stopped = env["res.partner"].create([
    {"name": name, "phone": phone, "country_id": env.ref("base.de").id}
    for name, phone in (("Complains", "+49 30 2000001"), ("Content", "+49 30 2000002"), ("Stopped", "+49 30 2000003"))])
env["phone.blacklist"].add("+49 30 2000003")
case = env["crm.sync.case"].create({"name": "Scratched", "partner_id": complains.id, "kind": "complaint"})


def send(subject, **values):
    mailing = env["mailing.mailing"].create({
        "subject": subject, "body_plaintext": "New lamps", "mailing_type": "sms",
        "mailing_model_id": env["ir.model"]._get_id("res.partner"),
        "mailing_domain": [("id", "in", (complains + content + stopped).ids)], **values})
    mailing.action_send_sms()
    env.flush_all()
    names = {partner.id: partner.name for partner in complains + content + stopped}
    return sorted((names[trace.res_id], trace.trace_status == "cancel" and trace.failure_type) for trace in mailing.mailing_trace_ids)


print("FIRST", send("Spring"))
case.action_reject("It was not ours")
print("SECOND", send("Summer"))
sent = env["crm.sync.contact.sent"].search([("partner_id", "in", (complains + content + stopped).ids)])
print("SENT", sorted((row.partner_id.name, row.channel, row.source) for row in sent))
"""


def told(printed, word):
    line = next(line for line in printed.splitlines() if line.startswith(word + " "))
    return ast.literal_eval(line.removeprefix(word + " "))


@pytest.fixture
def texting(apps_copy):
    with apps_copy("texting") as database:
        odoo_run.odoo(database, "server", "-i", "mass_mailing_sms", "--stop-after-init", "--no-http", what="install")
        yield database


def test_an_sms_mailing_passes_over_who_complains_or_had_enough_and_says_so(texting, tmp_path):
    script = tmp_path / "sms.py"
    script.write_text(MAILING)
    [[state]] = databases.ask(
        "select state from ir_module_module where name = 'crm_sync_measures_mass_mailing_sms'", texting
    )
    assert state == "installed", "the bridge comes with the module it bridges"
    printed = odoo_run.inside(texting, str(script), "sms")
    stopped = ("Stopped", "sms_blacklist")
    assert told(printed, "FIRST") == [("Complains", "sync_held"), ("Content", False), stopped]
    # What was settled holds nobody back any more; who had enough is.
    assert told(printed, "SECOND") == [("Complains", False), ("Content", "sync_held"), stopped]
    assert told(printed, "SENT")[:2] == [("Complains", "sms", "Summer"), ("Content", "sms", "Spring")]
