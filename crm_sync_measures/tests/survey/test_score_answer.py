from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .score_common import ScoreCase


class TestScoreAnswer(ScoreCase):
    """What becomes of an answer to a program."""

    def test_a_zero_is_an_answer_and_the_worst(self):
        score = self.answer(0)
        self.assertEqual((score.value, score.vote, score.figure), (0, -1, -100.0))

    def test_a_score_knows_whose_customer_it_was_and_in_which_wave(self):
        program = self.program(running=True)
        score = self.answer(9, "Thank you", program, wave=3)
        self.assertEqual((score.metric, score.program_id, score.wave), ("nps", program, 3))
        self.assertTrue(score.is_relational)
        self.assertEqual((score.partner_id, score.commercial_partner_id), (self.contact, self.customer))
        self.assertEqual((score.user_id, score.department_id), (self.seller, self.sales))
        self.assertEqual((score.comment, str(score.answered_at)), ("Thank you", "2026-03-02 09:00:00"))

    def test_of_an_order_it_knows_order_team_person_and_the_only_product(self):
        product = self.env["product.product"].create({"name": "Lens"})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.colleague.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        program = self.program(metric="csat", trigger="order_confirmed", running=True)
        score = self.answer(5, program=program, origin_model="sale.order", origin_id=order.id)
        self.assertEqual((score.order_id, score.product_id, score.user_id), (order, product, self.colleague))
        self.assertEqual((score.team_id, score.is_relational), (order.team_id, False))

    def test_of_several_products_nobody_knows_which_is_meant(self):
        products = self.env["product.product"].create([{"name": "Lens"}, {"name": "Frame"}])
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": product.id}) for product in products],
            }
        )
        program = self.program(metric="csat", trigger="order_confirmed", running=True)
        self.assertFalse(self.answer(5, program=program, origin_model="sale.order", origin_id=order.id).product_id)

    def test_a_document_that_is_gone_loses_no_answer(self):
        lead = self.env["crm.lead"].create({"name": "Lenses"})
        invitation = self.invite(state="sent", origin_model="crm.lead", origin_id=lead.id)
        lead.unlink()
        score = self.Score._answer(invitation.program_id, 8, invitation=invitation)
        self.assertEqual((score.value, score.partner_id), (8, self.contact))

    def test_sent_twice_it_is_one_and_put_right_the_last_one_counts(self):
        invitation = self.invite(state="sent")
        first = self.Score._answer(invitation.program_id, 3, "Slow", invitation=invitation)
        self.assertEqual(self.Score._answer(invitation.program_id, 3, "Slow", invitation=invitation), first)
        second = self.Score._answer(invitation.program_id, 8, "Slow, but kind", invitation=invitation)
        self.assertEqual((first.active, first.replaced_by_id, second.active), (False, second, True))
        self.assertEqual(self.Score.search([("invitation_id", "=", invitation.id)]), second)

    def test_a_person_has_one_voice_in_a_wave(self):
        program = self.program(running=True)
        first, second = (self.answer(value, program=program, wave=1) for value in (2, 9))
        later = self.answer(5, program=program, wave=2)
        self.assertEqual((first.active, second.active, later.active), (False, True, True))

    def test_after_two_orders_a_person_has_two_voices(self):
        program = self.program(metric="csat", trigger="order_confirmed", running=True)
        scores = self.answer(2, program=program) | self.answer(5, program=program)
        self.assertEqual(scores.mapped("active"), [True, True])

    def closed_case(self):
        case = self.env["crm.sync.case"].create({"name": "Lens", "kind": "question", "partner_id": self.contact.id,
                                                 "department_id": self.service.id})  # fmt: skip
        case.action_close(note="Done")
        return case

    def about(self, case):
        """An invitation that asks about this cycle of the case."""
        program = self.program(metric="csat", trigger="case_closed", running=True)
        key = f"crm.sync.case:{case.id}:{case.cycle}"
        return self.invite(program, None, "sent", origin_model="crm.sync.case", origin_id=case.id, origin_key=key)

    def test_what_is_answered_about_a_case_is_the_customers_verdict_on_it(self):
        case = self.closed_case()
        invitation = self.about(case)
        score = self.Score._answer(invitation.program_id, 2, "Slow", invitation=invitation)
        self.assertEqual((score.case_id, score.cycle, score.department_id), (case, case.cycle, self.service))
        self.assertEqual((case.verdict, case.verdict_note), ("2", "Slow"))
        with self.assertRaisesRegex(UserError, "told us already"):
            case._give_verdict(5)
        self.assertFalse(self.env["crm.sync.case.portal"]._facts(case)["can_judge"])
        self.assertEqual(self.Score.search([("case_id", "=", case.id)]), score)

    def test_what_was_said_on_the_page_of_the_case_stands_against_the_survey(self):
        case = self.closed_case()
        invitation = self.about(case)
        self.assertEqual(invitation._page_state(), "form")
        case._give_verdict(2)
        self.assertEqual(invitation._page_state(), "thanks")
        said = self.Score.search([("case_id", "=", case.id)])
        self.assertEqual(self.Score._answer(invitation.program_id, 5, invitation=invitation), said)
        self.assertEqual((case.verdict, self.Score.search([("case_id", "=", case.id)])), ("2", said))

    def test_an_answer_is_about_the_cycle_that_was_asked_about(self):
        case = self.closed_case()
        invitation = self.about(case)
        case.action_reopen("Not here yet")
        score = self.Score._answer(invitation.program_id, 4, invitation=invitation)
        self.assertEqual((score.cycle, case.cycle, case.verdict), (1, 2, False))

    def test_a_number_that_is_not_on_the_scale_is_refused(self):
        for value in (-1, 11):
            with self.assertRaisesRegex(UserError, "not on the scale"):
                self.answer(value)

    @mute_logger("odoo.sql_db")
    def test_the_database_takes_one_answer_to_an_invitation(self):
        score = self.answer(5)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.given({6: 1}, invitation_id=score.invitation_id.id)

    def test_a_very_long_comment_is_cut_and_says_nothing_to_a_database(self):
        score = self.answer(5, "a\x00" * 20_000)
        self.assertLessEqual(len(score.comment), 10_000)
        self.assertNotIn("\x00", score.comment)

    def test_the_scores_of_nobody_are_everybodys_and_of_others_they_are_not(self):
        nobody = self.given({3: 1}, department_id=False)
        theirs = self.given({4: 1})
        _company, other = self.other_company()
        for user, reads in ((self.colleague, nobody), (self.agent, nobody | theirs), (other, self.Score)):
            found = self.Score.with_user(user).search([("id", "in", (nobody | theirs).ids)])
            self.assertEqual(set(found.ids), set(reads.ids), user.login)
        portal = new_test_user(self.env, "t_score_portal", "base.group_portal")
        self.assertFalse(self.Score.with_user(portal).has_access("read"))

    def test_who_leads_a_team_reads_what_its_customers_say(self):
        team = self.env["crm.team"].create({"name": "North", "user_id": self.colleague.id})
        score = self.given({4: 1}, team_id=team.id, user_id=self.seller.id)
        self.assertEqual(self.Score.with_user(self.colleague).search([("id", "=", score.id)]), score)

    def test_deleted_customers_leave_the_number_and_one_voice_each(self):
        partner = self.people(1)
        program = self.program(metric="csat", trigger="order_confirmed", running=True)
        scores = self.answer(1, "Ask for Wu Fang", program, partner) | self.answer(5, None, program, partner)
        native = self.native({self.questions["nps"]: "3"}, partner)
        partner.unlink()
        self.env.invalidate_all()
        self.assertEqual((scores.mapped("value"), scores.mapped("comment")), ([1, 5], [False, False]))
        self.assertFalse(scores.partner_id)
        self.assertEqual(len(set(scores.mapped("pseudonym"))), 1)
        self.assertFalse(scores[0].search_words)
        self.assertEqual((native.email, native.nickname), (False, False))
        [row] = self.figures(domain=[("id", "in", scores.ids)], by_account=True, minimum=1)
        self.assertEqual((row["answers"], row["figure"]), (1, 50.0))

    def test_who_is_anonymised_leaves_the_number(self):
        score = self.answer(2, "Li Na is angry")
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.env.invalidate_all()
        self.assertEqual((score.value, score.comment, score.search_words), (2, False, False))
        self.assertNotIn("Li Na", score.display_name)

    def test_merged_customers_have_one_voice(self):
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        program = self.program(metric="csat", trigger="order_confirmed", running=True)
        scores = self.answer(1, program=program, partner=twin) | self.answer(5, program=program, partner=self.customer)
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.customer | twin).ids, self.customer, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(scores.commercial_partner_id, self.customer)
        [row] = self.figures(domain=[("id", "in", scores.ids)], by_account=True, minimum=1)
        self.assertEqual((row["answers"], row["figure"]), (1, 50.0))
