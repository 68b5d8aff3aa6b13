"""A handover on the screen: a colleague has left, his successors are chosen, it is done and undone."""

import pytest
from pages import settle, shown_error


@pytest.fixture
def erik(client_for):
    """The pending handover of the demo colleague who has left."""
    [handover] = client_for("max").call(
        "crm.sync.handover", "search", domain=[["user_id.login", "=", "erik"], ["state", "=", "pending"]]
    )
    return handover


def open_handover(page, handover):
    page.goto(f"/odoo/handovers/{handover}")
    settle(page)
    assert not shown_error(page)


@pytest.mark.parametrize("width", [1400, 390])
def test_who_gets_what_is_seen_before_it_is_done(page_for, screenshot, erik, width):
    page = page_for("dora", width=width)
    open_handover(page, erik)
    assert "Erik Holm" in page.inner_text(".o_form_view")
    screenshot(page, f"handover-overview-{width}")
    page.click(".o_notebook_headers a:has-text('Matters')")
    settle(page)
    assert page.query_selector(".o_field_x2many") or page.query_selector(".o_field_one2many")
    screenshot(page, f"handover-matters-{width}")
    assert not shown_error(page)


def test_dora_hands_over_looks_at_the_matters_and_undoes_it(page_for, screenshot, client_for, erik):
    page = page_for("dora")
    open_handover(page, erik)
    page.click("button[name=action_execute]")
    page.click(".modal-footer .btn-primary")
    page.wait_for_selector("button[name=action_undo]")
    settle(page)
    screenshot(page, "handover-done")
    page.click("button[name=action_view_lines]")
    settle(page)
    page.click(".o_group_header >> nth=0")
    settle(page)
    screenshot(page, "handover-all-matters")
    assert not shown_error(page)
    page.go_back()
    settle(page)
    page.click("button[name=action_undo]")
    page.click(".modal-footer .btn-primary")
    # The user is archived: what is given back is pending again.
    page.wait_for_selector("button[name=action_execute]")
    settle(page)
    screenshot(page, "handover-undone")
    assert not shown_error(page)


@pytest.mark.parametrize("width", [1400, 390])
def test_the_list_of_handovers(page_for, screenshot, erik, width):
    page = page_for("max", width=width)
    page.goto("/odoo/handovers")
    settle(page)
    screenshot(page, f"handovers-{width}")
    assert "Erik Holm" in page.inner_text(".o_action_manager")
