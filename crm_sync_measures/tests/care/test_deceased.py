from odoo.tests import tagged

from ..activity.contact_card_case import ContactCardCase


@tagged("post_install", "-at_install")
class TestDeceased(ContactCardCase):
    """Li Na has died."""

    def reasons(self, partner=None, channel="email"):
        partner = (partner or self.contact).sudo()
        gate = self.env["crm.sync.contact.gate"]
        return {
            purpose: gate._may_contact(partner, purpose, channel)[partner.id].reason
            for purpose in ("transactional", "service", "survey", "loyalty", "care", "marketing")
        }

    def test_nothing_is_sent_any_more_but_what_somebody_asks_for_in_her_name(self):
        self.assertEqual(set(self.reasons().values()), {None})
        self.contact.sync_is_deceased = True
        self.assertIsNone(self.reasons().pop("transactional"))
        for channel in ("email", "phone", "sms", "letter", "visit"):
            reasons = self.reasons(channel=channel)
            reasons.pop("transactional")
            self.assertEqual(set(reasons.values()), {"deceased"}, channel)

    def test_it_is_told_before_every_other_reason(self):
        self.contact.write({"sync_is_deceased": True, "email": False, "active": False})
        self.assertEqual(self.reasons()["marketing"], "deceased")
        [answer] = (
            self.env["crm.sync.contact.gate"].with_user(self.manager).may_contact(self.contact.ids, "care", "email")
        )
        self.assertEqual(answer["message"], "The customer has died.")

    def test_her_addresses_are_left_alone_too_and_her_colleagues_are_not(self):
        person = self.env["res.partner"].create({"name": "Ines Roth", "email": "ines@example.com"})
        address, heir = self.env["res.partner"].create(
            [
                {"name": "Home", "parent_id": person.id, "type": "delivery", "email": "home@example.com"},
                {"name": "Jon Roth", "parent_id": person.id, "type": "contact", "email": "jon@example.com"},
            ]
        )
        person.sync_is_deceased = True
        self.assertEqual(self.reasons(address)["care"], "deceased")
        self.assertIsNone(self.reasons(heir)["care"])
        self.contact.sync_is_deceased = True
        self.assertIsNone(self.reasons(self.customer)["care"])

    def test_fifty_are_asked_in_one_statement(self):
        partners = self.env["res.partner"].create([{"name": str(number)} for number in range(50)])
        gate = self.env["crm.sync.contact.gate"]
        gate._rule_deceased(partners, "care", "email")
        with self.assertQueryCount(1):
            gate._rule_deceased(partners, "care", "email")

    def test_whoever_merges_a_double_does_not_bring_her_back(self):
        double = self.env["res.partner"].create({"name": "Li Na", "sync_is_deceased": True})
        self.env["base.partner.merge.automatic.wizard"]._merge((double | self.contact).ids, self.contact)
        self.assertTrue(self.contact.sync_is_deceased)

    # ---------------------------------------------------------------- the card

    def test_who_is_about_to_write_to_her_is_warned_and_who_writes_to_her_company_is_told(self):
        self.assertEqual(self.found("died", partner=self.contact), [])
        self.contact.sync_is_deceased = True
        self.assertEqual(self.found("died", partner=self.contact), [("red", "Li Na has died")])
        self.assertEqual(self.found("died"), [("info", "Li Na has died")])

    def test_a_company_cannot_have_bulk_messages_sent_to_her_all_the_same(self):
        self.contact.sync_is_deceased = True
        self.policy("died", bulk="hold")
        self.assertEqual(self.reasons()["marketing"], "deceased")
        self.policy("died", bulk="send")
        self.assertEqual(self.reasons()["marketing"], "deceased")
