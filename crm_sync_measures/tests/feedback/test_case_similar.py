from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .case_core_common import CaseCase


@tagged("post_install", "-at_install")
class TestCaseSimilar(CaseCase):
    """How cases like this one were solved."""

    def setUp(self):
        super().setUp()
        self.flicker = self.closed(
            name="The lamps flicker when dimmed", description="<p>Three lamps flicker below half of their light.</p>"
        )
        self.lock = self.closed(name="展柜门锁打不开", description="<p>两个展柜的门锁都打不开，钥匙插不进去。</p>")
        self.closed(name="The invoice charges delivery twice", description="<p>It was paid with the order.</p>")

    def similar(self, user=None, **values):
        case = self.case(user, **values)
        return case._similar()

    # ---------------------------------------------------------------- what is found

    def test_a_solved_case_is_found_by_other_forms_of_its_words(self):
        self.assertEqual(
            self.similar(name="Lamp flickering", description="<p>A lamp flickered again</p>"), self.flicker
        )

    def test_chinese_is_found_without_borders_between_words(self):
        self.assertEqual(self.similar(name="新展柜的锁打不开了"), self.lock)

    def test_what_has_nothing_in_common_is_not_told(self):
        self.assertFalse(self.similar(name="My chair squeaks"))
        self.assertFalse(self.similar(name="?"))

    def test_how_it_was_solved_is_found_too(self):
        self.flicker._record({"decision_note": "The dimmer was exchanged for another transformer."})
        self.assertEqual(self.similar(name="Transformer of the dimmer hums"), self.flicker)

    def test_most_in_common_comes_first_and_the_same_product_before(self):
        product = self.env["product.product"].create({"name": "Lamp"})
        other = self.closed(name="The lamps flicker when dimmed", product_id=product.id)
        newer = self.closed(name="The lamps flicker when dimmed")
        half = self.closed(name="Lamps flicker in the rain and rust")
        found = self.similar(name="The lamps flicker when dimmed", product_id=product.id)
        self.assertEqual((found[0], set(found)), (other, set(other + newer + self.flicker + half)))
        found = self.similar(name="Lamps flicker and rust in rain")
        self.assertEqual(found[0], half)

    def test_only_so_many_are_told(self):
        for _number in range(4):
            self.closed(name="The lamps flicker when dimmed")
        case = self.case(name="Lamps flicker")
        self.assertEqual((len(case._similar()), len(case._similar(2))), (5, 2))

    # ---------------------------------------------------------------- what is no example

    def test_open_rejected_merged_and_reopened_cases_are_no_examples(self):
        name = "Wobbly table in the hall"
        self.case(name=name)
        rejected = self.case(name=name)
        rejected.action_reject("It is not from us.")
        merged = self.case(name=name)
        merged.action_merge(self.case(name="Something else"))
        reopened = self.closed(name=name)
        reopened.action_reopen("It wobbles again")
        self.assertFalse(self.similar(name=name))
        self.assertFalse((rejected + merged + reopened).mapped("search_words")[0], "they have no words in the index")
        reopened.action_close("upheld", "A new leg was fitted.")
        self.assertEqual(self.similar(name=name), reopened)

    def test_a_case_that_is_forgotten_is_found_no_more(self):
        self.assertTrue(self.similar(name="Lamps flicker"))
        self.env["crm.sync.erasure"].sudo()._erase_cases(self.contact)
        self.assertFalse(self.similar(name="Lamps flicker"))

    def test_a_case_is_no_example_for_itself(self):
        self.assertNotIn(self.flicker, self.flicker._similar())

    # ---------------------------------------------------------------- who is told

    def test_nobody_is_told_of_a_case_he_may_not_read(self):
        self.customer.user_id = False
        mine = self.case(self.colleague, name="Lamps flicker", department_id=self.sales.id)
        self.assertFalse(mine._similar())
        self.assertEqual(mine.with_user(self.manager)._similar(), self.flicker.with_user(self.manager))
        self.assertFalse(self.env["crm.sync.case"].with_user(self.colleague).sync_similar("Lamps flicker"))
        with self.assertRaises(AccessError):
            mine.action_use_solution(self.flicker.id)

    def test_nobody_is_told_of_a_case_of_another_company(self):
        company, _user = self.other_company()
        self.manager.company_ids += company
        Case = self.env["crm.sync.case"].with_user(self.manager)
        self.assertTrue(Case.sync_similar("Lamps flicker"))
        both = Case.with_context(allowed_company_ids=[company.id, self.company.id])
        self.assertFalse(both.sync_similar("Lamps flicker"), "in the first company there is none")
        with self.assertRaises(UserError):
            Case.with_context(allowed_company_ids=[company.id]).sync_similar("Lamps", company_id=self.company.id)

    def test_customers_and_strangers_are_told_nothing(self):
        portal = new_test_user(self.env, "t_portal", "base.group_portal")
        for user in (portal, self.employee, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.env["crm.sync.case"].with_user(user).sync_similar("Lamps flicker")

    def test_a_call_that_makes_no_sense_is_refused_with_a_sentence(self):
        Case = self.env["crm.sync.case"].with_user(self.agent)
        for values in (
            {"subject": 5}, {"text": ["x"]}, {"product_id": "1"}, {"case_id": -1}, {"case_id": 2**40}, {"limit": 0}, {"limit": "x"},
        ):  # fmt: skip
            with self.assertRaises(UserError):
                Case.sync_similar(**values)
        for text in ("' | & ! \\ :*", "\x00", "x" * 1_000_000, "<script>alert(1)</script>", "%_", "😀"):
            self.assertEqual(Case.sync_similar(text, text), [])

    def test_what_is_told_is_enough_to_use_it(self):
        [told] = self.env["crm.sync.case"].with_user(self.agent).sync_similar("Lamps flicker", limit=1)
        self.assertEqual(told["id"], self.flicker.id)
        self.assertEqual(
            (told["number"], told["solution"], told["closed_on"]),
            (self.flicker.number, "You get a new lens.", "2026-03-02"),
        )
        self.assertTrue(told["cause"])

    # ---------------------------------------------------------------- using it

    def test_a_solution_becomes_a_draft_and_nothing_is_sent(self):
        case = self.case(name="Lamps flicker")
        case.action_acknowledge()
        messages = case.message_ids
        action = case.action_use_solution(self.flicker.id)
        dialog = self.env["crm.sync.case.change"].with_user(self.agent).with_context(**action["context"]).create({})
        self.assertEqual((dialog.change, dialog.text, dialog.case_ids), ("propose", "You get a new lens.", case))
        self.assertEqual((case.step, case.message_ids), ("acknowledged", messages))
        dialog.action_apply()
        self.assertEqual((case.step, case.proposal), ("proposed", "You get a new lens."))

    def test_where_nothing_is_proposed_it_is_the_draft_of_a_message(self):
        case = self.case(name="Brighter lamps", kind="suggestion")
        action = case.action_use_solution(self.flicker.id)
        self.assertEqual(action["res_model"], "mail.compose.message")
        composer = self.env["mail.compose.message"].with_user(self.agent).with_context(**action["context"]).create({})
        self.assertIn("You get a new lens.", composer.body)

    # ---------------------------------------------------------------- the index

    def test_it_is_looked_up_in_the_index_by_the_statistics_of_the_index(self):
        self.env.flush_all()
        self.env.cr.execute("ANALYZE crm_sync_case")
        _share, total = self.env["crm.sync.case"]._shares(["lamp", "flicker"])
        self.assertTrue(total)
        self.env.cr.execute(
            """SELECT indexname FROM pg_indexes
                WHERE tablename = 'crm_sync_case' AND indexname NOT IN ('crm_sync_case_pkey', 'crm_sync_case_words_idx')"""
        )
        # In a table of ten rows every other index would do as well.
        for [name] in self.env.cr.fetchall():
            self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        Case = self.env["crm.sync.case"]
        plans = []
        run = type(self.env).execute_query

        def explained(env, query):
            plans.extend(line for [line] in run(env, SQL("EXPLAIN %s", query)))
            return run(env, query)

        self.patch(type(self.env), "execute_query", explained)
        Case._candidates([("lamp", "flicker")], self.company)
        plan = "\n".join(plans)
        self.assertRegex(plan, r"crm_sync_case_words_idx[^\n]*\n\s*Index Cond: \(array_to_tsvector")

    def test_a_case_that_is_not_solved_costs_nothing_in_the_index(self):
        case = self.case(name="A new one", description="<p>With many words</p>")
        self.assertFalse(case.search_words)
