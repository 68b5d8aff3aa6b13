"""Which documents of several models a reader may read, in one query. Other rooms import it from here."""

from odoo.tools import SQL


def readable_selects(env, documents, *columns):
    """SELECTs of (model, id, ``columns``), one for each model, by Odoo's own access rules; archived ones too.

    :param documents: (model, id) of what is asked about
    :return: a list to be joined by UNION ALL; empty when the reader may read nothing of these models
    """
    ids_by_model = {}
    for model, res_id in documents:
        ids_by_model.setdefault(model, []).append(res_id)
    selects = []
    for model, ids in ids_by_model.items():
        if env[model].has_access("read"):
            column = SQL.identifier(env[model]._table, "id")
            query = env[model]._search([], active_test=False)
            query.add_where(SQL("%s = ANY(%s)", column, ids))
            selects.append(SQL("(%s)", query.select(SQL("%s::varchar", model), column, *columns)))
    return selects
