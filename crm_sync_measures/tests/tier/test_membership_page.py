import re
from datetime import timedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import SyncCase
from .shown_common import TierGiver


@tagged("-at_install", "post_install")
class TestMembershipPage(TierGiver, SyncCase, HttpCase):
    """What a customer sees of his membership: by his login, and for some weeks by the link in a mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.points_program()
        cls.silver, cls.gold = cls.new_tiers(cls.program, "Silver", "Gold")
        cls.rules = cls.running_rules(cls.silver | cls.gold)
        cls.portal_user = new_test_user(cls.env, "t_member", "base.group_portal", email="member@example.com")
        cls.member = cls.portal_user.partner_id
        cls.card = cls.give(
            cls.member,
            cls.silver,
            value=150,
            next_tier_id=cls.gold.id,
            missing=50,
            keep_missing=20,
            window_from="2026-01-01",
            window_to="2026-12-31",
        )
        cls.Portal = cls.env["crm.sync.tier.portal"]

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.url = f"/m/{self.env['crm.sync.contact.link']._dated_key(self.member, 'membership')}"

    def ask(self, method, url, **options):
        self.env.flush_all()
        response = self.opener.request(method, self.base_url() + url, timeout=60, allow_redirects=False, **options)
        self.env.invalidate_all()
        return response

    def send(self, url, **values):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", url.rpartition("/")[0]).text)
        values = {"csrf_token": token[1] if token else Request.csrf_token(self), **values}
        return self.ask("POST", url, data=values)

    def rows(self):
        models = ("crm.sync.contact.preference", "crm.sync.attempt", "res.partner", "mail.message", "loyalty.card")
        return {model: self.env[model].sudo().with_context(active_test=False).search_count([]) for model in models}

    # ---------------------------------------------------------------- facts

    def test_he_is_told_what_is_needed_to_rise_and_to_stay(self):
        [account] = self.Portal._page(self.member)["accounts"]
        self.assertEqual(account["tier"]["name"], "Silver")
        self.assertEqual((account["value"], account["rise"]["percent"]), ("150 Points", 75))
        self.assertEqual(account["rise"]["sentence"], "Earn 50 Points more by 12/31/2026, and you are Gold.")
        self.assertEqual(account["keep"]["state"], "risk")
        self.assertIn("Earn 20 Points by", account["keep"]["sentence"])
        self.assertEqual([step["name"] for step in account["ladder"]], ["Silver", "Gold"])
        self.assertEqual([step["is_own"] for step in account["ladder"]], [True, False])
        self.assertEqual([row["tier"] for row in account["history"]], ["Silver"])

    def test_he_is_told_from_when_on_counts_what_keeps_his_tier_and_warned_only_near_its_end(self):
        [account] = self.Portal._page(self.member)["accounts"]
        self.assertEqual(account["keep"]["note"], "Only what you buy from 01/01/2099 on counts for this.")
        self.assertFalse(account["keep"]["is_urgent"])
        soon = self.env["res.partner"].create({"name": "Soon"})
        end = fields.Date.today() + timedelta(days=30)
        self.give(soon, self.silver, through=fields.Date.to_string(end), keep_missing=20)
        [account] = self.Portal._page(soon)["accounts"]
        self.assertTrue(account["keep"]["is_urgent"])
        safe = self.env["res.partner"].create({"name": "Safe"})
        self.give(safe, self.silver, through=fields.Date.to_string(end))
        [account] = self.Portal._page(safe)["accounts"]
        keep = account["keep"]
        self.assertEqual((keep["state"], keep["note"], keep["is_urgent"]), ("safe", "", False))

    def test_a_tier_that_everybody_has_begins_at_no_amount(self):
        self.rules.line_ids.filtered(lambda line: line.tier_id == self.silver)._write({"threshold": 0})
        self.env.invalidate_all()
        [account] = self.Portal._page(self.member)["accounts"]
        self.assertEqual([step["from"] for step in account["ladder"]], ["", "200 Points"])

    def test_what_a_tier_brings_is_told_in_sentences(self):
        self.gold.write({"gift_points": 25, "extras": "Free delivery\n\nA lounge"})
        self.rules.line_ids.filtered(lambda line: line.tier_id == self.gold)._write({"multiplier": 1.5})
        self.env.invalidate_all()
        benefits = self.Portal._benefits(self.gold, self.rules)
        self.assertIn("1.5 times the points with each order", benefits)
        self.assertIn("25 points when you reach it", benefits)
        self.assertEqual(benefits[-2:], ["Free delivery", "A lounge"])
        self.assertFalse(self.Portal._benefits(self.silver, self.rules))

    def test_who_is_at_the_top_and_keeps_it_for_ever_is_asked_for_nothing(self):
        top = self.env["res.partner"].create({"name": "Top"})
        self.give(top, self.gold, through=None, value=900)
        [account] = self.Portal._page(top)["accounts"]
        self.assertIsNone(account["rise"])
        self.assertEqual((account["keep"]["state"], account["keep"]["sentence"]), ("forever", "You keep Gold."))

    def test_a_card_that_was_not_looked_at_yet_shows_the_way(self):
        fresh = self.env["res.partner"].create({"name": "Fresh"})
        self.env["loyalty.card"].create({"partner_id": fresh.id, "program_id": self.program.id})
        [account] = self.Portal._page(fresh)["accounts"]
        self.assertEqual((account["tier"], account["keep"]), (None, None))
        self.assertIn("100 Points", account["rise"]["sentence"])

    # ---------------------------------------------------------------- by login

    def test_his_own_page_and_no_others(self):
        self.give(self.customer, self.gold)
        self.authenticate("t_member", "t_member")
        page = self.ask("GET", "/my/membership")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Silver", page.text)
        self.assertEqual(page.text.count('type="checkbox" class="form-check-input" value="1" id="allow_'), 4)
        self.assertNotIn("Northern Optics", page.text)

    def test_what_he_chooses_by_his_login_is_said_in_the_portal(self):
        self.authenticate("t_member", "t_member")
        response = self.send("/my/membership/preferences", preferences="1", allow_loyalty="1")
        self.assertEqual(response.status_code, 303)
        said = self.env["crm.sync.contact.preference"].search([("partner_id", "=", self.member.id)])
        self.assertEqual(set(said.mapped("purpose")), {"care", "survey", "marketing"})
        self.assertEqual((set(said.mapped("source")), said.user_id), ({"portal"}, self.portal_user))

    def test_who_is_not_logged_in_sees_no_page(self):
        self.assertEqual(self.ask("GET", "/my/membership").status_code, 303)

    # ---------------------------------------------------------------- by the link in a mail

    def test_the_link_shows_the_same_without_a_login(self):
        page = self.ask("GET", self.url)
        self.assertEqual((page.status_code, page.headers["Cache-Control"]), (200, "no-store"))
        self.assertIn("Silver", page.text)
        self.assertIn("Earn 50 Points more", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
        self.assertEqual(self.send(f"{self.url}/preferences", preferences="1").status_code, 303)
        self.assertFalse(any(self.env["crm.sync.contact.preference"]._current(self.member).values()))

    def test_looking_changes_nothing(self):
        before = self.rows()
        for method in ("GET", "HEAD", "OPTIONS"):
            self.ask(method, self.url)
        self.assertEqual(self.rows(), before)

    @mute_logger("odoo.http")
    def test_a_key_that_was_guessed_is_foreign_or_old_opens_nothing_and_leaves_no_row(self):
        link = self.env["crm.sync.contact.link"]
        number, day, signature = self.url.removeprefix("/m/").split("-")
        old = fields.Date.to_string(fields.Date.subtract(fields.Date.today(), days=91)).replace("-", "")
        before = self.rows()
        for key in (
            f"{self.customer.id}-{day}-{signature}",
            f"{number}-{day}-{'0' * 32}",
            f"{number}-{old}-{link._dated_signature('membership', self.member, old)}",
            f"{number}-{signature}",
            link._key(self.member),
            "x",
            "%00",
        ):
            self.assertEqual(self.ask("GET", f"/m/{key}").status_code, 404, key)
            self.assertEqual(self.send(f"/m/{key}/preferences", preferences="1").status_code, 404, key)
        self.assertEqual(self.ask("POST", f"{self.url}/preferences", data={"preferences": "1"}).status_code, 400)
        self.assertEqual(self.send(f"{self.url}/preferences").status_code, 422)
        self.assertEqual(self.rows(), before)
        self.member.email = "other@example.com"
        self.assertEqual(self.ask("GET", self.url).status_code, 404, "another address is another reader")
