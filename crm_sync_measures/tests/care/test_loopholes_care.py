from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from .care_common import CareCase


class TestLoopholesGifts(CareCase):
    """What rules give, they give once for each human, and nobody else decides about it."""

    def setUp(self):
        super().setUp()
        self.program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        self.company.sync_adjust_limit = 1000

    def giving(self, *partners, occasion="birthday", **values):
        return self.rule(
            occasion,
            action="points",
            program_id=self.program.id,
            points=100,
            mail_template_id=False,
            audience_domain=self.for_all(*partners),
            **values,
        )

    def cards(self, *partners):
        ids = [partner.id for partner in partners]
        return self.env["loyalty.card"].search([("program_id", "=", self.program.id), ("partner_id", "in", ids)])

    def born(self, name="Wang Wei", month=3, day=3, **values):
        return self.person(name, sync_birth_month=month, sync_birth_day=day, **values)

    def test_several_contacts_with_one_address_get_points_once_also_without_a_mail(self):
        people = self.born("Wang Wei", email="w@example.com"), self.born("Wei Wang", email="W@example.com")
        rule = self.giving(*people)
        self.run_all(rule)
        self.assertEqual(sorted(self.cards(*people).mapped("points")), [100])
        self.assertEqual(self.of(rule).filtered("reason").mapped("reason"), ["duplicate"])

    def test_who_moves_his_birthday_through_the_calendars_has_one_gift_a_year(self):
        person = self.born()
        rule = self.giving(person)
        self.run_all(rule)
        self.assertEqual(self.cards(person).points, 100)
        # By the lunar calendar, half a year later.
        person.write({"sync_birth_calendar": "lunar", "sync_birth_month": 8, "sync_birth_day": 1})
        self.travel(f"{person.sync_next_birthday} 10:00:00")
        self.run_all(rule)
        self.assertEqual(self.cards(person).points, 100)
        person.write({"sync_birth_calendar": "solar", "sync_birth_month": 3, "sync_birth_day": 3})
        self.travel("2027-03-03 10:00:00")
        self.run_all(rule)
        self.assertEqual(self.cards(person).points, 200)

    def test_nobody_takes_the_key_of_a_rule_before_it_gives(self):
        person = self.born()
        occasion = self.plan(self.giving(person))
        card = self.env["loyalty.card"].create({"program_id": self.program.id, "partner_id": self.customer.id})
        for key in {f"care:{occasion.id}", f"sync.care:{occasion.id}"}:
            try:
                card.with_user(self.manager).sync_adjust(1, "goodwill", "Mine", key)
            except UserError:
                continue
        self.run_all(occasion.rule_id)
        self.assertEqual((self.of(occasion.rule_id).state, self.cards(person).points), ("done", 100))


class TestLoopholesAudience(CareCase):
    """Whom a rule is for follows from what its company knows, and from nothing that is protected."""

    def test_the_year_of_birth_is_used_by_nothing(self):
        with self.assertRaises(ValidationError):
            self.rule(running=False, audience_domain="[('child_ids.sync_birth_year', '<', 1960)]")

    def test_the_tier_of_an_audience_is_that_of_the_rules_company(self):
        company, _user = self.other_company()
        program = self.env["loyalty.program"].create(
            {"name": "Theirs", "program_type": "loyalty", "company_id": company.id}
        )
        tier = self.env["crm.sync.tier"].create({"program_id": program.id, "name": "Gold"})
        card = self.env["loyalty.card"].create({"program_id": program.id, "partner_id": self.contact.id, "points": 0})
        common = {"card_id": card.id, "partner_id": self.contact.id, "program_id": program.id, "tier_id": tier.id}
        self.env["crm.sync.tier.standing"].create({**common, "is_shown": True})
        rule = self.Rule.create(
            {
                "name": "Theirs",
                "occasion": "birthday",
                "company_id": company.id,
                "mail_template_id": self.template.id,
                "audience_domain": f"[('sync_tier_id', '=', {tier.id})]",
            }
        )
        rule.action_start()
        self.contact.write({"sync_birth_month": 3, "sync_birth_day": 3})
        self.assertEqual(self.plan(rule).partner_id, self.contact)

    def test_no_rule_asks_for_the_tiers_of_another_company(self):
        company, _user = self.other_company()
        program = self.env["loyalty.program"].create(
            {"name": "Theirs", "program_type": "loyalty", "company_id": company.id}
        )
        tier = self.env["crm.sync.tier"].create({"program_id": program.id, "name": "Gold"})
        with self.assertRaises(UserError):
            self.rule(running=False, tier_ids=[(6, 0, tier.ids)])

    def test_no_preview_shows_the_customers_of_another_companys_rule(self):
        company, _user = self.other_company()
        rule = self.Rule.create(
            {
                "name": "Theirs",
                "occasion": "birthday",
                "company_id": company.id,
                "mail_template_id": self.template.id,
                "audience_domain": self.for_all(self.contact),
            }
        )
        self.contact.write({"sync_birth_month": 3, "sync_birth_day": 3})
        Preview = self.env["crm.sync.care.preview"].with_user(self.manager)
        with self.assertRaises(AccessError):
            rule.with_user(self.manager).care_preview()
        with self.assertRaises(AccessError):
            Preview.create({"rule_ids": [(6, 0, rule.ids)]})

    def test_the_auditor_calls_nobody(self):
        self.contact.phone = "+1 202 555 0101"
        rule = self.rule(action="call_list", mail_template_id=False)
        self.ordered(at="2026-03-02 09:00:00")
        occasion = self.run_all(rule)
        self.assertEqual(occasion.state, "done")
        with self.assertRaises(AccessError):
            occasion.with_user(self.auditor).action_called()
        self.assertFalse(occasion.called_at)


class TestLoopholesPreference(CareCase):
    """What a customer says holds for himself, and for an address that is his."""

    def test_who_enters_the_address_of_somebody_else_in_the_portal_refuses_nothing_for_him(self):
        victim = self.person("Victim")
        for source in ("portal", "link"):
            user = new_test_user(self.env, f"t_portal_{source}", "base.group_portal", email=f"{source}@example.com")
            user.partner_id.email = victim.email
            wanted = dict.fromkeys(("loyalty", "care", "survey", "marketing"), False)
            preferences = self.env["crm.sync.contact.preference"].with_user(user).sudo()
            preferences._said(user.partner_id, wanted, source)
            with self.subTest(source):
                self.assertTrue(all(preferences._current(victim).values()))
                self.assertFalse(any(preferences._current(user.partner_id).values()))

    def test_the_login_of_a_customer_is_his_address(self):
        user = new_test_user(self.env, "own@example.com", "base.group_portal", email="own@example.com")
        twin = self.person("Twin", email="own@example.com")
        preferences = self.env["crm.sync.contact.preference"].with_user(user).sudo()
        preferences._said(user.partner_id, {"care": False}, "portal")
        self.assertFalse(preferences._current(twin)["care"])


class TestLoopholesErasure(CareCase):
    """Of who was anonymised nothing is left in what he was sent."""

    def test_the_name_and_address_of_a_mail_are_forgotten(self):
        person = self.person()
        rule = self.rule(audience_domain=self.for_all(person))
        self.ordered(person, at="2026-03-02 09:00:00")
        occasion = self.run_all(rule)
        message = occasion.mail_message_id
        self.assertIn("Wang Wei", message.subject)
        self.env["crm.sync.erasure"]._erase(person)
        self.env.invalidate_all()
        told = f"{message.subject} {message.body} {message.outgoing_email_to} {message.reply_to} {message.record_name}"
        self.assertNotIn("Wang", told)
        self.assertNotIn("wang", told)

    def test_what_a_mail_server_said_of_the_address_is_forgotten(self):
        person = self.person()
        program = self.env["loyalty.program"].create({"name": "Stars", "program_type": "loyalty"})
        tier = self.env["crm.sync.tier"].create({"program_id": program.id, "name": "Gold"})
        card = self.env["loyalty.card"].create({"program_id": program.id, "partner_id": person.id, "points": 0})
        notice = self.env["crm.sync.tier.notice"].create(
            {
                "partner_id": person.id,
                "company_id": self.company.id,
                "card_id": card.id,
                "program_id": program.id,
                "kind": "reached",
                "tier_id": tier.id,
                "day": "2026-03-03",
                "key": "reached:test",
            }
        )
        notice._note_sent("mail_email_invalid", "550 wang.wei@example.com: no such user")
        self.env["crm.sync.erasure"]._erase(person)
        self.env.invalidate_all()
        self.assertFalse(notice.error)
        self.assertEqual(notice.state, "failed")
