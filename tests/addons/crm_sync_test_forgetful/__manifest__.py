{
    "name": "A server that keeps nothing",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "crm_sync_measures contributors",
    "depends": ["base"],
}
