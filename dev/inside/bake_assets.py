# Run in Odoo's shell: generates the bundles that pages need and keeps them in the database.
# Without it the first page takes 10 s and more, and each browser test again, as its transaction is rolled back.
# A style that does not compile is reported and nothing is kept: Odoo would go on with a page without styles.
import os

errors = []
for name in os.environ["BUNDLES"].split():
    bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
    bundle.js()
    bundle.css()
    errors += [f"{name}: {error.strip().splitlines()[0]}" for error in bundle.css_errors]
if errors:
    env.cr.rollback()
    print("STYLE ERROR", "; ".join(errors))
else:
    env.cr.commit()
    print("BAKED")
