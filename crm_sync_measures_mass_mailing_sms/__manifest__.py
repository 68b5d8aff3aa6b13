{
    "name": "Customer Sync: SMS Mailings",
    "summary": "Mailings by SMS pass over who is held back, and tell it",
    "version": "19.0.1.0.0",
    "category": "Marketing/Email Marketing",
    "author": "crm_sync_measures contributors",
    "license": "LGPL-3",
    "depends": ["mass_mailing_sms", "crm_sync_measures_mass_mailing"],
    "auto_install": True,
}
