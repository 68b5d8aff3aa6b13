"""A customer's verdict on a case is a rating of Odoo too, once its ratings are installed; and for nobody else's eyes."""

import ast

from dev import odoo_run

BEFORE = """
from odoo.tests import new_test_user

service = env.ref("crm_sync_measures.department_service")
customer = env["res.partner"].create({"name": "Judge", "email": "judge@rating.example.com"})


def judged(stars, note):
    case = env["crm.sync.case"].create({"name": "Lens", "kind": "question", "partner_id": customer.id,
                                        "department_id": service.id})
    case.action_close(note="Done")
    case._give_verdict(stars, note)
    return case


old = judged(2, "Before")
env["ir.config_parameter"].set_param("test.old", old.id)
new_test_user(env, "rated", "base.group_user")
new_test_user(env, "rated_agent", "base.group_user,crm_sync_measures.group_user", sync_department_id=service.id)
env.cr.commit()
"""
AFTER = (
    BEFORE.split("old = ", maxsplit=1)[0]
    + """
customer = env["res.partner"].search([("email", "=", "judge@rating.example.com")], order="id", limit=1)
old = env["crm.sync.case"].browse(int(env["ir.config_parameter"].get_param("test.old")))
Rating = env["rating.rating"]


def ratings(case, user="admin"):
    user = env["res.users"].search([("login", "=", user)])
    found = Rating.with_user(user).search([("res_model", "=", "crm.sync.case"), ("res_id", "=", case.id)])
    return [(one.rating, one.feedback or "", one.consumed, one.partner_id == customer) for one in found.sudo()]


print("OLD", ratings(old))
case = judged(4, "Quick")
print("NEW", ratings(case))
case._give_verdict(1, "Broken again")
print("PUT_RIGHT", ratings(case))
print("EMPLOYEE", ratings(case, "rated"))
print("AGENT", ratings(case, "rated_agent"))
loose = judged(2, "From my address")
env.flush_all()
env.cr.execute("UPDATE crm_sync_score SET partner_id = NULL WHERE case_id = %s", [loose.id])
env.cr.execute("UPDATE crm_sync_case SET partner_id = NULL, email_from = %s WHERE id = %s", [customer.email, loose.id])
env.invalidate_all()
env["crm.sync.erasure"]._erase(customer)
print("FORGOTTEN", ratings(case))
print("LOOSE", [feedback for _stars, feedback, _consumed, _his in ratings(loose)])
"""
)


def told(printed, word):
    line = next(line for line in printed.splitlines() if line.startswith(word + " "))
    return ast.literal_eval(line.removeprefix(word + " "))


def test_a_verdict_is_one_consumed_rating_for_who_may_read_it(system_copy, tmp_path):
    before, after = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text(BEFORE)
    after.write_text(AFTER)
    with system_copy("ratings") as database:
        odoo_run.inside(database, str(before), "verdict")
        odoo_run.odoo(database, "server", "-i", "rating", "--stop-after-init", "--no-http", what="install rating")
        printed = odoo_run.inside(database, str(after), "ratings")
    assert told(printed, "OLD") == [(2.0, "Before", True, True)]
    assert told(printed, "NEW") == [(4.0, "Quick", True, True)]
    assert told(printed, "PUT_RIGHT") == told(printed, "AGENT") == [(1.0, "Broken again", True, True)]
    assert told(printed, "EMPLOYEE") == []
    assert told(printed, "FORGOTTEN") == [(1.0, "", True, True)]
    assert told(printed, "LOOSE") == [""]
