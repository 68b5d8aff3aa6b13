{
    "name": "Customer Sync: Website",
    "summary": "What customers want to be written to for, in the layout of the website",
    "version": "19.0.1.0.0",
    "category": "Website/Website",
    "author": "crm_sync_measures contributors",
    "license": "LGPL-3",
    "depends": ["website", "crm_sync_measures"],
    "data": ["views/preference_templates.xml"],
    "assets": {"web.assets_frontend": ["crm_sync_measures_website/static/src/preferences.scss"]},
    "auto_install": True,
}
