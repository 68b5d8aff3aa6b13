{
    "name": "Customer Sync: Ratings",
    "summary": "Customers' verdicts on cases are ratings of Odoo too",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "crm_sync_measures contributors",
    "license": "LGPL-3",
    "depends": ["rating", "crm_sync_measures"],
    "data": ["security/rules_rating.xml"],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
