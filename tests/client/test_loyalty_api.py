"""The loyalty room over the external API, as each role: nobody writes points, and what is malformed is refused."""

import io
import json
import math
from concurrent.futures import ThreadPoolExecutor

import openpyxl
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


# ---------------------------------------------------------------- another company


#: The models that tell of points, and what tells their rows of the card ``near``: a domain, and the same in SQL.
OF_THE_CARD = {
    **{
        name: ([["card_id", "=", "{card}"]], "card_id = {card}")
        for name in ("entry", "lot", "arrears", "adjustment", "opening", "check", "check.finding")
    },
    "allocation": (
        [["lot_id.card_id", "=", "{card}"]],
        "lot_id IN (SELECT id FROM crm_sync_loyalty_lot WHERE card_id = {card})",
    ),
    "membership": ([["program_id", "=", "{program}"]], "program_id = {program}"),
    "notice": ([["partner_id", "=", "{customer}"]], "partner_id = {customer}"),
}


@pytest.fixture(scope="module")
def near(server, client_for):
    """A card of the main company with all that a card can have: lots, arrears, documents, findings, notices."""
    admin, max_ = client_for("admin"), client_for("max")
    [me] = admin.call("res.users", "search_read", domain=[["login", "=", "max"]], fields=["company_id", "partner_id"])
    company = me["company_id"][0]
    values = {"name": "Near Points", "program_type": "loyalty", "applies_on": "both", "trigger": "auto"}
    program = max_.call("loyalty.program", "create", vals_list=[{**values, "company_id": company}])[0]
    customer = max_.call("res.partner", "create", vals_list=[{"name": "Near Customer"}])[0]
    card = max_.call(CARD, "create", vals_list=[{"program_id": program, "partner_id": customer}])[0]
    for number, (quantity, reason) in enumerate(
        [(100, "migration"), (-30, "correction"), (-90, "correction"), (45, "goodwill")]
    ):
        max_.call(
            CARD, "sync_adjust", ids=[card], quantity=quantity, reason=reason, explanation="Near", key=f"near:{number}"
        )
    max_.call(CARD, "action_sync_check", ids=[card])
    statement = max_.call("crm.sync.loyalty.statement", "create", vals_list=[{"card_id": card}])[0]
    # What takes a mishap, an installation or a night to come about.
    server.sql(
        f"INSERT INTO crm_sync_loyalty_check_finding (check_id, kind, card_id)"
        f" SELECT max(id), 'sum', {card} FROM crm_sync_loyalty_check WHERE card_id = {card};"
        f"INSERT INTO crm_sync_loyalty_opening (card_id, program_id, company_id, opened_at, cause)"
        f" VALUES ({card}, {program}, {company}, now(), 'by_hand');"
        f"INSERT INTO crm_sync_loyalty_notice (partner_id, company_id, kind, day, state, key)"
        f" VALUES ({customer}, {company}, 'reminder', now(), 'sent', 'near')"
    )
    return {"program": program, "customer": customer, "card": card, "company": company, "statement": statement}


@pytest.fixture(scope="module")
def far(server, client_for):
    """A manager, auditor and sales manager of another company: he has every right, exports too, in his own."""
    admin = client_for("admin")
    company = admin.call("res.company", "create", vals_list=[{"name": "Far Company"}])[0]
    groups = server.sql(
        "SELECT res_id FROM ir_model_data WHERE model = 'res.groups' AND (module, name) IN"
        " (('crm_sync_measures', 'group_manager'), ('crm_sync_measures', 'group_auditor'),"
        " ('sales_team', 'group_sale_manager'), ('base', 'group_allow_export'))"
    )
    user = {"name": "Far", "login": "far", "password": "far", "company_ids": [[6, 0, [company]]], "company_id": company,
            "group_ids": [[4, int(group)] for [group] in groups]}  # fmt: skip
    admin.call("res.users", "create", vals_list=[user], context={"no_reset_password": True})
    return client_for("far")


@pytest.mark.parametrize("name", OF_THE_CARD)
def test_another_company_reads_nothing(server, near, far, name):
    model = f"crm.sync.loyalty.{name}"
    domain, condition = OF_THE_CARD[name]
    domain = [[field, operator, near[value.strip("{}")]] for field, operator, value in domain]
    rows = server.sql(f"SELECT id FROM {model.replace('.', '_')} WHERE {condition.format(**near)}")
    ids = [int(row) for [row] in rows]
    assert ids, "there is something to be read"
    for asked in (domain, [["id", "in", ids]]):
        assert far.call(model, "search", domain=asked) == []
        assert far.call(model, "search_count", domain=asked) == 0
        assert far.call(model, "search_read", domain=asked, fields=["display_name"]) == []
        assert far.call(model, "web_search_read", domain=asked, specification={"display_name": {}})["records"] == []
        assert (
            far.call(model, "formatted_read_group", domain=asked, groupby=[], aggregates=["__count"])[0]["__count"] == 0
        )
    refused(far, model, "read", ids=ids, fields=["display_name"])
    refused(far, model, "web_read", ids=ids, specification={"display_name": {}})
    refused(far, model, "export_data", ids=ids, fields_to_export=["display_name"])


def test_another_company_reads_no_card_and_calls_nothing_on_it(server, near, far):
    card = near["card"]
    before = balance(server, card)
    assert far.call(CARD, "search", domain=[["partner_id", "=", near["customer"]]]) == []
    assert far.call(CARD, "search_count", domain=[["id", "=", card]]) == 0
    refused(far, CARD, "read", ids=[card], fields=["points", "sync_available"])
    refused(far, CARD, "export_data", ids=[card], fields_to_export=["points"])
    for method in ("sync_explain", "action_sync_check", "action_sync_combine", "action_sync_give"):
        refused(far, CARD, method, ids=[card])
    arguments = {"quantity": 1, "reason": "other", "explanation": "Far", "key": "far:1"}
    refused(far, CARD, "sync_adjust", ids=[card], **arguments)
    refused(far, ADJUSTMENT, "create", vals_list=[{"card_id": card, "quantity": 1, "explanation": "Far"}])
    [[lot]] = server.sql(f"SELECT max(id) FROM crm_sync_loyalty_lot WHERE card_id = {card}")
    refused(far, "crm.sync.loyalty.lot", "action_reinstate", ids=[int(lot)], statuses=(403, 422))
    for method in ("action_submit", "action_approve", "action_refuse", "action_reverse"):
        [[document]] = server.sql(f"SELECT max(id) FROM crm_sync_loyalty_adjustment WHERE card_id = {card}")
        refused(far, ADJUSTMENT, method, ids=[int(document)])
    assert balance(server, card) == before


def test_a_key_of_another_company_tells_nothing(far, client_for, near):
    """The same key, on a card of one's own: refused, without the other one's balance."""
    program = far.call("loyalty.program", "create", vals_list=[{"name": "Far Points", "program_type": "loyalty"}])[0]
    customer = far.call("res.partner", "create", vals_list=[{"name": "Far Customer"}])[0]
    card = far.call(CARD, "create", vals_list=[{"program_id": program, "partner_id": customer}])[0]
    arguments = {"quantity": 100, "reason": "migration", "explanation": "Near", "key": "near:0"}
    error = refused(far, CARD, "sync_adjust", statuses=(422,), ids=[card], **arguments)
    assert "key" in error.message and "Near" not in error.message
    assert far.call(CARD, "sync_explain", ids=[card])["figures"]["balance"] == 0


def test_another_company_owes_nothing_of_these_points(client_for, near, far):
    liability, mine = "crm.sync.loyalty.liability", [["card_id", "=", near["card"]]]
    lots = client_for("max").call(liability, "search", domain=mine)
    assert lots
    for asked in (mine, [["id", "in", lots]]):
        assert far.call(liability, "search_count", domain=asked) == 0
        assert (
            far.call(liability, "formatted_read_group", domain=asked, groupby=["program_id"], aggregates=["points:sum"])
            == []
        )
    refused(far, liability, "read", ids=lots, fields=["points"])


def test_the_page_of_a_shared_customer_tells_no_points_of_another_company(client_for, near, far):
    def points(client):
        page = client.call("res.partner", "sync_customer_page", ids=[near["customer"]])
        return next(tile for tile in page["tiles"] if tile["code"] == "points")

    assert points(client_for("max"))["action"]
    assert not points(far).get("value")
    events = far.call("res.partner", "sync_timeline", ids=[near["customer"]])["events"]
    assert "Near Points" not in json.dumps(events)


def test_another_company_gets_no_statement(server, near, far):
    statement = "crm.sync.loyalty.statement"
    for values in ({"card_id": near["card"]}, {"program_ids": [[6, 0, [near["program"]]]]}):
        refused(far, statement, "create", vals_list=[values])
    [[entry]] = server.sql(f"SELECT max(id) FROM crm_sync_loyalty_entry WHERE card_id = {near['card']}")
    refused(far, statement, "create", vals_list=[{"entry_ids": [[6, 0, [int(entry)]]]}])
    refused(far, statement, "read", ids=[near["statement"]], fields=["card_id"])
    refused(far, statement, "action_download", ids=[near["statement"]])
    assert server.page("far", "far", f"/crm_sync_measures/loyalty_statement/{near['statement']}")[0] == 404
    # His own, of a customer that both companies know.
    own = far.call(statement, "create", vals_list=[{"partner_id": near["customer"]}])[0]
    status, body = server.page("far", "far", far.call(statement, "action_download", ids=[own])["url"])
    assert status == 200
    told = sheets(body)
    assert "Near Customer" in told["Summary"]
    assert not {"Near Points", "near:0"} & set().union(*told.values())
    status, body = server.page("max", "max", f"/crm_sync_measures/loyalty_statement/{near['statement']}")
    assert status == 200
    assert "Near Points" in sheets(body)["Entries"], "who may read it gets it"


def sheets(workbook):
    """{sheet: the set of its values}."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {sheet.title: {value for row in sheet.iter_rows(values_only=True) for value in row} for sheet in book}


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
