{
    "name": "Customer Sync: Mailings",
    "summary": "Mailings tell who was held back from them, and leave out whom a campaign holds out",
    "version": "19.0.1.0.0",
    "category": "Marketing/Email Marketing",
    "author": "crm_sync_measures contributors",
    "license": "LGPL-3",
    "depends": ["mass_mailing", "crm_sync_measures"],
    "data": ["views/mailing_mailing_views.xml"],
    "auto_install": True,
}
