"""A customer of whom every room knows something is anonymised; then a dump of the database does not tell who he was."""

import subprocess
from collections import defaultdict

from dev import odoo_run

LIFE = """
from datetime import timedelta
from odoo import fields
from odoo.tests import new_test_user

now, today = fields.Datetime.now(), fields.Date.today()
NAME, MAIL, PHONE, SAID = "Zebulon Quixworth", "zebulon@quixworth.example.com", "+1 202 555 0987", "kumquat"
admin = env.ref("base.user_admin")
admin.group_ids = [(4, env.ref("crm_sync_measures.group_manager").id)]
env = env(user=admin.id, context={"no_reset_password": True})
person = env["res.partner"].create({"name": NAME, "email": MAIL, "phone": PHONE, "street": "7 Quixworth Lane", "city": "Kumquat City",
    "vat": "QUIXWORTH7", "ref": "Quixworth-7", "website": "https://quixworth.example.com", "comment": f"<p>{NAME}: {SAID}</p>",
    "function": "Quixworth's owner", "barcode": "QUIXWORTH42", "user_id": admin.id, "sync_birth_month": 5, "sync_birth_day": 17,
    "child_ids": [(0, 0, {"name": "Quixworth Warehouse", "type": "delivery", "street": "8 Quixworth Lane"})],
    "bank_ids": [(0, 0, {"acc_number": "QUIXWORTH123", "acc_holder_name": NAME})]})
portal = new_test_user(env, MAIL, "base.group_portal", partner_id=person.id, name=NAME)
def talk(record):
    record.message_post(body=f"Dear {NAME}, {SAID}", subject=f"For {NAME}", attachments=[("quixworth.txt", b"Quixworth: kumquat")],
        partner_ids=person.ids, message_type="comment", subtype_xmlid="mail.mt_comment")
    record.message_post(body=f"It is {SAID}", message_type="email", subtype_xmlid="mail.mt_comment", author_id=person.id,
        email_from=f"{NAME} <{MAIL}>")
    if "activity_ids" in record._fields:
        record.activity_schedule("mail.mail_activity_data_todo", summary=f"Call {NAME}", note=SAID, user_id=admin.id)
talk(person)
person.phone = PHONE + "1"

# core: logged contacts, preferences; Odoo: opportunities, a web lead that nobody linked, a meeting, a colleague's task
env["crm.sync.touch"].create({"partner_id": person.id, "channel": "call", "subject": f"Met {NAME}", "note": SAID})
lead = env["crm.lead"].create({"name": f"{NAME}'s opportunity", "partner_id": person.id, "type": "opportunity", "description": SAID})
talk(lead)
env["crm.lead"].create({"name": f"Form of {NAME}", "contact_name": NAME, "email_from": MAIL, "partner_name": "Quixworth", "description": SAID})
meeting = env["calendar.event"].with_context(no_mail_to_attendees=True).create({"name": f"Visit {NAME}", "start": now, "stop": now + timedelta(hours=1),
    "description": f"At {NAME}'s", "location": "7 Quixworth Lane", "partner_ids": [(6, 0, (person | admin.partner_id).ids)]})
other = env["res.partner"].create({"name": "Somebody Else", "email": "not-zebulon@quixworth.example.com.other.example"})
other.message_post(body=f"It is {SAID}", message_type="email", subtype_xmlid="mail.mt_comment", author_id=person.id, email_from=MAIL)

# activity: promises, overrides, advice, handover
promise = env["crm.sync.promise"].create({"name": f"Call {NAME}", "note": SAID, "partner_id": person.id, "lead_id": lead.id,
    "user_id": admin.id, "promised_at": now - timedelta(days=2), "due_at": now + timedelta(days=1)})
env["crm.sync.contact.override"].sudo().create({"partner_id": person.id, "user_id": admin.id, "company_id": env.company.id, "reason": SAID,
    "rule_code": "promise_broken", "rule_codes": "promise_broken", "channel": "email", "purpose": "service"})
lead.user_id = False
advisor = env["crm.sync.advisor"]
advisor.sync_assign("crm.lead", lead.id, advisor.sync_advise("crm.lead", lead.id)["people"][0]["user_id"])

# feedback: a case of his, one from his address that was never linked, an improvement, a compensation
case = env["crm.sync.case"]._open_case({"partner_id": person.id, "channel": "call", "subject": f"{NAME}: {SAID}", "text": f"{NAME} says {SAID}",
    "user_id": admin.id, "lead_id": lead.id})
talk(case)
case.action_make_improvement(f"{NAME} wants {SAID}")
case.action_improve()
case.cause_id = env.ref("crm_sync_measures.case_cause_product_defect")
case.action_move(env.ref("crm_sync_measures.case_stage_investigating").id)
case.action_close("upheld", f"{SAID}, dear {NAME}")
env["crm.sync.case.compensation"].create({"case_id": case.id, "kind": "gift", "amount": 5, "note": SAID})
loose = env["crm.sync.case"]._open_case({"channel": "email", "text": f"{SAID} from {NAME}", "email": MAIL, "partner_name": NAME})
loose.action_make_improvement(f"{NAME} wants {SAID}")
loose.action_improve()
loose.cause_id = case.cause_id
loose.action_move(env.ref("crm_sync_measures.case_stage_investigating").id)
loose.action_close("upheld", f"{SAID}, dear {NAME}")
loose._give_verdict(1, f"{SAID} said {NAME}")
env.flush_all()
env.cr.execute("UPDATE crm_sync_score SET partner_id = NULL WHERE case_id = %s", [loose.id])
env.cr.execute("UPDATE crm_sync_case SET partner_id = NULL, email_from = %s, partner_name = %s WHERE id = %s", [f"{NAME} <{MAIL}>", NAME, loose.id])
env.invalidate_all()

# survey: an answer with words, and a call that was wished for
nps = env.ref("crm_sync_measures.survey_program_nps_relationship").sudo()
invitation = env["crm.sync.survey.invitation"].sudo().create({"program_id": nps.id, "partner_id": person.id, "email": MAIL, "wave": nps.wave,
    "origin_key": f"{nps.wave}:{person.id}", "planned_at": now, "queued_at": now, "due_at": now, "expires_at": now + timedelta(days=9)})
for state in ("queued", "sent", "opened", "started", "done"):
    invitation._set_state(state, now)
score = env["crm.sync.score"].sudo()._answer(nps, 2, f"{SAID} said {NAME}", now, invitation)
invitation._record({"score_id": score.id, "call_phone": PHONE, "wants_call": True})
answer = env["survey.user_input"].sudo().create({"survey_id": nps.survey_id.id, "partner_id": person.id, "email": MAIL, "nickname": NAME})
env["survey.user_input.line"].sudo().create({"user_input_id": answer.id, "question_id": nps.survey_id.question_ids[:1].id,
    "answer_type": "text_box", "value_text_box": f"{SAID} said {NAME}", "skipped": False})

# loyalty, tiers, care, campaigns, figures
program = env["loyalty.program"].search([("program_type", "=", "loyalty")], limit=1)
card = env["loyalty.card"].sudo().create({"program_id": program.id, "partner_id": person.id, "points": 120}).sudo(False)
card.sync_adjust(7, "goodwill", f"{NAME} called: {SAID}", "life:1")
talk(card)
notice = env["crm.sync.loyalty.notice"].sudo().create({"partner_id": person.id, "company_id": env.company.id, "kind": "reminder", "day": today,
    "key": "life", "state": "failed", "error": f"{MAIL} refused"})
care = env["crm.sync.care.rule"].sudo().search([], limit=1)
env["crm.sync.care.occasion"].sudo().create({"rule_id": care.id, "partner_id": person.id, "action": "mail", "day": today, "due_on": today, "due_at": now,
    "occasion_key": f"{care.id}:{person.id}:life", "email": MAIL})
campaign = env["utm.campaign"].create({"name": "Life"})
order = env["sale.order"].create({"partner_id": person.id, "campaign_id": campaign.id, "opportunity_id": lead.id,
    "order_line": [(0, 0, {"product_id": env["product.product"].search([("sale_ok", "=", True)], limit=1).id})]})
order.action_confirm()
order._action_cancel()
env["crm.sync.kpi.snapshot"].sudo()._cron_snapshot()

# what the server keeps: the outbox, failures of jobs, what clients were told, from where he logged in
env["mail.mail"].sudo().create({"subject": f"For {NAME}", "body_html": SAID, "email_to": MAIL})
env["mail.mail"].sudo().create({"subject": "For somebody else", "email_to": other.email})
job = env["crm.sync.job"].sudo().search([], limit=1)
env["crm.sync.job.failure"].sudo()._record_failure(job, "life", ValueError(f"no mail server for {MAIL}"), person)
env["bus.bus"].sudo()._sendone(admin.partner_id, "simple_notification", {"message": f"{NAME} has answered"})
env["res.device.log"].sudo().create({"session_identifier": "life", "user_id": portal.id, "ip_address": "198.51.100.77", "first_activity": now, "last_activity": now})
env.cr.precommit.run()
env.flush_all()
env.cr.commit()
for model in ("touch", "promise", "contact.override", "assignment", "case", "improvement", "case.compensation", "survey.invitation", "score",
              "loyalty.adjustment", "loyalty.notice", "care.occasion", "job.failure"):
    assert env["crm.sync." + model].sudo().search_count([]), model
print("PERSON", person.id)
"""
FORGET = """
person = env["res.partner"].search([("name", "=", "Zebulon Quixworth"), ("parent_id", "=", False)])
manager = env.ref("base.user_admin")
wizard = env["crm.sync.anonymise"].with_user(manager).create({"partner_id": person.id, "confirmation": person.name})
wizard.action_anonymise()
env.cr.commit()
check = env["crm.sync.loyalty.check"]
check._cron_check()
print("CHECK", check.search([], limit=1, order="id desc").state)
print("OTHER", env["mail.mail"].search_count([("subject", "=", "For somebody else")]))
"""
#: Who he was, and what was said by him and about him.
SIGNS = ("quixworth", "zebulon", "5550987", "555 0987", "kumquat", "198.51.100.77")
#: Kept, and why (docs/privacy.md): the books, and that nobody writes to the address again. And somebody else's own matters.
BOOKS = {"sale_order", "account_move", "account_payment", "payment_transaction", "mail_blacklist", "phone_blacklist"}


def test_a_dump_of_the_database_does_not_tell_who_he_was(system_copy, tmp_path):
    with system_copy("forgotten") as database:
        _inside(database, tmp_path, LIFE, "a life")
        told = _told(database)
        assert told["crm_sync_case"] and told["crm_sync_score"] and told["mail_message"] and told["bus_bus"]
        printed = _inside(database, tmp_path, FORGET, "forget")
        assert "CHECK ok" in printed
        assert "OTHER 1" in printed
        left = _told(database)
        assert {table: lines for table, lines in left.items() if table not in BOOKS} == {}


def _inside(database, folder, code, what):
    script = folder / "script.py"
    script.write_text(code)
    return odoo_run.inside(database, str(script), what)


def _told(database):
    """``{table: lines of the dump that tell of him}``; what belongs to somebody with a similar address is not his."""
    dump = subprocess.run(["pg_dump", "--data-only", database], capture_output=True, check=True).stdout.decode()
    found, table = defaultdict(list), ""
    for line in dump.splitlines():
        if line.startswith("COPY "):
            table = line.split()[1].removeprefix("public.").strip('"')
        told = line.lower().replace("not-zebulon@quixworth.example.com.other.example", "")
        if any(sign in told for sign in SIGNS):
            found[table].append(line[:400])
    return found
