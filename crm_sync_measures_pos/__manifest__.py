{
    "name": "Customer Sync: Points at the Point of Sale",
    "summary": "Points of the shop go through the loyalty ledger, and the cashier sees tier and points",
    "version": "19.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "crm_sync_measures contributors",
    "license": "LGPL-3",
    "depends": ["pos_loyalty", "crm_sync_measures"],
    "assets": {"point_of_sale._assets_pos": ["crm_sync_measures_pos/static/src/**/*"]},
    "auto_install": True,
}
