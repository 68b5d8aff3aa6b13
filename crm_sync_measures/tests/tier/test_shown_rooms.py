from freezegun import freeze_time

from ..survey.test_results import ResultsCase
from .shown_common import ShownTierCase, TierGiver


class TestTierInRooms(ShownTierCase):
    """What the older rooms' screens tell of a tier; Monday 2 March 2026, 9:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))

    def tile(self, user=None, partner=None):
        page = (partner or self.customer).with_user(user or self.manager).sync_customer_page()
        return next((tile for tile in page["tiles"] if tile["code"] == "tier"), None)

    def card(self, user=None, partner=None):
        """``[(level, text)]`` that the card tells of the tier."""
        findings = (partner or self.customer).with_user(user or self.seller).sync_contact_card()["findings"]
        return [(told["level"], told["text"]) for told in findings if told["code"] == "tier"]

    def section(self):
        sections = self.customer.with_user(self.manager).sync_brief()["sections"]
        return next((section for section in sections if section["code"] == "tier"), None)

    # ---------------------------------------------------------------- Customer 360

    def test_the_tile_tells_the_tier_and_what_is_missing_to_the_next_one(self):
        self.assertFalse(self.tile())
        self.give(self.customer, self.silver, next_tier_id=self.gold.id, missing=40)
        tile = self.tile()
        self.assertEqual((tile["label"], tile["text"], tile["tone"]), ("Tier", "Silver · 40 Points to Gold", "info"))
        self.assertEqual(self.env["crm.sync.tier.membership"].search_count(tile["action"]["domain"]), 1)

    def test_the_tile_warns_two_months_before_the_tier_is_lost(self):
        self.give(self.customer, self.gold, through="2026-05-01", keep_missing=120)
        tile = self.tile()
        self.assertEqual((tile["text"], tile["tone"]), ("Gold · 120 Points by 05/01/2026 to keep Gold", "warning"))

    def test_nobody_is_warned_earlier_or_where_the_tier_is_safe(self):
        self.give(self.customer, self.gold, through="2026-05-02", keep_missing=120)
        self.give(self.ann, self.gold, through="2026-03-31")
        self.assertEqual((self.tile()["text"], self.tile()["tone"]), ("Gold", "info"))
        self.assertEqual((self.tile(partner=self.ann)["text"], self.tile(partner=self.ann)["tone"]), ("Gold", "info"))

    def test_the_page_of_a_company_tells_its_own_tier_before_that_of_a_contact(self):
        self.give(self.contact, self.gold)
        self.assertEqual(self.tile()["text"], "Gold")
        self.give(self.customer, self.silver)
        self.assertEqual(self.tile()["text"], "Silver")

    def test_money_and_orders_are_told_as_such(self):
        for metric, wanted in (("spend", "Silver · $ 40.00 to Gold"), ("orders", "Silver · 40 orders to Gold")):
            program = self.points_program(name=metric)
            silver, gold = self.new_tiers(program, "Silver", "Gold")
            self.running_rules(silver | gold, metric)
            [partner] = self.Partner.create([{"name": metric}])
            self.give(partner, silver, next_tier_id=gold.id, missing=40)
            program.currency_id = self.env.ref("base.USD")
            self.assertEqual(self.tile(partner=partner)["text"].replace("\xa0", " "), wanted)

    # ---------------------------------------------------------------- before you contact

    def test_whoever_contacts_a_customer_is_told_his_tier_and_no_light_changes(self):
        self.assertFalse(self.card())
        self.give(self.customer, self.gold)
        for user in (self.seller, self.agent, self.auditor):
            self.assertEqual(self.card(user), [("info", "Gold, member since 01/10/2026")], user.login)
        self.assertEqual(self.customer.with_user(self.seller).sync_contact_card()["light"], "green")

    def test_who_is_about_to_lose_his_tier_is_told_by_the_card(self):
        self.give(self.customer, self.gold, through="2026-04-30", keep_missing=120)
        self.assertEqual(self.card(), [("info", "Gold, member since 01/10/2026; would lose it after 04/30/2026")])

    # ---------------------------------------------------------------- brief and timeline

    def test_the_brief_tells_the_tier_once_and_advises_to_say_what_is_missing(self):
        self.give(self.customer, self.gold, through="2026-04-30", keep_missing=120)
        brief = self.customer.with_user(self.manager).sync_brief()
        [section] = [section for section in brief["sections"] if section["code"] == "tier"]
        facts = {fact["label"]: fact["value"] for fact in section["facts"]}
        self.assertEqual(facts, {"Tier": "Gold", "Member Since": "01/10/2026", "Valid Until": "04/30/2026"})
        self.assertEqual([*section["notes"]], ["Free delivery", "A lounge"])
        self.assertIn("Tier: 120 Points by 04/30/2026 to keep Gold. Tell them in time.", brief["bring_up"])
        cards = [section for section in brief["sections"] if section["code"] == "card"]
        self.assertNotIn("Tier", [row[0]["text"] for section in cards for row in section["rows"]])

    def test_the_brief_says_nothing_of_tiers_where_there_is_none(self):
        self.assertFalse(self.section())

    def test_the_timeline_tells_when_a_customer_got_his_tier(self):
        card = self.give(self.contact, self.gold)
        [event] = [event for event in self.events() if event["kind"] == "tier"]
        self.assertEqual(
            (event["title"], event["state_label"], event["preview"]), ("Gold", "Joined", "Northern Points")
        )
        self.assertEqual((event["model"], event["res_id"]), ("loyalty.card", card.id))
        self.assertEqual(str(event["at"])[:10], "2026-01-10")
        self.assertFalse([event for event in self.events(filters={"kinds": ["points"]}) if event["kind"] == "tier"])

    # ---------------------------------------------------------------- cases

    def test_the_case_of_a_customer_in_a_good_tier_weighs_more(self):
        program = self.points_program(name="Three Steps")
        tiers = self.new_tiers(program, "One", "Two", "Three")
        cases = []
        for tier in tiers:
            [partner] = self.Partner.create([{"name": tier.name}])
            self.give(partner, tier)
            cases.append(self.complaint(partner))
        self.assertEqual([case.tier_weight for case in cases], [0, 1, 2])
        self.assertEqual([case.priority for case in cases], ["1", "1", "2"])
        self.assertEqual(self.complaint(self.bob).tier_weight, 0)

    def test_the_rules_for_tiers_find_the_case_of_a_customer_in_a_good_tier(self):
        self.give(self.customer, self.gold)
        self.env["crm.sync.case.route"].search([]).active = False
        route = self.env["crm.sync.case.route"].create(
            {"name": "Gold", "department_id": self.sales.id, "tier_weight": 1, "is_for_complaint": True}
        )
        self.assertEqual(self.complaint(self.contact).route_id, route)
        self.assertFalse(self.complaint(self.bob).route_id)

    def complaint(self, partner):
        return self.env["crm.sync.case"].with_user(self.agent).create(
            {
                "name": "Broken lens",
                "kind": "complaint",
                "partner_id": partner.id,
                "severity": "1",
                "impact": "1",
            }
        ).with_env(self.env)  # fmt: skip

    # ---------------------------------------------------------------- screens

    def test_the_badge_is_on_every_screen_of_whoever_has_a_role_and_on_no_other(self):
        for model, kinds in (
            ("res.partner", ("form", "list", "kanban", "search")),
            ("crm.lead", ("form", "list", "kanban", "search")),
            ("sale.order", ("form", "list", "kanban", "search")),
            ("crm.sync.customer", ("form", "list", "kanban", "search")),
            ("crm.sync.case", ("form", "list", "kanban", "search")),
            ("sale.report", ("search",)),
        ):
            for kind in kinds:
                arch = self.env[model].with_user(self.manager).get_view(view_type=kind)["arch"]
                self.assertIn("sync_tier_id", arch, f"{model} {kind}")
        for kind in ("form", "list", "kanban", "search"):
            arch = self.env["res.partner"].with_user(self.employee).get_view(view_type=kind)["arch"]
            self.assertNotIn("sync_tier_id", arch, kind)


class TestTierInResults(TierGiver, ResultsCase):
    """Results of surveys by tier."""

    def test_answers_and_silence_are_told_by_the_tier_of_customers(self):
        silver, gold = self.new_tiers(self.points_program(), "Silver", "Gold")
        for tier, states in ((gold, ["done"] * 40), (silver, ["done"] * 5 + ["sent"] * 35)):
            for partner, state in zip(self.people(40), states, strict=True):
                self.give(partner, tier)
                invitation = self.invite(self.waves, partner, state, wave=2)
                if state == "done":
                    self.Score._answer(self.waves, 9, invitation=invitation)
        page = self.page()
        [tier] = [one for one in page["segments"] if one["code"] == "tier"]
        self.assertEqual([(row["label"], row["answers"]) for row in tier["rows"]], [("Gold", 40), ("Silver", 5)])
        [side] = [one for one in page["silent"] if one["code"] == "tier"]
        self.assertEqual(
            [(row["label"], row["delivered"], row["done"], row["bias"]) for row in side["rows"]],
            [("Silver", 40, 5, -1), ("Gold", 40, 40, 1)],
        )
        self.assert_numbers_open(page)
