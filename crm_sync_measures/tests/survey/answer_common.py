import re

from odoo.http import Request
from odoo.tests import HttpCase

from .survey_common import SurveyCase


class AnswerCase(SurveyCase, HttpCase):
    """Browsers of customers on the pages of surveys. Each is a name; it keeps its cookies as a real one does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.running = cls.program(running=True)

    def setUp(self):
        super().setUp()
        self.browsers = {}

    def link(self, invitation, **query):
        query = "&".join(f"{name}={value}" for name, value in query.items())
        return f"/s/{invitation.sudo()._token()}{'?' if query else ''}{query}"

    def browser(self, name="human", login=None):
        """From now on this browser asks, with the cookies it has."""
        if name not in self.browsers:
            # The sessions of the other browsers stay.
            self.session = None
            self.authenticate(login, login)
            self.browsers[name] = self.opener, self.session
        self.opener, self.session = self.browsers[name]

    def ask(self, method, url, browser="human", **options):
        """One request of ``browser``."""
        self.env.flush_all()
        self.browser(browser)
        response = self.opener.request(method, self.base_url() + url, timeout=60, allow_redirects=False, **options)
        self.env.invalidate_all()
        return response

    def see(self, url, browser="human", **options):
        return self.ask("GET", url, browser, **options)

    def send(self, url, browser="human", **values):
        """Look at the page and send its form, as a person does."""
        seen = self.see(url, browser)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', seen.text)
        values = {"csrf_token": token[1] if token else Request.csrf_token(self), **values}
        return self.ask("POST", url.partition("?")[0], browser, data=values)

    # ---------------------------------------------------------------- what is there

    def rows(self):
        """How many rows there are of all that an answer could leave."""
        models = (
            "crm.sync.score", "crm.sync.case", "survey.user_input", "survey.user_input.line", "crm.sync.survey.replay",
            "crm.sync.survey.participation", "crm.sync.survey.event", "crm.sync.attempt", "res.partner", "mail.message",
        )  # fmt: skip
        return {model: self.env[model].sudo().with_context(active_test=False).search_count([]) for model in models}

    def scores(self, **having):
        domain = [(name, "=", value) for name, value in having.items()]
        return self.env["crm.sync.score"].sudo().search(domain)
