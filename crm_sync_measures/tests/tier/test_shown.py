from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .shown_common import ShownTierCase


class TestShownTier(ShownTierCase):
    """Which tier a customer has, and what is found, sorted and grouped by it: all must say the same."""

    def names(self, partners=None):
        return [partner.sync_tier_id.name for partner in partners or self.people]

    def found(self, *domain):
        return self.Partner.search([("id", "in", self.people.ids), *domain], order="id")

    def grouped(self, model, domain, groupby="sync_tier_id"):
        """[(tier, how many)] as the client asks for groups: in the order of the tiers."""
        groups = self.env[model].formatted_read_group(domain, [groupby], ["__count"], order=groupby)
        return [(group[groupby] and group[groupby][1], group["__count"]) for group in groups]

    # ---------------------------------------------------------------- which one

    def test_a_contact_has_his_own_tier_else_that_of_his_company(self):
        self.assertEqual(self.names(), [False] * 5)
        self.give(self.customer, self.gold)
        self.give(self.ann, self.silver)
        self.assertEqual(self.names(), ["Gold", "Gold", "Silver", False, False])
        self.give(self.contact, self.silver)
        self.assertEqual(self.names(), ["Gold", "Silver", "Silver", False, False])
        self.assertEqual(self.people.mapped("sync_tier_color"), [4, 3, 3, 0, 0])

    def test_a_company_does_not_have_the_tier_of_its_contact(self):
        self.give(self.contact, self.gold)
        self.assertEqual(self.names(self.customer | self.contact), [False, "Gold"])

    def test_of_two_accounts_the_one_that_is_shown_counts(self):
        self.give(self.ann, self.silver, is_shown=False)
        self.assertFalse(self.ann.sync_tier_id)
        self.give(self.ann, self.gold)
        self.assertEqual(self.names(self.ann), ["Gold"])

    def test_each_company_sees_the_tier_of_its_own_program_before_that_of_a_program_for_all(self):
        company, user = self.other_company()
        program = self.points_program(name="Second Points", company_id=company.id)
        [chief] = self.new_tiers(program, "Chief")
        self.give(self.ann, self.silver)
        self.give(self.ann, chief)
        self.give(self.bob, chief)
        there = self.people.with_user(user).with_company(company)
        self.assertEqual(self.names(), [False, False, "Silver", False, False])
        self.assertEqual(self.names(there), [False, False, "Chief", "Chief", False])
        here, elsewhere = self.Partner, self.Partner.with_user(user).with_company(company)
        for model, tier, wanted in (
            (here, self.silver, self.ann),
            (elsewhere, self.silver, self.Partner),
            (here, chief, self.Partner),
            (elsewhere, chief, self.ann | self.bob),
        ):
            domain = [("id", "in", self.people.ids), ("sync_tier_id", "=", tier.id)]
            self.assertEqual(
                model.search(domain).sudo().with_env(self.env), wanted, (model.env.company.name, tier.name)
            )

    def test_a_branch_has_the_tiers_of_the_company_above_it_and_its_own_go_first(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        above = self.points_program(name="Above", company_id=self.company.id)
        [chief] = self.new_tiers(above, "Chief")
        [local] = self.new_tiers(self.points_program(name="Branch", company_id=branch.id), "Local")
        self.give(self.ann, self.silver)
        self.give(self.ann, chief)
        self.give(self.bob, chief)
        self.give(self.bob, local)
        there = self.people.with_company(branch)
        self.assertEqual(self.names(), [False, False, "Chief", "Chief", False])
        self.assertEqual(self.names(there), [False, False, "Chief", "Local", False])
        for tier, wanted in ((self.silver, self.Partner), (chief, self.ann), (local, self.bob)):
            domain = [("id", "in", self.people.ids), ("sync_tier_id", "=", tier.id)]
            self.assertEqual(there.search(domain).with_env(self.env), wanted, tier.name)

    def test_a_contact_who_moves_to_a_company_has_its_tier_at_once(self):
        self.give(self.customer, self.gold)
        self.assertFalse(self.bob.sync_tier_id)
        self.bob.parent_id = self.customer
        self.assertEqual(self.names(self.bob), ["Gold"])
        self.assertIn(self.bob, self.found(("sync_tier_id", "=", self.gold.id)))

    # ---------------------------------------------------------------- finding

    def test_what_is_found_is_what_is_shown_whatever_one_asks(self):
        self.give(self.customer, self.gold)
        self.give(self.contact, self.silver)
        self.give(self.bob, self.gold)
        self.cem.parent_id = self.customer
        silver, gold = self.silver.id, self.gold.id
        for domain, holds in (
            (("sync_tier_id", "=", gold), lambda tier: tier == self.gold),
            (("sync_tier_id", "!=", gold), lambda tier: tier != self.gold),
            (("sync_tier_id", "=", False), lambda tier: not tier),
            (("sync_tier_id", "!=", False), bool),
            (("sync_tier_id", "in", [silver, gold]), bool),
            (("sync_tier_id", "in", [silver, False]), lambda tier: tier != self.gold),
            (("sync_tier_id", "not in", [silver, False]), lambda tier: tier == self.gold),
            (("sync_tier_id", "not in", [silver, gold]), lambda tier: not tier),
            (("sync_tier_id", "in", []), lambda tier: False),
            (("sync_tier_id", "ilike", "gol"), lambda tier: tier == self.gold),
            (("sync_tier_id", "not ilike", "gol"), lambda tier: tier != self.gold),
            (("sync_tier_id", "=", "Silver"), lambda tier: tier == self.silver),
            (("sync_tier_id.sequence", ">=", 1), lambda tier: tier == self.gold),
            (("sync_tier_id", "any", [("sequence", "<", 1)]), lambda tier: tier == self.silver),
            (("sync_tier_id", "not any", [("sequence", "<", 1)]), lambda tier: tier != self.silver),
        ):
            with self.subTest(domain=domain):
                wanted = self.people.filtered(lambda partner, holds=holds: holds(partner.sync_tier_id))
                self.assertEqual(self.found(domain), wanted.sorted("id"))
                self.assertEqual(self.people.filtered_domain([domain]), wanted)
                self.assertEqual(
                    self.found(domain), self.Partner.with_user(self.seller).search(
                        [("id", "in", self.people.ids), domain], order="id"
                    ).with_env(self.env),
                )  # fmt: skip

    def test_customers_are_sorted_by_the_rank_of_their_tiers(self):
        self.give(self.cem, self.silver)
        self.give(self.ann, self.gold)
        by_tier = self.Partner.search([("id", "in", self.people.ids)], order="sync_tier_id, id")
        self.assertEqual(by_tier[:2], self.cem | self.ann)
        self.assertEqual(by_tier[2:], (self.people - self.ann - self.cem).sorted("id"))
        backwards = self.Partner.search([("id", "in", self.people.ids)], order="sync_tier_id desc nulls last, id")
        self.assertEqual(backwards[:2], self.ann | self.cem)

    # ---------------------------------------------------------------- grouping

    def test_customers_are_counted_by_tier_in_the_order_of_the_tiers(self):
        self.give(self.customer, self.gold)
        self.give(self.bob, self.silver)
        domain = [("id", "in", self.people.ids)]
        self.assertEqual(self.grouped("res.partner", domain), [("Silver", 1), ("Gold", 2), (False, 2)])
        tiers = dict(self.Partner._read_group(domain, ["sync_tier_id"], ["__count"]))
        self.assertEqual(tiers, {self.silver: 1, self.gold: 2, self.env["crm.sync.tier"]: 2})
        both = self.Partner._read_group(domain, ["is_company", "sync_tier_id"], ["__count"])
        self.assertIn((True, self.gold, 1), both)
        self.assertIn((False, self.gold, 1), both)

    def test_a_group_opens_as_many_customers_as_it_counts(self):
        self.give(self.customer, self.gold)
        self.give(self.bob, self.silver)
        domain = [("id", "in", self.people.ids)]
        for group in self.Partner.formatted_read_group(domain, ["sync_tier_id"], ["__count"]):
            inside = [*domain, *group["__extra_domain"]]
            self.assertEqual(self.Partner.search_count(inside), group["__count"], inside)

    def test_a_pivot_of_tiers_by_salespersons_adds_up(self):
        self.give(self.customer, self.gold)
        self.give(self.bob, self.silver)
        domain = [("id", "in", self.people.ids)]
        cells, tiers, [[total]] = self.Partner._read_grouping_sets(
            domain, [["sync_tier_id", "user_id"], ["sync_tier_id"], []], ["__count"]
        )
        self.assertEqual(total, 5)
        self.assertEqual(sorted(count for _tier, count in tiers), [1, 2, 2])
        self.assertEqual(sum(count for _tier, _user, count in cells), 5)
        self.assertIn((self.gold, self.seller, 2), cells)

    def test_two_that_are_marked_after_a_merge_do_not_make_two_of_one_customer(self):
        self.give(self.ann, self.silver)
        other = self.points_program(name="Other Points")
        [chief] = self.new_tiers(other, "Chief")
        self.give(self.ann, chief)
        self.assertEqual(self.names(self.ann), ["Silver"])
        self.assertEqual(self.Partner.search([("id", "=", self.ann.id)], order="sync_tier_id").ids, self.ann.ids)
        self.assertEqual(self.grouped("res.partner", [("id", "=", self.ann.id)]), [("Silver", 1)])
        self.assertEqual(self.found(("sync_tier_id", "=", self.silver.id)), self.ann)
        self.assertFalse(self.found(("sync_tier_id", "=", chief.id)))

    # ---------------------------------------------------------------- documents

    def test_opportunities_orders_and_their_analysis_are_found_sorted_and_grouped_by_the_tier_of_the_customer(self):
        self.give(self.customer, self.gold)
        self.give(self.ann, self.silver)
        partners = [self.contact, self.customer, self.ann, self.bob]
        leads = self.env["crm.lead"].create(
            [{"name": "A shop", "type": "opportunity", "partner_id": partner.id} for partner in partners]
            + [{"name": "Nobody known", "type": "opportunity"}]
        )
        lens = self.env["product.product"].create({"name": "Lens", "list_price": 10.0})
        orders = self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "order_line": [Command.create({"product_id": lens.id})]}
                for partner in partners
            ]
        )
        self.env.flush_all()
        lines = self.env["sale.report"].search([("product_id", "=", lens.id)])
        for records, without in ((leads, 2), (orders, 1), (lines, 1)):
            with self.subTest(model=records._name):
                self.assertEqual(
                    self.grouped(records._name, [("id", "in", records.ids)]),
                    [("Silver", 1), ("Gold", 2), (False, without)],
                )
                for tier, count in ((self.silver.id, 1), (self.gold.id, 2), (False, without)):
                    domain = [("id", "in", records.ids), ("sync_tier_id", "=", tier)]
                    self.assertEqual(records.search_count(domain), count)
                by_tier = records.search([("id", "in", records.ids)], order="sync_tier_id desc, id")
                self.assertEqual(by_tier.mapped("sync_tier_id.name")[:2], ["Gold", "Silver"])
        through = self.grouped("sale.order", [("id", "in", orders.ids)], "partner_id.sync_tier_id")
        self.assertEqual(sorted(map(str, through)), ["('Gold', 2)", "('Silver', 1)", "(False, 1)"])

    def test_the_list_of_customers_and_cases_are_grouped_by_tier(self):
        self.give(self.customer, self.gold)
        self.standing()
        domain = [("partner_id", "in", (self.customer | self.bob).ids)]
        self.assertEqual(self.grouped("crm.sync.customer", domain), [("Gold", 1), (False, 1)])
        case = self.env["crm.sync.case"].with_user(self.agent).create(
            {"name": "Broken lens", "kind": "complaint", "partner_id": self.contact.id}
        )  # fmt: skip
        self.assertEqual(self.grouped("crm.sync.case", [("id", "=", case.id)]), [("Gold", 1)])

    def test_the_client_may_filter_sort_and_group_by_it(self):
        for model in ("res.partner", "crm.lead", "sale.order", "sale.report", "crm.sync.customer", "crm.sync.case"):
            told = self.env[model].with_user(self.manager).fields_get(["sync_tier_id"])["sync_tier_id"]
            self.assertTrue(told["searchable"] and told["sortable"] and told["groupable"], model)
            self.assertFalse(told["store"], model)

    def test_an_opportunity_that_is_being_entered_shows_the_tier_of_its_customer(self):
        self.give(self.customer, self.gold)
        form = Form(self.env["crm.lead"].with_user(self.seller).with_context(default_type="opportunity"))
        form.name = "A shop"
        self.assertFalse(form.sync_tier_id)
        form.partner_id = self.contact
        self.assertEqual(form.sync_tier_id, self.gold)

    # ---------------------------------------------------------------- rights

    def test_every_colleague_sees_the_tier_and_no_customer_does(self):
        self.give(self.customer, self.gold)
        for user in (self.seller, self.agent, self.head, self.manager, self.auditor, self.employee):
            self.assertEqual(self.customer.with_user(user).sync_tier_id.sudo().name, "Gold", user.login)
        portal = new_test_user(self.env, "t_portal", "base.group_portal", partner_id=self.contact.id)
        with self.assertRaises(AccessError):
            self.contact.with_user(portal).read(["sync_tier_id"])
        with self.assertRaises(AccessError):
            self.Partner.with_user(portal).search([("sync_tier_id", "=", self.gold.id)])

    # ---------------------------------------------------------------- cost

    def warm(self, partners):
        """What every screen has read already."""
        partners.mapped("name")
        self.env.company.parent_ids.mapped("name")

    def test_fifty_customers_cost_as_many_queries_as_one(self):
        crowd = self.Partner.create([{"name": f"Person {number}"} for number in range(50)])
        for number, partner in enumerate(crowd):
            self.give(partner, self.gold if number % 2 else self.silver)
        for partners in (crowd[:1], crowd):
            self.env.invalidate_all()
            self.warm(partners)
            with self.assertQueryCount(2):
                partners.mapped("sync_tier_color")
            domain = [("id", "in", partners.ids)]
            with self.assertQueryCount(1):
                self.Partner._read_group(domain, ["sync_tier_id"], ["__count"])
            with self.assertQueryCount(1):
                found = self.Partner.search([*domain, ("sync_tier_id", "=", self.silver.id)], order="sync_tier_id")
            self.assertEqual(len(found), -(-len(partners) // 2))

    def test_fifty_opportunities_cost_as_many_queries_as_one(self):
        crowd = self.Partner.create([{"name": f"Person {number}"} for number in range(50)])
        for partner in crowd:
            self.give(partner, self.gold)
        leads = self.env["crm.lead"].create([{"name": "A shop", "partner_id": partner.id} for partner in crowd])
        for some in (leads[:1], leads):
            self.env.invalidate_all()
            self.warm(some.partner_id)
            with self.assertQueryCount(2):
                some.mapped("sync_tier_color")
