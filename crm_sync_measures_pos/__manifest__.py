{
    "name": "Customer Sync: Points at the Point of Sale",
    "summary": "Points of the shop go through the loyalty ledger",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "crm_sync_measures contributors",
    "license": "LGPL-3",
    "depends": ["pos_loyalty", "crm_sync_measures"],
    "auto_install": True,
}
