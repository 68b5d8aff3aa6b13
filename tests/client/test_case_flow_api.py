"""Cases over the external API (JSON-2): how they go on, as each role, as a portal customer and from another company."""

from textwrap import dedent

import pytest
from system import ApiError

OUTSIDERS = ("portal_lin", "portal_acme")
MODELS = (
    "crm.sync.case",
    "crm.sync.case.event",
    "crm.sync.case.stage",
    "crm.sync.case.cause",
    "crm.sync.case.tag",
    "crm.sync.case.compensation",
    "crm.sync.case.budget",
    "crm.sync.case.change",
)


def xmlid(client, name):
    [row] = client.call(
        "ir.model.data",
        "search_read",
        domain=[["module", "=", "crm_sync_measures"], ["name", "=", name]],
        fields=["res_id"],
    )
    return row["res_id"]


@pytest.fixture(scope="module")
def stages(client_for):
    admin = client_for("admin")
    names = ("new", "investigating", "accepted", "closed", "rejected", "triaged")
    return {name: xmlid(admin, f"case_stage_{name}") for name in names}


@pytest.fixture(scope="module")
def known(client_for):
    """Ids of the service department, of a cause and of a customer."""
    admin = client_for("admin")
    [customer] = admin.call("res.partner", "search", domain=[["name", "=", "Northwind Optics"]], limit=1)
    return {
        "service": xmlid(admin, "department_service"),
        "cause": xmlid(admin, "case_cause_product_defect"),
        "customer": customer,
    }


@pytest.fixture
def make(client_for, known):
    def create(login="ben", **values):
        values = {
            "name": "The lens is scratched",
            "partner_id": known["customer"],
            "department_id": known["service"],
            **values,
        }
        return client_for(login).call("crm.sync.case", "create", vals_list=[values])[0]

    return create


def read(client, case, *names):
    [values] = client.call("crm.sync.case", "read", ids=[case], fields=list(names))
    return values


def test_a_complaint_goes_its_whole_way_by_plain_values(client_for, make, stages, known):
    ben, case = client_for("ben"), make()
    call = lambda method, **arguments: ben.call("crm.sync.case", method, ids=[case], **arguments)  # noqa: E731
    call("action_acknowledge")
    call("action_move", stage=stages["investigating"])
    call("action_wait", whom="third", note="The manufacturer looks at it")
    call("action_propose", text="You get a new lens.")
    call("action_accept")
    call("write", vals={"cause_id": known["cause"]})
    call("action_close", decision="upheld", note="The new lens was sent.")
    values = read(ben, case, "step", "is_open", "cycle", "decision", "number")
    assert (values["step"], values["is_open"], values["cycle"], values["decision"]) == ("closed", False, 1, "upheld")
    number = values["number"]
    call("action_reopen", reason="Scratched again")
    values = read(ben, case, "step", "cycle", "number")
    assert (values["step"], values["cycle"], values["number"]) == ("investigating", 2, number)


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("write", {"vals": {"number": "C/1"}}, "kept by the case itself"),
        ("write", {"vals": {"step": "closed"}}, "kept by the case itself"),
        ("write", {"vals": {"closed_at": "2026-01-01 00:00:00"}}, "kept by the case itself"),
        ("write", {"vals": {"verdict": "5"}}, "kept by the case itself"),
        ("write", {"vals": {"stage_id": False}}, "Stage"),
        ("write", {"vals": {"kind": "rumour"}}, "Kind"),
        ("web_save", {"vals": {"master_id": 1}, "specification": {}}, "kept by the case itself"),
        ("action_move", {"stage": "closed"}, "Stage"),
        ("action_move", {"stage": 2**40}, "Stage"),
        ("action_move", {"stage": [1, 2]}, "Stage"),
        ("action_wait", {"whom": "me"}, "whom"),
        ("action_wait", {"whom": ["customer"]}, "whom"),
        ("action_wait", {"whom": "customer", "note": {"a": 1}}, "Notes"),
        ("action_propose", {"text": ""}, "Proposed Solution"),
        ("action_propose", {"text": "x" * 10_001}, "Proposed Solution"),
        ("action_close", {"decision": "maybe"}, "decision"),
        ("action_close", {"decision": ["upheld"]}, "decision"),
        ("action_close", {"note": 7}, "What Was Decided"),
        ("action_reject", {"reason": " "}, "Reason"),
        ("action_escalate", {"reason": None}, "Reason"),
        ("action_reopen", {"reason": "x"}, "still open"),
        ("action_merge", {"master": 2**40}, "Case"),
        ("action_merge", {"master": None}, "Case"),
        ("action_assign", {"user": "max"}, "Owner"),
        ("action_assign", {"user": 2**40}, "Owner"),
        ("action_raise_priority", {"level": 3, "reason": "x"}, "level"),
        ("action_raise_priority", {"level": ["3"], "reason": "x"}, "level"),
        ("unlink", {}, "not deleted"),
    ],
)
def test_bad_input_is_named_with_its_remedy(client_for, make, method, arguments, words):
    case = make()
    for login in ("ben", "max", "admin"):
        with pytest.raises(ApiError) as refused:
            client_for(login).call("crm.sync.case", method, ids=[case], **arguments)
        assert refused.value.status in (403, 422), refused.value
        if method != "unlink":
            assert words in str(refused.value), (login, method, arguments)
    assert read(client_for("max"), case, "step")["step"] == "new"


def test_the_history_and_private_methods_are_closed(client_for, make):
    case, admin = make(), client_for("admin")
    event = read(admin, case, "event_ids")["event_ids"][0]
    for model, method, arguments in (
        ("crm.sync.case.event", "write", {"ids": [event], "vals": {"note": "x"}}),
        ("crm.sync.case.event", "unlink", {"ids": [event]}),
        ("crm.sync.case.event", "create", {"vals_list": [{"case_id": case, "kind": "closed"}]}),
        ("crm.sync.case", "_record", {"ids": [case], "vals": {"step": "closed"}}),
        ("crm.sync.case", "_go", {"ids": [case]}),
        ("crm.sync.case", "_give_verdict", {"ids": [case], "score": 5}),
        ("crm.sync.case", "_open_case", {"facts": {"text": "x"}}),
        ("crm.sync.case.compensation", "_grant", {"ids": [1]}),
    ):
        with pytest.raises(ApiError) as refused:
            admin.call(model, method, **arguments)
        assert refused.value.status in (403, 404, 422), (model, method)


def test_the_auditor_reads_everything_and_changes_nothing(client_for, make, stages):
    case, alex = make(), client_for("alex")
    assert read(alex, case, "name")["name"] == "The lens is scratched"
    for method, arguments in (
        ("action_acknowledge", {}),
        ("action_move", {"stage": stages["investigating"]}),
        ("action_reject", {"reason": "x"}),
        ("write", {"vals": {"name": "x"}}),
    ):
        with pytest.raises(ApiError) as refused:
            alex.call("crm.sync.case", method, ids=[case], **arguments)
        assert refused.value.status == 403


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_portal_customer_reads_nothing_by_the_api(client_for, make, login):
    case, client = make(), client_for(login)
    for model in MODELS:
        with pytest.raises(ApiError) as refused:
            client.call(model, "search_read", domain=[], fields=["id"])
        assert refused.value.status == 403, model
    for method in ("action_accept", "action_take", "read"):
        with pytest.raises(ApiError) as refused:
            client.call("crm.sync.case", method, ids=[case])
        assert refused.value.status == 403


def test_points_are_given_within_the_rights_of_who_gives_them(client_for, make):
    case = make()
    for values in (
        {"amount": 0},
        {"amount": -5},
        {"amount": 10, "state": "granted"},
        {"amount": 10, "approver_id": 2},
    ):
        with pytest.raises(ApiError) as refused:
            client_for("ben").call(
                "crm.sync.case.compensation", "create", vals_list=[{"case_id": case, "kind": "gift", **values}]
            )
        assert refused.value.status in (403, 422), values


def test_another_company_sees_nothing(client_for, make, server):
    case = make()
    server.shell(
        dedent("""
            company = env["res.company"].create({"name": "Cases Abroad"})
            env["res.users"].create({
                "name": "Abroad", "login": "abroad_case", "password": "abroad_case",
                "company_id": company.id, "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, env.ref("crm_sync_measures.group_manager").id)],
            })
            env.cr.commit()
        """)
    )
    client = client_for("abroad_case")
    for model in ("crm.sync.case", "crm.sync.case.event", "crm.sync.case.compensation", "crm.sync.case.budget"):
        assert client.call(model, "search_count", domain=[]) == 0
    with pytest.raises(ApiError) as refused:
        client.call("crm.sync.case", "action_acknowledge", ids=[case])
    assert refused.value.status == 403
