from .engine_common import TierCase


class TestTierBenefits(TierCase):
    """Prices of a tier, and what is told of it."""

    def setUp(self):
        super().setUp()
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user")._apply_group(self.env.ref("product.group_product_pricelist"))
        # Who has no pricelist gets the first one.
        self.usual, self.prices, self.own = self.env["product.pricelist"].create(
            [
                {"name": "Usual prices", "sequence": 0},
                {"name": "Silver prices", "sequence": 98},
                {"name": "Agreed", "sequence": 99},
            ]
        )
        self.publish(pricelists=(None, self.prices, None))
        self.card = self.new_card()
        self.earn(self.card, 1000)
        self.commit()
        self.env.invalidate_all()

    def test_a_customer_without_a_pricelist_of_his_own_has_that_of_his_tier(self):
        self.assertEqual(self.customer.property_product_pricelist, self.prices)
        self.assertFalse(self.customer.specific_property_product_pricelist)
        self.assertEqual(self.new_order().pricelist_id, self.prices)

    def test_his_contacts_have_it_too(self):
        self.assertEqual(self.contact.property_product_pricelist, self.prices)

    def test_what_was_agreed_with_him_goes_first(self):
        self.customer.specific_property_product_pricelist = self.own
        self.assertEqual(self.customer.property_product_pricelist, self.own)

    def test_who_falls_has_the_usual_prices_again(self):
        self.travel("2028-01-01 12:00:00")
        self.nightly()
        self.assertEqual(self.customer.property_product_pricelist, self.usual)

    def test_a_branch_has_the_prices_of_the_company_above_it(self):
        self.assertEqual(self.program.company_id, self.company)
        self.prices.company_id = False
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.assertEqual(self.customer.with_company(branch).property_product_pricelist, self.prices)

    def test_many_customers_cost_as_many_queries_as_one(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(30)])
        self.env.flush_all()
        counts = []
        for some in (partners[:1], partners):
            self.env.invalidate_all()
            some.mapped("name")
            some.mapped("specific_property_product_pricelist")
            before = self.env.cr.sql_log_count
            self.env["product.pricelist"]._sync_tier_pricelists(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_the_progress_tells_what_is_reached_and_missing(self):
        progress = self.card.sync_tier_progress()
        self.assertEqual(progress["tier"]["name"], "Silver")
        self.assertEqual(progress["value"], 1000)
        self.assertEqual((progress["next"]["name"], progress["next"]["missing"]), ("Gold", 4000))
        self.assertEqual((progress["keep_missing"], progress["valid_through"]), (1000, "2027-12-31"))
        self.assertEqual([step["is_reached"] for step in progress["ladder"]], [True, True, False])

    def test_a_program_without_tiers_tells_nothing(self):
        card = self.new_card(program=self.new_program(name="Other Points"))
        self.assertEqual(card.sync_tier_progress(), {})
