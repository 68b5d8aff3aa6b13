# Run in Odoo's shell on a database with the addon: the data dictionary, between two lines BEGIN and END.
import inspect
import sys

ADDON = "crm_sync_measures"
ROOMS = ("core", "activity", "feedback", "survey", "loyalty", "tier", "care", "kpi", "improvement", "campaign", "report")
MAGIC = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}
ROLES = {
    "group_user": "user", "group_department_manager": "department manager", "group_manager": "manager",
    "group_auditor": "auditor",
}  # fmt: skip
env = env(user=1, context={"lang": "en_US", "active_test": False})
groups = env["res.groups"].search([])
roles = {group: xmlid.partition(".")[2] for group, xmlid in groups.get_external_id().items()}


def role(group):
    return ROLES.get(roles[group.id]) or group.full_name


def clean(text):
    return " ".join((text or "").split()).replace("|", "\\|")


def sentence(text):
    return text if not text or text[-1] in ".!?:" else f"{text}."


def own_classes(model):
    """The classes of the addon that make the model, the first definition first."""
    mro = [cls for cls in type(model).__mro__ if cls.__module__.startswith(f"odoo.addons.{ADDON}.")]
    return [cls for cls in reversed(mro) if cls.__dict__.get("_name") == model._name or model._name in inherited(cls)]


def inherited(cls):
    names = cls.__dict__.get("_inherit") or ()
    return (names,) if isinstance(names, str) else names


def room(classes):
    return classes[0].__module__.split(".")[4] if classes else ""


def purpose(model, classes):
    text = next((inspect.cleandoc(cls.__doc__) for cls in classes if cls.__dict__.get("__doc__")), "")
    return clean(text.partition("\n\n")[0].partition("\n  ")[0]) or clean(model._description)


def kind(field):
    if field.type == "selection":
        values = field.get_values(env) if not callable(field.selection) else []
        return "selection: " + ", ".join(values) if values and len(values) < 25 else "selection"
    return f"{field.type} → {field.comodel_name}" if field.relational else field.type


def tells(field):
    """Label, help, and what is not stored or not for everybody."""
    said = field.get_description(env, ["string", "help"])
    notes = [sentence(clean(said.get("string"))), sentence(clean(said.get("help")))]
    notes += ["*Computed.*"] if not field.store else []
    if field.groups:
        named = [env.ref(name.strip("! "), raise_if_not_found=False) for name in field.groups.split(",")]
        notes.append("*Only: " + ", ".join(sorted({role(group) for group in named if group})) + ".*")
    return " ".join(filter(None, notes))


def readers(model):
    """Groups that may read, and of which not all rows."""
    access = env["ir.model.access"].search([("model_id.model", "=", model._name), ("perm_read", "=", True)])
    ruled = env["ir.rule"].search([("model_id.model", "=", model._name), ("perm_read", "=", True)])
    said = []
    for group in access.group_id:
        narrow = ruled.filtered(lambda rule: group in rule.groups and "(1, '=', 1)" not in (rule.domain_force or ""))
        said.append(role(group) + (" (by rules)" if narrow else ""))
    company = " Of one's companies." if ruled.filtered(lambda rule: not rule.groups) else ""
    return (", ".join(dict.fromkeys(said)) + "." + company) if said else "nobody; private to the addon"


def own_fields(model):
    fields = (field for name, field in sorted(model._fields.items()) if name not in MAGIC)
    return [field for field in fields if ADDON in field._modules and not field.inherited]


def table(fields):
    return ["", "| field | type | what |", "|---|---|---|", *(f"| `{f.name}` | {kind(f)} | {tells(f)} |" for f in fields), ""]


by_room, dialogs, extended = {name: [] for name in ROOMS}, {name: [] for name in ROOMS}, []
for name in sorted(env.registry.models):
    model = env[name]
    classes = own_classes(model)
    fields = own_fields(model)
    if name.startswith("crm.sync."):
        if model._abstract and not fields:
            continue
        if model._transient:
            dialogs[room(classes)].append(f"| `{name}` | {purpose(model, classes)} |")
            continue
        shape = "mixin" if model._abstract else "table" if model._auto else "view"
        lines = [f"### `{name}`", "", f"{purpose(model, classes)} *({shape}).*"]
        lines += [] if model._abstract else ["", f"Read by: {readers(model)}"]
        by_room[room(classes)] += [*lines, *table(fields)]
    elif fields:
        extended += [f"### `{name}`", *table(fields)]

print("BEGIN")
for name, lines in by_room.items():
    print(f"## {name.capitalize() if name != 'kpi' else 'KPI'}\n\nWhy and how: [{name}]({name}.md).\n")
    print("\n".join(lines))
    if dialogs[name]:
        print("\n".join([f"### Dialogs of {name}", "", "| model | what |", "|---|---|", *dialogs[name], ""]))
print("## Odoo's models\n\nFields that the addon adds, or tells more of.\n")
print("\n".join(extended))
print("END")
sys.stdout.flush()
