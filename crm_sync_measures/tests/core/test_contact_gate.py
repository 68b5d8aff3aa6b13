from odoo.exceptions import AccessError, UserError

from ..common import SyncCase


class TestContactGate(SyncCase):
    def reason(self, purpose="marketing", channel="email", partner=None):
        partner = partner or self.customer
        [answer] = self.env["crm.sync.contact.gate"].with_user(self.seller).may_contact(partner.ids, purpose, channel)
        self.assertEqual(answer["allowed"], not answer["reason"])
        self.assertEqual(bool(answer["message"]), not answer["allowed"])
        return answer["reason"]

    def test_a_customer_with_an_address_may_be_contacted(self):
        for channel in ("email", "phone", "sms", "letter", "visit"):
            self.assertFalse(self.reason(channel=channel), channel)

    def test_who_opted_out_gets_no_marketing_but_what_he_asked_for(self):
        self.env["mail.blacklist"]._add("INFO@northern.example.com")
        self.assertEqual(self.reason("marketing"), "opted_out")
        self.assertEqual(self.reason("survey"), "opted_out")
        self.assertFalse(self.reason("transactional"))
        self.assertFalse(self.reason("marketing", "phone"))

    def test_a_blacklisted_phone_is_not_called(self):
        self.env["phone.blacklist"].add(self.customer.phone_sanitized)
        self.assertEqual(self.reason("marketing", "phone"), "opted_out")
        self.assertFalse(self.reason("marketing", "email"))

    def test_an_address_that_bounces_gets_no_mail(self):
        self.customer.message_bounce = 4
        self.assertFalse(self.reason())
        self.customer.message_bounce = 5
        self.assertEqual(self.reason(), "bounced")
        self.assertEqual(self.reason("transactional"), "bounced")
        self.company.sync_bounce_limit = 0
        self.assertFalse(self.reason())

    def test_no_address_for_the_channel(self):
        self.customer.write({"email": False, "phone": False, "street": False})
        self.assertEqual(self.reason(channel="email"), "no_address")
        self.assertEqual(self.reason(channel="phone"), "no_address")
        self.assertEqual(self.reason(channel="letter"), "no_address")

    def test_an_archived_contact_is_left_alone(self):
        self.contact.action_archive()
        self.assertEqual(self.reason(partner=self.contact), "archived")

    def test_a_neutralized_copy_writes_to_nobody_whatever_for(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
        for purpose in ("transactional", "service", "survey", "loyalty", "care", "marketing"):
            self.assertEqual(self.reason(purpose), "neutralized")
        self.assertEqual(self.reason(channel="sms"), "neutralized")
        self.assertFalse(self.reason(channel="phone"))
        self.env["ir.config_parameter"].set_param("database.is_neutralized", False)
        self.assertFalse(self.reason())

    def test_the_first_rule_that_fails_is_the_reason(self):
        self.env["mail.blacklist"]._add(self.customer.email)
        self.customer.message_bounce = 9
        self.assertEqual(self.reason(), "opted_out")
        self.contact.action_archive()
        self.contact.email = False
        self.assertEqual(self.reason(partner=self.contact), "archived")

    def test_answers_come_for_the_whole_set_in_the_order_asked(self):
        self.contact.email = False
        answers = self.env["crm.sync.contact.gate"].may_contact([self.contact.id, self.customer.id], "survey", "email")
        self.assertEqual([answer["partner_id"] for answer in answers], [self.contact.id, self.customer.id])
        self.assertEqual([answer["allowed"] for answer in answers], [False, True])

    def test_fifty_partners_cost_the_queries_of_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{number}", "email": f"p{number}@example.com"} for number in range(50)]
        )
        self.env.flush_all()
        gate = self.env["crm.sync.contact.gate"]
        # What every request after the first one finds in Odoo's cache: whether this is a neutralized copy.
        gate._may_contact(partners[:1], "marketing", "email")
        for some in (partners[:1], partners):
            self.env.invalidate_all()
            with self.assertQueryCount(13):
                gate._may_contact(some, "marketing", "email")

    def test_bad_questions_get_a_sentence(self):
        gate = self.env["crm.sync.contact.gate"]
        for arguments in (
            ([self.customer.id], "spam", "email"),
            ([self.customer.id], "survey", "pigeon"),
            (["1"], "survey", "email"),
            ([2**31 - 1], "survey", "email"),
        ):
            with self.assertRaises(UserError):
                gate.may_contact(*arguments)

    def test_only_a_role_may_ask(self):
        gate = self.env["crm.sync.contact.gate"].with_user(self.employee)
        with self.assertRaises(AccessError):
            gate.may_contact(self.customer.ids, "survey", "email")
