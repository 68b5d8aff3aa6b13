"""A mailing of Odoo's own mailing app leaves out whom its campaign holds out, fixes the groups, and gives material once."""

import ast

from dev import odoo_run

HOLDOUT = """
campaign = env["utm.campaign"].create({"title": "Spring lenses"})
people = env["res.partner"].create(
    [{"name": f"P{number}", "email": f"p{number}@holdout.example.com"} for number in range(40)])
campaign._sync_choose(str([("id", "in", people.ids)]), 30, 20, 5.0)
held = {member.partner_id.email for member in campaign.sync_member_ids if member.member_group == "held_out"}
print("STATE", [campaign.sync_holdout_state])


def send(model, domain, **values):
    mailing = env["mailing.mailing"].create({
        "subject": "Spring", "body_html": "<p>New lamps</p>", "mailing_type": "mail", "keep_archives": True,
        "mailing_model_id": env["ir.model"]._get_id(model), "mailing_domain": domain, "campaign_id": campaign.id, **values})
    mailing.action_send_mail()
    return {trace.email: (trace.trace_status, trace.failure_type or "", trace.failure_reason or "") for trace in mailing.mailing_trace_ids}


everybody = [("id", "in", people.ids)]
traces = send("res.partner", everybody)
print("HELD", sorted(email for email, trace in traces.items() if trace[:2] == ("cancel", "sync_held_out")) == sorted(held), len(held) > 2)
print("WHY", sorted({trace[2] for trace in traces.values() if trace[1] == "sync_held_out"}))
print("OTHERS", not [email for email, trace in traces.items() if email not in held and trace[1] == "sync_held_out"])
print("BUDGET", not env["crm.sync.contact.sent"].search([("partner_id.email", "in", sorted(held))]))
print("AFTER", [campaign.sync_holdout_state])
try:
    campaign._sync_choose(str(everybody), 10, 20, 5.0)
except Exception as error:
    print("ANEW", [type(error).__name__])

# A reader of a list who is one of the customers held out, by his address.
reader = env["mailing.contact"].create({"name": "Reader", "email": sorted(held)[0].upper()})
lists = env["mailing.list"].create({"name": "Readers", "contact_ids": [(6, 0, reader.ids)]})
print("LIST", [trace[1] for trace in send("mailing.contact", [("list_ids", "in", lists.ids)], contact_list_ids=[(6, 0, lists.ids)]).values()])

# He is archived: his address is still his.
gone = people.filtered(lambda one: one.email == sorted(held)[1])
gone.active = False
reader.email = gone.email
print("ARCHIVED", [trace[1] for trace in send("mailing.contact", [("list_ids", "in", lists.ids)], contact_list_ids=[(6, 0, lists.ids)]).values()])
gone.active = True

# Two customers were merged: the survivor is what he was.
treated = people.filtered(lambda one: one.email not in held)
loser = people.filtered(lambda one: one.email in held)[:1]
env["base.partner.merge.automatic.wizard"]._merge((treated[0] + loser).ids, treated[0], extra_checks=False)
print("MERGED", [trace[1] for trace in send("res.partner", [("id", "=", treated[0].id)]).values()] != ["sync_held_out"])
print("GROUPS", sum(campaign._sync_effects()[campaign.id][group] for group in ("treated", "held_out")))

# Nobody gets the catalogue twice.
catalogue = env["crm.sync.material"].create({"name": "Catalogue"})
catalogue._give(treated[1], "hand", env["utm.campaign"])
some = [("id", "in", treated[1:4].ids)]
first = send("res.partner", some, sync_material_id=catalogue.id, campaign_id=False)
print("FIRST", sorted(trace[1] for trace in first.values() if trace[1] == "sync_has_material"))
second = send("res.partner", some, sync_material_id=catalogue.id, campaign_id=False)
print("SECOND", sorted(trace[1] for trace in second.values()))
print("GIVEN", catalogue.sent_count)

# A mailing that is made in the dialog of mails fixes the groups of its campaign as well.
letter = env["utm.campaign"].create({"title": "By hand"})
others = env["res.partner"].create(
    [{"name": f"Q{number}", "email": f"q{number}@holdout.example.com"} for number in range(40)])
letter._sync_choose(str([("id", "in", others.ids)]), 30, 20, 5.0)
kept_from = {member.partner_id.id for member in letter.sync_member_ids if member.member_group == "held_out"}
composer = env["mail.compose.message"].with_context(
    default_model="res.partner", default_res_ids=others.ids, default_composition_mode="mass_mail"
).create({"subject": "By hand", "body": "<p>Lamps</p>", "mass_mailing_name": "By hand", "campaign_id": letter.id})
composer._action_send_mail()
traces = composer.mass_mailing_id.mailing_trace_ids
left_out = {trace.res_id for trace in traces if trace.failure_type == "sync_held_out"}
print("COMPOSED", [letter.sync_holdout_state], left_out == kept_from)

# What has won a test is sent to everybody else as a copy: it brings the same material.
tested = env["mailing.mailing"].create({
    "subject": "Tested", "body_html": "<p>Catalogue</p>", "mailing_type": "mail", "campaign_id": letter.id,
    "mailing_model_id": env["ir.model"]._get_id("res.partner"), "mailing_domain": some,
    "ab_testing_enabled": True, "ab_testing_pc": 50, "sync_material_id": catalogue.id})
tested.action_select_as_winner()
winner = letter.ab_testing_winner_mailing_id
print("WINNER", winner != tested, winner.sync_material_id == catalogue, not tested.copy().sync_material_id)
"""


def told(printed, word):
    line = next(line for line in printed.splitlines() if line.startswith(word + " "))
    return line.removeprefix(word + " ")


def test_a_mailing_leaves_out_who_is_held_out_and_gives_material_once(apps_copy, tmp_path):
    script = tmp_path / "holdout.py"
    script.write_text(HOLDOUT)
    with apps_copy("holdout") as database:
        printed = odoo_run.inside(database, str(script), "holdout")
    assert told(printed, "STATE") == "['chosen']"
    assert told(printed, "HELD") == "True True"
    assert told(printed, "WHY") == "['Held out of the campaign, to see what it brings.']"
    assert (told(printed, "OTHERS"), told(printed, "BUDGET")) == ("True", "True")
    # The first mailing fixes the groups and begins the days.
    assert told(printed, "AFTER") == "['running']"
    assert told(printed, "ANEW") == "['UserError']"
    assert ast.literal_eval(told(printed, "LIST")) == ["sync_held_out"]
    assert ast.literal_eval(told(printed, "ARCHIVED")) == ["sync_held_out"]
    assert told(printed, "MERGED") == "True"
    # 40 customers were drawn, and one of them is another one now.
    assert told(printed, "GROUPS") == "39"
    assert ast.literal_eval(told(printed, "FIRST")) == ["sync_has_material"]
    assert ast.literal_eval(told(printed, "SECOND")) == ["sync_has_material"] * 3
    assert told(printed, "GIVEN") == "3"
    assert told(printed, "COMPOSED") == "['running'] True"
    assert told(printed, "WINNER") == "True True True"
