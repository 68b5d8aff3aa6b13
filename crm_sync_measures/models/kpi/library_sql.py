"""SQL that several measures of the library share. Aliases: ``o`` an order, ``e`` its contact, ``l`` a lead."""

from odoo.tools import SQL

from .library_days import local_day


def flush(env, *models):
    """What a measure reads by SQL, written out before."""
    for model in models:
        env[model].flush_model()


def purchase(order):
    """Condition: a confirmed order that costs something. Gifts and exchanges are no purchase."""
    return SQL("%(order)s.state = 'sale' AND %(order)s.amount_untaxed > 0", order=SQL.identifier(order))


def is_customer(contact):
    """Condition: the contact of an order is neither a colleague nor one of our own companies."""
    return SQL(
        """%(contact)s.partner_share
           AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = %(contact)s.commercial_partner_id)""",
        contact=SQL.identifier(contact),
    )


def purchases_of(entity, company, when):
    """FROM and WHERE of the purchases ``n`` of a customer in a company, by whichever of his contacts."""
    return SQL(
        """FROM res_partner q JOIN sale_order n ON n.partner_id = q.id
          WHERE q.commercial_partner_id = %(entity)s AND n.company_id = %(company)s AND %(purchase)s AND %(when)s""",
        entity=entity,
        company=company,
        purchase=purchase("n"),
        when=when,
    )


def in_company_currency(amount, order):
    """An amount of an order in the currency of its company, at the order's own rate, never today's."""
    return SQL("(%s / COALESCE(NULLIF(%s.currency_rate, 0), 1))::float8", amount, SQL.identifier(order))


def tier_on(partner, entity, company, day):
    """The tier that a customer had on a day in the programs of a company: his own, else that of the company he belongs to.

    As a subquery of its own, which the server leaves out where nobody asks for tiers.
    """
    return SQL(
        """(SELECT held.tier_id
              FROM loyalty_card card
              JOIN crm_sync_tier_membership held ON held.card_id = card.id
              JOIN crm_sync_tier tier ON tier.id = held.tier_id
             WHERE card.partner_id IN (%(partner)s, %(entity)s) AND card.sync_merged_into_id IS NULL
               AND held.date_from <= %(day)s AND (held.date_to IS NULL OR held.date_to > %(day)s)
               AND (held.company_id IS NULL OR EXISTS (
                    SELECT FROM res_company own
                     WHERE own.id = %(company)s AND '/' || own.parent_path LIKE '%%/' || held.company_id || '/%%'))
             ORDER BY card.partner_id = %(partner)s DESC, held.company_id IS NULL, tier.sequence DESC, held.id LIMIT 1)""",
        partner=partner,
        entity=entity,
        company=company,
        day=day,
    )


def order_tier(window):
    """The tier of the customer of order ``o`` on its day, by the clock of the period that it counts for."""
    return tier_on(
        SQL("o.partner_id"),
        SQL("e.commercial_partner_id"),
        SQL("o.company_id"),
        local_day(window, SQL("o.date_order"), SQL("o.company_id")),
    )


def orders(window):
    """FROM of orders ``o`` with their contacts ``e``, in the companies that are asked for."""
    return SQL(
        "sale_order o JOIN res_partner e ON e.id = o.partner_id AND o.company_id = ANY(%s)", list(window.companies)
    )


def order_dims(window):
    """Columns that say of whom order ``o`` is: those of :data:`ORDER_DIMS`."""
    return SQL("o.user_id, o.team_id, o.source_id, %s AS tier_id", order_tier(window))


ORDER_DIMS = ("user_id", "team_id", "tier_id", "source_id")
#: Models that :func:`orders` and its columns are read from.
ORDER_MODELS = (
    "sale.order",
    "sale.order.line",
    "res.partner",
    "res.company",
    "loyalty.card",
    "crm.sync.tier",
    "crm.sync.tier.membership",
)
LEAD_DIMS = ("user_id", "team_id", "source_id")
LEAD_MODELS = ("crm.lead", "crm.team", "res.users", "res.company")
