"""A transaction that began before a decision was changed does not make the old one hold again for everybody."""

import json

from dev import odoo_run

#: Transactions of one process, as the threads of a server have them.
STORY = """
import json
from odoo import api, SUPERUSER_ID

def of(cr, model):
    return api.Environment(cr, SUPERUSER_ID, {})[model]

def ours(cr):
    return of(cr, "crm.sync.contact.policy")._get_policies(company)["unhappy"].decision

def native(cr):
    return of(cr, "ir.config_parameter").get_param("crm_sync_test.decision")

def decide(cr, decision):
    of(cr, "crm.sync.contact.policy")._fill(company)
    of(cr, "crm.sync.contact.policy").search([("rule_code", "=", "unhappy")]).decision = decision
    of(cr, "ir.config_parameter").set_param("crm_sync_test.decision", decision)

company, cursor, told = env.company, env.registry.cursor, {}
with cursor() as cr:
    decide(cr, "block")
with cursor() as older:
    older.execute("SELECT 'and sees from now on what there is'")
    with cursor() as newer:
        decide(newer, "ask")
        told["uncommitted"] = [ours(newer), ours(older)]
    told["older"] = [ours(older), native(older)]
with cursor() as cr:
    told["afterwards"] = [ours(cr), native(cr)]
with cursor() as cr:
    ours(cr)
    told["queries"] = cr.sql_log_count
print(json.dumps(told))
"""


def test_a_decision_holds_though_an_older_transaction_reads_on(system_copy, tmp_path):
    script = tmp_path / "story.py"
    script.write_text(STORY)
    with system_copy("older") as database:
        told = json.loads(odoo_run.inside(database, str(script), "story").splitlines()[-1])
    assert told["uncommitted"] == ["ask", "block"], "each sees its own"
    assert told["older"] == ["block", "block"]
    # Native: what an older transaction read holds for everybody, until something clears Odoo's caches.
    assert told["afterwards"] == ["ask", "block"]
    assert told["queries"] == 0, "it is kept"
