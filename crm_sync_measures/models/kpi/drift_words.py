"""What is said of scopes in a drift: their names of now, in the reader's language, and who may read which."""

from collections import defaultdict

from ...rules.kpi_scope import scope_of
from .kpi_sql import names_of
from .kpi_words import SCOPES

#: Groups that read the figures of all persons.
READS_ALL = "crm_sync_measures.group_manager,crm_sync_measures.group_auditor"


def tells_all(env):
    """Whether the reader reads the figures of all persons."""
    return env.su or any(map(env.user.has_group, READS_ALL.split(",")))


def scope_names(env, keys):
    """``{key of a scope: its name}``; what is gone is missing."""
    channels = dict(env["crm.sync.kpi.target"]._fields["channel"]._description_selection(env))
    names, ids = {}, defaultdict(list)
    for key in keys:
        kind, which = scope_of(key)
        if kind == "channel":
            names[key] = channels.get(which, which)
        else:
            ids[kind].append(which)
    for kind, numbers in ids.items():
        rows = env.execute_query(names_of(kind, numbers, env.lang or "en_US"))
        names |= {f"{kind}:{number}": name for number, name in rows if name}
    return names


def moved_words(env, before, after, names):
    """From whom to whom, kind by kind: “Sales Team: Asia → Europe”; a dash stands for nobody.

    :param list before: keys of scopes, like ``after``
    :param dict names: those of :func:`scope_names`
    """
    labels = dict(env["crm.sync.kpi.value"]._fields["scope_kind"]._description_selection(env))
    words = []
    for kind, _label in SCOPES:
        sides = [[names.get(key) or key for key in keys if key.startswith(f"{kind}:")] for keys in (before, after)]
        if any(sides):
            left, come = (", ".join(side) or "–" for side in sides)
            words.append(env._("%(name)s: %(before)s → %(after)s", name=labels[kind], before=left, after=come))
    return "; ".join(words)
