import json

from odoo import fields
from odoo.tools.json import json_default

from .loop_common import LoopCase


class TestResultsLoop(LoopCase):
    """What became of the unhappy, on the page of results; and who is asked once more is in no other figure of it."""

    def page(self):
        return self.asker.with_user(self.manager).results_page()

    def again(self, loop, value):
        answer = self.invite(self.asker, loop.partner_id, "sent", follow_up_of_id=loop.invitation_id.id)
        self.pass_hours(1)
        answer._answer(value, "Thank you for calling", fields.Datetime.now())
        self.follow()

    def test_the_page_says_what_the_loop_says_and_every_number_opens_its_answers(self):
        self.asker.with_user(self.manager).min_answers = 1
        people = self.people(4, user_id=self.seller.id)
        loops = [self.unhappy(number, partner=partner) for number, partner in enumerate(people)]
        for loop in loops[:2]:
            loop.case_id.sudo()._answered(fields.Datetime.now())
        loops[0].case_id.action_outcome("recovered", "Content")
        for loop, value in ((loops[0], 9), (loops[2], 1)):
            self.again(loop, value)
        loop = self.page()["loop"]
        self.assertEqual(
            {number["code"]: number["value"] for number in (*loop["numbers"], *loop["outcomes"])},
            {"low": 4, "opened": 4, "contacted": 2, "contacted_in_time": 2, "late": 0, "waiting": 2,
             "recovered": 1, "not_recovered": 0, "not_reachable": 0, "open": 3},
        )  # fmt: skip
        self.assertEqual(
            [(row["code"], row["asked"], row["recovered"], row["rate"]) for row in loop["follow_up"]],
            [("contacted", 1, 1, 100.0), ("not_contacted", 1, 0, 0.0)],
        )
        self.assertTrue(all(number["label"] for number in (*loop["numbers"], *loop["outcomes"], *loop["follow_up"])))
        scores = self.env["crm.sync.score"].with_user(self.manager)
        numbers = [(one["value"], one["domain"]) for one in (*loop["numbers"], *loop["outcomes"])]
        for row in loop["follow_up"]:
            numbers += [(row["asked"], row["domain"]), (row["recovered"], row["recovered_domain"])]
        for count, domain in numbers:
            # As the web client gets it.
            sent = json.loads(json.dumps(domain, default=json_default))
            self.assertEqual(scores.search_count(sent), count, domain)

    def test_of_too_few_no_rate_is_told(self):
        loop = self.unhappy(2, partner=self.people(1))
        self.again(loop, 9)
        told = self.page()["loop"]
        self.assertEqual([row["rate"] for row in told["follow_up"]], [False, False])

    def test_who_is_asked_once_more_is_in_no_other_figure(self):
        loop = self.unhappy(2, partner=self.people(1))
        before = self.page()
        self.again(loop, 9)
        after = self.page()
        for part in ("bands", "values", "trend", "segments", "response", "silent", "themes"):
            self.assertEqual(after[part], before[part], part)
        self.assertEqual(after["score"]["answers"], 1)
        comments = self.asker.with_user(self.manager).results_comments()
        self.assertEqual([one["text"] for one in comments["comments"]], ["Nobody called me back"])

    def test_where_nobody_was_unhappy_there_is_no_loop(self):
        self.answered(9, partner=self.people(1))
        self.follow()
        self.assertFalse(self.page()["loop"])
