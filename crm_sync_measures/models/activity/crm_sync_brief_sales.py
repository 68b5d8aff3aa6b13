from dateutil.relativedelta import relativedelta
from odoo import fields, models

from ...rules.brief import SOON, Advice, is_order_missed, turnover_trend, usual_interval
from .brief_section import Cell, Fact, Section, brief_section

_PRODUCTS = 5
_DEALS = 5


class CrmSyncBrief(models.AbstractModel):
    """What the customer is worth, what he bought, and what is open.

    Turnover is that of Odoo's sales analysis: confirmed orders, untaxed, in the reader's company's currency at the rate
    of each order.
    """

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {
            **super()._section_titles(),
            "value": self.env._("Value"),
            "products": self.env._("What They Bought"),
            "deals": self.env._("Open Deals"),
        }

    # ---------------------------------------------------------------- value

    @brief_section(20, "value")
    def _section_value(self, about):
        """Turnover of twelve months and of those before, and how often he orders."""
        year = self._turnover(about, 12, 0)
        before = self._turnover(about, 24, 12)
        days = self._order_days(about)
        trend = turnover_trend(year, before)
        facts = [
            Fact(self.env._("Turnover of 12 months"), self._money(year), "danger" if trend == "fallen" else ""),
            Fact(self.env._("12 months before"), self._money(before)),
            *self._margin_facts(about, year),
        ]
        if days:
            facts.append(Fact(self.env._("Customer since"), self._day(days[0])))
            facts.append(Fact(self.env._("Last order"), self._day(days[-1])))
        if interval := usual_interval(days):
            facts.append(Fact(self.env._("Usually orders every"), self.env._("%s days", interval)))
        return Section(
            title=self._section_titles()["value"],
            facts=tuple(facts),
            bring_up=self._value_advice(about, year, before, trend, days),
        )

    def _turnover(self, about, months_from, months_to, measure="price_subtotal"):
        domain = [
            *self._sold(about),
            ("date", ">=", self._months_ago(about, months_from)),
            ("date", "<", self._months_ago(about, months_to)),
        ]
        [[amount]] = self.env["sale.report"]._read_group(domain, [], [f"{measure}:sum"])
        return amount or 0.0

    def _sold(self, about):
        report = self.env["sale.report"]
        return [("partner_id", "in", about.contacts.ids), ("state", "in", report._get_done_states())]

    def _months_ago(self, about, months):
        return fields.Datetime.to_string(about.now - relativedelta(months=months))

    def _order_days(self, about):
        """Days on which the customer ordered, oldest first."""
        orders = self.env["sale.order"].search_fetch(
            [("partner_id", "in", about.contacts.ids), ("state", "=", "sale")], ["date_order"], order="date_order"
        )
        return [order.date_order.date() for order in orders]

    def _margin_facts(self, about, year):
        """The margin, where the module that knows it is there and the reader may see it."""
        report = self.env["sale.report"]
        field = report._fields.get("margin")
        if not field or not report._has_field_access(field, "read"):
            return []
        margin = self._turnover(about, 12, 0, "margin")
        share = f" ({margin / year:.0%})" if year else ""
        return [Fact(self.env._("Margin of 12 months"), self._money(margin) + share)]

    def _value_advice(self, about, year, before, trend, days):
        advice = []
        if trend == "fallen":
            text = self.env._(
                "Turnover fell from %(before)s to %(now)s: ask where they buy now, and why.",
                before=self._money(before),
                now=self._money(year),
            )
            advice.append(Advice(40, text))
        if is_order_missed(days, about.today):
            text = self.env._(
                "They order every %(interval)s days, the last time %(days)s days ago: ask what they need.",
                interval=usual_interval(days),
                days=(about.today - days[-1]).days,
            )
            advice.append(Advice(45, text))
        return tuple(advice)

    # ---------------------------------------------------------------- products

    @brief_section(40, "products")
    def _section_products(self, about):
        """The products of most turnover, with quantity and the day they were last ordered."""
        domain = [*self._sold(about), ("product_id", "!=", False), ("price_subtotal", ">", 0)]
        groups = self.env["sale.report"]._read_group(
            domain,
            ["product_id"],
            ["product_uom_qty:sum", "price_subtotal:sum", "date:max"],
            order="price_subtotal:sum DESC",
            limit=_PRODUCTS,
        )
        return Section(
            title=self._section_titles()["products"],
            head=(
                self.env._("Product"),
                self.env._("Quantity"),
                self.env._("Untaxed"),
                self.env._("Last ordered"),
            ),
            rows=tuple(
                (
                    self._short(product.display_name, 45),
                    Cell(self._number(quantity), is_number=True),
                    Cell(self._money(amount), is_number=True),
                    Cell(self._day(last), is_number=True),
                )
                for product, quantity, amount, last in groups
            ),
            empty=self.env._("Nothing yet."),
        )

    # ---------------------------------------------------------------- deals

    @brief_section(50, "deals")
    def _section_deals(self, about):
        """Open opportunities and quotations, the largest first."""
        leads = self.env["crm.lead"].search(
            [("partner_id", "in", about.contacts.ids), ("won_status", "=", "pending")],
            order="expected_revenue desc, id desc",
            limit=_DEALS,
        )
        orders = self.env["sale.order"].search(
            [("partner_id", "in", about.contacts.ids), ("state", "in", ("draft", "sent"))],
            order="amount_untaxed desc, id desc",
            limit=_DEALS,
        )
        return Section(
            title=self._section_titles()["deals"],
            rows=(*(self._lead_row(lead) for lead in leads), *(self._order_row(about, order) for order in orders)),
            empty=self.env._("None open."),
            bring_up=tuple(
                advice
                for advice in (
                    *(self._order_advice(about, order) for order in orders),
                    *(self._lead_advice(about, lead) for lead in leads[:2]),
                )
                if advice
            ),
        )

    def _lead_row(self, lead):
        company = lead.company_id or self.env.company
        revenue = company.currency_id._convert(
            lead.expected_revenue or 0.0, self.env.company.currency_id, self.env.company, fields.Date.today()
        )
        return (
            Cell(self._short(lead.name, 45), document=("crm.lead", lead.id)),
            self._short(lead.stage_id.name, 25),
            # sudo: the name of a colleague, as everywhere in Odoo's own client.
            self._short(lead.user_id.sudo().name, 25),
            Cell(self._money(revenue), is_number=True),
        )

    def _order_amount(self, order):
        """The untaxed amount in the reader's company's currency, at today's rate: it is not sold yet."""
        company = self.env.company
        return order.currency_id._convert(
            order.amount_untaxed, company.currency_id, company, fields.Date.context_today(self)
        )

    def _order_row(self, about, order):
        state = self.env._("Quotation")
        if order.validity_date:
            state = self.env._("Quotation until %s", self._day(order.validity_date))
        is_over = order.validity_date and order.validity_date < about.today
        return (
            Cell(order.name, document=("sale.order", order.id)),
            Cell(state, tone="warning" if is_over else ""),
            # sudo: as in _lead_row
            self._short(order.user_id.sudo().name, 25),
            Cell(self._money(self._order_amount(order)), is_number=True),
        )

    def _order_advice(self, about, order):
        if order.state != "sent":
            return None
        values = {"name": order.name, "amount": self._money(self._order_amount(order))}
        if order.validity_date and order.validity_date < about.today:
            text = self.env._("Quotation %(name)s over %(amount)s has expired: is it still wanted?", **values)
        elif order.validity_date and (order.validity_date - about.today).days <= SOON:
            text = self.env._(
                "Quotation %(name)s over %(amount)s ends on %(day)s: ask for the decision.",
                day=self._day(order.validity_date),
                **values,
            )
        else:
            text = self.env._("Quotation %(name)s over %(amount)s is undecided: ask what is missing.", **values)
        return Advice(50, text)

    def _lead_advice(self, about, lead):
        if not lead.date_deadline or lead.date_deadline >= about.today:
            return None
        text = self.env._(
            "Opportunity “%(name)s” should have been decided on %(day)s.",
            name=self._short(lead.name, 45),
            day=self._day(lead.date_deadline),
        )
        return Advice(25, text)
