"""The before-you-contact card over the external API (JSON-2), as each role."""

import json

import pytest
from system import ApiError

ROLES = ("anna", "ben", "mia", "dora", "max", "alex")
OUTSIDERS = ("portal_lin", "portal_acme")
MODELS = ("crm.sync.contact.policy", "crm.sync.contact.cap", "crm.sync.contact.override", "crm.sync.contact.sent")


def find(client, name):
    [customer] = client.call(
        "res.partner", "search_read", domain=[["name", "=", name]], fields=["name", "child_ids"], limit=1
    )
    return customer["id"]


def card(client, customer_id, **arguments):
    return client.call("res.partner", "sync_contact_card", ids=[customer_id], **arguments)


def by_code(found, code):
    return [finding for finding in found["findings"] if finding["code"] == code]


@pytest.fixture(scope="module")
def granite(client_for):
    """A customer whose last survey answer was 2 of 10."""
    return find(client_for("max"), "Granite Fitness")


@pytest.fixture(scope="module")
def atlas(client_for):
    """A customer to whom two sellers quoted the same chair at two prices."""
    return find(client_for("max"), "Atlas Travel Lounges")


@pytest.mark.parametrize("login", ROLES)
def test_every_role_is_warned_of_an_unhappy_customer(client_for, granite, login):
    found = card(client_for(login), granite)
    assert found["light"] == "red"
    [unhappy] = by_code(found, "unhappy")
    assert unhappy["level"] == "red" and unhappy["text"]
    assert found["decision"] == "ask"


def test_two_prices_are_told_with_both_quotations_and_service_hears_of_neither(client_for, atlas):
    [price] = by_code(card(client_for("max"), atlas), "price")
    assert "Lounge Chair" in price["text"] and "%" in price["text"]
    assert len(price["links"]) == 2 and all(link["name"].startswith("S") for link in price["links"])
    [masked] = by_code(card(client_for("ben"), atlas), "price")
    assert masked["masked"] and not masked["links"]
    assert "Chair" not in json.dumps(masked)


def test_what_is_hidden_tells_its_day_only(client_for, granite):
    for finding in card(client_for("anna"), granite)["findings"]:
        if finding["masked"] and finding["when"]:
            assert finding["when"].endswith(":00:00")


def test_a_reason_is_given_read_and_never_changed(client_for, granite):
    ben = client_for("wei")
    given = ben.call("res.partner", "sync_contact_override", ids=[granite], reason="Kate asked for a call")
    assert given["override"]["reason"] == "Kate asked for a call"
    [own] = ben.call(
        "crm.sync.contact.override", "search_read", domain=[["reason", "=", "Kate asked for a call"]], fields=["id"]
    )
    for login in ("wei", "max", "alex"):
        for method, arguments in (("write", {"vals": {"reason": "x"}}), ("unlink", {})):
            with pytest.raises(ApiError) as refused:
                client_for(login).call("crm.sync.contact.override", method, ids=[own["id"]], **arguments)
            assert refused.value.status in (403, 422)
    with pytest.raises(ApiError):
        client_for("max").call("crm.sync.contact.override", "create", vals_list=[{"reason": "forged"}])


def test_a_message_without_a_reason_is_refused_and_goes_with_one(client_for, granite):
    mia = client_for("mia")
    post = {
        "body": "New lamps",
        "message_type": "comment",
        "subtype_xmlid": "mail.mt_comment",
        "partner_ids": [granite],
    }
    with pytest.raises(ApiError) as refused:
        mia.call("res.partner", "message_post", ids=[granite], **post)
    assert refused.value.status == 422
    assert "Granite Fitness" in refused.value.message and "Give a reason" in refused.value.message
    mia.call(
        "res.partner",
        "sync_contact_override",
        ids=[granite],
        reason="She asked for the catalogue",
        model="res.partner",
        res_id=granite,
    )
    assert mia.call("res.partner", "message_post", ids=[granite], **post)


def test_the_gate_gives_the_rules_code(client_for, granite):
    gate = {"partner_ids": [granite], "channel": "email"}
    for purpose, reason in (("marketing", "unhappy"), ("survey", "unhappy"), ("service", False)):
        [answer] = client_for("mia").call("crm.sync.contact.gate", "may_contact", purpose=purpose, **gate)
        assert (answer["reason"], answer["allowed"]) == (reason, not reason)


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_portal_customer_gets_no_card_not_even_his_own(client_for, granite, login):
    client = client_for(login)
    own = client.call("res.users", "context_get")["uid"]
    [me] = client.call("res.users", "read", ids=[own], fields=["partner_id"])
    for partner_id in (granite, me["partner_id"][0]):
        for method, arguments in (("sync_contact_card", {}), ("sync_contact_override", {"reason": "because"})):
            with pytest.raises(ApiError) as refused:
                client.call("res.partner", method, ids=[partner_id], **arguments)
            assert refused.value.status == 403


@pytest.mark.parametrize("login", OUTSIDERS)
@pytest.mark.parametrize("model", MODELS)
def test_a_portal_customer_reads_and_writes_nothing_of_ours(client_for, login, model):
    client = client_for(login)
    for method, arguments in (
        ("search_read", {"domain": []}),
        ("search_count", {"domain": []}),
        ("create", {"vals_list": [{}]}),
        ("write", {"ids": [1], "vals": {"company_id": 1}}),
        ("unlink", {"ids": [1]}),
        ("export_data", {"ids": [1], "fields_to_export": ["id"]}),
    ):
        with pytest.raises(ApiError) as refused:
            client.call(model, method, **arguments)
        assert refused.value.status in (403, 404, 422), (method, refused.value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"channel": "pigeon"},
        {"channel": 7},
        {"purpose": "spam"},
        {"purpose": ["marketing"]},
        {"model": "res.users", "res_id": 1},
        {"model": "crm.lead"},
        {"model": "crm.lead", "res_id": "1 OR 1=1"},
        {"model": "crm.lead", "res_id": 2**31 - 1},
        {"model": {"a": 1}, "res_id": 1},
    ],
)
def test_bad_arguments_get_a_sentence_and_no_traceback(client_for, granite, arguments):
    with pytest.raises(ApiError) as refused:
        card(client_for("max"), granite, **arguments)
    assert refused.value.status == 422 and refused.value.name == "odoo.exceptions.UserError", refused.value
    assert refused.value.message


def test_a_private_method_of_the_card_is_not_called_from_outside(client_for):
    for method in ("_get_card", "_find", "_give_reason", "_guard_message"):
        with pytest.raises(ApiError) as refused:
            client_for("max").call("crm.sync.contact.card", method)
        assert refused.value.status in (403, 404, 422)


def test_an_employee_without_the_right_changes_no_policy(client_for):
    anna = client_for("anna")
    [policy] = anna.call("crm.sync.contact.policy", "search", domain=[["rule_code", "=", "unhappy"]], limit=1)
    for login in ("anna", "dora", "alex"):
        with pytest.raises(ApiError) as refused:
            client_for(login).call("crm.sync.contact.policy", "write", ids=[policy], vals={"decision": "inform"})
        assert refused.value.status == 403
