from unittest.mock import patch

from odoo.exceptions import ValidationError

from ...models.loyalty import loyalty_program_pool
from .test_merge import MergeCase


class TestPooling(MergeCase):
    """Upstream thread: OCA/sale-promotion#238 (points of a company's contacts)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.partner"].create({"name": "Chen Wei", "parent_id": cls.customer.id})

    def pool(self):
        self.program.sync_is_pooled = True

    def assertWallet(self, points, company=None):
        """The company's wallet has ``points``, and its contacts' cards none."""
        company = company or self.customer
        wallet = self.card_of(company)
        self.assertLedger(wallet, points)
        for card in self.card_of(company.child_ids[:1]) | self.card_of(self.second):
            self.assertLedger(card, 0)
        return wallet

    def test_contacts_earn_and_spend_on_the_companys_wallet(self):
        self.pool()
        self.confirmed(2, self.contact)
        wallet = self.assertWallet(200)
        order = self.redeemed(1, self.second)
        self.assertEqual(order.order_line.coupon_id, self.card_of(self.second))
        self.assertEqual(self.kinds(wallet), [("earn", 200), ("earn", 90), ("redeem", -100)])
        self.assertWallet(190)
        self.redeemed(1, self.customer)
        self.assertWallet(180)

    def test_cancelled_and_refunded_the_wallet_is_as_it_was(self):
        self.pool()
        self.confirmed(2, self.contact)
        order = self.redeemed(1, self.second)
        refunded = self.confirmed(4, self.second)
        self.refund(self.invoice(refunded), 0.25)
        self.assertWallet(190 + 300)
        order._action_cancel()
        self.assertWallet(200 + 300)
        refunded._action_cancel()
        self.assertWallet(200)

    def test_pending_points_are_released_into_the_wallet(self):
        self.program.sync_hold = "paid"
        self.pool()
        order = self.confirmed(2, self.contact)
        wallet = self.assertWallet(0)
        self.assertEqual(wallet.sync_lot_ids.held, 200)
        self.pay(order)
        self.assertWallet(200)

    def test_two_contacts_cannot_reserve_the_same_points(self):
        self.new_card(150)
        self.pool()
        first, other = self.new_order(1, self.contact), self.new_order(1, self.second)
        self.claim(first)
        other._update_programs_and_rewards()
        key = self.card_of(self.second)
        self.assertEqual(other._get_real_points_for_coupon(key), 150 + 100 - 100)
        self.claim(other)
        third = self.new_order(1, self.customer)
        third._update_programs_and_rewards()
        self.assertEqual(third._get_real_points_for_coupon(self.card_of()), 150 + 100 - 200)
        first.action_confirm()
        other.action_confirm()
        self.assertWallet(150 + 90 - 100 + 90 - 100)

    def test_a_twin_of_the_companys_card_keeps_its_own_reservations(self):
        wallet = self.new_card(150, self.customer)
        twin = self.new_card(150, self.customer)
        self.pool()
        self.claim(self.new_order(1, self.customer), twin)
        self.assertEqual((wallet | twin).mapped("sync_reserved"), [0, 100])

    def test_what_a_former_owners_quotation_reserves_is_reserved_in_the_wallet(self):
        former = self.env["res.partner"].create({"name": "Former Owner"})
        merged, own = self.new_card(100, former), self.new_card(0, former)
        self.claim(self.new_order(1, former), merged)
        self.pool()
        wallet = self.new_card(150, self.customer)
        # As a card that was merged while its quotation was being paid, into one that was given away since.
        own.partner_id = self.second
        self.env.flush_all()
        self.env.cr.execute("UPDATE loyalty_card SET sync_merged_into_id = %s WHERE id = %s", [own.id, merged.id])
        self.env.invalidate_all()
        self.assertEqual(wallet.sync_reserved, 100)
        self.assertEqual(wallet._sync_blocked(), 100)

    def test_switched_on_the_contacts_points_go_into_the_wallet_and_older_orders_follow(self):
        self.program.sync_hold = "paid"
        mine = self.new_card(7)
        self.new_card(50, self.second)
        paid, pending = self.confirmed(2, self.contact), self.confirmed(1, self.contact)
        self.pay(paid)
        before = self.sums()
        self.pool()
        self.assertWallet(7 + 50 + 200)
        self.assertEqual(self.sums(), before)
        self.pay(pending)
        self.assertWallet(7 + 50 + 300)
        paid._action_cancel()
        pending._action_cancel()
        self.assertWallet(7 + 50)
        self.assertEqual(self.card_of(), mine)

    def test_switched_off_the_wallet_stays_with_the_company(self):
        self.pool()
        order, refunded = self.confirmed(2, self.contact), self.confirmed(4, self.contact)
        self.program.sync_is_pooled = False
        self.assertLedger(self.card_of(), 600)
        self.confirmed(1, self.contact)
        self.assertLedger(self.card_of(self.contact), 100)
        self.refund(self.invoice(refunded), 0.5)
        order._action_cancel()
        self.assertLedger(self.card_of(), 200)
        self.assertLedger(self.card_of(self.contact), 100)

    def test_a_contact_who_changes_company_leaves_the_points_there(self):
        self.pool()
        order, refunded = self.confirmed(2, self.contact), self.confirmed(4, self.contact)
        self.contact.parent_id = self.twin
        self.confirmed(1, self.contact)
        self.assertLedger(self.card_of(self.twin), 100)
        self.refund(self.invoice(refunded), 0.5)
        self.assertLedger(self.card_of(), 400)
        order._action_cancel()
        self.assertLedger(self.card_of(), 200)
        self.assertLedger(self.card_of(self.twin), 100)

    def test_a_private_person_is_his_own_wallet_and_brings_his_points_along(self):
        self.pool()
        person = self.env["res.partner"].create({"name": "Private"})
        self.confirmed(2, person)
        self.assertLedger(self.card_of(person), 200)
        person.parent_id = self.customer
        self.confirmed(1, person)
        self.assertLedger(self.card_of(person), 0)
        self.assertLedger(self.card_of(), 300)

    def test_merged_companies_have_one_wallet(self):
        self.pool()
        his = self.env["res.partner"].create({"name": "Max", "parent_id": self.twin.id})
        self.confirmed(2, self.contact)
        order = self.confirmed(4, his)
        self.merge()
        self.assertLedger(self.card_of(), 600)
        self.redeemed(1, his)
        self.assertLedger(self.card_of(), 590)
        order._action_cancel()
        self.assertLedger(self.card_of(), 190)
        self.assertLedger(self.card_of(his), 0)

    def test_merged_contacts_change_nothing_in_the_wallet(self):
        self.pool()
        order = self.confirmed(2, self.second)
        self.confirmed(1, self.contact)
        self.merge(self.contact, self.second)
        self.assertLedger(self.card_of(), 300)
        order._action_cancel()
        self.assertLedger(self.card_of(), 100)

    def test_many_cards_are_pooled_by_scheduled_work_and_before_that_by_the_next_order(self):
        self.new_card(50, self.second)
        self.new_card(20, self.contact)
        cron = self.env.ref("crm_sync_measures.cron_pool_wallets")
        with patch.object(loyalty_program_pool, "_AT_ONCE", 1):
            self.pool()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.confirmed(1, self.contact)
        self.assertLedger(self.card_of(), 120)
        self.assertLedger(self.card_of(self.second), 50)
        self.assertTrue(self.card_of(self.second).sync_is_twin)
        with self.enter_registry_test_mode():
            self.assertTrue(cron.method_direct_trigger())
        self.assertWallet(170)

    def test_only_points_can_be_pooled(self):
        with self.assertRaisesRegex(ValidationError, "One Wallet"):
            self.env["loyalty.program"].create(
                {"name": "Gift", "program_type": "gift_card", "applies_on": "future", "sync_is_pooled": True}
            )
