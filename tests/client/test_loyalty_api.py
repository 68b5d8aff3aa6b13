"""The loyalty room over the external API, as each role: nobody writes points, and what is malformed is refused."""

import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from system import ApiError

STAFF = ("anna", "ben", "mia", "dora", "max", "alex", "admin")
PORTAL = ("portal_lin", "portal_acme")
LEDGER = ("entry", "lot", "allocation", "arrears", "membership", "adjustment")
CARD = "loyalty.card"
ADJUSTMENT = "crm.sync.loyalty.adjustment"


def balance(server, card):
    [[points, entries]] = server.sql(
        f"SELECT points::numeric, (SELECT COALESCE(sum(quantity), 0) FROM crm_sync_loyalty_entry WHERE card_id = c.id)"
        f" FROM loyalty_card c WHERE id = {card}"
    )
    assert float(points) == float(entries)
    return float(points)


def refused(client, model, method, /, statuses=(403,), **arguments):
    with pytest.raises(ApiError) as error:
        client.call(model, method, **arguments)
    assert error.value.status in statuses, error.value
    return error.value


@pytest.fixture(scope="module")
def world(client_for):
    """A program, its card of a customer in anna's charge, and another customer."""
    max_ = client_for("max")
    [anna] = max_.call("res.users", "search", domain=[["login", "=", "anna"]])
    [department] = max_.call("crm.sync.department", "search", domain=[["name", "=", "Service"]], limit=1)
    program = max_.call(
        "loyalty.program",
        "create",
        vals_list=[{"name": "API Points", "program_type": "loyalty", "applies_on": "both", "trigger": "auto"}],
    )[0]
    customer, other = max_.call(
        "res.partner",
        "create",
        vals_list=[
            {"name": "API Customer", "user_id": anna, "sync_department_id": department},
            {"name": "API Other", "sync_department_id": department},
        ],
    )
    card = max_.call(CARD, "create", vals_list=[{"program_id": program, "partner_id": customer}])[0]
    max_.call(CARD, "sync_adjust", ids=[card], quantity=100, reason="migration", explanation="Start", key="api:start")
    return {"program": program, "customer": customer, "other": other, "card": card}


@pytest.mark.parametrize("login", STAFF + PORTAL)
def test_nobody_writes_points_or_what_the_ledger_keeps(server, client_for, world, login):
    client, card = client_for(login), world["card"]
    for vals in (
        {"points": 9999},
        {"sync_version": 1},
        {"sync_position": 1},
        {"sync_head": "x"},
        {"sync_merged_into_id": card},
    ):
        refused(client, CARD, "write", ids=[card], vals=vals)
        refused(client, CARD, "web_save", ids=[card], vals=vals, specification={})
    for movement in ("adjust", {"event": "adjust", "is_booked": True}, ["adjust"], True):
        refused(client, CARD, "write", ids=[card], vals={"points": 9999}, context={"crm_sync_movement": movement})
    new = {"program_id": world["program"], "partner_id": world["other"]}
    refused(client, CARD, "create", vals_list=[{**new, "points": 5}])
    refused(client, CARD, "create", vals_list=[new], context={"default_points": 5})
    refused(client, CARD, "copy", ids=[card], default={"points": 5})
    refused(client, "loyalty.program", "write", ids=[world["program"]], vals={"coupon_ids": [[1, card, {"points": 5}]]})
    refused(client, "loyalty.program", "write", ids=[world["program"]], vals={"coupon_ids": [[0, 0, {"points": 5}]]})
    history = {"card_id": card, "description": "Forged", "issued": 5}
    refused(client, "loyalty.history", "create", vals_list=[history])
    refused(client, CARD, "write", ids=[card], vals={"history_ids": [[0, 0, history]]})
    assert balance(server, card) == 100


@pytest.mark.parametrize("login", [login for login in STAFF + PORTAL if login not in ("max", "admin")])
def test_a_card_is_given_to_another_customer_by_a_sales_manager_only(client_for, world, login):
    refused(client_for(login), CARD, "write", ids=[world["card"]], vals={"partner_id": world["other"]})


@pytest.mark.parametrize("login", STAFF)
def test_an_import_brings_no_points(server, client_for, world, login):
    rows = [["Imported", str(world["program"]), "50"]]
    answer, refusal = {}, None
    try:
        answer = client_for(login).call(CARD, "load", fields=["code", "program_id/.id", "points"], data=rows)
    except ApiError as error:
        refusal = error.status
    assert refusal == 403 or not answer["ids"]
    assert server.sql("SELECT count(*) FROM loyalty_card WHERE code = 'Imported'") == [["0"]]


@pytest.mark.parametrize("login", STAFF + PORTAL)
def test_nobody_writes_the_ledger(server, client_for, world, login):
    client = client_for(login)
    for name in LEDGER[:-1]:
        model = f"crm.sync.loyalty.{name}"
        [[record]] = server.sql(f"SELECT COALESCE(max(id), 1) FROM {model.replace('.', '_')}")
        for method, arguments in {
            "create": {"vals_list": [{"card_id": world["card"], "quantity": 5}]},
            "write": {"ids": [int(record)], "vals": {"quantity": 5}},
            "unlink": {"ids": [int(record)]},
            "copy": {"ids": [int(record)]},
        }.items():
            refused(client, model, method, statuses=(403, 404, 422), **arguments)
    for private in ("_sync_move", "_book", "_sync_touch"):
        refused(client, CARD, private, statuses=(403, 404), ids=[world["card"]])


@pytest.mark.parametrize("login", PORTAL)
def test_a_customer_reads_nothing_of_the_ledger(client_for, login):
    reading(client_for(login))


def test_nor_does_a_colleague_of_another_company(server, client_for, world):
    """He has every right, in his own company."""
    max_ = client_for("admin")
    company = max_.call("res.company", "create", vals_list=[{"name": "API Company"}])[0]
    [home] = max_.call("loyalty.program", "read", ids=[world["program"]], fields=["company_id"])
    [group] = server.sql(
        "SELECT res_id FROM ir_model_data WHERE module = 'crm_sync_measures' AND name = 'group_manager'"
    )
    [sales] = server.sql("SELECT res_id FROM ir_model_data WHERE module = 'sales_team' AND name = 'group_sale_manager'")
    own = max_.call("res.users", "context_get")["uid"]
    [me] = max_.call("res.users", "read", ids=[own], fields=["company_id"])
    max_.call("loyalty.program", "write", ids=[world["program"]], vals={"company_id": me["company_id"][0]})
    try:
        values = {"name": "Far", "login": "far", "password": "far", "company_ids": [[6, 0, [company]]], "company_id": company,
                  "group_ids": [[4, int(group[0])], [4, int(sales[0])]]}  # fmt: skip
        max_.call("res.users", "create", vals_list=[values], context={"no_reset_password": True})
        far, mine = client_for("far"), [["card_id", "=", world["card"]]]
        for name in ("entry", "lot", "arrears", "adjustment"):
            model = f"crm.sync.loyalty.{name}"
            assert far.call(model, "search_count", domain=mine) == 0
            assert far.call(model, "search_read", domain=mine, fields=["card_id"]) == []
            assert (
                far.call(model, "formatted_read_group", domain=mine, groupby=["card_id"], aggregates=["__count"]) == []
            )
        assert far.call(CARD, "search_count", domain=[["id", "=", world["card"]]]) == 0
        refused(far, CARD, "read", ids=[world["card"]], fields=["points"])
        refused(far, CARD, "export_data", statuses=(403, 422), ids=[world["card"]], fields_to_export=["points"])
        refused(
            far, CARD, "sync_adjust", ids=[world["card"]], quantity=1, reason="other", explanation="Far", key="api:far"
        )
    finally:
        max_.call(
            "loyalty.program",
            "write",
            ids=[world["program"]],
            vals={"company_id": home["company_id"] and home["company_id"][0]},
        )


def reading(client):
    for name in LEDGER:
        model = f"crm.sync.loyalty.{name}"
        # A membership is of a customer in a program, whatever his cards.
        field = "partner_id" if name == "membership" else "card_id"
        for method, arguments in {
            "search_read": {"domain": [], "fields": [field]},
            "search_count": {"domain": []},
            "read": {"ids": [1], "fields": [field]},
            "formatted_read_group": {"domain": [], "groupby": ["program_id"], "aggregates": ["__count"]},
            "export_data": {"ids": [1], "fields_to_export": [field]},
            "name_search": {"name": ""},
            "web_search_read": {"domain": [], "specification": {field: {}}},
        }.items():
            refused(client, model, method, statuses=(403, 422) if method == "export_data" else (403,), **arguments)


MALFORMED = (
    "1",
    "",
    True,
    False,
    None,
    [],
    [1],
    {},
    {"a": 1},
    0,
    0.0,
    0.00001,
    -0.00001,
    1e18,
    -1e18,
    math.nan,
    math.inf,
    10**40,
)


@pytest.mark.parametrize("login", ["anna", "ben", "max"])
def test_what_is_no_quantity_is_refused_without_a_traceback(server, client_for, world, login):
    client, before = client_for(login), balance(server, world["card"])
    errors = len(server.logged("Traceback"))
    for quantity in MALFORMED:
        good = {"reason": "other", "explanation": "Malformed", "key": f"api:{login}:{quantity}"}
        error = refused(
            client, CARD, "sync_adjust", statuses=(400, 422), ids=[world["card"]], quantity=quantity, **good
        )
        assert "Points" in error.message
        values = {"card_id": world["card"], "quantity": quantity, "explanation": "Malformed"}
        refused(client, ADJUSTMENT, "create", statuses=(400, 422), vals_list=[values])
    for wrong in (
        {"key": None},
        {"key": ["k"]},
        {"key": "a\u0000b"},
        {"reason": 1},
        {"reason": "gift"},
        {"explanation": 7},
    ):
        good = {"quantity": 1, "reason": "other", "explanation": "Malformed", "key": "k"}
        refused(client, CARD, "sync_adjust", statuses=(400, 422), ids=[world["card"]], **{**good, **wrong})
    refused(client, CARD, "sync_adjust", statuses=(400, 422), ids=[world["card"]], quantity=1)
    for ids in ([], [world["card"]] * 2 + [world["card"] + 1], [987654321]):
        refused(client, CARD, "sync_adjust", statuses=(400, 403, 404, 422), ids=ids, **good)
    assert len(server.logged("Traceback")) == errors
    assert balance(server, world["card"]) == before


@pytest.mark.parametrize("login", ("alex", *PORTAL))
def test_who_only_reads_gives_no_points(client_for, world, login):
    arguments = {"quantity": 1, "reason": "other", "explanation": "Mine", "key": f"api:{login}"}
    refused(client_for(login), CARD, "sync_adjust", ids=[world["card"]], **arguments)
    refused(
        client_for(login),
        ADJUSTMENT,
        "create",
        vals_list=[{"card_id": world["card"], "quantity": 1, "explanation": "x"}],
    )


def test_ten_clients_with_one_key_book_once_and_get_one_answer(server, client_for, world):
    client, before = client_for("anna"), balance(server, world["card"])
    arguments = {"quantity": 12.5, "reason": "goodwill", "explanation": "Ten at once", "key": "api:ten"}

    def ask(_number):
        return json.dumps(client.call(CARD, "sync_adjust", ids=[world["card"]], **arguments), sort_keys=True)

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(ask, range(10)))
    assert len(answers) == 1
    answer = json.loads(answers.pop())
    assert (answer["state"], answer["balance"]) == ("posted", before + 12.5)
    assert balance(server, world["card"]) == before + 12.5
    error = refused(client, CARD, "sync_adjust", statuses=(422,), ids=[world["card"]], **{**arguments, "quantity": 13})
    assert "key" in error.message
    assert balance(server, world["card"]) == before + 12.5


def test_ten_clients_together_do_not_get_around_the_limit(server, client_for, world):
    client, before = client_for("ben"), balance(server, world["card"])

    def ask(number):
        arguments = {"quantity": 100, "reason": "goodwill", "explanation": "A little", "key": f"api:steps:{number}"}
        return client.call(CARD, "sync_adjust", ids=[world["card"]], **arguments)["state"]

    with ThreadPoolExecutor(10) as pool:
        states = sorted(pool.map(ask, range(10)))
    assert states == ["posted"] * 5 + ["to_approve"] * 5
    assert balance(server, world["card"]) == before + 500


def test_a_document_is_decided_by_a_second_person_only(client_for, world):
    ben = client_for("ben")
    values = {"card_id": world["card"], "quantity": 5000, "explanation": "Much", "reason": "complaint"}
    request = ben.call(ADJUSTMENT, "create", vals_list=[values])[0]
    for vals in (
        {"state": "posted"},
        {"approver_id": 2},
        {"requester_id": 2},
        {"is_self_award": False},
        {"cause": False},
    ):
        refused(ben, ADJUSTMENT, "write", ids=[request], vals=vals)
        refused(ben, ADJUSTMENT, "create", vals_list=[{**values, **vals}])
    ben.call(ADJUSTMENT, "action_submit", ids=[request])
    for login in ("ben", "anna", "mia", "dora", "alex", *PORTAL):
        for method in ("action_approve", "action_refuse"):
            refused(client_for(login), ADJUSTMENT, method, statuses=(403, 404), ids=[request])
    refused(ben, ADJUSTMENT, "write", statuses=(422,), ids=[request], vals={"quantity": 1})
    client_for("wei").call(ADJUSTMENT, "action_refuse", ids=[request])
    assert ben.call(ADJUSTMENT, "read", ids=[request], fields=["state"])[0]["state"] == "refused"
