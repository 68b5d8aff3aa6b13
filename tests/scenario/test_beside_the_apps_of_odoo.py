"""With the apps of Odoo that such companies have, all in one database: installed, updated, views, menus and jobs tried, and a
customer's day lived. What each of them does with the addon by itself stands in tests of their own."""

import json

from dev import databases, odoo_run
from dev.paths import BRIDGES

#: Besides those of ``apps_copy``: registrations, mailings, the shop.
APPS = "website_sale_loyalty,mass_mailing_crm,mass_mailing_sms,sale_stock,sale_project,hr"
INSTALLED = "SELECT name FROM ir_module_module WHERE state = 'installed' AND name LIKE 'crm\\_sync\\_measures\\_%'"


def odoo(database, *arguments):
    """Runs Odoo, where an error in the log is a failure; its warnings that name the addon."""
    log = odoo_run.odoo(database, "server", *arguments, "--stop-after-init", "--no-http", what="beside the apps")
    return [line for line in log.splitlines() if " WARNING " in line and "crm_sync" in line]


def test_nothing_breaks_beside_the_apps_of_odoo(apps_copy):
    with apps_copy("beside") as database:
        assert odoo(database, "-i", APPS) == []
        assert {name for [name] in databases.ask(INSTALLED, database)} == set(BRIDGES)
        # An update checks every view of ours as it is now combined.
        assert odoo(database, "-u", "crm_sync_measures") == []
        printed = odoo_run.inside(database, "peers_probe.py", "probe", tolerant=True)
    lines = printed.splitlines()
    assert [line for line in lines if line.startswith("PROBLEM")] == []
    tried = json.loads(next(line for line in lines if line.startswith("PROBED ")).removeprefix("PROBED "))
    assert tried["views"] > 150 and tried["menus"] > 40 and tried["jobs"] > 25 and tried["steps"] == 8, tried
