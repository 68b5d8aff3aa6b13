from odoo import api, fields, models
from odoo.tools import SQL

#: A customer has bought again who orders once more within so many days.
REPEAT_DAYS = 180


class CrmSyncTierResult(models.Model):
    """What tiers cost and what they bring: one row for each confirmed order, by the tier the customer had on its day.

    Entry gifts in points are rows without an order. Money is in the reader's company's currency: of the order's day
    into that of its company, and from there at today's rate. ``repeat_rate`` is 100 or 0 for orders that are old enough
    to be judged and empty for younger ones, so that its average is a rate under any grouping.
    """

    _name = "crm.sync.tier.result"
    _description = "Results by Tier"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "partner_id"

    day = fields.Date(readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    card_id = fields.Many2one("loyalty.card", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    program_id = fields.Many2one("loyalty.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    tier_id = fields.Many2one("crm.sync.tier", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary("Untaxed Amount", readonly=True)
    discount = fields.Monetary(
        "Discount of the Tier's Pricelist", readonly=True, help="Discounts shown on lines of orders at that pricelist."
    )
    bonus_points = fields.Float(digits=(16, 2), readonly=True, help="Multipliers and entry gifts.")
    bonus_value = fields.Monetary("Value of Bonus Points", readonly=True, help="At the program's value of a point.")
    cost = fields.Monetary(readonly=True, help="Bonus points and discounts of the tier's pricelist.")
    repeat_rate = fields.Float(
        "Bought Again within 180 Days (%)",
        readonly=True,
        aggregator="avg",
        help="Share of orders that the same customer followed by another one. Younger orders are not counted.",
    )

    @property
    def _table_query(self):
        for model in (
            "crm.sync.tier.membership",
            "crm.sync.tier.policy.line",
            "crm.sync.tier.bonus",
            "loyalty.card",
            "loyalty.program",
            "res.partner",
            "sale.order",
            "sale.order.line",
        ):
            self.env[model].flush_model()
        return SQL(
            """WITH program (id, tz) AS (VALUES %(programs)s), rate (company_id, rate) AS (VALUES %(rates)s)
               SELECT r.id, r.day, r.order_id, r.card_id, r.partner_id, r.program_id, r.company_id, r.tier_id,
                      %(currency)s::int AS currency_id, r.amount, r.discount, r.bonus_points, r.bonus_value,
                      COALESCE(r.discount, 0) + COALESCE(r.bonus_value, 0) AS cost, r.repeat_rate
                 FROM (%(orders)s UNION ALL %(gifts)s) r""",
            programs=self._programs_sql(),
            rates=self._rates_sql(),
            currency=self.env.company.currency_id.id,
            orders=self._orders_sql(),
            gifts=self._gifts_sql(),
        )

    def _orders_sql(self):
        """Confirmed orders of members; in a program with one wallet per company, those of all its contacts."""
        return SQL(
            """SELECT o.id::bigint * 65536 + p.id AS id, d.day, o.id AS order_id, m.card_id, c.partner_id, p.id AS program_id,
                      o.company_id, m.tier_id, o.amount_untaxed / NULLIF(o.currency_rate, 0) * x.rate AS amount,
                      s.discount / NULLIF(o.currency_rate, 0) * x.rate AS discount, b.points AS bonus_points,
                      b.points * COALESCE(p.sync_point_value, 0)::numeric * x.rate AS bonus_value,
                      CASE WHEN o.date_order > %(now)s - make_interval(days => %(days)s) THEN NULL
                           WHEN EXISTS (SELECT FROM res_partner q JOIN sale_order n ON n.partner_id = q.id
                                         WHERE q.commercial_partner_id = e.commercial_partner_id AND n.state = 'sale'
                                           AND n.date_order > o.date_order
                                           AND n.date_order <= o.date_order + make_interval(days => %(days)s))
                           THEN 100.0 ELSE 0.0 END AS repeat_rate
                 FROM sale_order o
                 JOIN res_partner e ON e.id = o.partner_id
                 JOIN rate x ON x.company_id = o.company_id
                 JOIN loyalty_card c ON c.partner_id IN (o.partner_id, e.commercial_partner_id) AND c.sync_merged_into_id IS NULL
                 JOIN loyalty_program p ON p.id = c.program_id
                  AND (c.partner_id = CASE WHEN p.sync_is_pooled THEN e.commercial_partner_id ELSE o.partner_id END)
                 JOIN program z ON z.id = p.id
                CROSS JOIN LATERAL (SELECT (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE z.tz)::date AS day) d
                 JOIN crm_sync_tier_membership m ON m.card_id = c.id AND m.date_from <= d.day
                  AND (m.date_to IS NULL OR m.date_to > d.day)
                 LEFT JOIN crm_sync_tier_bonus b ON b.source_model = 'sale.order' AND b.source_id = o.id AND b.program_id = p.id
                 LEFT JOIN LATERAL (SELECT sum(l.price_unit * l.product_uom_qty * l.discount / 100) AS discount
                                      FROM sale_order_line l
                                     WHERE l.order_id = o.id AND l.discount > 0 AND EXISTS (
                                           SELECT FROM crm_sync_tier_policy_line y
                                            WHERE y.tier_id = m.tier_id AND y.pricelist_id = o.pricelist_id)) s ON TRUE
                WHERE o.state = 'sale'""",
            now=fields.Datetime.now(),
            days=REPEAT_DAYS,
        )

    def _gifts_sql(self):
        """Points given on entering a tier, by the tier that was entered."""
        return SQL(
            """SELECT -t.id::bigint AS id, t.business_date AS day, NULL::int AS order_id, t.card_id, c.partner_id,
                      p.id AS program_id, COALESCE(t.company_id, p.company_id) AS company_id, g.id AS tier_id,
                      NULL::numeric AS amount, NULL::numeric AS discount, t.quantity AS bonus_points,
                      t.quantity * COALESCE(p.sync_point_value, 0)::numeric * x.rate AS bonus_value, NULL AS repeat_rate
                 FROM crm_sync_loyalty_entry t
                 JOIN loyalty_card c ON c.id = t.card_id
                 JOIN loyalty_program p ON p.id = t.program_id
                 JOIN rate x ON x.company_id = COALESCE(t.company_id, p.company_id, %(company)s)
                 JOIN crm_sync_tier g ON g.id = split_part(t.idempotency_key, ':', 3)::int
                WHERE t.idempotency_key LIKE 'tier-gift:%%'""",
            company=self.env.company.id,
        )

    @api.model
    def _programs_sql(self):
        """Programs with their time zones, as rows."""
        programs = self.env["loyalty.program"]._sync_all()
        rows = [SQL("(%s, %s)", program.id, program._sync_timezone()) for program in programs]
        return SQL(", ").join(rows or [SQL("(0, 'UTC')")])

    @api.model
    def _rates_sql(self):
        """Today's rates of all companies' currencies into that of the reader's company, as rows."""
        company, today = self.env.company, fields.Date.context_today(self)
        # sudo: which currency a company keeps its books in is no secret; rows are shown by the rules of this model.
        companies = (
            self.env["res.company"].sudo().with_context(active_test=False).search([("currency_id", "!=", False)])
        )
        rows = [
            SQL(
                "(%s, %s::numeric)",
                other.id,
                other.currency_id._get_conversion_rate(other.currency_id, company.currency_id, company, today),
            )
            for other in companies
        ]
        return SQL(", ").join(rows)

    def action_open_order(self):
        """The order behind this row; of a gift, the card."""
        self.ensure_one()
        return (self.order_id or self.card_id)._get_records_action()
