"""Amounts of documents in the currency of their company, at the rate of the document and never at that of today."""

from odoo.tools import SQL

#: Stored fields in which documents keep the rate that they were made at: their currency in units of the company's.
_OWN_RATES = ("currency_rate", "invoice_currency_rate")


def amount_sql(model, alias, query, field_name, day, company):
    """SQL of a field; an amount of money in another currency is converted.

    :param SQL day: the day of the document, for those that keep no rate of their own
    :param SQL company: id of the company
    :raise ValueError: where nobody can tell in which currency the amount is
    """
    amount = SQL("%s::float8", model._field_to_sql(alias, field_name, query))
    field = model._fields[field_name]
    if field.type != "monetary":
        return amount
    currency = model._fields[field.get_currency_field(model)]
    if _is_of_company(currency):
        return amount
    if not (currency.store or currency.related):
        raise ValueError(field_name)
    rate = _own_rate(model, alias, query, currency)
    if rate is not None:
        return SQL("%s / COALESCE(NULLIF(%s, 0), 1)", amount, rate)
    return _by_day(amount, model._field_to_sql(alias, currency.name, query), day, company)


def has_currency(model, field_name):
    """Whether :func:`amount_sql` can tell in which currency the amounts of a field are."""
    field = model._fields[field_name]
    if field.type != "monetary":
        return True
    currency = model._fields[field.get_currency_field(model)]
    return bool(_is_of_company(currency) or currency.store or currency.related)


def _is_of_company(currency):
    """Whether a currency field always is that of the document's company."""
    return currency.name in ("company_currency", "company_currency_id") or (
        isinstance(currency.related, str) and currency.related.endswith("company_id.currency_id")
    )


def _own_rate(model, alias, query, currency):
    """The rate that a document keeps, or the document that this is a line of; None where there is none."""
    if isinstance(currency.related, str) and currency.related.count(".") == 1:
        parent, name = currency.related.split(".")
        if model._fields[parent].type == "many2one" and model._fields[parent].store:
            owner = model.env[model._fields[parent].comodel_name]
            if rate := _rate_field(owner, owner._fields[name]):
                owner, owner_alias = model._fields[parent].join(model, alias, query)
                return owner._field_to_sql(owner_alias, rate, query)
    rate = _rate_field(model, currency)
    return model._field_to_sql(alias, rate, query) if rate else None


def _rate_field(model, currency):
    if currency.name != "currency_id":
        return None
    return next((name for name in _OWN_RATES if (field := model._fields.get(name)) and field.store), None)


def _by_day(amount, currency, day, company):
    """As Odoo's ``res.currency._convert``: the last rate until that day, else the first one there is, else 1."""

    def rate(of):
        # In parentheses each: a subquery's ORDER BY is its own.
        return SQL(
            """COALESCE(
                   (SELECT rate.rate FROM res_currency_rate rate
                     WHERE rate.currency_id = %(of)s AND rate.name <= %(day)s
                       AND (rate.company_id IS NULL OR rate.company_id = root.id)
                     ORDER BY rate.company_id, rate.name DESC LIMIT 1),
                   (SELECT rate.rate FROM res_currency_rate rate
                     WHERE rate.currency_id = %(of)s AND (rate.company_id IS NULL OR rate.company_id = root.id)
                     ORDER BY rate.company_id, rate.name LIMIT 1), 1)""",
            of=of,
            day=day,
        )

    return SQL(
        """COALESCE((SELECT CASE WHEN %(currency)s IS NULL OR %(currency)s = own.currency_id THEN %(amount)s
                                 ELSE %(amount)s * %(own_rate)s / %(rate)s END
                       FROM res_company own
                       JOIN res_company root ON root.id = split_part(own.parent_path, '/', 1)::int
                      WHERE own.id = %(company)s), %(amount)s)""",
        amount=amount,
        currency=currency,
        rate=rate(currency),
        own_rate=rate(SQL("own.currency_id")),
        company=company,
    )
