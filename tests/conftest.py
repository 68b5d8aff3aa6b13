"""Fixtures of the whole-system tests: a server on its own database, and Chromium on that server.

=================  =========================================================================================
``server``         the running system (``tests/system.py``): ``client(login)``, ``sql``, ``shell``, ``kill`` ...
``logged``         ``logged("Traceback")``: what its log says since the test began
``besieged``       such a system for the tests of one file, whose data may be spoilt
``outbox``         the folder of the mails that left, and the port of the server that takes them
``client_for``     ``client_for("anna").call("crm.lead", "search_count", domain=[])``
``page_for``       ``page_for("anna", lang="zh_CN", width=390)``: a page, logged in; errors in it fail the test
``screenshot``     ``screenshot(page, "anna-leads")`` keeps a picture in the cache folder
=================  =========================================================================================
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

CHROMIUM = os.environ.get("CRM_SYNC_CHROMIUM", "")


@pytest.fixture(scope="session")
def server():
    """A server on a copy of the system database (Odoo's and the addon's demo data), for the whole session."""
    if not os.environ.get("PGHOST"):
        pytest.fail("These tests need the environment: run them by bin/test.")
    from system import System

    from dev import addon_dbs, databases
    from dev.paths import setup_lock

    with setup_lock():
        base = addon_dbs.ensure("system", bake=bool(CHROMIUM), reuse=True)
    with databases.private_copy(base, f"system_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}") as database:
        system = System(database)
        try:
            system.start()
            yield system
        finally:
            system.stop()


@pytest.fixture(scope="session")
def system_copy(server):
    """``with system_copy("faults") as database``: a database like that of the server, which a test may ruin."""
    from dev import addon_dbs, databases

    base = addon_dbs.ensure("system", bake=False, reuse=True)
    return lambda purpose: databases.private_copy(base, purpose)


@pytest.fixture(scope="session")
def plain_copy():
    """``with plain_copy("uninstall") as database``: the same with the addon and without demo data."""
    from dev import addon_dbs, databases
    from dev.paths import setup_lock

    with setup_lock():
        base = addon_dbs.ensure("test", reuse=True)
    return lambda purpose: databases.private_copy(base, purpose)


@pytest.fixture(scope="session")
def bare_copy():
    """``with bare_copy("upgrade") as database``: Odoo with its demo data, and nothing of the addon."""
    from dev import databases, templates
    from dev.paths import setup_lock

    with setup_lock():
        template = templates.ensure("demo")
    return lambda purpose: databases.private_copy(template, purpose)


@pytest.fixture(scope="session")
def apps_copy(plain_copy):
    """The same with apps of Odoo that the addon serves and never requires, and the bridges to them."""
    from dev import databases, odoo_run

    with plain_copy("apps") as apps:
        modules = "event_sale,mass_mailing,pos_loyalty"
        odoo_run.odoo(apps, "server", "-i", modules, "--stop-after-init", "--no-http", what="install the apps")
        yield lambda purpose: databases.private_copy(apps, purpose)


@pytest.fixture(scope="module")
def besieged(request, server, system_copy):
    """A server of its own for the tests of one file, whose data may be spoilt."""
    from system import System

    with system_copy(request.module.__name__.removeprefix("test_")) as database:
        system = System(database)
        try:
            system.start()
            yield system
        finally:
            system.stop()


@pytest.fixture(scope="module")
def outbox(tmp_path_factory):
    """The folder of the mails that left the company, and the port that takes them."""
    from dev import mail_sink

    folder = tmp_path_factory.mktemp("mail")
    with mail_sink.running(folder) as port:
        yield folder, port


@pytest.fixture(scope="session")
def client_for(server):
    return server.client


@pytest.fixture
def logged(server):
    """Lines of the server's log with one of the signs, since the test began: what came before is not its fault."""
    since = server.log.stat().st_size
    return lambda *signs: server.logged(*signs, since=since)


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def _pages(browser, server):
    from pages import Pages

    return Pages(browser, server)


@pytest.fixture
def page_for(_pages):
    """Pages by login, language and width. A console error, a page error or an answer from 400 on fails the test.

    ``allowed`` takes patterns of problems that a test expects.
    """
    yield _pages
    problems = _pages.close()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="session")
def screenshot():
    from dev.paths import SCREENSHOTS

    def take(page, name):
        file = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=file)
        return file

    return take
