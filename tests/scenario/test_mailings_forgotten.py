"""With Odoo's mailings installed: lists know nothing of who is forgotten, and a neutralized copy sends no mailing that waits."""

from dev import databases, odoo_run

MAILINGS = """
env.ref("base.user_admin").group_ids = [(4, env.ref("crm_sync_measures.group_manager").id)]
person = env["res.partner"].create({"name": "Zebulon Quixworth", "email": "zebulon@quixworth.example.com"})
other = "not-zebulon@quixworth.example.com.other.example"
lists = env["mailing.list"].create([{"name": "News"}, {"name": "Offers"}])
env["mailing.contact"].create([
    {"name": person.name, "email": person.email, "subscription_ids": [(0, 0, {"list_id": lists[0].id, "opt_out": True})]},
    {"name": person.name, "email": person.email, "subscription_ids": [(0, 0, {"list_id": lists[1].id})]},
    {"name": "Somebody Else", "email": other, "subscription_ids": [(0, 0, {"list_id": lists[1].id})]},
])
waiting = env["mailing.mailing"].create({"subject": "News", "mailing_model_id": env["ir.model"]._get_id("res.partner"), "body_html": "x"})
env["mailing.trace"].create({"mass_mailing_id": waiting.id, "model": "res.partner", "res_id": person.id, "email": person.email,
    "trace_type": "mail", "trace_status": "sent"})
waiting.action_put_in_queue()
wizard = env["crm.sync.anonymise"].with_user(env.ref("base.user_admin"))
wizard.create({"partner_id": person.id, "confirmation": person.name}).action_anonymise()
print("CONTACTS", env["mailing.contact"].search([("email", "like", "zebulon")]).mapped("email"))
print("TRACES", env["mailing.trace"].search([("mass_mailing_id", "=", waiting.id)]).mapped("email"))
print("LEFT ALONE", env["mail.blacklist"].search([("email", "like", "zebulon")]).mapped("email"))
print("STATE", waiting.state)
env.cr.commit()
"""


def test_mailing_lists_forget_him_and_a_neutralized_copy_sends_no_mailing(apps_copy, tmp_path):
    script = tmp_path / "mailings.py"
    script.write_text(MAILINGS)
    with apps_copy("mailings") as database:
        printed = odoo_run.inside(database, str(script), "mailings")
        assert "CONTACTS ['not-zebulon@quixworth.example.com.other.example']" in printed
        assert "TRACES [False]" in printed
        assert "LEFT ALONE ['zebulon@quixworth.example.com']" in printed
        assert "STATE in_queue" in printed
        odoo_run.odoo(database, "neutralize", what="neutralize")
        waiting = "SELECT count(*) FROM mailing_mailing WHERE state IN ('in_queue', 'sending')"
        assert databases.ask(waiting, database) == [["0"]]
