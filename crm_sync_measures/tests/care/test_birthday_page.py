import re

from odoo.tests import HttpCase, new_test_user, tagged

from ..common import SyncCase


@tagged("-at_install", "post_install")
class TestBirthdayPage(SyncCase, HttpCase):
    """A customer says himself when his birthday is; the year is neither asked for nor shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = new_test_user(cls.env, "t_member", "base.group_portal", email="member@example.com").partner_id
        cls.url = f"/m/{cls.env['crm.sync.contact.link']._dated_key(cls.member, 'membership')}"

    def send(self, url=None, **values):
        self.env.flush_all()
        url = url or self.url
        page = self.url_open(url)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
        values = {"csrf_token": token, "birthday": "1", "calendar": "solar", **values}
        response = self.opener.post(self.base_url() + f"{url}/birthday", data=values, allow_redirects=False, timeout=60)
        self.env.invalidate_all()
        return response

    def birthday(self):
        member = self.member
        return (member.sync_birth_month, member.sync_birth_day, member.sync_birth_calendar, member.sync_birth_is_leap)

    def test_month_and_day_suffice_by_the_link_and_by_login(self):
        self.assertEqual(self.send(month="2", day="29").status_code, 303)
        self.assertEqual(self.birthday(), (2, 29, "solar", False))
        self.authenticate("t_member", "t_member")
        self.assertEqual(
            self.send("/my/membership", month="6", day="15", calendar="lunar", is_leap="1").status_code, 303
        )
        self.assertEqual(self.birthday(), (6, 15, "lunar", True))

    def test_another_day_makes_the_year_doubtful_and_the_page_never_shows_it(self):
        self.member.write({"sync_birth_month": 2, "sync_birth_day": 29, "sync_birth_year": 1988})
        self.env.flush_all()
        self.assertNotIn("1988", self.url_open(self.url).text)
        self.send(month="2", day="29")
        self.assertEqual(self.member.sync_birth_year, 1988)
        self.send(month="2", day="28")
        self.assertFalse(self.member.sync_birth_year)

    def test_who_wants_it_forgotten_leaves_both_empty(self):
        self.member.write({"sync_birth_month": 2, "sync_birth_day": 29, "sync_birth_year": 1988})
        self.assertEqual(self.send(month="", day="").status_code, 303)
        self.assertEqual(self.birthday()[:2], (0, 0))
        self.assertFalse(self.member.sync_birth_year)

    def test_a_leap_month_that_was_ticked_before_the_calendar_was_changed_is_passed_over(self):
        self.assertEqual(self.send(month="5", day="1", calendar="solar", is_leap="1").status_code, 303)
        self.assertEqual(self.birthday(), (5, 1, "solar", False))

    def test_a_day_that_does_not_exist_is_refused_and_nothing_is_kept(self):
        attempts = self.env["crm.sync.attempt"].search_count([])
        for values in (
            {"month": "4", "day": "31"},
            {"month": "13", "day": "1"},
            {"month": "5", "day": ""},
            {"month": "5", "day": "31", "is_leap": "1", "calendar": "lunar"},
            {"month": "-5", "day": "1"},
            {"month": "٣", "day": "1"},
            {"month": "5", "day": "1", "calendar": "maya"},
            {"month": "5", "day": "1", "birthday": ""},
            {"month": "1e1", "day": "1"},
        ):
            self.assertEqual(self.send(**values).status_code, 422, values)
        self.assertEqual(self.birthday()[:2], (0, 0))
        self.assertEqual(self.env["crm.sync.attempt"].search_count([]), attempts)
