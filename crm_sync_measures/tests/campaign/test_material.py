from odoo.exceptions import AccessError, UserError

from .campaign_common import CampaignCase


class TestMaterial(CampaignCase):
    """Material that nobody gets twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catalogue = cls.env["crm.sync.material"].create({"name": "Lens catalogue"})
        cls.sample = cls.env["crm.sync.material"].create({"name": "Sample box", "is_per_contact": True})

    def give(self, partners, material=None, user=None, **arguments):
        return (material or self.catalogue).with_user(user or self.seller).give_material(partners.ids, **arguments)

    def test_nobody_gets_it_twice(self):
        self.assertEqual(self.give(self.customer)["given"], self.customer.ids)
        again = self.give(self.customer, user=self.agent)
        self.assertEqual((again["given"], again["have"]), ([], self.customer.ids))
        self.assertEqual(self.catalogue.sent_count, 1)

    def test_a_customer_has_the_catalogue_once_and_each_contact_his_own_sample(self):
        both = self.customer | self.contact
        self.assertEqual(self.give(both)["have"], self.contact.ids)
        self.assertEqual(self.give(both, self.sample)["given"], both.ids)

    def test_two_customers_who_were_merged_have_what_both_had(self):
        one, other = self.people(2)
        self.give(one)
        self.give(other, self.sample)
        self.merge(other, one)
        self.assertEqual(self.give(other)["have"], other.ids)
        self.assertEqual(self.give(other, self.sample)["have"], other.ids)

    def test_two_who_both_had_it_are_merged_without_an_error(self):
        one, other = self.people(2)
        self.give(one | other)
        self.merge(other, one)
        self.assertEqual(self.catalogue.sent_count, 2)
        self.assertEqual(self.give(other)["have"], other.ids)

    def test_whom_the_campaign_holds_out_gets_nothing_of_it(self):
        groups = self.choose(self.people(40))
        people = self.env["res.partner"].union(*groups)
        plan = self.give(people, user=self.seller, campaign_id=self.campaign.id)
        held = {one.id for one, group in groups.items() if group == "held_out"}
        self.assertEqual({one["partner_id"] for one in plan["held"]}, held)
        self.assertEqual({one["reason"] for one in plan["held"]}, {"held_out"})
        self.assertEqual(len(plan["given"]), len(people) - len(held))

    def test_a_letter_asks_the_contact_gate_and_counts_in_the_budget(self):
        person = self.people(1)
        plan = self.give(self.customer | person, channel="letter")
        # He has no address.
        self.assertEqual(plan["held"], [{"partner_id": person.id, "reason": "no_address"}])
        self.assertEqual(plan["given"], self.customer.ids)
        sent = self.env["crm.sync.contact.sent"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((sent.channel, sent.purpose, sent.source), ("letter", "marketing", "Lens catalogue"))

    def test_what_was_noted_by_mistake_is_withdrawn_and_may_be_given_again(self):
        self.give(self.customer)
        sent = self.catalogue.sent_ids
        with self.assertRaises(AccessError):
            sent.with_user(self.agent).action_withdraw("Not mine")
        with self.assertRaises(UserError):
            sent.with_user(self.seller).action_withdraw("  ")
        sent.with_user(self.seller).action_withdraw("The wrong Northern")
        with self.assertRaises(UserError):
            sent.with_user(self.seller).action_withdraw("Again")
        self.assertEqual(self.give(self.customer)["given"], self.customer.ids)
        self.assertEqual(len(self.catalogue.sent_ids), 2)

    def test_rows_are_changed_and_deleted_by_nobody(self):
        self.give(self.customer)
        sent = self.catalogue.sent_ids.sudo()
        with self.assertRaises(UserError):
            sent.write({"given_at": "2020-01-01 00:00:00"})
        with self.assertRaises(UserError):
            sent.unlink()
        with self.assertRaises(UserError):
            self.catalogue.unlink()
        with self.assertRaises(UserError):
            self.catalogue.is_per_contact = True

    def test_nonsense_and_strangers_are_refused(self):
        for arguments in (
            {"partner_ids": "7"},
            {"partner_ids": [True]},
            {"partner_ids": [10**8]},
            {"partner_ids": self.customer.ids, "channel": "pigeon"},
            {"partner_ids": self.customer.ids, "campaign_id": "x"},
            {"partner_ids": self.customer.ids, "campaign_id": 10**8},
        ):
            with self.assertRaises(UserError, msg=arguments):
                self.catalogue.with_user(self.seller).give_material(**arguments)
        for user in (self.auditor, self.employee):
            with self.assertRaises(AccessError):
                self.give(self.customer, user=user)

    def test_a_user_sees_who_of_his_customers_has_it(self):
        mine, others = self.people(2)
        mine.user_id = self.agent
        others.user_id = self.seller
        self.give(mine | others, user=self.head)
        seen = (
            self.env["crm.sync.material.sent"].with_user(self.agent).search([("material_id", "=", self.catalogue.id)])
        )
        self.assertEqual(seen.partner_id, mine)

    def test_the_dialog_says_beforehand_who_gets_it(self):
        self.give(self.customer)
        people = self.people(3)
        wizard = (
            self.env["crm.sync.material.give"]
            .with_user(self.seller)
            .with_context(active_model="res.partner", active_ids=(people | self.contact).ids)
            .create({"material_id": self.catalogue.id})
        )
        self.assertEqual((wizard.given_count, wizard.have_count, wizard.held_count), (3, 1, 0))
        self.assertEqual(wizard.action_give()["params"]["message"], "3 get it now, 1 have it already, 0 are held back.")
