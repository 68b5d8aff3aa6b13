"""The six reports on screen: at the desk and on the telephone, in both languages."""

import pytest
from pages import settle, shown_error

REPORTS = ("usage", "customer", "sales", "service", "loyalty", "improvement")


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_every_report_tells_its_figures_and_fits_the_screen(page_for, screenshot, client_for, lang, width):
    page = page_for("max", lang=lang, width=width)
    made = client_for("max").call("crm.sync.report.page", "create", vals_list=[{"report": code} for code in REPORTS])
    for code, number in zip(REPORTS, made, strict=True):
        page.goto(f"/odoo/reports/{number}")
        page.locator("div[name=body] table td").first.wait_for()
        settle(page)
        assert not shown_error(page)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        screenshot(page, f"report-{code}-{lang}-{width}")
