"""Amounts of orders and costs in SQL, each at its own document's rate. The room's models import it from here."""

from odoo.tools import SQL

#: Models that the expressions read; flush them before running one.
MODELS = (
    "crm.lead",
    "crm.team",
    "product.product",
    "res.company",
    "res.currency.rate",
    "res.partner",
    "res.users",
    "sale.order",
    "sale.order.line",
    "uom.uom",
    "utm.campaign",
)


def flush(env, *more):
    """Write what is still in the cache, so that the statements see it."""
    for model in (*MODELS, *more):
        env[model].flush_model()


def order_revenue(order):
    """The untaxed amount of the order with that alias, in its company's currency at the order's own rate."""
    return SQL(
        "(%s / COALESCE(NULLIF(%s, 0), 1))",
        SQL.identifier(order, "amount_untaxed"),
        SQL.identifier(order, "currency_rate"),
    )


def order_margin(env, order):
    """What is left of it after the cost of the products, in the same currency.

    With Odoo's *Margins in Sales Orders* the margin that the order keeps. Without it Odoo keeps no cost on the order: then
    the products' cost of now is taken.
    """
    if env["sale.order"]._fields.get("margin") and env["sale.order"]._fields["margin"].store:
        return SQL(
            "(COALESCE(%s, 0) / COALESCE(NULLIF(%s, 0), 1))",
            SQL.identifier(order, "margin"),
            SQL.identifier(order, "currency_rate"),
        )
    return SQL(
        """(%(revenue)s - COALESCE((
              SELECT sum(line.product_uom_qty * COALESCE(sold.factor / NULLIF(kept.factor, 0), 1)
                         * COALESCE((product.standard_price ->> %(company)s::text)::float8, 0))
                FROM sale_order_line line
                JOIN product_product product ON product.id = line.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                LEFT JOIN uom_uom sold ON sold.id = line.product_uom_id
                LEFT JOIN uom_uom kept ON kept.id = template.uom_id
               WHERE line.order_id = %(order)s AND line.display_type IS NULL), 0))""",
        revenue=order_revenue(order),
        company=SQL.identifier(order, "company_id"),
        order=SQL.identifier(order, "id"),
    )


def converted(amount, company, source, target, day):
    """``amount`` of currency ``source`` in currency ``target``, by the rates of ``company`` on ``day``; all are SQL.

    The same rates that ``res.currency`` takes: the last one until that day, else the first one, else 1.
    """
    return SQL(
        "(%(amount)s * CASE WHEN %(source)s = %(target)s THEN 1 ELSE %(to)s / %(from)s END)",
        amount=amount,
        source=source,
        target=target,
        to=_rate(target, company, day),
        **{"from": _rate(source, company, day)},
    )


def _rate(currency, company, day):
    own = SQL(
        """SELECT r.rate FROM res_currency_rate r
            WHERE r.currency_id = %s AND (r.company_id IS NULL OR r.company_id = (
                  SELECT split_part(root.parent_path, '/', 1)::int FROM res_company root WHERE root.id = %s))""",
        currency,
        company,
    )
    return SQL(
        """COALESCE((%(own)s AND r.name <= %(day)s ORDER BY r.company_id, r.name DESC LIMIT 1),
                    (%(own)s ORDER BY r.company_id, r.name LIMIT 1), 1)""",
        own=own,
        day=day,
    )


def lead_company(lead):
    """The company a lead counts for: its own, its team's, its salesperson's, else the first one. No lead is left out."""
    return SQL(
        """COALESCE(%(company)s,
                    (SELECT team.company_id FROM crm_team team WHERE team.id = %(team)s),
                    (SELECT seller.company_id FROM res_users seller WHERE seller.id = %(user)s),
                    (SELECT min(id) FROM res_company))""",
        company=SQL.identifier(lead, "company_id"),
        team=SQL.identifier(lead, "team_id"),
        user=SQL.identifier(lead, "user_id"),
    )
