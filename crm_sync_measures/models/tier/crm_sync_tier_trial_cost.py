from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL, split_every

from ...rules.tier_trial import discount_share

_ROWS = 1000


class CrmSyncTierTrialPart(models.Model):
    """What the tiers of a replay would have cost, from ``cost_from`` through ``day`` of the trial.

    A tier counts from the day after the one on which it was reached: what made a customer rise was not bought with the
    benefits of the tier that it brought.
    """

    _inherit = "crm.sync.tier.trial.part"

    def _scope_sql(self):
        """Facts and documents of these days count, by the tier ``m`` that was held at the beginning of the day."""
        return SQL(
            """%(day)s BETWEEN %(first)s AND %(last)s AND m.date_from < %(day)s AND (m.date_to IS NULL OR m.date_to >= %(day)s)""",
            day=SQL("f.day"),
            first=self.trial_id.cost_from,
            last=self.trial_id.day,
        )

    def _add_bonus_costs(self, prefix, policy):
        """Multipliers: what the points earned would have brought beyond themselves, at the program's value of a point."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_tier_trial_line l SET %(points)s = b.points, %(cost)s = b.points * %(value)s
                     FROM (SELECT f.card_id, GREATEST(0, sum(f.value * (y.multiplier - 1)::numeric)) AS points
                             FROM tier_replay_fact f
                             JOIN tier_replay_membership m ON m.card_id = f.card_id
                             JOIN crm_sync_tier_policy_line y ON y.tier_id = m.tier_id AND y.policy_id = %(policy)s
                            WHERE f.metric = 'points' AND y.multiplier > 1 AND %(scope)s GROUP BY f.card_id) b
                    WHERE l.part_id = %(part)s AND l.card_id = b.card_id""",
                points=SQL.identifier(f"{prefix}bonus_points"),
                cost=SQL.identifier(f"{prefix}bonus_cost"),
                value=Decimal(repr(policy.program_id.sync_point_value)),
                policy=policy.id,
                scope=self._scope_sql(),
                part=self.id,
            )
        )

    def _add_price_costs(self, prefix, policy):
        """Pricelists: what was ordered would have cost so much less, had it been sold at the tier's pricelist.

        By today's prices: the share by which the tier's pricelist is below the order's, of the line's amount. Customers
        with a pricelist of their own keep that.
        """
        if not policy.line_ids.pricelist_id:
            return
        shares = self._price_shares(policy)
        for some in split_every(_ROWS, shares.items(), list):
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_sync_tier_trial_line l SET %(cost)s = COALESCE(l.%(cost)s, 0) + b.cost
                         FROM (SELECT s.card_id, sum(s.amount * v.share) AS cost FROM (%(sold)s) s
                                 JOIN (VALUES %(shares)s) v (product_id, uom_id, quantity, old_id, new_id, share)
                                   ON v.product_id = s.product_id AND v.uom_id = s.uom_id AND v.quantity = s.quantity
                                  AND v.old_id = s.old_id AND v.new_id = s.new_id
                                GROUP BY s.card_id) b
                        WHERE l.part_id = %(part)s AND l.card_id = b.card_id""",
                    cost=SQL.identifier(f"{prefix}price_cost"),
                    sold=self._sold_sql(policy),
                    shares=SQL(", ").join(
                        SQL("(%s, %s, %s::numeric, %s, %s, %s::numeric)", *key, share) for key, share in some
                    ),
                    part=self.id,
                )
            )

    def _sold_sql(self, policy):
        """Rows (card_id, product_id, uom_id, quantity, old_id, new_id, amount) of order lines that a tier's pricelist would
        have priced, the amount in the program's currency."""
        return SQL(
            """SELECT f.card_id, f.product_id, f.uom_id, f.quantity, f.old_id, y.pricelist_id AS new_id, f.amount
                 FROM (SELECT o.card_id, (s.date_order AT TIME ZONE 'UTC' AT TIME ZONE o.timezone)::date AS day, i.product_id,
                              i.product_uom_id AS uom_id, i.product_uom_qty::numeric AS quantity,
                              COALESCE(s.pricelist_id, 0) AS old_id,
                              i.price_subtotal / NULLIF(s.currency_rate, 0)::numeric * x.rate AS amount
                         FROM tier_replay_owner o
                         JOIN sale_order s ON s.partner_id = o.partner_id AND s.state = 'sale'
                         JOIN res_partner p ON p.id = s.partner_id
                         JOIN sale_order_line i ON i.order_id = s.id
                         JOIN (VALUES %(rates)s) x (company_id, rate) ON x.company_id = s.company_id
                        WHERE i.product_id IS NOT NULL AND i.reward_id IS NULL AND NOT COALESCE(i.is_downpayment, FALSE)
                          AND i.price_subtotal > 0 AND i.product_uom_qty > 0
                          AND COALESCE(p.specific_property_product_pricelist ->> s.company_id::text, '') IN ('', 'false')
                      ) f
                 JOIN tier_replay_membership m ON m.card_id = f.card_id
                 JOIN crm_sync_tier_policy_line y ON y.tier_id = m.tier_id AND y.policy_id = %(policy)s
                WHERE y.pricelist_id IS NOT NULL AND y.pricelist_id != f.old_id AND %(scope)s""",
            rates=self._rates_sql(policy.program_id.currency_id),
            policy=policy.id,
            scope=self._scope_sql(),
        )

    def _rates_sql(self, currency):
        """Rates of all companies' currencies into the program's, on the day of the trial, as rows."""
        # sudo: a company's currency is no secret.
        companies = (
            self.env["res.company"].sudo().with_context(active_test=False).search([("currency_id", "!=", False)])
        )
        return SQL(", ").join(
            SQL(
                "(%s, %s::numeric)",
                company.id,
                company.currency_id._get_conversion_rate(company.currency_id, currency, company, self.trial_id.day),
            )
            for company in companies
        )

    def _price_shares(self, policy):
        """``{(product, unit, quantity, order's pricelist, tier's pricelist): share}`` by which the second is cheaper."""
        keys = self.env.execute_query(
            SQL("SELECT DISTINCT product_id, uom_id, quantity, old_id, new_id FROM (%s) s", self._sold_sql(policy))
        )
        groups = {}
        for product, uom, quantity, old, new in keys:
            groups.setdefault((uom, quantity, old, new), []).append(product)
        shares = {}
        for (uom_id, quantity, old, new), products in groups.items():
            old_prices = self._prices(policy, old, products, uom_id, quantity)
            new_prices = self._prices(policy, new, products, uom_id, quantity)
            for product in products:
                share = discount_share(old_prices[product], new_prices[product])
                if share:
                    shares[product, uom_id, quantity, old, new] = share
        return shares

    def _prices(self, policy, pricelist_id, product_ids, uom_id, quantity):
        """``{product id: price}`` at a pricelist, or without one, in the program's currency on the day of the trial."""
        # sudo: prices of whatever was sold; only sums of them are shown
        pricelist = self.env["product.pricelist"].sudo().browse(pricelist_id or None).exists()
        company = policy.program_id.company_id or self.env.company
        products = self.env["product.product"].sudo().with_company(company).browse(product_ids)  # sudo: as above
        return pricelist.with_company(company)._get_products_price(
            products,
            float(quantity),
            currency=policy.program_id.currency_id,
            uom=self.env["uom.uom"].browse(uom_id),
            date=fields.Datetime.to_datetime(self.trial_id.day),
        )
