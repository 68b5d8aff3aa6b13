"""Pages of the web client in Chromium, which notice everything that goes wrong in them."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page

# Chromium reports a shared worker's script as aborted although it loads and its websocket connects. Two threads of Odoo may
# optimize the same domain of a record rule at once ("Trying to skip optimization level", orm/domains.py): a face is missing.
_HARMLESS = re.compile(r"net::ERR_ABORTED|websocket_worker_bundle|\b500\b.*/web/image\b.*\bavatar_\d+")


def _said(message) -> str:
    return f"console: {message.text} {(message.location or {}).get('url', '')}"


class Watched:
    """Collects console errors, page errors, failed requests and answers from 400 on of one page."""

    def __init__(self, page: Page, allowed: tuple[str, ...]):
        self.problems: list[str] = []
        self._allowed = allowed
        self.pending: set[object] = set()
        page.on("request", lambda request: self._counts(request) and self.pending.add(request))
        for end in ("requestfinished", "requestfailed"):
            page.on(end, lambda request: self.pending.discard(request))  # noqa: PLW0108 - Playwright marks its handlers
        page.on("console", lambda message: message.type == "error" and self._note(_said(message)))
        page.on("pageerror", lambda error: self._note(f"page error: {error}"))
        page.on("requestfailed", lambda request: self._note(f"failed: {request.url} {request.failure}"))
        page.on("response", lambda answer: answer.status >= 400 and self._note(f"{answer.status}: {answer.url}"))

    @staticmethod
    def _counts(request) -> bool:
        """The bus keeps a connection open for ever; everything else comes to an end."""
        return not re.search(r"/(websocket|bus)/", request.url)

    def _note(self, problem: str) -> None:
        if not _HARMLESS.search(problem) and not any(re.search(pattern, problem) for pattern in self._allowed):
            self.problems.append(problem)


class Pages:
    """Opens pages as a user (None: a visitor), in a language and a width; see the fixture ``page_for``."""

    def __init__(self, browser: Browser, system):
        self.browser, self.system = browser, system
        self._open: list[Page] = []
        #: By login and language: of a session whose user has just changed his language, Odoo still draws the first page in the old one.
        self._sessions: dict[tuple[str | None, str], dict] = {}
        #: Ids of users and their languages before a test, which the next one finds again.
        self._spoke: dict[int, str] = {}

    def __call__(
        self, login: str | None, lang: str = "", width: int = 1400, height: int = 900, allowed: tuple[str, ...] = ()
    ) -> Page:
        if lang and login:
            self._speak(login, lang)
        context = self.browser.new_context(
            base_url=self.system.url,
            viewport={"width": width, "height": height},
            locale=(lang or "en_US").replace("_", "-"),
            storage_state=self._sessions.get((login, lang)),
            has_touch=width < 600,
        )
        page = context.new_page()
        page.watched = Watched(page, allowed)
        self._open.append(page)
        if login and (login, lang) not in self._sessions:
            self._log_in(page, login)
            self._sessions[login, lang] = context.storage_state()
        return page

    def _speak(self, login: str, lang: str) -> None:
        admin = self.system.client("admin")
        [user] = admin.call("res.users", "search_read", domain=[["login", "=", login]], fields=["lang"])
        if user["lang"] != lang:
            self._spoke.setdefault(user["id"], user["lang"])
            admin.call("res.users", "write", ids=[user["id"]], vals={"lang": lang})

    def _log_in(self, page: Page, login: str) -> None:
        """Through the login page, as people do; the password of demo users is their login."""
        page.goto("/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.click(".oe_login_form button[type=submit]")
        page.wait_for_url(re.compile(r"/(odoo|my)"))

    def close(self) -> list[str]:
        """Closes the pages of a test; what went wrong in them."""
        problems = []
        for page in self._open:
            # Odoo keeps a user's language as an older request still read it, after it was taken back.
            _wait_for_answers(page)
            problems += page.watched.problems
            page.context.close()
        self._open.clear()
        for user, lang in self._spoke.items():
            self.system.client("admin").call("res.users", "write", ids=[user], vals={"lang": lang})
        self._spoke.clear()
        return problems


def _wait_for_answers(page: Page, seconds: float = 5) -> None:
    for _ in range(int(seconds * 10)):
        if page.is_closed() or not page.watched.pending:
            return
        page.wait_for_timeout(100)


def settle(page: Page, seconds: float = 30) -> None:
    """Waits until the web client has drawn an action and has asked the server for nothing more for a moment."""
    page.wait_for_selector(".o_action_manager > *, .modal-content, .o_error_dialog", timeout=seconds * 1000)
    watched, quiet = page.watched, 0
    for _ in range(int(seconds * 10)):
        quiet = 0 if watched.pending else quiet + 1
        if quiet == 3:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"still loading after {seconds} s: {[request.url for request in watched.pending]}")


def shown_error(page: Page) -> str:
    """The text of an error dialog, if one is open."""
    dialog = page.query_selector(".o_error_dialog, .o_notification.border-danger")
    return dialog.inner_text()[:500] if dialog else ""
