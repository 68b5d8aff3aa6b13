"""The documents of a KPI of one's own, as the facts that every KPI is made of."""

from ast import literal_eval

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .measures import Facts, company_of
from .own_money import amount_sql

_FIRST_COMPANY = SQL("(SELECT min(company.id) FROM res_company company WHERE company.active)")
_ONE, _NONE = SQL("1::float8"), SQL("0::float8")


def own_facts(env, sides, window, company_id=False):
    """What the definition counts in the window, of all companies, whoever asks.

    :param env: the superuser's; who may define what was checked when it was defined
    :param list sides: the figure, or numerator and denominator of a ratio
    :param company_id: the only company of the KPI; documents without a company count for it, else for the first one
    :rtype: Facts
    """
    timings = [timing(env[side.model], side.date) for side in sides]
    kind = "day" if set(timings) == {"day"} else "moment"
    dims = tuple(name for name in ("user_id", "team_id") if all(getattr(side, name[:4]) for side in sides))
    is_ratio = len(sides) > 1
    selects = []
    for number, side in enumerate(sides):
        select = _select(env, side, window, company_id, dims, number if is_ratio else None)
        if timings[number] != kind:
            select = _as_moments(select, window, dims)
        selects.append(select)
    subject = not is_ratio and sides[0].measure == "distinct"
    return Facts(
        select=_put_together(selects, kind, dims) if is_ratio else selects[0],
        timing=kind,
        dims=dims,
        subject=subject,
    )


def timing(model, date_field):
    """Whether documents are counted by a ``moment`` or by a ``day``."""
    return "day" if model._fields[date_field].type == "date" else "moment"


def documents(env, side, since, until):
    """Domain of the documents of one side with ``since <= date < until``."""
    return Domain.AND([side_domain(side), [(side.date, ">=", since), (side.date, "<", until)]])


def side_domain(side):
    """The conditions of a definition; written by managers, and checked when they were."""
    return Domain(literal_eval(side.domain or "[]"))


def _select(env, side, window, company_id, dims, number):
    """The documents of one side.

    :param number: 0 for the numerator of a ratio, 1 for its denominator, None where there is only one figure
    """
    # The same for everybody: in no language, at no place, and with archived documents, as lost leads are.
    model = env[side.model].with_context(active_test=False, lang=None, tz="UTC")
    by_day = timing(model, side.date) == "day"
    bounds = (window.day_since, window.day_until) if by_day else (window.since, window.until)
    domain = documents(env, side, *bounds)
    if company_id:
        domain = _within(model, domain, company_id)
    query = model._search(domain, active_test=False)
    alias = query.table
    day = model._field_to_sql(alias, side.date, query)
    company = _company(model, alias, query, company_id)
    measured = _ONE
    if side.measure in ("sum", "average"):
        measured = amount_sql(model, alias, query, side.field, SQL("%s::date", day), company)
        if side.measure == "average":
            query.add_where(SQL("%s IS NOT NULL", model._field_to_sql(alias, side.field, query)))
        else:
            measured = SQL("COALESCE(%s, 0)", measured)
    numerator, denominator = (measured, _ONE) if number is None else ((measured, _NONE), (_NONE, measured))[number]
    columns = [
        SQL("%s AS company_id", company),
        SQL("%s::varchar AS res_model", side.model),
        SQL("%s AS res_id", SQL.identifier(alias, "id")),
        SQL("%s AS numerator", numerator),
        SQL("%s AS denominator", denominator),
        SQL("%s AS %s", day, SQL.identifier("day" if by_day else "at")),
    ]
    for dim in dims:
        columns.append(SQL("%s AS %s", model._field_to_sql(alias, getattr(side, dim[:4]), query), SQL.identifier(dim)))
    if side.measure == "distinct":
        columns.append(SQL("%s AS subject_id", _subject(model, alias, query, side.field)))
    return query.select(*columns)


def _within(model, domain, company_id):
    """The same conditions, looking at documents of the KPI's company alone: its managers read no others either."""

    def narrowed(condition):
        name, _dot, rest = condition.field_expr.partition(".")
        field = model._fields[name]
        other = model if name == "id" else field.relational and model.env[field.comodel_name]
        if rest and field.relational:
            operator, inner = "any", Domain(rest, condition.operator, condition.value)
        elif condition.operator in ("any", "not any") and isinstance(other, models.BaseModel):
            operator, inner = condition.operator, Domain(condition.value)
        else:
            return condition
        inner = _within(other, inner, company_id)
        # The company of a user is where he begins to work, and not the only one.
        if name != "id" and other._name != "res.users" and has_company(other):
            inner &= Domain("company_id", "in", [False, company_id])
        return Domain(name, operator, inner)

    return domain.map_conditions(narrowed)


def _company(model, alias, query, company_id):
    otherwise = SQL("%s", company_id) if company_id else _FIRST_COMPANY
    if model._name == "crm.lead":
        return company_of(alias)
    if not has_company(model):
        return otherwise
    return SQL("COALESCE(%s, %s)", model._field_to_sql(alias, "company_id", query), otherwise)


def has_company(model):
    """Whether documents of the model say which company they belong to."""
    field = model._fields.get("company_id")
    return bool(field) and field.type == "many2one" and bool(field.store or field.related)


def _subject(model, alias, query, field_name):
    """Of contacts, the customer they belong to: a company with three buyers is one customer."""
    query.add_where(SQL("%s IS NOT NULL", model._field_to_sql(alias, field_name, query)))
    field = model._fields[field_name]
    if field.comodel_name != "res.partner":
        return model._field_to_sql(alias, field_name, query)
    partner, partner_alias = field.join(model, alias, query)
    return SQL(
        "COALESCE(%s, %s)",
        partner._field_to_sql(partner_alias, "commercial_partner_id", query),
        SQL.identifier(partner_alias, "id"),
    )


def _as_moments(select, window, dims):
    """Facts of days among facts of moments: each at the beginning of the period that holds its day."""
    return SQL(
        """SELECT f.company_id, f.res_model, f.res_id, f.numerator, f.denominator, p.at_start AS at%(dims)s
             FROM (%(select)s) f
             JOIN %(periods)s p ON p.company_id = f.company_id AND f.day >= p.day_start AND f.day < p.day_end""",
        dims=SQL().join(SQL(", f.%s", SQL.identifier(dim)) for dim in dims),
        select=select,
        periods=window.periods,
    )


def _put_together(selects, kind, dims):
    """One row for each document, also where it stands above and below the line of a ratio."""
    keys = SQL(", ").join(
        SQL.identifier(name) for name in ("company_id", "res_model", "res_id", "day" if kind == "day" else "at", *dims)
    )
    return SQL(
        """SELECT %(keys)s, sum(numerator) AS numerator, sum(denominator) AS denominator
             FROM (%(parts)s) part GROUP BY %(keys)s""",
        keys=keys,
        parts=SQL(" UNION ALL ").join(SQL("(%s)", select) for select in selects),
    )
