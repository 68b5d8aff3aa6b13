# Run in Odoo's shell: an API key for each user named in LOGINS, for every active user when it is empty.
import datetime
import json
import os

wanted = os.environ["LOGINS"].split()
users = env["res.users"].search([("login", "in", wanted)] if wanted else [])
tomorrow = datetime.datetime.now() + datetime.timedelta(days=1)
keys = {
    user.login: env(user=user.id)["res.users.apikeys"]._generate("rpc", "whole-system tests", tomorrow) for user in users
}
env.cr.commit()
print("KEYS " + json.dumps(keys))
