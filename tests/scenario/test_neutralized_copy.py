"""A neutralized copy of the database (``odoo-bin neutralize``) writes to nobody, even if somebody gives it a mail server and runs
every job; the original, with the same things waiting, does."""

import email
import email.policy

from dev import mail_sink, odoo_run

#: One thing of each kind that waits to be mailed, all to addresses of this domain.
WAITING = """
from datetime import timedelta
from odoo import fields

now, today = fields.Datetime.now(), fields.Date.today()
env.company.write({"sync_survey_hour_from": 0, "sync_survey_hour_to": 24, "sync_survey_weekend": True})
def customer(name):
    return env["res.partner"].create({"name": name, "email": f"{name}@waiting.example", "lang": "en_US", "tz": "UTC"})

env["mail.mail"].create({"subject": "Outbox", "email_to": customer("outbox").email, "state": "outgoing"})

nps = env.ref("crm_sync_measures.survey_program_nps_relationship")
for state in ("planned", "queued"):
    asked = customer(state)
    env["crm.sync.survey.invitation"].create({"program_id": nps.id, "partner_id": asked.id, "email": asked.email, "wave": nps.wave,
        "origin_key": f"{nps.wave}:{asked.id}", "planned_at": now, "queued_at": now, "due_at": now, "state": state})

care = env["crm.sync.care.rule"].search([("action", "=", "mail")], limit=1)
care._record({"state": "running", "holdout_percent": 0})
greeted = customer("greeted")
env["crm.sync.care.occasion"].create({"rule_id": care.id, "partner_id": greeted.id, "action": "mail", "day": today, "due_on": today,
    "due_at": now, "occasion_key": f"{care.id}:{greeted.id}:waiting", "email": greeted.email})
# and one that the planner finds by itself
greeted = customer("birthday")
greeted.write({"sync_birth_month": today.month, "sync_birth_day": today.day})

program = env["loyalty.program"].search([("program_type", "=", "loyalty")], limit=1)
program.write({"sync_statement": True, "active": True})
env["loyalty.card"].create({"program_id": program.id, "partner_id": customer("statement").id, "points": 120})

done = customer("verdict")
case = env["crm.sync.case"]._open_case({"partner_id": done.id, "channel": "call", "text": "Broken", "user_id": env.ref("base.user_admin").id})
case.cause_id = env.ref("crm_sync_measures.case_cause_product_defect")
case.action_move(env.ref("crm_sync_measures.case_stage_investigating").id)
case.action_close("upheld", "A new one is on its way.")
case._record({"survey_at": now})
silent = env["crm.sync.case"]._open_case({"partner_id": customer("silent").id, "channel": "call", "text": "Slow"})
silent.message_post(body="Which one?", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=silent.partner_id.ids)

reader = env.ref("base.user_admin")
reader.partner_id.email = "reader@waiting.example"
reader.write({"sync_brief_hours": 100, "group_ids": [(4, env.ref("crm_sync_measures.group_manager").id)]})
subscription = env["crm.sync.report.subscription"].create({"report": "sales", "period_kind": "month", "user_id": reader.id})
env.flush_all()
env.cr.execute("UPDATE crm_sync_report_subscription SET next_at = now() - interval '1 day' WHERE id = %s", [subscription.id])
env["calendar.event"].with_context(no_mail_to_attendees=True).create({"name": "Visit", "start": now + timedelta(hours=5),
    "stop": now + timedelta(hours=6), "user_id": reader.id, "partner_ids": [(6, 0, (reader.partner_id | done).ids)]})
env.cr.commit()
"""
#: Everything that the addon and the outbox do by themselves, with a mail server that takes all.
EVERY_JOB = """
env["ir.mail_server"].with_context(active_test=False).search([]).unlink()
env["ir.mail_server"].create({"name": "A tester's own", "smtp_host": "127.0.0.1", "smtp_port": %(port)s, "smtp_encryption": "none"})
env.cr.commit()
crons = env["ir.cron"].with_context(active_test=False)
ours = crons.search([("cron_name", "=like", "Customer Sync%%")], order="id")
# The second time for what the first one has planned.
for cron in [*ours, *ours, env.ref("mail.ir_cron_mail_scheduler_action")]:
    cron.method_direct_trigger()
    env.cr.commit()
print("RUN", len(ours))
print("LEFT", env["mail.mail"].search_count([("state", "=", "outgoing")]))
print("FAILED", env["crm.sync.job.failure"].search([("state", "!=", "resolved")]).mapped("error"))
"""
#: Who is written to by the original at any hour; greetings and statements may wait for the morning there.
EXPECTED = {"outbox", "queued", "verdict", "reader"}


def test_a_neutralized_copy_writes_to_nobody_and_the_original_does(system_copy, tmp_path):
    with system_copy("neutralized") as database:
        _inside(database, tmp_path, WAITING, "what waits")
        odoo_run.odoo(database, "neutralize", what="neutralize")
        assert _mailed(database, tmp_path / "copy") == set()
    with system_copy("original") as database:
        _inside(database, tmp_path, WAITING, "what waits")
        assert _mailed(database, tmp_path / "original") >= EXPECTED


def _inside(database, folder, code, what):
    script = folder / "script.py"
    script.write_text(code)
    return odoo_run.inside(database, str(script), what)


def _mailed(database, folder):
    """Names of those among the waiting to whom a mail left, when every job was run."""
    folder.mkdir()
    with mail_sink.running(folder / "mails") as port:
        printed = _inside(database, folder, EVERY_JOB % {"port": port}, "every job")
    assert "LEFT 0" in printed
    assert "FAILED []" in printed
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in (folder / "mails").iterdir()
    ]
    addresses = {address.addr_spec for mail in mails for address in mail["To"].addresses}
    return {address.split("@")[0] for address in addresses if address.endswith("@waiting.example")}
