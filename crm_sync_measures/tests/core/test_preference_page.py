import re

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...rules.preference import PER_PREFERENCE_CUSTOMER, PURPOSES
from ..common import SyncCase

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@tagged("-at_install", "post_install")
class TestPreferencePage(SyncCase, HttpCase):
    """A customer says by the link in his mail what he wants. Looking changes nothing, whoever looks."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.link = self.env["crm.sync.contact.link"]
        self.url = f"/c/{self.link._key(self.contact)}"

    def ask(self, method, url, **options):
        self.env.flush_all()
        response = self.opener.request(method, self.base_url() + url, timeout=60, allow_redirects=False, **options)
        self.env.invalidate_all()
        return response

    def send(self, url=None, **values):
        """Look at the page and send its form, as a person does."""
        url = url or self.url
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", url).text)
        values = {"csrf_token": token[1] if token else Request.csrf_token(self), "preferences": "1", **values}
        return self.ask("POST", url.partition("?")[0].removesuffix("/stop"), data=values)

    def rows(self):
        models = ("crm.sync.contact.preference", "crm.sync.attempt", "res.partner", "mail.message", "mail.blacklist")
        return {model: self.env[model].sudo().with_context(active_test=False).search_count([]) for model in models}

    def wanted(self, partner=None):
        current = self.env["crm.sync.contact.preference"]._current(partner or self.contact)
        return [purpose for purpose in PURPOSES if current[purpose]]

    # ---------------------------------------------------------------- looking

    def test_looking_changes_nothing_whoever_looks(self):
        before = self.rows()
        for url in (self.url, f"{self.url}/stop?p=survey", f"{self.url}?saved=1", f"{self.url}/stop?p=x&p=y"):
            self.assertEqual(self.ask("GET", url).status_code, 200, url)
            for method in ("HEAD", "OPTIONS"):
                self.ask(method, url)
        self.assertEqual(self.rows(), before)

    def test_the_page_shows_four_boxes_and_nothing_of_the_customer(self):
        page = self.ask("GET", self.url)
        self.assertEqual((page.status_code, page.text.count('type="checkbox"')), (200, 4))
        self.assertEqual(page.text.count('checked="checked"'), 4)
        for hidden in ("Li Na", "li.na", "Northern", "<script"):
            self.assertNotIn(hidden, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])

    def test_the_link_that_refuses_has_one_box_empty_and_waits_for_the_hand(self):
        page = self.ask("GET", f"{self.url}/stop?p=survey")
        self.assertEqual(page.text.count('checked="checked"'), 3)
        self.assertIn("Surveys", page.text)
        self.assertEqual(len(self.wanted()), 4)

    def test_the_page_speaks_his_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        self.assertIn('lang="fr-FR"', self.ask("GET", self.url).text)

    # ---------------------------------------------------------------- sending

    def test_what_is_ticked_is_wanted_and_the_rest_is_not(self):
        response = self.send(allow_loyalty="1", allow_survey="1")
        self.assertEqual((response.status_code, response.headers["Location"][-8:]), (303, "?saved=1"))
        self.assertEqual(self.wanted(), ["loyalty", "survey"])
        page = self.ask("GET", f"{self.url}?saved=1")
        self.assertEqual(page.text.count('checked="checked"'), 2)
        said = self.env["crm.sync.contact.preference"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(set(said.mapped("source")), {"link"})
        self.assertFalse(said.user_id)
        self.send(allow_loyalty="1", allow_survey="1")
        self.assertEqual(
            self.env["crm.sync.contact.preference"].search_count([("partner_id", "=", self.contact.id)]), 2
        )

    def test_none_of_these_is_one_click(self):
        self.send(none="1", allow_loyalty="1")
        self.assertEqual(self.wanted(), [])
        self.assertEqual(len(self.wanted(self.customer)), 4)

    def test_the_link_that_refuses_stops_that_and_keeps_the_rest(self):
        self.send(f"{self.url}/stop?p=survey", allow_loyalty="1", allow_care="1", allow_marketing="1")
        self.assertEqual(self.wanted(), ["loyalty", "care", "marketing"])

    # ---------------------------------------------------------------- the button of a mail program (RFC 8058)

    def test_one_click_of_the_mail_program_stops_what_the_mail_was_for(self):
        response = self.ask("POST", f"{self.url}/stop?p=loyalty", data=ONE_CLICK)
        self.assertEqual(response.status_code, 204)
        self.assertEqual(self.wanted(), ["care", "survey", "marketing"])
        response = self.ask("POST", f"{self.url}/stop?p=care", files={"List-Unsubscribe": (None, "One-Click")})
        self.assertEqual((response.status_code, self.wanted()), (204, ["survey", "marketing"]))

    def test_one_click_again_is_as_good_and_writes_nothing(self):
        for _time in range(3):
            self.assertEqual(self.ask("POST", f"{self.url}/stop?p=survey", data=ONE_CLICK).status_code, 204)
        self.assertEqual(
            self.env["crm.sync.contact.preference"].search_count([("partner_id", "=", self.contact.id)]), 1
        )

    def test_a_hundred_customers_of_one_mail_provider_are_all_heard(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{number}", "email": f"p{number}@example.com"} for number in range(40)]
        )
        for partner in partners:
            url = f"/c/{self.link._key(partner)}/stop?p=marketing"
            self.assertEqual(self.ask("POST", url, data=ONE_CLICK).status_code, 204)

    # ---------------------------------------------------------------- what is no message of ours

    @mute_logger("odoo.http")
    def test_hostile_posts_are_refused_and_leave_no_row(self):
        before = self.rows()
        number, _, signature = self.url.removeprefix("/c/").partition("-")
        foreign = f"/c/{self.customer.id}-{signature}"
        for url in (foreign, f"/c/{number}-{'0' * 32}", "/c/x", "/c/1-2", f"/c/{'9' * 50}", "/c/%00", f"{self.url}0"):
            for method in ("GET", "POST"):
                self.assertEqual(self.ask(method, f"{url}/stop?p=survey", data=ONE_CLICK).status_code, 404, url)
            self.assertEqual(self.ask("GET", url).status_code, 404, url)
            self.assertEqual(self.send(url).status_code, 404, url)
        stop = f"{self.url}/stop"
        for url, data in (
            (stop, ONE_CLICK),
            (f"{stop}?p=", ONE_CLICK),
            (f"{stop}?p=everything", ONE_CLICK),
            (f"{stop}?p=transactional", ONE_CLICK),
            (f"{stop}?p=survey", {}),
            (f"{stop}?p=survey", {"List-Unsubscribe": "no"}),
        ):
            self.assertEqual(self.ask("POST", url, data=data).status_code, 422, url)
        self.assertEqual(self.ask("POST", self.url, data={"preferences": "1"}).status_code, 400, "without a token")
        self.assertEqual(self.send(preferences="").status_code, 422, "an empty form is no refusal")
        self.assertEqual(self.ask("POST", self.url, data={"x": "y" * 300_000}).status_code, 413)
        for method in ("PUT", "DELETE", "PATCH"):
            self.assertIn(self.ask(method, self.url).status_code, (404, 405))
        self.assertEqual(self.rows(), before)
        self.assertEqual(len(self.wanted()), 4)

    def test_who_sends_without_end_waits(self):
        limit = PER_PREFERENCE_CUSTOMER[0].count
        for _time in range(limit):
            self.assertEqual(self.ask("POST", f"{self.url}/stop?p=survey", data=ONE_CLICK).status_code, 204)
        before = self.rows()
        response = self.ask("POST", f"{self.url}/stop?p=care", data=ONE_CLICK)
        self.assertEqual(response.status_code, 429)
        self.assertGreater(int(response.headers["Retry-After"]), 0)
        self.assertEqual(self.send(none="1").status_code, 429)
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.wanted(), ["loyalty", "care", "marketing"])
