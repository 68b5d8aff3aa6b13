from odoo import api, models
from odoo.tools import SQL

from ..core.registered import registered_methods
from .tier_fact import tier_fact

METRICS = ("points", "spend", "orders")
#: The day on which invoice ``m`` counts; a credit note, that of the invoice ``r`` which it reverses.
_INVOICED_ON = SQL("COALESCE(r.invoice_date, m.invoice_date, m.date)")
#: Models that the facts are read from; flush them before running the SQL.
_MODELS = (
    "loyalty.card",
    "loyalty.program",
    "res.partner",
    "sale.order",
    "sale.order.line",
    "account.move",
    "account.move.line",
    "res.currency.rate",
)


class CrmSyncTierFacts(models.AbstractModel):
    """What qualifies for a tier: rows (card, day, value, known_on) out of documents and the ledger, never out of a balance.

    A room or a bridge adds what it knows by a method marked ``@tier_fact``. Its SQL reads two relations that the
    engine has made: ``tier_key`` (card_id, key_id, program_id), the cards whose entries count for an account, which are
    itself and those that lead to it; and ``tier_owner`` (card_id, partner_id, program_id, currency_id, company_id,
    timezone, entity_id), the partners whose documents count for it; of a contact, those for company ``entity_id``. A refund counts on the day of what it undoes; ``known_on`` is its
    own day. The review has no need of that one; the time machine has, which goes through the past and may not know better.
    """

    _name = "crm.sync.tier.facts"
    _description = "What Qualifies for a Tier"

    @api.model
    def _facts_sql(self, metrics=METRICS):
        """Rows (metric, card_id, day, value, known_on) of all sources that know one of ``metrics``."""
        rows = [
            SQL("SELECT %s AS metric, f.* FROM (%s) f (card_id, day, value, known_on)", options["metric"], method())
            for options, method in registered_methods(self, "tier_fact")
            if options["metric"] in metrics
        ]
        return SQL(" UNION ALL ").join(rows)

    @api.model
    def _flush(self):
        for model in _MODELS:
            self.env[model].flush_model()

    # ---------------------------------------------------------------- points

    @tier_fact(10, "points")
    def _fact_points(self):
        """Points earned less those taken back, all of a document on the day on which it first earned.

        So a refund in January takes from the year of the purchase, and one that is withdrawn gives back to that year.
        What tiers give themselves does not qualify: neither a bonus nor what is taken back of it.
        """
        return SQL(
            """SELECT card_id, COALESCE(first_on, business_date), quantity, business_date
                 FROM (SELECT k.card_id, e.business_date, e.quantity,
                              CASE WHEN e.source_id IS NOT NULL THEN
                                   min(e.business_date) FILTER (WHERE e.kind = 'earn')
                                       OVER (PARTITION BY k.card_id, e.source_id, e.source_model) END AS first_on
                         FROM tier_key k JOIN crm_sync_loyalty_entry e ON e.card_id = k.key_id
                        WHERE e.kind IN ('earn', 'reverse_earn')
                          AND (e.source_model IS NULL OR e.source_model != 'crm.sync.tier.bonus')) entry"""
        )

    # ---------------------------------------------------------------- spend

    @tier_fact(20, "spend")
    def _fact_spend(self):
        """Posted invoices less credit notes without taxes, in the program's currency at the rate of the day of the invoice.

        A credit note counts on the day of the invoice it reverses. What points or gift cards have paid is a line of
        the invoice, and so no spending. A contact brings a company what he bought for it: who goes to another one takes
        nothing along.
        """
        return SQL(
            """SELECT o.card_id, %(day)s,
                      CASE WHEN m.currency_id = o.currency_id
                           THEN m.amount_untaxed * CASE m.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                           ELSE m.amount_untaxed_signed * rate.program / rate.company END,
                      COALESCE(m.invoice_date, m.date)
                 FROM tier_owner o
                 JOIN account_move m ON m.partner_id = o.partner_id AND m.state = 'posted'
                                    AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                 JOIN res_company c ON c.id = m.company_id
                 LEFT JOIN account_move r ON r.id = m.reversed_entry_id AND m.move_type = 'out_refund'
                CROSS JOIN LATERAL (
                    SELECT %(program)s AS program, %(company)s AS company
                ) rate
                WHERE %(same_company)s AND (o.entity_id IS NULL OR m.commercial_partner_id = o.entity_id)""",
            day=_INVOICED_ON,
            program=self._rate_sql(SQL("o.currency_id"), _INVOICED_ON),
            company=self._rate_sql(SQL("c.currency_id"), _INVOICED_ON),
            same_company=self._same_company_sql(SQL("m.company_id")),
        )

    @api.model
    def _rate_sql(self, currency, day):
        """The rate of a currency on ``day`` in company ``c``, as Odoo finds it: that of the root company, else the first one."""
        rates = SQL(
            """SELECT x.rate FROM res_currency_rate x
                WHERE x.currency_id = %s AND (x.company_id IS NULL
                   OR x.company_id = split_part(c.parent_path, '/', 1)::int)""",
            currency,
        )
        return SQL(
            """COALESCE((%(rates)s AND x.name <= %(day)s
                          ORDER BY x.company_id, x.name DESC LIMIT 1),
                        (%(rates)s ORDER BY x.company_id, x.name LIMIT 1), 1.0)::numeric""",
            rates=rates,
            day=day,
        )

    # ---------------------------------------------------------------- orders

    @tier_fact(30, "orders")
    def _fact_orders(self):
        """One for each confirmed order that costs something, on its day; nothing any more once it was wholly refunded."""
        return SQL(
            """SELECT o.card_id, d.day, n.value, GREATEST(d.day, n.known_on)
                 FROM tier_owner o JOIN sale_order s ON s.partner_id = o.partner_id AND s.state = 'sale'
                CROSS JOIN LATERAL (SELECT (s.date_order AT TIME ZONE 'UTC' AT TIME ZONE o.timezone)::date AS day) d
                CROSS JOIN LATERAL (
                    SELECT 1 AS value, NULL::date AS known_on
                     UNION ALL
                    SELECT -1, max(COALESCE(m.invoice_date, m.date)) FILTER (WHERE m.move_type = 'out_refund')
                      FROM sale_order_line l
                      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id
                      JOIN account_move_line ml ON ml.id = rel.invoice_line_id
                      JOIN account_move m ON m.id = ml.move_id AND m.state = 'posted'
                     WHERE l.order_id = s.id AND m.move_type IN ('out_invoice', 'out_refund')
                    HAVING bool_or(m.move_type = 'out_refund')
                       AND sum(ml.price_subtotal * CASE m.move_type WHEN 'out_refund' THEN -1 ELSE 1 END) <= 0) n
                WHERE %(same_company)s AND EXISTS (SELECT FROM sale_order_line l WHERE l.order_id = s.id AND l.price_subtotal > 0)""",
            same_company=self._same_company_sql(SQL("s.company_id")),
        )

    @api.model
    def _same_company_sql(self, company):
        """Documents of the program's company and its branches; of all companies where the program has none."""
        return SQL(
            """(o.company_id IS NULL OR %(company)s = o.company_id OR EXISTS (
                   SELECT FROM res_company branch JOIN res_company own ON own.id = o.company_id
                    WHERE branch.id = %(company)s AND branch.parent_path LIKE own.parent_path || '%%'))""",
            company=company,
        )
