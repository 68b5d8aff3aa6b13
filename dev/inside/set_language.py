# Run in Odoo's shell: every user, and whoever is made from now on, uses the language LANGUAGE.
import os

code = os.environ["LANGUAGE"]
if not env["res.lang"]._lang_get(code):
    env["res.lang"]._activate_lang(code)
    env["ir.module.module"].search([("state", "=", "installed")])._update_translations(code)
users = env["res.users"].with_context(active_test=False).search([])
users.partner_id.write({"lang": code})
env["res.company"].search([]).partner_id.write({"lang": code})
env["ir.default"].set("res.partner", "lang", code)
env.cr.commit()
