"""Modules that the addon serves and never requires: their events are in the timeline once they are installed."""

from dev import odoo_run

PROBE = """
customer = env["res.partner"].create({"name": "Optional"})
fair = env["event.event"].create({"name": "Fair", "date_begin": "2026-01-01 08:00:00", "date_end": "2026-01-02 08:00:00"})
env["event.registration"].create({"event_id": fair.id, "partner_id": customer.id, "name": "Optional"})
mailing = env["mailing.mailing"].create(
    {"subject": "News", "mailing_model_id": env["ir.model"]._get_id("res.partner"), "body_html": "x"}
)
env["mailing.trace"].create(
    {"mass_mailing_id": mailing.id, "model": "res.partner", "res_id": customer.id, "email": "a@example.com",
     "trace_type": "mail", "trace_status": "sent", "sent_datetime": "2026-01-01 10:00:00"}
)
print("EVENTS", [(event["kind"], event["title"], event["state_label"]) for event in customer.sync_timeline()["events"]])
print("SHOP", customer.sync_timeline({"kinds": ["pos"]})["events"])
print("KINDS", [kind["value"] for kind in customer.sync_customer_page()["filters"]["kinds"]])
"""


def test_mailings_registrations_and_the_shop_are_sources_once_installed(apps_copy, tmp_path):
    script = tmp_path / "probe.py"
    script.write_text(PROBE)
    with apps_copy("optional") as database:
        printed = odoo_run.inside(database, str(script), "probe")
    assert "EVENTS [('event', 'Fair', 'Registered'), ('mailing', 'News', 'Sent')]" in printed
    assert "SHOP []" in printed
    kinds = next(line for line in printed.splitlines() if line.startswith("KINDS "))
    assert "'mailing', 'event', 'pos'" in kinds
