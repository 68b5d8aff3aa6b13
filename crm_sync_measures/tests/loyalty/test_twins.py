from lxml import etree
from odoo.exceptions import AccessError, UserError

from .test_merge import MergeCase


class TestTwins(MergeCase):
    """Upstream thread: odoo/odoo#145782 (two cards of one customer)."""

    def tidy(self, field):
        return self.env["loyalty.card"].search([(field, "=", True), ("program_id", "=", self.program.id)])

    def test_several_cards_of_one_customer_are_listed(self):
        one, two = self.new_card(10), self.new_card()
        alone, archived = self.new_card(5, self.twin), self.new_card(5, self.twin, active=False)
        self.assertEqual(self.tidy("sync_is_twin"), one | two)
        self.assertEqual((one | alone | archived).mapped("sync_is_twin"), [True, False, False])
        self.assertNotIn(one, self.env["loyalty.card"].search([("sync_is_twin", "=", False)]))

    def test_coupons_of_one_customer_are_no_twins(self):
        program = self.env["loyalty.program"].create(
            {"name": "Gift", "program_type": "gift_card", "applies_on": "future", "trigger": "auto"}
        )
        cards = self.new_card(25, program=program) | self.new_card(25, program=program)
        self.assertFalse(any(cards.mapped("sync_is_twin")))

    def test_combined_the_oldest_takes_over_all_points(self):
        one, two, three = self.new_card(10), self.new_card(200), self.new_card(3)
        his = self.new_card(7, self.twin), self.new_card(8, self.twin)
        (one | two | three | his[0] | his[1]).with_user(self.manager).action_sync_combine()
        self.assertLedger(one, 213)
        self.assertLedger(his[0], 15)
        self.assertEqual((two | three).mapped("sync_merged_into_id"), one)
        self.assertFalse(any((two | three | his[1]).mapped("active")))
        self.assertFalse(self.tidy("sync_is_twin"))

    def test_only_cards_of_one_customer_in_one_program_become_one(self):
        other = self.new_program(name="Other")
        cards = self.new_card(1) | self.new_card(2, self.twin) | self.new_card(4, program=other)
        with self.assertRaisesRegex(UserError, "Select all cards"):
            cards.with_user(self.manager).action_sync_combine()
        self.assertEqual(cards.mapped("points"), [1, 2, 4])

    def test_only_a_sales_manager_combines_or_gives(self):
        cards = self.new_card(10) | self.new_card(20)
        lost = self.new_card(30, partner_id=False)
        for user in (self.seller, self.colleague, self.agent, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                cards.with_user(user).action_sync_combine()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                lost.with_user(user).action_sync_give()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["crm.sync.loyalty.give.card"].with_user(user).create(
                    {"card_ids": lost.ids, "partner_id": self.customer.id}
                ).action_give()

    def test_points_without_owner_are_listed_and_given_to_a_customer(self):
        lost, empty = self.new_card(30, partner_id=False), self.new_card(partner_id=False)
        self.assertEqual(self.tidy("sync_is_ownerless"), lost)
        self.assertFalse(empty.sync_is_ownerless)
        self.give(lost, self.twin)
        self.assertEqual(lost.partner_id, self.twin)
        self.assertLedger(lost, 30)
        self.assertFalse(self.tidy("sync_is_ownerless"))

    def test_a_customer_who_has_a_card_gets_the_points_on_it(self):
        mine, lost = self.new_card(5), self.new_card(30, partner_id=False)
        self.give(lost, self.customer)
        self.assertLedger(mine, 35)
        self.assertEqual(lost.sync_merged_into_id, mine)

    def test_only_a_card_without_owner_offers_to_be_given_to_a_customer(self):
        view = self.env["loyalty.card"].get_view(self.env.ref("crm_sync_measures.loyalty_card_view_list_twins").id)
        [button] = etree.fromstring(view["arch"]).xpath("//button[@name='action_sync_give']")
        self.assertEqual(button.getparent().tag, "list", "buttons of the header are offered for all cards")
        self.assertEqual(button.get("invisible"), "not sync_is_ownerless")

    def test_a_card_with_an_owner_is_not_given_away(self):
        with self.assertRaisesRegex(UserError, "has an owner"):
            self.give(self.new_card(30), self.twin)

    def test_a_new_owner_is_told_in_the_chatter_with_the_old_one(self):
        card = self.new_card(30)
        # A card made without tracking is not tracked before the transaction has ended.
        self.env.cr.flush()
        card = card.with_user(self.manager).with_context(tracking_disable=False, mail_notrack=False)
        card.partner_id = self.twin
        self.env.cr.flush()
        self.env.invalidate_all()
        values = card.sudo().message_ids.tracking_value_ids.filtered(lambda value: value.field_id.name == "partner_id")
        self.assertEqual((values.old_value_char, values.new_value_char), (self.customer.name, self.twin.name))
        with self.assertRaises(AccessError):
            card.with_user(self.seller).partner_id = self.customer

    def give(self, card, partner):
        wizard = self.env["crm.sync.loyalty.give.card"].with_user(self.manager)
        wizard.create({"card_ids": card.ids, "partner_id": partner.id}).action_give()
