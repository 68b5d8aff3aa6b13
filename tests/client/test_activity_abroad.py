"""What a manager of another company gets over the external API of what the activity room knows: nothing."""

from textwrap import dedent

import pytest
from system import ApiError

#: Models with rows of a company; what is set for all companies is read by all.
MODELS = (
    "crm.sync.promise",
    "crm.sync.promise.event",
    "crm.sync.promise.report",
    "crm.sync.response",
    "crm.sync.response.report",
    "crm.sync.contact.policy",
    "crm.sync.contact.cap",
    "crm.sync.contact.override",
    "crm.sync.contact.sent",
    "crm.sync.handover",
    "crm.sync.handover.line",
    "crm.sync.handover.letter",
    "crm.sync.assignment",
    "crm.sync.assignment.report",
    "crm.sync.brief.mail",
)
#: Every public method on a record of the main company, with arguments that would do there.
METHODS = (
    ("crm.sync.promise", "action_keep", {}),
    ("crm.sync.promise", "action_release", {"reason": "Bought elsewhere"}),
    ("crm.sync.promise", "action_reschedule", {"due_at": "2099-01-01 12:00:00", "agreed": True, "reason": "Later"}),
    ("crm.sync.promise", "action_hand_over", {"user": 2}),
    ("crm.sync.promise", "action_open_document", {}),
    ("crm.sync.promise", "action_open_sync_customer", {}),
    ("crm.sync.promise", "message_post", {"body": "Hello"}),
    ("crm.sync.response", "action_close", {}),
    ("crm.sync.response", "action_take", {}),
    ("crm.sync.response", "action_open_document", {}),
    ("crm.sync.response", "action_log_contact", {}),
    ("crm.sync.handover", "action_gather", {}),
    ("crm.sync.handover", "action_suggest", {}),
    ("crm.sync.handover", "action_preview_letters", {}),
    ("crm.sync.handover", "action_execute", {}),
    ("crm.sync.handover", "action_undo", {}),
    ("crm.sync.handover", "write", {"vals": {"note": "Mine"}}),
    ("crm.sync.handover", "unlink", {}),
    ("crm.sync.handover.line", "action_take_suggestion", {}),
    ("crm.sync.handover.line", "action_open", {}),
    ("crm.sync.handover.line", "write", {"vals": {"user_id": 2}}),
    ("crm.sync.assignment", "action_open_document", {}),
    ("crm.sync.contact.policy", "write", {"vals": {"decision": "block"}}),
    ("crm.sync.contact.cap", "write", {"vals": {"limit": 0}}),
    ("crm.lead", "action_sync_promise", {}),
    ("crm.lead", "action_open_sync_brief", {}),
    ("sale.order", "action_sync_promise", {}),
)


@pytest.fixture(scope="module")
def home(client_for, server):
    """Ids of rows of the main company by model, and a shared customer to whom something is owed."""
    server.shell(
        dedent("""
            company = env["res.company"].create({"name": "Abroad"})
            env["res.users"].create({
                "name": "Abroad", "login": "abroad_all", "password": "abroad_all",
                "company_id": company.id, "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, env.ref(name).id) for name in (
                    "crm_sync_measures.group_manager", "sales_team.group_sale_manager")],
            })
            env["crm.sync.contact.cap"].create({"channel": "letter", "limit": 3})
            env["crm.sync.contact.policy"]._fill(env.company)
            env.cr.commit()
        """)
    )
    max_ = client_for("max")
    [customer] = max_.call("res.partner", "create", vals_list=[{"name": "Shared by both", "is_company": True}])
    [company] = max_.call("res.users", "search_read", domain=[["login", "=", "max"]], fields=["company_id"])
    company = company["company_id"][0]
    values = {"partner_id": customer, "company_id": company, "type": "opportunity", "name": "Of the main company"}
    [lead] = max_.call("crm.lead", "create", vals_list=[values])
    promise = {"partner_id": customer, "name": "Told to nobody abroad", "due_at": "2090-01-01 12:00:00"}
    [promise] = max_.call("crm.sync.promise", "create", vals_list=[{**promise, "lead_id": lead}])
    touch = {"partner_id": customer, "subject": "Call me", "direction": "in", "outcome": "call_back"}
    max_.call("crm.sync.touch", "create", vals_list=[touch])
    dora = client_for("dora")
    people = dora.call("crm.sync.advisor", "sync_advise", model="crm.lead", res_id=lead)["people"]
    dora.call("crm.sync.advisor", "sync_assign", model="crm.lead", res_id=lead, user_id=people[0]["user_id"])
    [anna] = dora.call("res.users", "search", domain=[["login", "=", "anna"]])
    [handover] = dora.call("crm.sync.handover", "create", vals_list=[{"user_id": anna}])
    dora.call("crm.sync.handover", "action_gather", ids=[handover])
    found = {
        model: max_.call(model, "search", domain=[], limit=1)
        for model in {*MODELS, "sale.order"}
        if max_.call(model, "search_count", domain=[])
    }
    yield {**found, "crm.lead": [lead], "crm.sync.promise": [promise], "customer": customer, "company": company}
    dora.call("crm.sync.handover", "unlink", ids=[handover])


@pytest.mark.parametrize("model", MODELS)
def test_the_manager_abroad_finds_no_row(client_for, home, model):
    assert client_for("abroad_all").call(model, "search_count", domain=[]) == 0


@pytest.mark.parametrize(("model", "method", "arguments"), METHODS, ids=[f"{m}.{name}" for m, name, _ in METHODS])
def test_no_public_method_takes_a_record_of_the_main_company(client_for, home, model, method, arguments):
    with pytest.raises(ApiError) as refused:
        client_for("abroad_all").call(model, method, ids=home[model], **arguments)
    assert refused.value.status in (403, 404), refused.value


def test_who_is_abroad_asks_no_advice_about_a_lead_of_the_main_company(client_for, home):
    abroad = client_for("abroad_all")
    for method, arguments in (("sync_advise", {}), ("sync_assign", {"user_id": 2})):
        with pytest.raises(ApiError) as refused:
            abroad.call("crm.sync.advisor", method, model="crm.lead", res_id=home["crm.lead"][0], **arguments)
        assert refused.value.status == 403


def test_of_a_customer_of_both_companies_each_is_told_its_own(client_for, home):
    abroad = client_for("abroad_all")
    told = str(abroad.call("res.partner", "sync_contact_card", ids=[home["customer"]]))
    told += str(abroad.call("res.partner", "sync_brief", ids=[home["customer"]]))
    told += str(abroad.call("res.partner", "sync_customer_page", ids=[home["customer"]]))
    told += str(abroad.call("res.partner", "sync_timeline", ids=[home["customer"]]))
    advised = abroad.call("crm.sync.advisor", "sync_advise", model="res.partner", res_id=home["customer"])
    assert [one["name"] for one in advised["people"]] in ([], ["Abroad"])
    for secret in ("Told to nobody", "Of the main company", "Call me", "promise_broken", "waiting"):
        assert secret not in told


def test_nothing_is_made_in_the_main_company_from_abroad(client_for, home):
    abroad = client_for("abroad_all")
    for model, values in (
        ("crm.sync.promise", {"partner_id": home["customer"], "name": "Forged", "due_at": "2090-01-01 12:00:00"}),
        ("crm.sync.contact.cap", {"channel": "visit", "limit": 0}),
        ("crm.sync.response.policy", {"first_hours": 1}),
        ("crm.sync.handover", {"user_id": 2}),
    ):
        with pytest.raises(ApiError) as refused:
            abroad.call(model, "create", vals_list=[{**values, "company_id": home["company"]}])
        assert refused.value.status in (403, 422), (model, refused.value)
