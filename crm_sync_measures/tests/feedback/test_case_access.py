import inspect
from contextlib import suppress

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user

from .case_core_common import CaseCase

#: Where the methods of this room are defined.
_ROOM = ("crm_sync_measures.models.feedback", "crm_sync_measures.wizard.feedback")
#: Letters: agent and head of the department, manager, auditor, the customer's salesperson. Nobody else, ever.
CHANGE, READ, OPEN = "ahm", "ahmus", "ahmsox"
#: Tells nothing but where to look, with the rights of who looks.
EVERYBODY = "ahmusoxepqn"


class _Undone(Exception):
    """Ends a savepoint."""


class TestCaseAccess(CaseCase):
    """Who may call what in this room: every public method of its models, on one case of the service department.

    The methods are looked up, not listed: a new one fails the test until it is said here who may call it.

    ===== ======================================================================
    a     agent of the department
    h     head of the department
    m     manager
    u     auditor
    s     salesperson whose customer it is, of another department
    o     salesperson who has nothing to do with it
    x     manager of another company
    e     colleague without a role
    p, q  the customer himself, and another customer, with a login
    n     visitor without a login
    ===== ======================================================================
    """

    #: {model.method: (who may, arguments)}
    METHODS = {
        "crm.sync.case.action_accept": (CHANGE, {}),
        "crm.sync.case.action_acknowledge": (CHANGE, {}),
        "crm.sync.case.action_assign": (CHANGE, {"user": False}),
        "crm.sync.case.action_close": (CHANGE, {"decision": "upheld", "note": "A new lens."}),
        "crm.sync.case.action_escalate": (CHANGE, {"reason": "He has waited twice"}),
        "crm.sync.case.action_make_answer": (READ, {}),
        "crm.sync.case.action_make_improvement": (CHANGE, {"note": "Harder lenses"}),
        "crm.sync.case.action_merge": (CHANGE, {"master": "other"}),
        "crm.sync.case.action_move": (CHANGE, {"stage": "assessed"}),
        "crm.sync.case.action_open_customer_cases": (READ, {}),
        "crm.sync.case.action_open_merged": (EVERYBODY, {}),
        "crm.sync.case.action_open_sync_customer": (READ, {}),
        "crm.sync.case.action_propose": (CHANGE, {"text": "You get a new lens."}),
        "crm.sync.case.action_raise_priority": (CHANGE, {"level": "3", "reason": "The press has called"}),
        "crm.sync.case.action_reject": (CHANGE, {"reason": "It is not from us."}),
        "crm.sync.case.action_reopen": (CHANGE, {"reason": "Scratched again"}),
        "crm.sync.case.action_route": (CHANGE, {}),
        "crm.sync.case.action_sync_advise": (EVERYBODY, {}),
        "crm.sync.case.action_sync_promise": ("ahms", {}),
        "crm.sync.case.action_take": (CHANGE, {}),
        "crm.sync.case.action_tell_everybody": (READ, {}),
        "crm.sync.case.action_undo_improvement": (CHANGE, {}),
        "crm.sync.case.action_use_solution": (CHANGE, {"other": "other"}),
        "crm.sync.case.action_wait": (CHANGE, {"whom": "customer"}),
        "crm.sync.case.create": (OPEN, {"vals_list": [{"name": "Broken"}]}),
        "crm.sync.case.get_portal_url": (EVERYBODY, {}),
        "crm.sync.case.message_new": (OPEN, {"msg_dict": {"message_id": "<1@example.com>", "subject": "Broken"}}),
        "crm.sync.case.message_post": (READ, {"body": "Noted"}),
        # Writes nothing but what it is given, with the rights of who asks.
        "crm.sync.case.message_update": (EVERYBODY, {"msg_dict": {}}),
        "crm.sync.case.sync_open_case": (OPEN, {"text": "The lens is broken"}),
        "crm.sync.case.sync_similar": (READ + "xo", {"subject": "Scratched"}),
        "crm.sync.case.team_page": (READ + "xo", {}),
        "crm.sync.case.web_save": (CHANGE, {"vals": {"tag_ids": []}, "specification": {}}),
        "crm.sync.case.write": (CHANGE, {"vals": {"lot_name": "7"}}),
        "crm.sync.case.answer.create": (
            "hmx",
            {"vals_list": [{"question": "How do I clean it?", "answer": "With water."}]},
        ),
        "crm.sync.case.answer.write": ("hm", {"vals": {"sequence": 7}}),
        "crm.sync.case.budget.write": ("m", {"vals": {"limit_points": 7}}),
        "crm.sync.case.change.action_apply": (
            CHANGE,
            {"_made": {"change": "assign", "case_ids": "case", "user_id": False}},
        ),
        "crm.sync.case.compensation.action_approve": ("hm", {}),
        "crm.sync.case.compensation.action_refuse": ("hm", {"answer": "It was not our fault"}),
        "crm.sync.case.compensation.action_request": ("a", {}),
        "crm.sync.case.compensation.create": (
            CHANGE,
            {"vals_list": [{"case_id": "case", "kind": "gift", "amount": 1}]},
        ),
        "crm.sync.case.compensation.refuse.action_apply": (
            "hm",
            {"_made": {"compensation_id": "given", "reason": "It was not our fault"}},
        ),
        "crm.sync.case.compensation.write": ("a", {"vals": {"note": "Two cloths"}}),
        "crm.sync.case.open.action_open": (OPEN, {"_made": {"name": "Broken", "partner_id": "contact"}}),
        "crm.sync.case.policy.action_begin": ("mx", {"template": "day"}),
        "crm.sync.case.policy.create": ("mx", {"vals_list": [{}]}),
        "crm.sync.case.policy.unlink": ("m", {}),
        "crm.sync.case.policy.write": ("m", {"vals": {"resolve_hours": 7}}),
        "crm.sync.case.report.action_open_case": (EVERYBODY, {}),
        "crm.sync.case.report.pareto": (READ + "xo", {}),
        "crm.sync.case.route.action_open_cases": (EVERYBODY, {}),
        "crm.sync.case.stage.write": ("mx", {"vals": {"sequence": 7}}),
        # This case is not over and so has no row: whoever may read such rows is told that there is none.
        "crm.sync.case.value.action_open_case": ("hmux", {}),
    }
    #: Cases and what belongs to them, by who reads them; the rest is set up by managers and holds nothing of a customer.
    ROWS = {
        "crm.sync.case": READ,
        "crm.sync.case.event": READ,
        "crm.sync.case.clock": READ,
        "crm.sync.case.compensation": READ,
        "crm.sync.case.vote": READ,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _company, other = cls.other_company()
        other.write({"group_ids": [(4, cls.env.ref("crm_sync_measures.group_manager").id)]})
        stranger = cls.env["res.partner"].create({"name": "Another Customer", "email": "another@example.com"})
        cls.people = {
            "a": cls.agent,
            "h": cls.head,
            "m": cls.manager,
            "u": cls.auditor,
            "s": cls.seller,
            "o": cls.colleague,
            "x": other,
            "e": cls.employee,
            "p": new_test_user(cls.env, "t_portal_a", "base.group_portal", partner_id=cls.contact.id),
            "q": new_test_user(cls.env, "t_portal_b", "base.group_portal", partner_id=stranger.id),
            "n": cls.env.ref("base.public_user"),
        }
        cls.theirs = cls.case(cause_id=cls.defect.id, user_id=cls.agent.id).sudo()
        cls.another = cls.case().sudo()
        asked = cls.gift()
        asked.action_request()
        cls.rows = {
            "crm.sync.case": cls.theirs,
            "crm.sync.case.event": cls.theirs.event_ids[:1],
            "crm.sync.case.clock": cls.theirs.clock_ids[:1],
            "crm.sync.case.vote": cls.env["crm.sync.case.vote"].create(
                {"case_id": cls.theirs.id, "commercial_partner_id": cls.customer.id, "partner_id": cls.contact.id}
            ),
            "crm.sync.case.compensation": cls.gift(),
            "crm.sync.case.compensation.action_approve": asked,
            "crm.sync.case.compensation.action_refuse": asked,
            "crm.sync.case.report": cls.env["crm.sync.case.report"].browse(cls.theirs.id),
            "crm.sync.case.value": cls.env["crm.sync.case.value"].browse(cls.theirs.id),
            "crm.sync.case.answer": cls.env["crm.sync.case.answer"].create(
                {"question": "How do I clean a lens?", "answer": "<p>With water.</p>"}
            ),
            "crm.sync.case.stage": cls.stage("new"),
            "crm.sync.case.policy": cls.env["crm.sync.case.policy"].create({"company_id": cls.company.id}),
            "crm.sync.case.budget": cls.env["crm.sync.case.budget"].create({"department_id": cls.service.id}),
            "crm.sync.case.route": cls.env["crm.sync.case.route"].create(
                {"name": "All", "department_id": cls.service.id}
            ),
            "crm.sync.case.change": cls.env["crm.sync.case.change"],
            "crm.sync.case.open": cls.env["crm.sync.case.open"],
            "crm.sync.case.compensation.refuse": cls.env["crm.sync.case.compensation.refuse"],
        }
        cls.env.flush_all()

    @classmethod
    def gift(cls):
        """What the agent wants to give; there is no budget, so he has to ask."""
        gifts = cls.env["crm.sync.case.compensation"].with_user(cls.agent)
        return gifts.create({"case_id": cls.theirs.id, "kind": "gift", "amount": 1, "note": "A cloth"})

    # ---------------------------------------------------------------- methods

    def public_methods(self):
        """``{model.method}`` of this room that a request can call."""
        return {
            f"{name}.{method}"
            for name, model in self.env.registry.items()
            if name.startswith("crm.sync.case")
            for cls in model.mro()
            # What is added to a model of Odoo for all is not of this room.
            if getattr(cls, "_name", None) == name
            if any(cls.__module__.startswith(f"odoo.addons.{place}") for place in _ROOM)
            for method, function in vars(cls).items()
            if inspect.isfunction(function) and self.is_public(self.env[name], method)
        }

    def is_public(self, model, method):
        try:
            get_public_method(model, method)
        except (AccessError, AttributeError):
            return False
        return True

    def arguments_of(self, arguments):
        """With ids of records for their names."""
        named = {"assessed": self.stage("assessed").id, "other": self.another.id, "case": self.theirs.id}
        named |= {"given": self.rows["crm.sync.case.compensation.action_approve"].id, "contact": self.contact.id}
        if isinstance(arguments, dict):
            return {name: self.arguments_of(value) for name, value in arguments.items()}
        if isinstance(arguments, list):
            return [self.arguments_of(value) for value in arguments]
        return named.get(arguments, arguments) if isinstance(arguments, str) else arguments

    def may(self, who, work):
        """Whether ``work(env)`` is allowed to him; what it did is undone. A refusal for any other reason is no matter of rights."""
        user = self.people[who]
        env = self.env(user=user, context={"allowed_company_ids": user.company_ids.ids}, su=False)
        allowed = True
        with suppress(_Undone, UserError, ValidationError), self.env.cr.savepoint():
            try:
                work(env)
            except AccessError:
                allowed = False
            raise _Undone
        self.env.invalidate_all(flush=False)
        return allowed

    def who_may(self, work):
        return "".join(who for who in self.people if self.may(who, work))

    def test_every_public_method_says_who_may_call_it(self):
        missing = self.public_methods() - set(self.METHODS)
        self.assertFalse(missing, "say in METHODS who may call these, and make private what nobody calls")
        self.assertFalse(set(self.METHODS) - self.public_methods(), "these are gone")

    def test_each_may_call_exactly_what_is_said(self):
        for name, (expected, named) in self.METHODS.items():
            model, _dot, method = name.rpartition(".")
            arguments = self.arguments_of(named)

            def call(env, model=model, method=method, arguments=arguments):
                made = arguments.get("_made")
                if made:
                    made = {**made, "case_ids": [(6, 0, [made["case_ids"]])]} if "case_ids" in made else made
                    return getattr(env[model].create(made), method)()
                record = env[model].browse(self.row_of(model, method))
                return getattr(record if self.takes_ids(record, method) else record.browse(), method)(**arguments)

            with self.subTest(name):
                self.assertEqual("".join(sorted(self.who_may(call))), "".join(sorted(expected)))

    def takes_ids(self, model, method):
        return getattr(getattr(type(model), method), "_api_model", None) is not True

    def row_of(self, model, method=""):
        return self.rows.get(f"{model}.{method}", self.rows[model]).id

    # ---------------------------------------------------------------- rows

    def test_rows_of_a_case_are_read_by_who_reads_the_case(self):
        for model, expected in self.ROWS.items():
            with self.subTest(model, what="read"):
                found = self.who_may(
                    lambda env, model=model: env[model].browse(self.row_of(model)).read(["display_name"])
                )
                self.assertEqual(sorted(found), sorted(expected))
            with self.subTest(model, what="search"):
                found = [who for who in self.people if self.finds(who, model)]
                self.assertEqual(sorted(found), sorted(expected))

    def finds(self, who, model):
        """Whether searching, counting or grouping tells him that it is there."""
        user, row = self.people[who], self.row_of(model)
        Model = self.env(user=user, context={"allowed_company_ids": user.company_ids.ids}, su=False)[model]
        domain = [("id", "=", row)]
        found = []
        for ask in (
            lambda: Model.search(domain).ids,
            lambda: Model.search_count(domain),
            lambda: Model._read_group(domain, [], ["id:array_agg"])[0][0],
            lambda: Model.name_search("", domain),
        ):
            try:
                found.append(bool(ask()))
            except AccessError:
                found.append(False)
        self.assertEqual(len(set(found)), 1, (who, model, found))
        return found[0]
