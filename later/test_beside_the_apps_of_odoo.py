"""With the apps of Odoo that such companies have, all in one database: installed, updated, every menu opened, every job run."""

import json

from dev import databases, odoo_run

APPS = "website_sale_loyalty,mass_mailing_crm,mass_mailing_sms,sale_stock,sale_project,hr"
BRIDGES = ["mass_mailing", "mass_mailing_sms", "pos", "rating", "website"]


def test_nothing_breaks_beside_the_apps_of_odoo(apps_copy):
    with apps_copy("beside") as database:
        odoo_run.odoo(database, "server", "-i", APPS, "--stop-after-init", "--no-http", what="install the other apps")
        # An update checks every view of ours as it is now combined; a warning is a failure as well.
        log = odoo_run.odoo(
            database, "server", "-u", "crm_sync_measures", "--stop-after-init", "--no-http", what="update"
        )
        assert not [line for line in log.splitlines() if " WARNING " in line and "crm_sync_measures" in line]
        installed = databases.ask(
            "select name from ir_module_module where state = 'installed' and name like 'crm\\_sync\\_measures\\_%' order by 1",
            database,
        )
        assert [name for [name] in installed] == [f"crm_sync_measures_{name}" for name in BRIDGES]
        printed = odoo_run.inside(database, "peers_probe.py", "probe", tolerant=True)
    lines = printed.splitlines()
    assert not [line for line in lines if line.startswith("PROBLEM")]
    tried = json.loads(next(line for line in lines if line.startswith("PROBED ")).removeprefix("PROBED "))
    assert tried["views"] > 150 and tried["menus"] > 40 and tried["jobs"] > 25 and tried["steps"] == 8, tried
