from freezegun import freeze_time
from odoo.fields import Command

from ..common import SyncCase


class CampaignCase(SyncCase):
    """A campaign, a product that costs 60 and sells at 100, and a currency of which two were one of ours, and now four.

    It is Tuesday 3 March 2026, 10:00 UTC.
    """

    NOW = "2026-03-03 10:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"title": "Spring lenses", "company_id": cls.company.id})
        cls.product = cls.env["product.product"].create(
            {"name": "Lens", "type": "consu", "list_price": 100, "standard_price": 60, "taxes_id": False}
        )
        # Our own currency is worth 1 on every day.
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.company.currency_id.id)]).unlink()
        cls.foreign = cls.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [
                    Command.create({"name": "2026-01-01", "rate": 2.0, "company_id": cls.company.id}),
                    Command.create({"name": "2026-02-01", "rate": 4.0, "company_id": cls.company.id}),
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.travel(self.NOW)

    def travel(self, moment):
        """Go to that moment, for the rest of the test."""
        self.startPatcher(freeze_time(moment))

    def cost(self, amount, **values):
        return (
            self.env["crm.sync.campaign.cost"]
            .with_user(self.manager)
            .create({"campaign_id": self.campaign.id, "name": "Stand", "amount": amount, "day": "2026-02-10", **values})
        )

    def ordered(self, partner=None, at=None, price=100.0, quantity=1, confirm=True, **values):
        """An order of some lenses, confirmed; by default of the customer, and now."""
        line = {"product_id": self.product.id, "product_uom_qty": quantity, "price_unit": price}
        order = self.env["sale.order"].create(
            {"partner_id": (partner or self.customer).id, "order_line": [Command.create(line)], **values}
        )
        if confirm:
            order.action_confirm()
        if at:
            order.date_order = at
        return order

    def in_foreign(self):
        """Values of an order in the other currency."""
        pricelist = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": self.foreign.id})
        return {"pricelist_id": pricelist.id}

    def people(self, count, **values):
        return self.env["res.partner"].create(
            [{"name": f"Person {number}", "email": f"person{number}@example.com", **values} for number in range(count)]
        )

    def choose(self, people, percent=50, days=30, points=5.0, campaign=None, user=None):
        """Choose them as the customers of the campaign; ``{customer: group}``."""
        campaign = (campaign or self.campaign).with_user(user or self.manager)
        campaign._sync_choose(str([("id", "in", people.ids)]), percent, days, points)
        return self.groups(campaign)

    def groups(self, campaign=None):
        self.env.invalidate_all()
        members = self.env["crm.sync.campaign.member"].search([("campaign_id", "=", (campaign or self.campaign).id)])
        return {member.partner_id: member.member_group for member in members}

    def of_group(self, group):
        return self.env["res.partner"].union(*(one for one, own in self.groups().items() if own == group))

    def figures(self, user=None, campaign=None):
        self.env.invalidate_all()
        [figures] = (campaign or self.campaign).with_user(user or self.manager).sync_campaign_figures()
        return figures

    def merge(self, target, sources):
        self.env["base.partner.merge.automatic.wizard"]._merge((target | sources).ids, target, extra_checks=False)
        self.env.invalidate_all()
