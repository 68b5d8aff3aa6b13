"""Runs inside Odoo's shell: takes hostile mails as the gateway does, and says in one line of JSON what became of them."""

import collections
import json
import os
import sys
import time
import traceback

sys.path.insert(0, os.environ["HOSTILE_TESTS"])
import hostile

env = env(context={"mail_notify_force_send": False})  # noqa: F821
department = env.ref("crm_sync_measures.department_service")
domain = env["mail.alias.domain"].search([], limit=1) or env["mail.alias.domain"].create({"name": "cases.example.com"})
env["res.company"].search([]).alias_domain_id = domain
department.write({"alias_name": "hostile", "case_kind": "complaint"})
case = env["crm.sync.case"].search([("is_open", "=", True)], limit=1)
case.message_post(body="What is it about?", message_type="comment", subtype_xmlid="mail.mt_comment")
env.cr.commit()
address = department.alias_email
ours = [f"<{address}>", f"bounce@{domain.name}", f"catchall@{domain.name}", "mailer-daemon@example.net"]
known = case.message_ids.mapped("message_id")
told, broken, slow = collections.Counter(), [], []
seed, count = int(os.environ["HOSTILE_SEED"]), int(os.environ["HOSTILE_COUNT"])
for number, raw in enumerate(hostile.mails(seed, count, address, ours, known)):
    began = time.process_time()
    try:
        with env.cr.savepoint():
            thread = env["mail.thread"].message_process(None, raw)
            env.flush_all()
        told["taken" if thread else "ignored"] += 1
    except ValueError as error:
        # What Odoo's gateway says of a mail that is for nobody.
        if "No possible route" not in str(error):
            broken.append((number, traceback.format_exc()))
        told["for nobody"] += 1
    except Exception:
        broken.append((number, traceback.format_exc()))
    took = time.process_time() - began
    if took > 5:
        slow.append((number, round(took, 1), len(raw)))
    env.invalidate_all()
    if number % 100 == 99:
        env.cr.commit()
        print("SO FAR", number + 1, dict(told), len(broken), flush=True)
env.cr.commit()
print("TOLD " + json.dumps({"told": told, "broken": broken[:100], "number": len(broken), "slow": slow}))
