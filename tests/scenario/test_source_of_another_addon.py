"""Another addon adds a source to the timeline, and a rule to the card, in ten lines each, and takes them along when it goes."""

from dev import odoo_run
from dev.odoo_tree import addons_path
from dev.paths import ROOT

PROBE = """
partner = env["res.partner"].create({"name": "Bank customer"})
env["res.partner.bank"].create({"partner_id": partner.id, "acc_number": "DE 42"})
print("EVENTS", [(event["kind"], event["title"]) for event in partner.sync_timeline()["events"]])
card = partner.sync_contact_card()
print("CARD", card["light"], card["decision"], [told["label"] + ": " + told["text"] for told in card["findings"]])
"""


def events(database, log, word="EVENTS "):
    script = log.with_suffix(".py")
    script.write_text(PROBE)
    printed = odoo_run.inside(database, str(script), "probe")
    return next(line for line in printed.splitlines() if line.startswith(word))


def test_ten_lines_of_another_addon_are_a_source(system_copy, tmp_path, monkeypatch):
    path = [*addons_path(), ROOT, ROOT / "tests" / "addons"]
    monkeypatch.setattr(odoo_run, "config", _with_addons(odoo_run.config, ",".join(map(str, path))))
    with system_copy("source") as database:
        odoo_run.odoo(
            database, "server", "-i", "crm_sync_test_source", "--stop-after-init", "--no-http", what="install"
        )
        assert "('bank account', 'DE 42')" in events(database, tmp_path / "with")
        card = events(database, tmp_path / "card", "CARD ")
        assert card.startswith("CARD red ask ['Bank account changed: DE 42'")
        script = tmp_path / "uninstall.py"
        script.write_text(
            "env['ir.module.module'].search([('name', '=', 'crm_sync_test_source')]).button_immediate_uninstall()\n"
        )
        odoo_run.inside(database, str(script), "uninstall")
        assert "DE 42" not in events(database, tmp_path / "without")
        assert events(database, tmp_path / "green", "CARD ").startswith("CARD green inform ")


def _with_addons(config, addons):
    return lambda database, **options: config(database, **{**options, "addons_path": addons})
