"""SQL that several measures share: which tier somebody had on a day, what money was worth on a day, whose document it is."""

from odoo.tools import SQL

#: What belongs to no company counts for the first one.
FIRST_COMPANY = SQL("(SELECT min(company.id) FROM res_company company WHERE company.active)")


def tier_on(partner, entity, company, day):
    """Id of the tier that a customer had on ``day``, by the history of memberships; all four are SQL.

    The contact's own account goes before that of the company he belongs to; of several programs the main one goes first,
    then the highest tier. Programs are those of ``company``, of the companies above it, and of all companies.
    """
    return SQL(
        """(SELECT held.tier_id
              FROM crm_sync_tier_membership held
              JOIN crm_sync_tier level ON level.id = held.tier_id
              JOIN loyalty_program program ON program.id = held.program_id
             WHERE held.partner_id IN (%(partner)s, %(entity)s)
               AND held.date_from <= %(day)s AND (held.date_to IS NULL OR held.date_to > %(day)s)
               AND (held.company_id IS NULL OR EXISTS (
                    SELECT FROM res_company own
                     WHERE own.id = %(company)s AND held.company_id::text = ANY(string_to_array(own.parent_path, '/'))))
             ORDER BY held.partner_id = %(partner)s DESC, COALESCE(program.sync_is_main_tier, FALSE) DESC,
                      level.sequence DESC, held.id
             LIMIT 1)""",
        partner=partner,
        entity=entity,
        company=company,
        day=day,
    )


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
    """Odoo's rate of a currency on ``day``, as ``res.currency._get_rates`` finds it; all three are SQL of ids and a date."""

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
