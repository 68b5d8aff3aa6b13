from odoo import models
from odoo.addons.crm_sync_measures.models.tier.tier_fact import tier_fact
from odoo.tools import SQL

#: The day of order ``p`` in the program's time zone; of what takes something back, that of the order ``b`` it came from.
_SOLD_ON = SQL("(COALESCE(b.date_order, p.date_order) AT TIME ZONE 'UTC' AT TIME ZONE o.timezone)::date")


class CrmSyncTierFacts(models.AbstractModel):
    """What was bought in the shop. Its points are in the ledger, as all others are."""

    _inherit = "crm.sync.tier.facts"

    def _flush(self):
        for model in ("pos.order", "pos.order.line"):
            self.env[model].flush_model()
        return super()._flush()

    @tier_fact(21, "spend")
    def _fact_shop_spend(self):
        """Orders without taxes, less what was brought back. Those with an invoice count by that."""
        return SQL(
            """SELECT o.card_id, %(day)s,
                      (p.amount_total - p.amount_tax) / COALESCE(NULLIF(p.currency_rate, 0), 1)::numeric
                      * %(program)s / %(company)s,
                      (p.date_order AT TIME ZONE 'UTC' AT TIME ZONE o.timezone)::date
                 FROM tier_owner o
                 JOIN pos_order p ON p.partner_id = o.partner_id AND p.state IN ('paid', 'done') AND p.account_move IS NULL
                 JOIN res_company c ON c.id = p.company_id
                 LEFT JOIN LATERAL (%(origin)s) b ON TRUE
                WHERE %(same_company)s""",
            day=_SOLD_ON,
            program=self._rate_sql(SQL("o.currency_id"), _SOLD_ON),
            company=self._rate_sql(SQL("c.currency_id"), _SOLD_ON),
            origin=self._origin_sql(),
            same_company=self._same_company_sql(SQL("p.company_id")),
        )

    @tier_fact(31, "orders")
    def _fact_shop_orders(self):
        """One for each order that costs something, on its day; nothing any more once all of it was brought back."""
        return SQL(
            """SELECT o.card_id, d.day, n.value, GREATEST(d.day, n.known_on)
                 FROM tier_owner o
                 JOIN pos_order p ON p.partner_id = o.partner_id AND p.state IN ('paid', 'done')
                CROSS JOIN LATERAL (SELECT (p.date_order AT TIME ZONE 'UTC' AT TIME ZONE o.timezone)::date AS day) d
                CROSS JOIN LATERAL (
                    SELECT 1 AS value, NULL::date AS known_on
                     UNION ALL
                    SELECT -1, max(back.day)
                      FROM pos_order_line l
                      LEFT JOIN LATERAL (
                           SELECT -sum(x.qty) AS qty, max((r.date_order AT TIME ZONE 'UTC' AT TIME ZONE o.timezone)::date) AS day
                             FROM pos_order_line x JOIN pos_order r ON r.id = x.order_id AND r.state IN ('paid', 'done')
                            WHERE x.refunded_orderline_id = l.id) back ON TRUE
                     WHERE l.order_id = p.id AND l.qty > 0
                    HAVING bool_and(COALESCE(back.qty, 0) >= l.qty)) n
                WHERE %(same_company)s AND EXISTS (SELECT FROM pos_order_line l WHERE l.order_id = p.id AND l.qty > 0 AND l.price_subtotal > 0)""",
            same_company=self._same_company_sql(SQL("p.company_id")),
        )

    def _origin_sql(self):
        """The order from which something comes back with order ``p``."""
        return SQL(
            """SELECT sold.date_order FROM pos_order_line l
                 JOIN pos_order_line bought ON bought.id = l.refunded_orderline_id
                 JOIN pos_order sold ON sold.id = bought.order_id
                WHERE l.order_id = p.id ORDER BY sold.id LIMIT 1"""
        )
