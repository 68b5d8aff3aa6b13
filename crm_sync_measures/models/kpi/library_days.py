"""SQL of what held on the day of a document: the day itself, an account's tier, what money was worth."""

from odoo.tools import SQL

#: What belongs to no company counts for the first one.
FIRST_COMPANY = SQL("(SELECT min(company.id) FROM res_company company WHERE company.active)")


def day_in(at, tz):
    """The day of a moment (naive UTC) in a time zone; both are SQL."""
    return SQL("((%s) AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", at, tz)


def local_day(window, at, company, counted=None):
    """The day of a moment in the time zone of the period that a document counts for; all are SQL.

    A company that moves keeps the clock of the periods it had before: asked for a month or for a year, a document has the
    same day. A document of no period of the window has none, and does not count.

    :param counted: the moment by which the document counts, where it is not ``at``
    """
    tz = SQL(
        """(SELECT max(zone.tz) FROM %(periods)s zone
             WHERE zone.company_id = %(company)s AND zone.at_start <= %(counted)s AND zone.at_end > %(counted)s)""",
        periods=window.periods,
        company=company,
        counted=counted or at,
    )
    return day_in(at, tz)


def tier_of_card_on(card, day):
    """Id of the tier of one account on ``day``; both are SQL."""
    return SQL(
        """(SELECT held.tier_id FROM crm_sync_tier_membership held
             WHERE held.card_id = %(card)s AND held.date_from <= %(day)s
               AND (held.date_to IS NULL OR held.date_to > %(day)s))""",
        card=card,
        day=day,
    )


def rate_on(currency, company, day):
    """Odoo's rate of a currency on ``day``, as ``res.currency._get_rates`` finds it; all three are SQL."""

    def found(condition, order):
        return SQL(
            """(SELECT r.rate FROM res_currency_rate r
                 WHERE r.currency_id = %(currency)s AND %(condition)s
                   AND (r.company_id IS NULL OR r.company_id = (
                        SELECT split_part(own.parent_path, '/', 1)::int FROM res_company own WHERE own.id = %(company)s))
                 ORDER BY r.company_id, %(order)s LIMIT 1)""",
            currency=currency,
            company=company,
            condition=condition,
            order=order,
        )

    return SQL(
        "COALESCE(%s, %s, 1)::float8",
        found(SQL("r.name <= %s", day), SQL("r.name DESC")),
        found(SQL("TRUE"), SQL("r.name")),
    )


def converted(amount, currency, company, day):
    """``amount`` of ``currency`` in the currency of ``company`` at the rate of ``day``, unrounded; all are SQL."""
    own = SQL("(SELECT own.currency_id FROM res_company own WHERE own.id = %s)", company)
    return SQL(
        "((%(amount)s)::float8 * CASE WHEN %(currency)s = %(own)s THEN 1 ELSE %(to)s / %(rate)s END)",
        amount=amount,
        currency=currency,
        own=own,
        to=rate_on(own, company, day),
        rate=rate_on(currency, company, day),
    )
