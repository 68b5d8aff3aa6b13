{
    "name": "Customer Sync: Mailings",
    "summary": "Mailings tell who was held back from them",
    "version": "19.0.1.0.0",
    "category": "Marketing/Email Marketing",
    "author": "crm_sync_measures contributors",
    "license": "LGPL-3",
    "depends": ["mass_mailing", "crm_sync_measures"],
    "auto_install": True,
}
