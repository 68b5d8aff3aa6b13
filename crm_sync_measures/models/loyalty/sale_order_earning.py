from decimal import Decimal

from odoo import api, fields, models

from ...rules.earning import rounded
from ...rules.ledger import ZERO, exact


class SaleOrder(models.Model):
    """What an order earns: Odoo's rules, with the program's policy on money, currency and rounding."""

    _inherit = "sale.order"

    def _sync_amounts(self, program):
        """(ordered, invoiced, refunded) of each line that earns points of ``program``, in the order's currency."""
        return [line._sync_amounts(program.sync_earn_on_tax) for line in self._sync_eligible_lines(program)]

    def _sync_eligible_lines(self, program):
        valid = program._get_valid_products(self.order_line.product_id)
        products = self.env["product.product"].union(*valid.values()) if valid else self.env["product.product"]
        lines = self.order_line - self._get_no_effect_on_threshold_lines()
        if program.program_type == "loyalty" and not program.sync_earn_on_topup:
            products -= self._sync_topups()
        return lines.filtered(lambda line: line._sync_earns(program, products))

    @api.model
    def _sync_topups(self):
        """The products that are gift cards, or top up an eWallet."""
        # sudo: those of all companies, whoever sells them.
        programs = self.env["loyalty.program"].sudo().search([("program_type", "in", ("gift_card", "ewallet"))])
        return programs.trigger_product_ids.with_env(self.env)

    def _program_check_compute_points(self, programs):
        """Points on money by the program's policy, in its currency, rounded once."""
        result = super()._program_check_compute_points(programs)
        for program, status in result.items():
            if "points" in status and program.program_type == "loyalty":
                if "money" in program.rule_ids.mapped("reward_point_mode"):
                    status["points"][0] = self._sync_points(program)
                else:
                    status["points"][0] = float(self._sync_rounded(program, exact(status["points"][0])))
        return result

    def _sync_rounded(self, program, points):
        return rounded(points, program.sync_rounding, program.sync_rounding_digits)

    def _sync_points(self, program):
        """What this order earns: the rules as Odoo matches them, money by our policy."""
        points = ZERO
        for rule in program.rule_ids:
            products = self._sync_matching_products(rule)
            if not products:
                continue
            amount = exact(rule.reward_point_amount)
            if rule.reward_point_mode == "order":
                points += amount
            elif rule.reward_point_mode == "unit":
                lines = self._get_not_rewarded_order_lines().filtered(lambda line: not line.combo_item_id)
                lines = lines.filtered(lambda line, products=products: line.product_id in products)
                points += amount * exact(sum(lines.mapped("product_uom_qty")))
            else:
                points += amount * self._sync_money(program, rule)
        return float(self._sync_rounded(program, points))

    def _sync_matching_products(self, rule):
        """The ordered products that make ``rule`` apply, or nothing; the same conditions as Odoo's."""
        nothing = self.env["product.product"]
        if rule.mode == "with_code" and rule not in self.code_enabled_rule_ids:
            return nothing
        counted = self._get_not_rewarded_order_lines().filtered(lambda line: not line.combo_item_id)
        products = rule.program_id._get_valid_products(counted.product_id).get(rule) or nothing
        if sum(line.product_uom_qty for line in counted if line.product_id in products) < rule.minimum_qty:
            return nothing
        valid = rule.program_id._get_valid_products(self.order_line.product_id).get(rule) or nothing
        lines = self.env["sale.order.line"]
        for line in self.order_line - self._get_no_effect_on_threshold_lines():
            reward = line.reward_id
            is_discount = reward.reward_type == "discount"
            own = is_discount and reward.program_id in (rule.program_id,)
            if own or (is_discount and reward.program_id.trigger == "auto") or line.combo_item_id:
                continue
            if line.product_id in valid:
                lines |= line._get_lines_with_price()
        amount = sum(lines.mapped("price_subtotal"))
        if rule.minimum_amount_tax_mode == "incl":
            amount += sum(lines.mapped("price_tax"))
        return products if rule._compute_amount(self.currency_id) <= amount else nothing

    def _sync_money(self, program, rule):
        """The money that ``rule`` counts, in the program's currency at the rate of the order's day."""
        valid = program._get_valid_products(self.order_line.product_id).get(rule) or self.env["product.product"]
        lines = self._sync_eligible_lines(program)
        price = "price_total" if program.sync_earn_on_tax else "price_subtotal"
        own = lines.filtered(lambda line: line.reward_id.program_id == program)
        amount = sum(exact(self._get_order_line_price(line, price)) for line in lines - own if line.product_id in valid)
        goods = sum(exact(self._get_order_line_price(line, price)) for line in lines - own)
        # What points have paid is taken off in proportion to what this rule counts.
        paid = sum(exact(line[price]) for line in own)
        if goods and paid:
            amount += paid * amount / goods
        currency = program.currency_id
        if currency and currency != self.currency_id:
            day = fields.Date.to_date(self.date_order) or fields.Date.context_today(self)
            rate = self.env["res.currency"]._get_conversion_rate(self.currency_id, currency, self.company_id, day)
            amount *= exact(rate) if rate > 1 else Decimal(repr(rate))
        return max(ZERO, amount)
