from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from ..common import SyncCase


class LoyaltyCase(SyncCase):
    """One program: a point for each unit of money, and a reward that costs 100 points and gives 10 off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.new_program()
        cls.product = cls.new_product("Lens", 100.0)

    @classmethod
    def new_program(cls, **values):
        return cls.env["loyalty.program"].create(
            {
                "name": "Northern Points",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "portal_point_name": "Points",
                "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1.0})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10.0,
                            "discount_mode": "per_order",
                            "required_points": 100,
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def new_product(cls, name, price, **values):
        return cls.env["product.product"].create(
            {"name": name, "list_price": price, "taxes_id": False, "invoice_policy": "order", "type": "consu", **values}
        )

    @classmethod
    def new_card(cls, points=0, partner=None, program=None, **values):
        return cls.env["loyalty.card"].create(
            {
                "program_id": (program or cls.program).id,
                "partner_id": (partner or cls.customer).id,
                "points": points,
                **values,
            }
        )

    @classmethod
    def new_order(cls, quantity=1, partner=None, product=None, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "order_line": [
                    Command.create({"product_id": (product or cls.product).id, "product_uom_qty": quantity})
                ],
                **values,
            }
        )

    def claim(self, order, card=None):
        """Put the program's reward on ``order``."""
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            if not card or coupon == card:
                order._apply_program_reward(rewards[:1], coupon)
                order._update_programs_and_rewards()
                return
        self.fail("No reward can be claimed.")

    def confirmed(self, quantity=1, partner=None, **values):
        """An order that is confirmed, and has earned its points."""
        order = self.new_order(quantity, partner, **values)
        order.action_confirm()
        return order

    def redeemed(self, quantity=1, partner=None, card=None, **values):
        """A confirmed order with the program's reward on it."""
        order = self.new_order(quantity, partner, **values)
        self.claim(order, card)
        order.action_confirm()
        return order

    def cancelled_too_late(self, quantity=1):
        """An order that is cancelled when 100 of its points are spent already: 10 are owed then."""
        order = self.confirmed(quantity)
        self.redeemed()
        order._action_cancel()
        return order

    def card_of(self, partner=None, program=None):
        return self.env["loyalty.card"].search(
            [("partner_id", "=", (partner or self.customer).id), ("program_id", "=", (program or self.program).id)]
        )

    def kinds(self, card):
        """[(kind, quantity)] of the card's entries, oldest first."""
        return [(entry.kind, entry.quantity) for entry in card.sync_entry_ids.sorted("position")]

    def arrears_of(self, card):
        return self.env["crm.sync.loyalty.arrears"].search([("card_id", "=", card.id)])

    def invoice(self, order):
        move = order._create_invoices()
        move.action_post()
        return move

    def refund(self, invoice, share=1.0):
        """A posted credit note over ``share`` of every line's quantity."""
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        if share != 1.0:
            for line in refund.invoice_line_ids:
                line.quantity *= share
        refund.action_post()
        return refund

    def register_payment(self, invoice):
        """All of ``invoice`` is paid."""
        register = self.env["account.payment.register"]
        register.with_context(active_model="account.move", active_ids=invoice.ids).create({})._create_payments()

    def pay_online(self, order, state):
        """A payment of ``order`` in ``state``."""
        provider = self.env["payment.provider"].create({"name": "Test", "code": "none"})
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.name}-{state}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        # By SQL: no provider is installed here that can authorize.
        transaction.flush_recordset()
        self.env.cr.execute(SQL("UPDATE payment_transaction SET state = %s WHERE id = %s", state, transaction.id))
        transaction.invalidate_recordset(["state"])
        return transaction

    def yen(self, *rates):
        """JPY, with (days ago, how many for a unit of the company's currency)."""
        yen = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "JPY")])
        yen.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": yen.id,
                    "company_id": self.company.id,
                    "name": fields.Date.today() - timedelta(days=days),
                    "company_rate": rate,
                }
                for days, rate in rates
            ]
        )
        return yen

    def merge_partners(self, sources, target, **options):
        """``sources`` become ``target``, by Odoo's wizard."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((target | sources).ids, target, **options)

    def assertLedger(self, card, points=None):
        """All invariants of one card, read from the database: the sum, the lots, the chain."""
        self.env.flush_all()
        [(balance, entries, lots, arrears, running)] = self.env.execute_query(
            SQL(
                """SELECT points::numeric,
                          (SELECT COALESCE(sum(quantity), 0) FROM crm_sync_loyalty_entry WHERE card_id = c.id),
                          (SELECT COALESCE(sum(remaining), 0) FROM crm_sync_loyalty_lot WHERE card_id = c.id),
                          (SELECT COALESCE(sum(remaining), 0) FROM crm_sync_loyalty_arrears WHERE card_id = c.id),
                          COALESCE((SELECT balance FROM crm_sync_loyalty_entry WHERE card_id = c.id
                                     ORDER BY position DESC LIMIT 1), 0)
                     FROM loyalty_card c WHERE id = %s""",
                card.id,
            )
        )
        self.assertEqual(balance, entries, "points and the sum of the entries")
        self.assertEqual(balance, lots - arrears, "points, and lots less arrears")
        self.assertEqual(balance, running, "points, and the running balance")
        broken = self.env.execute_query(
            SQL(
                """SELECT id FROM (SELECT e.*, crm_sync_chain('', %s) OVER (PARTITION BY card_id ORDER BY position) AS expected
                                     FROM crm_sync_loyalty_entry e WHERE card_id = %s) chain WHERE seal != expected""",
                self.env["crm.sync.loyalty.ledger"]._content_sql("e"),
                card.id,
            )
        )
        self.assertFalse(broken, "the chain of seals")
        lots = self.env.execute_query(
            SQL(
                """SELECT l.id FROM crm_sync_loyalty_lot l LEFT JOIN crm_sync_loyalty_allocation a ON a.lot_id = l.id
                    WHERE card_id = %s GROUP BY l.id HAVING l.quantity - COALESCE(sum(a.quantity), 0) != l.remaining""",
                card.id,
            )
        )
        self.assertFalse(lots, "lots, and what was drawn from them")
        check = self.env["crm.sync.loyalty.check"]._check_card(card)
        self.assertFalse([(f.kind, f.expected, f.found) for f in check.finding_ids], "what the nightly check finds")
        if points is not None:
            self.assertEqual(card.points, points)
