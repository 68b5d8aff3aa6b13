from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .case_routing_common import CaseRoutingCase


class TestCaseRouting(CaseRoutingCase):
    """Which rule fits, who of the department gets the case, and what is told of it."""

    # ---------------------------------------------------------------- which rule

    def test_the_first_rule_that_fits_says_department_and_owner(self):
        lens = self.rule("Broken lenses", words="broken, 破损", sequence=1)
        self.rule("All others", department_id=self.sales.id, owner="queue", sequence=2)
        case = self.comes_in("It came BROKEN.")
        self.assertEqual((case.department_id, case.route_id), (self.service, lens))
        self.assertIn(case.user_id, self.agent | self.second)
        other = self.comes_in("Unbrokenly yours", email="li@example.com")
        self.assertEqual((other.department_id, other.user_id), (self.sales, self.env["res.users"]))

    def test_chinese_words_are_found_inside_of_a_sentence(self):
        rule = self.rule(words="refund, 破损，划痕")
        self.assertEqual(self.comes_in("收到的镜片有划痕，请更换。").route_id, rule)
        self.assertFalse(self.comes_in("镜片很好", email="b@example.com").route_id)

    def test_kind_language_channel_and_tier_must_all_fit(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        rule = self.rule(is_for_complaint=False, lang="zh_CN", channel="web")
        facts = {"kind": "question", "lang": "zh_CN"}
        self.assertEqual(self.comes_in(**facts).route_id, rule)
        for other in ({"kind": "complaint"}, {"lang": "en_US"}, {"channel": "call"}):
            self.assertFalse(self.comes_in(**{**facts, **other}).route_id, other)
        rule.tier_weight = 1
        self.assertFalse(self.comes_in(**facts).route_id)
        self.patch(type(self.env["crm.sync.case"]), "_tier_weight", lambda case: 1)
        self.assertEqual(self.comes_in(**facts, partner_id=self.contact.with_context(lang=None).id).route_id.ids, [])
        self.contact.lang = "zh_CN"
        self.assertEqual(self.comes_in(**facts, partner_id=self.contact.id).route_id, rule)

    def test_a_category_holds_for_all_categories_below_it(self):
        lenses = self.env["product.category"].create({"name": "Lenses"})
        varifocal = self.env["product.category"].create({"name": "Varifocal", "parent_id": lenses.id})
        product = self.env["product.product"].create({"name": "Lens 7", "categ_id": varifocal.id})
        rule = self.rule(categ_ids=[Command.set(lenses.ids)])
        self.assertEqual(self.comes_in(product_id=product.id).route_id, rule)
        self.assertFalse(self.comes_in().route_id)
        product.categ_id = lenses.parent_id or self.env["product.category"].create({"name": "Frames"})
        self.assertFalse(self.comes_in(product_id=product.id).route_id)

    def test_an_address_of_a_department_settles_it_and_its_rules_say_who(self):
        self.rule("Sales first", department_id=self.sales.id, sequence=1)
        mine = self.rule("Service", owner="user", user_id=self.second.id, sequence=2)
        case = self.comes_in(department_id=self.service.id)
        self.assertEqual((case.department_id, case.user_id, case.route_id), (self.service, self.second, mine))

    def test_an_owner_who_is_named_stays_and_brings_his_department(self):
        self.rule("Sales", department_id=self.sales.id)
        case = self.comes_in(user_id=self.second.id)
        self.assertEqual((case.user_id, case.department_id), (self.second, self.service))
        self.assertFalse(case.route_id)
        self.assertFalse(self.why(case))

    def test_what_no_rule_fits_goes_to_the_department_of_the_settings(self):
        self.rule(words="lens")
        self.company.sync_case_department_id = self.sales
        case = self.comes_in("Where is my chair?")
        self.assertEqual((case.department_id, case.user_id), (self.sales, self.env["res.users"]))
        self.assertEqual(self.why(case), [f"No rule fits: into the queue of {self.sales.name}, as the settings say."])
        self.company.sync_case_department_id = False
        self.assertFalse(self.comes_in("Where is my chair?").department_id)

    def test_rules_of_another_company_and_of_an_archived_department_do_not_hold(self):
        company, _user = self.other_company()
        self.rule(company_id=company.id)
        archived = self.env["crm.sync.department"].create({"name": "Closed", "company_id": self.company.id})
        self.rule(department_id=archived.id)
        self.assertEqual(self.comes_in().department_id, archived)
        archived.active = False
        self.assertFalse(self.comes_in().department_id)

    def test_a_rule_holds_from_the_moment_it_is_changed(self):
        rule = self.rule(words="chair")
        self.assertFalse(self.comes_in().route_id)
        rule.words = "lens"
        self.assertEqual(self.comes_in().route_id, rule)
        rule.active = False
        self.assertFalse(self.comes_in().route_id)

    def test_a_case_that_a_colleague_enters_is_routed_as_well(self):
        self.rule()
        case = self.case(self.seller, department_id=False)
        self.assertEqual(case.sudo().department_id, self.service)
        self.assertTrue(case.sudo().user_id)

    # ---------------------------------------------------------------- who of its people

    def test_who_has_the_least_open_work_gets_it_and_urgent_cases_count_more(self):
        for severity in ("0", "0", "0"):
            self.case(self.agent, user_id=self.agent.id, severity=severity)
        urgent = self.case(self.agent, user_id=self.second.id, is_safety=True)
        self.rule()
        self.assertEqual(self.comes_in().user_id, self.agent)
        self.assertEqual(self.why(self.comes_in(severity="3"))[0], self.sentence(2, self.agent, 4))
        urgent._record({"active": False})
        self.assertEqual(self.comes_in().user_id, self.second)

    def sentence(self, count, user, load):
        return (
            f"By the rule “The service takes it”: of {count} at work now, {user.name} has the least open work ({load})."
        )

    def test_equals_take_turns(self):
        self.rule()
        owners = []
        for _each in range(6):
            case = self.comes_in()
            owners.append(case.user_id)
            case._record({"active": False})
        self.assertEqual(owners[:2] * 3, owners)
        self.assertNotEqual(owners[0], owners[1])

    def test_who_is_on_leave_archived_or_in_another_company_gets_nothing(self):
        self.rule()
        self.leave(self.agent)
        self.assertEqual({self.comes_in().user_id for _each in range(4)}, {self.second})
        case = self.comes_in()
        self.assertEqual(
            self.why(case), [f"By the rule “The service takes it”: only {self.second.name} is at work now."]
        )
        third = self.new_user("t_third", "group_user", self.service)
        company = self.env["res.company"].create({"name": "Far Away"})
        third.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        no_role = self.new_user("t_fourth", "group_auditor", self.service)
        self.assertTrue(no_role.sync_department_id)
        self.assertEqual({self.comes_in().user_id for _each in range(3)}, {self.second})
        self.second.active = False
        self.assertFalse(self.comes_in().user_id)

    def test_at_night_the_case_waits_in_the_queue_and_the_manager_is_told_once(self):
        self.rule()
        with self.at(20):
            case = self.comes_in()
            self.assertEqual((case.department_id, case.user_id), (self.service, self.env["res.users"]))
            self.assertEqual(self.told(case), self.head)
            self.assertEqual(len(case.activity_ids), 1)
            self.assertEqual(
                self.why(case),
                [
                    f"By the rule “The service takes it”: nobody of {self.service.name} is at work now,"
                    " so it waits in the queue."
                ],
            )
            with self.assertRaisesRegex(UserError, "nobody of"):
                case.action_route()
            self.assertEqual(len(case.activity_ids), 1)
        with self.at(10, day=3):
            case.with_user(self.agent).action_route()
        self.assertTrue(case.user_id)
        self.assertFalse(self.told(case))

    def test_a_department_without_a_manager_tells_the_managers_of_the_company(self):
        self.service.manager_id = False
        self.rule()
        with self.at(20):
            case = self.comes_in()
        self.assertIn(self.manager, self.told(case))
        self.assertNotIn(self.agent, self.told(case))

    def test_a_named_colleague_gets_it_at_any_hour_but_not_while_he_is_away(self):
        self.rule("Lenses", owner="user", user_id=self.second.id)
        with self.at(20):
            case = self.comes_in()
            self.assertEqual(case.user_id, self.second)
            self.assertEqual(self.why(case), [f"By the rule “Lenses”: {self.second.name} sees to such cases."])
        self.leave(self.second)
        case = self.comes_in()
        self.assertFalse(case.user_id)
        self.assertEqual(self.told(case), self.head)
        self.assertIn(f"{self.second.name} is away", self.why(case)[0])

    def test_the_queue_is_no_alarm(self):
        self.rule(owner="queue")
        case = self.comes_in()
        self.assertFalse(case.user_id or self.told(case))
        self.assertEqual(
            self.why(case), [f"By the rule “The service takes it”: into the queue of {self.service.name}."]
        )

    def test_the_word_by_which_a_rule_fits_is_told(self):
        self.rule(words="broken", owner="queue")
        self.assertTrue(self.why(self.comes_in())[0].endswith("Word found: “broken”."))

    def test_why_is_told_in_the_language_of_who_gets_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        rule = self.rule()
        rule.with_context(lang="fr_FR").name = "Service"
        (self.agent | self.second).lang = "fr_FR"
        self.assertIn("“Service”", self.why(self.comes_in())[0])

    # ---------------------------------------------------------------- many, and at the same moment

    def test_three_hundred_cases_at_once_are_shared_out_evenly(self):
        self.rule()
        facts = [{"name": "Broken lens", "kind": "complaint", "company_id": self.company.id}] * 300
        routings = self.Route._route_set(facts)
        counts = [sum(routing.user == user.id for routing in routings) for user in (self.agent, self.second)]
        self.assertEqual(counts, [150, 150])
        self.assertEqual(len({routing.turn for routing in routings}), 300)

    def test_three_hundred_cases_are_routed_in_as_many_statements_as_two(self):
        products = self.env["product.product"].create([{"name": f"Lens {one}"} for one in range(300)])
        partners = self.env["res.partner"].create([{"name": f"Customer {one}"} for one in range(300)])
        self.rule("Broken", words="broken", sequence=1)
        self.rule("Others", department_id=self.sales.id, sequence=2)
        facts = [
            {
                "name": "Broken lens" if one % 2 else "Where is it?",
                "kind": "complaint",
                "company_id": self.company.id,
                "product_id": products[one].id,
                "partner_id": partners[one].id,
            }
            for one in range(300)
        ]
        self.env.flush_all()
        counts = []
        for size in (2, 300):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Route._route_set(facts[:size])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertGreater(counts[1], 5)
        self.assertLessEqual(counts[1], 25)

    def test_cases_that_are_on_their_way_are_thought_away_first(self):
        self.rule()
        first = self.comes_in()
        # Another request has drawn a turn, and is not seen yet.
        self.env.cr.execute("SELECT nextval('crm_sync_case_route_turn')")
        first._record({"active": False})
        second = self.comes_in()
        self.assertEqual(second.user_id, first.user_id)
        # It is over and seen, or was rolled back: the next one takes no notice of it.
        second._record({"active": False})
        self.assertNotEqual(self.comes_in().user_id, second.user_id)

    # ---------------------------------------------------------------- by hand

    def test_cases_in_the_queue_are_assigned_by_rules_later(self):
        cases = self.case(self.agent) | self.case(self.agent, name="Another one")
        self.assertFalse(cases.user_id)
        rule = self.rule()
        cases.with_user(self.agent).action_route()
        self.assertEqual(cases.user_id, self.agent | self.second)
        self.assertEqual(cases.route_id, rule)
        self.assertEqual(self.history(cases[0])[-2:], ["assigned", "routed"])

    def test_a_case_leaves_its_department_where_only_a_rule_of_another_fits(self):
        case = self.case(self.agent)
        self.rule("Sales", department_id=self.sales.id)
        case.with_user(self.agent).action_route()
        self.assertEqual((case.department_id, case.user_id.sync_department_id), (self.sales, self.sales))

    def test_what_has_an_owner_or_is_over_is_not_assigned_by_rules(self):
        self.rule()
        case = self.comes_in()
        with self.assertRaisesRegex(UserError, "has an owner already"):
            case.action_route()
        case._assign(self.env["res.users"])
        case.with_user(self.head).action_reject("It is not from us.")
        with self.assertRaisesRegex(UserError, "is over"):
            case.action_route()

    def test_without_a_rule_the_button_says_what_to_do(self):
        case = self.case(self.agent)
        with self.assertRaisesRegex(UserError, "Enter the owner yourself"):
            case.with_user(self.agent).action_route()

    def test_a_stranger_to_the_case_does_not_assign_it_by_rules(self):
        case = self.case(self.agent)
        self.rule()
        with self.assertRaises(AccessError):
            case.with_user(self.seller).action_route()

    # ---------------------------------------------------------------- trying

    def test_trying_shows_rule_department_and_owner_and_writes_nothing(self):
        rule = self.rule("Broken", words="broken")
        self.env.cr.execute("SELECT last_value FROM crm_sync_case_route_turn")
        before = self.env.cr.fetchone(), self.env["crm.sync.case"].search_count([])
        trial = self.env["crm.sync.case.route.try"].with_user(self.manager).create({"text": "My lens is broken"})
        self.assertEqual((trial.route_id, trial.department_id), (rule, self.service))
        self.assertIn(trial.user_id, self.agent | self.second)
        self.assertIn("Word found: “broken”", trial.sentence)
        trial.text = "My lens is fine"
        self.assertFalse(trial.route_id or trial.department_id or trial.user_id)
        self.assertEqual(trial.sentence, "No rule fits.")
        self.env.cr.execute("SELECT last_value FROM crm_sync_case_route_turn")
        self.assertEqual((self.env.cr.fetchone(), self.env["crm.sync.case"].search_count([])), before)

    def test_only_managers_try_and_change_rules(self):
        rule = self.rule()
        for user in (self.seller, self.agent, self.head, self.auditor):
            self.assertEqual(rule.with_user(user).name, rule.name)
            with self.assertRaises(AccessError):
                rule.with_user(user).name = "Mine"
            with self.assertRaises(AccessError):
                self.env["crm.sync.case.route.try"].with_user(user).create({"text": "x"})
        rule.with_user(self.manager).name = "Ours"

    def test_a_manager_of_another_company_neither_sees_nor_makes_rules_of_ours(self):
        company, stranger = self.other_company()
        stranger.group_ids += self.env.ref("crm_sync_measures.group_manager")
        rule = self.rule()
        self.assertFalse(self.Route.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            rule.with_user(stranger).words = "x"
        with self.assertRaises(AccessError):
            self.Route.with_user(stranger).create(
                {"name": "x", "department_id": self.service.id, "company_id": self.company.id}
            )
        own = self.Route.with_user(stranger).create({"name": "x", "department_id": self.service.id})
        self.assertEqual(own.company_id, company)
        with self.assertRaises(AccessError):
            own.company_id = self.company
        trial = (
            self.env["crm.sync.case.route.try"]
            .with_user(stranger)
            .create({"text": "broken", "company_id": self.company.id})
        )
        self.assertNotEqual(trial.route_id.ids, rule.ids)

    # ---------------------------------------------------------------- what a rule may say

    def test_a_rule_tells_in_one_line_which_cases_it_takes(self):
        rule = self.rule()
        self.assertEqual(rule.condition, "All cases")
        rule.write({"is_for_praise": False, "is_for_suggestion": False, "words": "broken,\n破损", "tier_weight": 2})
        self.assertEqual(rule.condition, "Complaints, Questions · “broken, 破损” · tier weight from 2")

    def test_a_rule_that_cannot_work_is_refused_with_a_reason(self):
        kinds = {f"is_for_{kind}": False for kind in ("complaint", "question", "praise", "suggestion")}
        for values, words in (
            (kinds, "at least one kind"),
            ({"words": " , ;"}, "enter words"),
            ({"words": ", ".join(map(str, range(201)))}, "at most 200 words"),
            ({"owner": "user"}, "choose a colleague"),
        ):
            with self.assertRaisesRegex(ValidationError, words):
                self.rule(**values)

    def test_values_that_make_no_sense_are_refused_by_the_case_and_not_by_its_routing(self):
        self.rule(words="x")
        for facts in ({"product_id": "x"}, {"partner_id": [7]}, {"severity": "9"}, {"description": {"a": 1}}):
            [routing] = self.Route._route_set([{"kind": "complaint", **facts}])
            self.assertFalse(routing.rule)
