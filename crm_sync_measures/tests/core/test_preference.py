from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..common import SyncCase


class TestPreference(SyncCase):
    """What a customer wants to be written to for, and who hears of it."""

    def setUp(self):
        super().setUp()
        self.Preference = self.env["crm.sync.contact.preference"]
        self.Link = self.env["crm.sync.contact.link"]

    def say(self, partner=None, source="link", **wanted):
        return self.Preference._said(partner or self.contact, wanted, source)

    def reason(self, purpose, partner=None, channel="email"):
        partner = partner or self.contact
        return self.env["crm.sync.contact.gate"]._may_contact(partner, purpose, channel)[partner.id].reason

    # ---------------------------------------------------------------- the gate

    def test_who_wants_no_surveys_gets_none_and_still_all_the_rest(self):
        self.say(survey=False)
        self.assertEqual(self.reason("survey"), "preference")
        for purpose in ("transactional", "service", "loyalty", "care", "marketing"):
            self.assertFalse(self.reason(purpose), purpose)
        self.assertFalse(self.reason("survey", self.customer), "his company has said nothing")

    def test_who_has_said_nothing_is_written_to(self):
        self.assertEqual(set(self.Preference._current(self.contact).values()), {True})
        self.assertFalse(self.say(survey=True, marketing=True), "what changes nothing is not written down")

    def test_the_latest_word_counts_by_its_date(self):
        self.say(marketing=False)
        self.say(marketing=True)
        self.assertFalse(self.reason("marketing"))
        past = fields.Datetime.now() - timedelta(days=400)
        self.Preference.create(
            {"partner_id": self.contact.id, "purpose": "marketing", "is_allowed": False, "at": past, "source": "import"}
        )
        self.assertFalse(self.reason("marketing"), "what an import tells of last year is older than what he said today")
        self.say(marketing=False)
        self.assertEqual(self.reason("marketing"), "preference")

    def test_a_no_holds_for_the_mailbox_whatever_contact_has_it(self):
        twin = self.env["res.partner"].create({"name": "L. Na", "email": "LI.NA@northern.example.com", "phone": "1"})
        self.say(care=False)
        self.assertEqual(self.reason("care", twin), "preference")
        self.assertFalse(self.reason("care", twin, "phone"), "he is somebody else on the telephone")
        self.assertEqual(self.reason("care", channel="letter") or "", "preference")
        self.contact.email = "new@northern.example.com"
        self.assertEqual(self.reason("care"), "preference", "with another address he is the same")
        self.say(twin, care=True)
        self.assertFalse(self.reason("care", twin))

    def test_fifty_customers_cost_the_statement_of_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{number}", "email": f"p{number}@example.com"} for number in range(50)]
        )
        self.say(partners[7], loyalty=False)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(self.Preference._refused_ids(partners, "loyalty"), {partners[7].id})
        with self.assertQueryCount(0):
            self.assertFalse(self.Preference._refused_ids(partners, "service"))

    # ---------------------------------------------------------------- what was said stays

    def test_what_was_said_is_never_changed(self):
        [said] = self.say(survey=False)
        with self.assertRaises(UserError):
            said.is_allowed = True
        with self.assertRaises(UserError):
            said.unlink()

    def test_a_colleague_notes_it_in_his_own_name_and_now(self):
        Preference = self.Preference.with_user(self.seller)
        told = Preference.create(
            {
                "partner_id": self.contact.id,
                "purpose": "marketing",
                "is_allowed": False,
                "source": "portal",
                "user_id": self.colleague.id,
                "at": "2020-01-01 00:00:00",
                "email": "somebody@example.com",
            }
        )
        self.assertEqual((told.source, told.user_id, told.email), ("staff", self.seller, "li.na@northern.example.com"))
        self.assertGreater(told.at, fields.Datetime.now() - timedelta(minutes=5))
        with self.assertRaises(AccessError):
            self.Preference.with_user(self.employee).create({"partner_id": self.contact.id, "purpose": "survey"})
        with self.assertRaises(AccessError):
            self.Preference.with_user(self.auditor).create({"partner_id": self.contact.id, "purpose": "survey"})

    def test_an_import_keeps_its_dates_and_none_of_the_future(self):
        Preference = self.Preference.with_user(self.manager).with_context(import_file=True)
        values = {"partner_id": self.contact.id, "purpose": "marketing", "is_allowed": False}
        told = Preference.create({**values, "at": "2024-05-01 10:00:00"})
        self.assertEqual((told.source, str(told.at)), ("import", "2024-05-01 10:00:00"))
        with self.assertRaises(UserError):
            Preference.create({**values, "at": fields.Datetime.now() + timedelta(days=1)})

    def test_who_is_no_manager_dates_nothing_back_whatever_he_calls_it(self):
        values = {"partner_id": self.contact.id, "purpose": "marketing", "is_allowed": True}
        for user in (self.seller, self.agent, self.head):
            Preference = self.Preference.with_user(user).with_context(
                import_file=True, default_at="2024-05-01 10:00:00"
            )
            with self.assertRaises(AccessError):
                Preference.create({**values, "at": "2024-05-01 10:00:00"})
            told = Preference.create({**values})
            self.assertEqual((told.source, told.user_id), ("import", user))
            self.assertGreater(told.at, fields.Datetime.now() - timedelta(minutes=5))
            with self.assertRaises(UserError):
                told.with_user(user).write({"at": "2024-05-01 10:00:00"})

    def test_a_date_is_imported_and_never_typed(self):
        self.assertFalse(self.Preference.fields_get(["at"])["at"]["readonly"], "Odoo would leave it out of an import")
        for view in ("list", "form"):
            arch = self.Preference.get_view(view_type=view)["arch"]
            self.assertRegex(arch, r'<field name="at" readonly="1"')

    def test_another_company_sees_nothing_of_our_customers(self):
        company, user = self.other_company()
        own = self.env["res.partner"].create({"name": "Theirs", "company_id": company.id})
        ours = self.env["res.partner"].create({"name": "Ours", "company_id": self.company.id})
        self.say(own, survey=False)
        self.say(ours, survey=False)
        self.assertEqual(self.Preference.with_user(user).search([]).partner_id & (own | ours), own)

    # ---------------------------------------------------------------- keys

    def test_a_key_opens_for_its_customer_and_no_other(self):
        key = self.Link._key(self.contact)
        self.assertEqual(self.Link._by_key(key), self.contact)
        number, _, signature = key.partition("-")
        for guessed in (
            f"{self.customer.id}-{signature}",
            f"{number}-{'0' * 32}",
            f"{number}-{signature[:-1]}",
            f"{number}-{signature}0",
            f"{number}-{signature.upper()}" if signature != signature.upper() else "x",
            f" {key}",
            f"{2**31}-{signature}",
            f"-{number}-{signature}",
            "",
            None,
            7,
        ):
            self.assertFalse(self.Link._by_key(guessed), guessed)

    def test_a_colleague_gets_a_key_that_opens_nothing(self):
        key = self.Link.with_user(self.seller)._key(self.contact)
        self.assertFalse(self.Link._by_key(key))
        key = self.Link.with_user(self.manager)._dated_key(self.contact, "membership")
        self.assertFalse(self.Link._by_dated_key(key, "membership"))

    def test_a_key_that_shows_something_dies_with_the_address_and_after_ninety_days(self):
        key = self.Link._dated_key(self.contact, "membership")
        self.assertEqual(self.Link._by_dated_key(key, "membership"), self.contact)
        self.assertFalse(self.Link._by_dated_key(key, "other"))
        self.assertFalse(self.Link._by_key(key))
        self.contact.email = "somebody.else@northern.example.com"
        self.assertFalse(self.Link._by_dated_key(key, "membership"))
        self.contact.email = "Li.Na@northern.example.com"
        self.assertTrue(self.Link._by_dated_key(key, "membership"))
        old = (fields.Date.today() - timedelta(days=91)).strftime("%Y%m%d")
        signature = self.Link._dated_signature("membership", self.contact, old)
        self.assertFalse(self.Link._by_dated_key(f"{self.contact.id}-{old}-{signature}", "membership"))
        self.contact.active = False
        self.assertFalse(self.Link._by_dated_key(key, "membership"))

    # ---------------------------------------------------------------- merged and forgotten

    def merge(self, target, sources):
        self.env["base.partner.merge.automatic.wizard"]._merge((target | sources).ids, target, extra_checks=False)

    def test_after_a_merge_his_word_holds_and_his_links_work(self):
        twin, third = self.env["res.partner"].create([{"name": "Li Na"}, {"name": "Li Na"}])
        keys = [self.Link._key(twin), self.Link._key(third)]
        self.say(twin, marketing=False)
        self.merge(third, twin)
        self.merge(self.contact, third)
        self.assertEqual(self.reason("marketing"), "preference")
        for key in keys:
            self.assertEqual(self.Link._by_key(key), self.contact)

    def test_who_is_forgotten_leaves_no_address(self):
        said = self.say(survey=False)
        key = self.Link._dated_key(self.contact, "membership")
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.assertFalse(said.email)
        self.assertFalse(said.is_allowed)
        self.assertFalse(self.Link._by_dated_key(key, "membership"))
