"""Where Website is installed, what customers open from a mail is in the layout of the site, also of the right one of two."""

import re
import urllib.error
import urllib.parse
import urllib.request

import pytest
from system import System

from dev import odoo_run

SITES = """
other = env["res.company"].create({"name": "Other Company"})
env["website"].create({"name": "Other Site", "domain": "http://other.example.com", "company_id": other.id, "sequence": 99})
env["website"].search([], limit=1).name = "First Site"
(env.company | other).sync_feedback_form = True
customer = env["res.partner"].create({"name": "Lin", "email": "lin@site.example.com", "lang": "en_US"})
theirs = env["res.partner"].create({"name": "Wei", "email": "wei@site.example.com", "company_id": other.id, "lang": "zh_CN"})
link = env["crm.sync.contact.link"].sudo()
print("KEYS", link._key(customer), link._key(theirs), env["crm.sync.tier.portal"].sudo()._url(customer).rpartition("/")[2])
print("ADDRESS", link._preference_url(theirs).partition("/c/")[0])
print("COMPANY", other.id)
env.cr.commit()
"""


class Visitor:
    """A browser without scripts; ``site`` is the address it asks for."""

    def __init__(self, system, site=None):
        self.system, self.site = system, site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), _Stay())

    def open(self, path, **values):
        request = urllib.request.Request(
            f"{self.system.url}{path}", urllib.parse.urlencode(values).encode() if values else None
        )
        if self.site:
            request.add_header("Host", self.site)
        try:
            answer = self.opener.open(request, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, dict(answer.headers), answer.read().decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


@pytest.fixture(scope="module")
def site(plain_copy):
    with plain_copy("website") as database:
        odoo_run.odoo(database, "server", "-i", "website", "--stop-after-init", "--no-http", what="install")
        system = System(database)
        told = dict(line.split(" ", 1) for line in system.shell(SITES).splitlines() if line.split(" ")[0].isupper())
        try:
            system.start()
            yield system, told
        finally:
            system.stop()


def in_layout(page):
    return 'id="top"' in page and 'id="bottom"' in page


def test_pages_from_a_mail_are_in_the_layout_of_the_site(site):
    system, told = site
    ours, _theirs, member = told["KEYS"].split()
    visitor = Visitor(system)
    for path in (
        f"/c/{ours}",
        f"/c/{ours}/stop?p=survey",
        f"/m/{member}",
        "/feedback",
        "/feedback/thanks",
        "/feedback/done",
    ):
        status, _headers, page = visitor.open(path)
        assert (status, in_layout(page), page.count("<main")) == (200, True, 1), path
        assert "First Site" in page, path
    status, headers, page = visitor.open(f"/c/{ours}")
    assert page.count('type="checkbox"') == 4 and "o_sync_site_page" in page
    # Nothing of another server is loaded, and nobody is told the address.
    assert (
        "script-src 'self'" in headers["Content-Security-Policy"] and "http" not in headers["Content-Security-Policy"]
    )
    assert headers["Referrer-Policy"] == "same-origin" and headers["Cache-Control"] == "no-store"
    assert visitor.open("/c/1-guessed")[0] == 404


def test_what_is_said_on_the_site_is_kept_and_the_button_of_a_mail_program_needs_no_page(site):
    system, told = site
    key = told["KEYS"].split()[0]
    visitor = Visitor(system)
    page = visitor.open(f"/c/{key}")[2]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    status, headers, _page = visitor.open(f"/c/{key}", csrf_token=token, preferences="1", allow_loyalty="1")
    assert (status, urllib.parse.urlsplit(headers["Location"]).path) == (303, f"/c/{key}")
    assert visitor.open(f"/c/{key}?saved=1")[2].count('checked="checked"') == 1
    assert visitor.open(f"/c/{key}/stop?p=loyalty", **{"List-Unsubscribe": "One-Click"})[0] == 204
    assert visitor.open(f"/c/{key}")[2].count('checked="checked"') == 0


def test_a_customer_of_another_company_gets_the_address_and_the_look_of_its_site(site):
    system, told = site
    assert told["ADDRESS"] == "http://other.example.com"
    theirs = told["KEYS"].split()[1]
    visitor = Visitor(system, site="other.example.com")
    status, _headers, page = visitor.open(f"/c/{theirs}")
    assert (status, in_layout(page), "Other Site" in page, "First Site" in page) == (200, True, True, False)
    assert 'lang="zh-CN"' in page
    page = visitor.open("/feedback")[2]
    assert f'action="/feedback/{told["COMPANY"]}"' in page and "Other Company" in page
