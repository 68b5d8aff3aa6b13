from .care_common import CareCase


class TestCareTier(CareCase):
    """Occasions that tiers tell of, and rules for some tiers alone."""

    def setUp(self):
        super().setUp()
        self.program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        self.silver, self.gold = self.env["crm.sync.tier"].create(
            [
                {"program_id": self.program.id, "sequence": rank, "name": name}
                for rank, name in enumerate(("Silver", "Gold"))
            ]
        )

    def member(self, partner, tier, joined_on="2024-06-01", keep_missing=0, **values):
        """As the engine writes it."""
        card = self.env["loyalty.card"].create({"program_id": self.program.id, "partner_id": partner.id, "points": 0})
        common = {"card_id": card.id, "partner_id": partner.id, "program_id": self.program.id, "tier_id": tier.id}
        membership = self.env["crm.sync.tier.membership"].create(
            {**common, "date_from": joined_on, "reason": "joined", **values}
        )
        self.env["crm.sync.tier.standing"].create(
            {**common, "membership_id": membership.id, "joined_on": joined_on, "keep_missing": keep_missing}
        )
        return card

    def falling(self, **values):
        return self.rule("tier_falls", program_id=self.program.id, days=-30, **values)

    def test_a_month_before_the_tier_is_lost_and_only_who_would_lose_it(self):
        self.member(self.contact, self.gold, keep_missing=120, valid_through="2026-04-02")
        self.member(self.customer, self.gold, keep_missing=0, valid_through="2026-04-02")
        occasion = self.plan(self.falling())
        self.assertEqual((occasion.partner_id, str(occasion.day)), (self.contact, "2026-04-02"))

    def test_the_mail_says_what_the_customers_own_page_says(self):
        rules = self.env["crm.sync.tier.policy"].create(
            {
                "program_id": self.program.id,
                "metric": "spend",
                "line_ids": [(0, 0, {"tier_id": self.silver.id}), (0, 0, {"tier_id": self.gold.id, "threshold": 500})],
            }
        )
        rules._record({"state": "running", "effective_on": "2026-01-01"})
        # He has bought nothing: the engine says so.
        card = self.member(self.contact, self.gold, keep_missing=500, valid_through="2026-04-02")
        occasion = self.plan(self.falling())
        keep = self.env["crm.sync.tier.portal"]._facts(card)["keep"]
        self.assertRegex(keep["sentence"], r"^Spend .*500\.00.* by 04/02/2026 to keep Gold\.$")
        self.assertEqual(occasion._keep_sentence(), f"{keep['sentence']} {keep['note']}".strip())
        self.env["crm.sync.tier.standing"].search([("card_id", "=", card.id)]).sudo().keep_missing = 0
        self.assertEqual(occasion._keep_sentence(), "")

    def test_who_has_done_enough_meanwhile_is_not_warned(self):
        card = self.member(self.contact, self.gold, keep_missing=120, valid_through="2026-04-02")
        rule = self.falling(send_hour=14)
        self.plan(rule)
        self.env["crm.sync.tier.standing"].search([("card_id", "=", card.id)]).sudo().keep_missing = 0
        self.travel("2026-03-03 14:00:00")
        occasion = self.run_all(rule)
        self.assertEqual((occasion.state, occasion.reason), ("cancelled", "gone"))

    def test_a_lock_that_lasts_is_no_danger_and_one_that_ends_before_is(self):
        locked = {"is_locked": True, "lock_reason": "Founder", "keep_missing": 120, "valid_through": "2026-04-02"}
        self.member(self.contact, self.gold, **locked)
        self.member(self.customer, self.gold, lock_until="2026-03-20", **locked)
        self.assertEqual(self.plan(self.falling()).partner_id, self.customer)

    def test_the_anniversary_of_membership(self):
        self.member(self.contact, self.gold, joined_on="2024-03-03")
        self.member(self.customer, self.gold, joined_on="2024-03-05")
        rule = self.rule("membership_day", program_id=self.program.id)
        self.assertEqual(self.plan(rule).partner_id, self.contact)

    def test_only_members_of_the_rules_tiers(self):
        person = self.person()
        for partner in (self.contact, person):
            self.ordered(partner, at="2026-03-02 08:00:00")
        self.member(self.contact, self.gold)
        self.member(person, self.silver)
        rule = self.rule(audience_domain=self.for_all(self.contact, person), tier_ids=[(6, 0, self.gold.ids)])
        self.assertEqual(self.plan(rule).partner_id, self.contact)
