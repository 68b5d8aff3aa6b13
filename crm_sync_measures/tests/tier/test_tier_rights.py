from odoo.exceptions import AccessError, UserError

from .tier_common import TierCase


class TestTierRights(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.running_rules()
        partners = cls.env["res.partner"].create(
            [
                {"name": "Service's", "sync_department_id": cls.service.id},
                {"name": "Agent's", "user_id": cls.agent.id},
                {"name": "Seller's", "user_id": cls.seller.id},
                {"name": "Nobody's"},
            ]
        )
        cls.partners = partners
        for partner in partners:
            card = cls.new_card(partner=partner)
            cls.new_membership(card, cls.silver, "2026-01-01")
            cls.env["crm.sync.tier.standing"].create(
                {"card_id": card.id, "partner_id": partner.id, "program_id": cls.program.id, "tier_id": cls.silver.id}
            )

    def seen(self, model, user):
        rows = self.env[model].with_user(user).search([("partner_id", "in", self.partners.ids)])
        return set(rows.partner_id.mapped("name"))

    def test_each_role_sees_the_tiers_of_the_customers_it_works_with(self):
        every = set(self.partners.mapped("name"))
        for model in ("crm.sync.tier.membership", "crm.sync.tier.standing"):
            for user, expected in (
                (self.agent, {"Service's", "Agent's"}),
                (self.head, {"Service's"}),
                (self.seller, every),
                (self.manager, every),
                (self.auditor, every),
            ):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(self.seen(model, user), expected)

    def test_an_employee_without_a_role_sees_none(self):
        for model in ("crm.sync.tier", "crm.sync.tier.policy", "crm.sync.tier.membership", "crm.sync.tier.standing"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.employee).search([])

    def test_nobody_of_another_company_sees_tiers_rules_or_members(self):
        company, other = self.other_company()
        self.assertEqual(self.program.company_id, self.company)
        for model in (
            "crm.sync.tier",
            "crm.sync.tier.policy",
            "crm.sync.tier.policy.line",
            "crm.sync.tier.membership",
            "crm.sync.tier.standing",
        ):
            Model = self.env[model].with_user(other).with_context(allowed_company_ids=company.ids)
            with self.subTest(model):
                self.assertFalse(Model.search_count([("program_id", "=", self.program.id)]))

    def test_a_manager_moves_no_tier_into_a_company_that_he_is_not_in(self):
        company, _other = self.other_company()
        theirs = self.new_program(name="Theirs", company_id=company.id)
        tier = self.Tier.create({"program_id": self.program.id, "name": "Platinum"})
        for record in (tier, self.Policy.create({"program_id": self.program.id})):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.manager).write({"program_id": theirs.id})

    def test_only_managers_change_tiers_and_rules(self):
        draft = self.new_rules()
        for user in (self.seller, self.agent, self.head, self.auditor):
            with self.subTest(user.login):
                self.assertEqual(self.gold.with_user(user).name, "Gold")
                with self.assertRaises(AccessError):
                    self.gold.with_user(user).name = "Mine"
                with self.assertRaises(AccessError):
                    draft.with_user(user).grace_days = 300
                with self.assertRaises(AccessError):
                    draft.line_ids[0].with_user(user).threshold = 0
        self.gold.with_user(self.manager).name = "Gold Plus"

    def test_nobody_writes_memberships_or_standings(self):
        row = self.Membership.search([("partner_id", "in", self.partners.ids)], limit=1)
        standing = self.env["crm.sync.tier.standing"].search([("partner_id", "in", self.partners.ids)], limit=1)
        with self.assertRaises(UserError):
            row.with_user(self.manager).write({"tier_id": self.gold.id})
        with self.assertRaises(AccessError):
            standing.with_user(self.manager).write({"tier_id": self.gold.id})

    def test_merged_contacts_keep_all_their_history(self):
        source, target = self.partners[2], self.partners[3]
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((source | target).ids, target)
        rows = self.Membership.search([("program_id", "=", self.program.id), ("partner_id", "=", target.id)])
        self.assertGreaterEqual(len(rows), 2)

    def test_who_is_forgotten_leaves_no_reason_of_a_lock(self):
        row = self.Membership.search([("partner_id", "=", self.partners[3].id)])
        row._end("2026-05-01")
        locked = self.new_membership(
            row.card_id, self.gold, "2026-05-01", is_locked=True, lock_reason="A friend of the boss"
        )
        # sudo: as the wizard does after its checks
        self.env["crm.sync.erasure"].sudo()._erase_tiers(self.partners[3])
        self.assertNotIn("friend", locked.lock_reason)
