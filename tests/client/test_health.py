"""The server is there, and its external API lets in whom it should."""

import urllib.request

import pytest
from system import ApiError, Client


def test_the_login_page_answers(server):
    with urllib.request.urlopen(f"{server.url}/web/login") as answer:
        assert answer.status == 200


def test_an_api_key_leads_to_its_user(client_for):
    context = client_for("admin").call("res.users", "context_get")
    assert context["uid"] == 2


def test_a_wrong_key_is_refused(server):
    with pytest.raises(ApiError) as refused:
        Client(server.url, "0" * 40).call("res.users", "context_get")
    assert refused.value.status == 401


def test_every_login_that_the_demo_prints_opens_a_session(server):
    from dev.demo import logins

    for login, password, *_ in logins(server.database):
        answer = server.authenticate(login, password)
        assert answer.get("uid"), login
