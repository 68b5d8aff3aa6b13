# Run in Odoo's shell: prepares a copy of the system database for the access matrix, and lists what is to be asked.
#
# Every model gets rows (dialogs one of each user, which only he should find), every role a user with an API key.
import inspect
import json
import logging
import os

from passlib.context import CryptContext

from odoo import fields
from odoo.addons.base.models import res_users

OURS = "odoo.addons.crm_sync_measures."
#: Part of every model, and asked of each as an operation.
OPERATIONS = {"create", "write", "unlink", "copy", "init"}
#: What else our controllers serve are pages of Odoo's own, extended.
PAGES = ("/c/", "/crm_sync_measures/", "/feedback", "/m/", "/my/cases", "/my/loyalty", "/my/membership", "/my/promises", "/my/suggestions", "/s/q/", "/s/<string(")
ROLES = json.loads(os.environ["ROLES"])
MOST = 5000
env = env(context={"tracking_disable": True, "active_test": False, "mail_create_nolog": True, "lang": "en_US"})
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
# What an API key costs to check is not what is asked here.
res_users.KEY_CRYPT_CONTEXT = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=1)


def users():
    """{role: user}; those that the demo has not are made."""
    groups = lambda *names: [(6, 0, [env.ref(name).id for name in names])]
    new = {"no_reset_password": True}
    elsewhere = env["res.company"].create({"name": "Elsewhere Optics"})
    made = {
        "m_employee": {"group_ids": groups("base.group_user")},
        "m_elsewhere": {
            "group_ids": groups("crm_sync_measures.group_manager", "sales_team.group_sale_manager", "base.group_partner_manager"),
            "company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)],
        },
    }
    for login, values in made.items():
        env["res.users"].with_context(**new).create({"name": login, "login": login, "password": login, **values})
    found = {role: env["res.users"].search([("login", "=", login)]) for role, login in ROLES.items()}
    inner = env["res.users"].union(*found.values()).filtered(lambda user: not user.share)
    # So that it is our rules which keep somebody from exporting.
    inner.write({"group_ids": [(4, env.ref("base.group_allow_export").id)]})
    return found


def room_of(cls):
    parts = cls.__module__.split(".")
    return parts[4] if parts[3] in ("models", "wizard", "report") and len(parts) > 5 else "core"


def ours(model):
    """The class of the addon that makes a model, None for a model of another addon."""
    if model._name.startswith("crm.sync."):
        return [cls for cls in type(model).mro() if cls.__module__.startswith(OURS) and cls.__dict__.get("_name") == model._name][-1]


# ---------------------------------------------------------------- rows


def dummy(field):
    """A value that fits the column of a field."""
    if field.type == "many2one":
        return env[field.comodel_name].sudo().search([], limit=1, order="id").id or None
    if field.type == "selection":
        values = field.get_values(env)
        return values[0] if values else "x"
    now = fields.Datetime.now()
    return {
        "char": "x", "text": "x", "html": "x", "integer": now.year if field.name == "year" else 1, "float": 1, "monetary": 1, "boolean": True, "date": now.date(),
        "datetime": now, "many2one_reference": 1, "reference": None, "json": "{}", "binary": None,
    }.get(field.type)


def insert(model, user):
    """A row by plain SQL, as far as the columns' constraints take it: no rule of business has its say here."""
    columns = {"create_uid": user.id, "write_uid": user.id, "create_date": fields.Datetime.now()}
    for name, field in model._fields.items():
        if name in columns or name == "id" or not (field.store and field.column_type):
            continue
        if field.required or name in ("company_id", "partner_id", "commercial_partner_id", "user_id"):
            value = user.id if field.comodel_name == "res.users" else dummy(field)
            columns[name] = json.dumps({"en_US": value}) if field.translate and isinstance(value, str) else value
    names = [name for name in columns if name in model._fields]
    from odoo.tools import SQL

    try:
        with env.cr.savepoint():
            env.cr.execute(SQL(
                "INSERT INTO %s (%s) VALUES (%s)", SQL.identifier(model._table), SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(SQL("%s", columns[name]) for name in names),
            ))
        return True
    except Exception as error:
        print("NO ROW", model._name, str(error).splitlines()[0])
        return False


def plain(values):
    return json.loads(json.dumps(values, default=str))


def described(model, cls):
    kind = "abstract" if model._abstract else "dialog" if model._transient else "rows" if model._auto else "view"
    rows = [] if model._abstract else model.sudo().search([], order="id", limit=MOST).ids
    values, field = {}, None
    if rows:
        row = model.sudo().browse(rows[0])
        try:
            values = plain(row.copy_data()[0])
        except Exception:
            values = {}
        # What a stranger would try to write: a plain column, with what stands there.
        names = [n for n, f in model._fields.items() if f.column_type and f.type in ("char", "text", "integer", "boolean", "selection") and n != "id"]
        field = next((n for n in ("name", "active", "note", "sequence") if n in names), names[0] if names else None)
    return {
        "room": room_of(cls), "kind": kind, "rows": rows, "values": values,
        "write": plain({field: row[field]}) if field else {},
    }


# ---------------------------------------------------------------- methods


def methods(model):
    """(name, room, is it asked of the model, parameters) of each public method that the addon gives a model."""
    is_ours = ours(model) is not None
    for name in sorted(dir(type(model))):
        if name.startswith("_") or name in OPERATIONS:
            continue
        definers = [cls for cls in type(model).mro() if name in cls.__dict__ and cls.__module__.startswith(OURS)]
        if not is_ours:
            # What a mixin gives to every model of Odoo is asked of ours.
            definers = [cls for cls in definers if model._name in _names(cls)]
        if any(name in cls.__dict__ for cls in type(model).mro()[1:] if not cls.__module__.startswith(OURS)):
            continue  # a method of Odoo's own, extended
        function = getattr(type(model), name)
        if not definers or not callable(function) or isinstance(function, type):
            continue
        if getattr(function, "_api_private", False) or any(getattr(getattr(c, name, None), "_api_private", False) for c in type(model).mro()):
            continue
        parameters = list(inspect.signature(function).parameters.values())[1:]
        yield name, room_of(definers[-1]), bool(getattr(function, "_api_model", False)), [
            [p.name, p.default is p.empty, p.kind == p.VAR_KEYWORD] for p in parameters if p.kind != p.VAR_POSITIONAL
        ]


def _names(cls):
    inherit = cls.__dict__.get("_inherit") or ()
    return {cls.__dict__.get("_name"), *([inherit] if isinstance(inherit, str) else inherit)}


def private(model):
    """One method with an underscore, and all that are marked as private."""
    names = [n for n in sorted(dir(type(model))) if any(n in c.__dict__ and c.__module__.startswith(OURS) for c in type(model).mro())]
    marked = [n for n in names if not n.startswith("_") and any(getattr(getattr(c, n, None), "_api_private", False) for c in type(model).mro())]
    return [n for n in names if n.startswith("_") and not n.startswith("__") and inspect.isfunction(getattr(type(model), n))][:1] + marked


people = users()
listed = {name: (env[name], cls) for name in sorted(env.registry) if (cls := ours(env[name]))}
stranger = env["res.users"].search([("login", "=", "fei")])
for turn in range(2):  # the second time for what needs a row of the first
    for name, (model, _cls) in listed.items():
        if model._abstract or not model._auto:
            continue
        if model._transient and not turn:
            insert(model, stranger)
            for user in people.values():
                insert(model, user)
        elif not model.sudo().search_count([], limit=1):
            insert(model, stranger)
anonymous = env["crm.sync.survey.program"].search([], limit=1, order="id").copy()
env.cr.execute("UPDATE crm_sync_survey_program SET is_anonymous = TRUE, min_answers = 5 WHERE id = %s", anonymous.ids)
# So that there is more to ask than whether the setting is on.
env["res.company"].search([]).sync_feedback_form = True
env.invalidate_all()
catalogue = {
    "models": {name: described(*entry) for name, entry in listed.items()},
    "methods": [], "private": [], "fields": {}, "rows": {}, "anonymous": anonymous.ids,
}
for name in sorted(env.registry):
    model = env[name]
    found = list(methods(model))
    catalogue["methods"] += [[name, *entry] for entry in found]
    if name in ("res.users",):  # given as an argument
        catalogue["rows"][name] = model.sudo().search([], order="id", limit=MOST).ids
    if name in listed:
        catalogue["private"] += [[name, method] for method in private(model)]
        continue
    if model._abstract:
        continue
    if found:
        catalogue["rows"][name] = model.sudo().search([], order="id", limit=MOST).ids
    added = sorted(f.name for f in model._fields.values() if f._module == "crm_sync_measures")
    if added and not model._transient:
        catalogue["fields"][name] = added
catalogue["keys"] = {
    role: env(user=user.id)["res.users.apikeys"]._generate("rpc", "access matrix", fields.Datetime.add(fields.Datetime.now(), days=1))
    for role, user in people.items()
}
catalogue["routes"] = sorted(
    [rule.rule, verb, rule.endpoint.routing["auth"]]
    for rule in env["ir.http"].routing_map().iter_rules()
    if rule.endpoint.func.__module__.startswith(OURS) and rule.rule.startswith(PAGES) and "_card" not in rule.rule
    for verb in rule.endpoint.routing.get("methods") or ("GET", "POST")
)
env.cr.commit()
with open(os.environ["CATALOGUE"], "w") as out:
    json.dump(catalogue, out)
