from odoo import models
from odoo.tools import SQL

from .library_sql import (
    ORDER_DIMS,
    ORDER_MODELS,
    flush,
    in_company_currency,
    order_dims,
    orders,
    purchase,
    tier_on,
)
from .measures import Facts, kpi_measure

_LINE_MODELS = (*ORDER_MODELS, "product.product", "product.template")


class CrmSyncKpiLibrary(models.AbstractModel):
    """What was sold and invoiced: money is in the currency of the company, at the rate of each document."""

    _inherit = "crm.sync.kpi.library"

    @kpi_measure("orders_revenue", sequence=50)
    def _measure_orders_revenue(self, window):
        """Untaxed amount of confirmed orders, on the day of the order.

        From the lines, as Odoo's sales analysis has it, so that it can be told by product category: an order with
        products of two categories is two rows. Lines that redeem points are part of it, with their minus.
        """
        return self._line_facts(window, SQL("l.price_subtotal"))

    @kpi_measure("margin", sequence=60)
    def _measure_margin(self, window):
        """Margin of confirmed orders at the cost that was known when they were made; None without Odoo's margin module."""
        if "margin" not in self.env["sale.order.line"]._fields:
            return None
        return self._line_facts(window, SQL("l.margin"))

    def _line_facts(self, window, amount):
        """One row for each confirmed order ``o`` and product category, with the sum of ``amount`` of its lines ``l``."""
        flush(self.env, *_LINE_MODELS)
        return Facts(
            SQL(
                """SELECT o.company_id, 'sale.order' AS res_model, o.id AS res_id, o.date_order AS at,
                          %(amount)s AS numerator, 1::float8 AS denominator, %(dims)s, b.category_id
                     FROM %(orders)s
                     JOIN LATERAL (SELECT t.categ_id AS category_id, sum(%(line)s) AS amount
                                     FROM sale_order_line l
                                     LEFT JOIN product_product v ON v.id = l.product_id
                                     LEFT JOIN product_template t ON t.id = v.product_tmpl_id
                                    WHERE l.order_id = o.id AND l.display_type IS NULL GROUP BY t.categ_id) b ON TRUE
                    WHERE o.state = 'sale' AND o.date_order >= %(since)s AND o.date_order < %(until)s""",
                amount=in_company_currency(SQL("COALESCE(b.amount, 0)"), "o"),
                dims=order_dims(window),
                orders=orders(window),
                line=amount,
                since=window.since,
                until=window.until,
            ),
            timing="moment",
            dims=(*ORDER_DIMS, "category_id"),
        )

    @kpi_measure("average_order", sequence=70)
    def _measure_average_order(self, window):
        """Untaxed amount of a confirmed order: the mean of those that cost something, on the day of the order."""
        flush(self.env, *ORDER_MODELS)
        return Facts(
            SQL(
                """SELECT o.company_id, 'sale.order' AS res_model, o.id AS res_id, o.date_order AS at,
                          %(amount)s AS numerator, 1::float8 AS denominator, %(dims)s
                     FROM %(orders)s
                    WHERE %(purchase)s AND o.date_order >= %(since)s AND o.date_order < %(until)s""",
                amount=in_company_currency(SQL("o.amount_untaxed"), "o"),
                dims=order_dims(window),
                orders=orders(window),
                purchase=purchase("o"),
                since=window.since,
                until=window.until,
            ),
            timing="moment",
            dims=ORDER_DIMS,
        )

    @kpi_measure("invoiced_revenue", sequence=80)
    def _measure_invoiced_revenue(self, window):
        """Posted invoices and receipts less credit notes, untaxed, on the date of the invoice.

        In the books' currency as Odoo has posted them, which is the rate of the document.
        """
        flush(self.env, "account.move", *ORDER_MODELS)
        tier = tier_on(SQL("m.partner_id"), SQL("m.commercial_partner_id"), SQL("m.company_id"), SQL("m.invoice_date"))
        return Facts(
            SQL(
                """SELECT m.company_id, 'account.move' AS res_model, m.id AS res_id, m.invoice_date AS day,
                          m.amount_untaxed_signed::float8 AS numerator, 1::float8 AS denominator,
                          m.invoice_user_id AS user_id, m.team_id, m.source_id, %(tier)s AS tier_id
                     FROM account_move m
                    WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                      AND m.invoice_date >= %(since)s AND m.invoice_date < %(until)s""",
                tier=tier,
                since=window.day_since,
                until=window.day_until,
            ),
            timing="day",
            dims=ORDER_DIMS,
        )
