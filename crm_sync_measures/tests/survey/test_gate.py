from freezegun import freeze_time

from .asking_common import AskingCase


class TestGate(AskingCase):
    """Who is not asked, and which reason is told."""

    def setUp(self):
        super().setUp()
        self.asker = self.asking("manual")

    def asked(self, partner=None, purpose="survey", times=1):
        for _time in range(times):
            self.env["crm.sync.contact.sent"]._note(partner or self.contact, "email", purpose, self.company)

    def complain(self):
        self.env["crm.sync.case"].create({"name": "Scratched", "kind": "complaint", "partner_id": self.contact.id})

    def test_of_whom_nothing_speaks_against_is_asked(self):
        self.assertIsNone(self.sift(self.asker))

    def test_of_whom_nobody_knows_where_he_is_the_working_hours_of_the_company_say_when(self):
        (self.customer | self.contact | self.company.partner_id).tz = False
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.env.flush_all()
        zones = self.env["crm.sync.survey.gate"]._zones(self.asker, self.contact.ids)
        self.assertEqual(zones, {self.contact.id: "Asia/Shanghai"})

    def test_who_opted_out_is_not_asked(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        self.assertEqual(self.sift(self.asker), "opted_out")

    def test_whose_mails_came_back_is_not_asked(self):
        self.contact.message_bounce = self.company.sync_bounce_limit
        self.assertEqual(self.sift(self.asker), "bounced")

    def test_who_has_no_address_is_not_asked(self):
        self.contact.email = False
        self.assertEqual(self.sift(self.asker), "no_address")

    def test_who_complains_is_not_asked(self):
        self.complain()
        self.assertEqual(self.sift(self.asker), "open_complaint")

    def test_who_was_asked_by_any_program_or_mailing_is_left_in_peace(self):
        self.travel("2026-01-05 10:00:00")
        self.asked()
        self.travel("2026-03-03 10:00:00")
        self.assertEqual(self.sift(self.asker), "asked_recently")
        self.travel("2026-04-07 10:00:00")
        self.assertIsNone(self.sift(self.asker))

    def test_the_days_of_the_program_come_before_those_of_the_company(self):
        self.travel("2026-02-17 10:00:00")
        self.asked()
        self.travel(self.NOW)
        self.assertEqual(self.sift(self.asker), "asked_recently")
        self.asker.cooldown_days = 10
        self.assertIsNone(self.sift(self.asker))

    def test_advertising_does_not_count_as_a_question_but_as_a_message(self):
        self.asked(purpose="marketing", times=3)
        self.assertIsNone(self.sift(self.asker))
        self.asked(purpose="marketing")
        self.assertEqual(self.sift(self.asker), "company_cap")

    def test_the_same_address_counts_as_the_same_human(self):
        twin = self.contact.copy({"email": self.contact.email, "tz": "UTC"})
        self.invite(self.asker, twin, "sent", email=twin.email_normalized)
        self.assertEqual(self.sift(self.asker), "asked_recently")

    def test_of_two_contacts_with_one_address_the_first_is_asked(self):
        twin = self.contact.copy({"email": self.contact.email.upper(), "tz": "UTC"})
        self.assertEqual(self.sift(self.asker, self.contact, twin), [None, "duplicate"])
        self.contact.message_bounce = self.company.sync_bounce_limit
        self.assertEqual(self.sift(self.asker, self.contact, twin), ["bounced", None])

    def test_a_sample_is_the_same_whenever_it_is_drawn(self):
        people = self.env["res.partner"].create(
            [{"name": f"Sample {n}", "email": f"sample{n}@example.com", "tz": "UTC"} for n in range(200)]
        )
        self.asker.sample_percent = 30
        drawn = self.sift(self.asker, *people)
        self.assertEqual(drawn, self.sift(self.asker, *people))
        self.assertEqual(set(drawn), {None, "quota"})
        self.assertTrue(30 <= drawn.count(None) <= 90, drawn.count(None))
        self.assertNotEqual(drawn, self.sift(self.asker, *people, wave=2))

    def test_quiet_hours_are_those_of_the_customers_own_clock(self):
        self.contact.tz = "Asia/Shanghai"
        self.assertEqual(self.sift(self.asker), "quiet_hours")
        self.contact.tz = "Europe/Berlin"
        self.assertIsNone(self.sift(self.asker))
        self.travel("2026-03-07 10:00:00")
        self.assertEqual(self.sift(self.asker), "quiet_hours")

    def test_the_first_rule_that_says_no_is_told(self):
        self.contact.tz = "Asia/Shanghai"
        expected = ["quiet_hours"]
        self.assertEqual(self.sift(self.asker), expected[-1])
        self.asked(purpose="marketing", times=4)
        self.assertEqual(self.sift(self.asker), "company_cap")
        self.asked()
        self.assertEqual(self.sift(self.asker), "asked_recently")
        self.complain()
        self.assertEqual(self.sift(self.asker), "open_complaint")
        self.contact.message_bounce = 5
        self.assertEqual(self.sift(self.asker), "bounced")
        self.env["mail.blacklist"]._add(self.contact.email)
        self.assertEqual(self.sift(self.asker), "opted_out")

    def test_the_budget_of_the_company_holds_also_where_a_complaint_does_not(self):
        self.env["crm.sync.contact.cap"].create({"company_id": self.company.id, "limit": 0, "days": 30})
        self.assertEqual(self.sift(self.asker), "company_cap")

    def test_who_was_unhappy_is_asked_again(self):
        question = self.questions["nps"]
        self.env["survey.user_input"].create(
            {
                "survey_id": self.survey.id,
                "partner_id": self.contact.id,
                "state": "done",
                "end_datetime": "2025-03-01 10:00:00",
                "user_input_line_ids": [(0, 0, {"question_id": question.id, "answer_type": "scale", "value_scale": 1})],
            }
        )
        gate = self.env["crm.sync.contact.gate"]._may_contact(self.contact, "survey", "email")[self.contact.id]
        self.assertEqual(gate.reason, "unhappy")
        self.assertIsNone(self.sift(self.asker))

    def test_what_another_company_sends_does_not_count(self):
        other, _user = self.other_company()
        self.env["crm.sync.contact.sent"]._note(self.contact, "email", "survey", other)
        self.assertIsNone(self.sift(self.asker))

    def test_three_hundred_contacts_cost_as_many_statements_as_two(self):
        people = self.env["res.partner"].create(
            [{"name": f"Many {n}", "email": f"many{n}@example.com", "tz": "UTC"} for n in range(300)]
        )
        self.env.flush_all()
        self.sift(self.asker, *people[:2])

        def cost(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.sift(self.asker, *some)
            return self.env.cr.sql_log_count - before

        cost(people[:2])  # rights of the user are read once
        self.assertLessEqual(cost(people), cost(people[:2]))

    def test_a_refused_contact_says_why_on_his_invitation(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        program = self.asking("order_confirmed")
        self.ordered()
        invitation = self.run_all(program)
        self.assertEqual((invitation.state, invitation.suppressed_by), ("suppressed", "opted_out"))
        self.assertEqual(invitation.event_ids.mapped("new_state"), ["suppressed"])
        self.assertTrue(invitation.suppressed_text)
        with freeze_time("2026-06-03 10:00:00"):
            self.env["mail.blacklist"]._remove(self.contact.email)
            self.run_all(program)
        self.assertEqual(invitation.state, "suppressed")
        self.assertNoFailures()
