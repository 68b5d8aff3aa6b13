# Run in Odoo's shell: generates the bundles that pages need and keeps them in the database.
# Without it the first page takes 10 s and more, and each browser test again, as its transaction is rolled back.
import os

for name in os.environ["BUNDLES"].split():
    bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
    bundle.js()
    bundle.css()
env.cr.commit()
