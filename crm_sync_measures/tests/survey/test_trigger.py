from datetime import timedelta

from odoo import fields

from .asking_common import AskingCase


class TestTriggers(AskingCase):
    """What makes a program ask, once, and whom."""

    def planned(self, program):
        return [(one.partner_id, one.origin_model, one.origin_id, one.origin_key) for one in self.scan(program)]

    # ---------------------------------------------------------------- each trigger

    def test_a_confirmed_order(self):
        program, order = self.asking("order_confirmed"), self.ordered()
        self.env["sale.order"].create({"partner_id": self.contact.id})
        self.assertEqual(self.planned(program), [(self.contact, "sale.order", order.id, f"sale.order:{order.id}")])
        self.assertNoFailures()

    def test_the_delay_runs_from_the_event(self):
        program, order = self.asking("order_confirmed", delay_hours=24), self.ordered()
        self.pass_hours(3)
        self.assertEqual(self.scan(program).due_at, order.date_order + timedelta(hours=24))

    def test_a_lead_that_was_won_and_one_that_was_lost(self):
        won, lost = self.asking("lead_won"), self.asking("lead_lost")
        values = {"type": "opportunity", "partner_id": self.contact.id}
        first, second, _third = self.env["crm.lead"].create([{"name": f"Lead {n}", **values} for n in range(3)])
        first.action_set_won()
        second.action_set_lost()
        self.assertEqual(self.planned(won), [(self.contact, "crm.lead", first.id, f"crm.lead:{first.id}")])
        self.assertEqual(self.of(lost).mapped("origin_id"), [second.id])

    def test_a_case_that_is_over_in_each_of_its_cycles(self):
        program = self.asking("case_closed")
        case = self.env["crm.sync.case"].create(
            {"name": "Where is it?", "kind": "question", "partner_id": self.contact.id}
        )
        case.action_close(note="On its way.")
        self.assertEqual(self.scan(program).mapped("origin_key"), [f"crm.sync.case:{case.id}:1"])
        case.action_reopen("Not here yet")
        self.pass_hours(1)
        case.action_close(note="Now it is.")
        self.assertEqual(self.scan(program).mapped("origin_key")[1:], [f"crm.sync.case:{case.id}:2"])

    def test_who_has_said_it_on_the_page_of_the_case_is_not_asked_for_it(self):
        program = self.asking("case_closed", metric="csat")
        values = {"name": "Where is it?", "kind": "question", "partner_id": self.contact.id}
        cases = self.env["crm.sync.case"].create([values, values])
        for case in cases:
            case.action_close(note="On its way.")
        cases[0]._give_verdict(4)
        self.assertEqual(self.scan(program).mapped("origin_id"), [cases[1].id])

    def test_nobody_is_asked_how_we_took_his_praise(self):
        program = self.asking("case_closed")
        praise = self.env["crm.sync.case"].create({"name": "Great", "kind": "praise", "partner_id": self.contact.id})
        praise.action_close(note="Thank you")
        self.assertFalse(self.scan(program))

    def test_where_a_program_asks_about_cases_the_case_itself_does_not(self):
        self.company.sync_case_survey = True
        values = {"name": "Where is it?", "kind": "question", "partner_id": self.contact.id}
        before, after = self.env["crm.sync.case"].create([values, values])
        before.action_close(note="On its way.")
        self.assertTrue(before.survey_at)
        program = self.asking("case_closed")
        after.action_close(note="On its way.")
        self.assertFalse(after.survey_at)
        self.assertTrue(before._reason_not_to_ask(self.env(context=dict(self.env.context, lang="en_US"))))
        self.pass_hours(1)
        program.action_pause()
        program.action_start()
        self.assertFalse(
            before._reason_not_to_ask(self.env(context=dict(self.env.context, lang="en_US"))), "over before it ran"
        )
        program.action_pause()
        self.assertFalse(before._reason_not_to_ask(self.env(context=dict(self.env.context, lang="en_US"))))

    def test_customers_who_were_at_a_meeting_that_is_over(self):
        program = self.asking("meeting_held")
        meeting = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "user_id": self.seller.id,
                "start": "2026-03-03 08:00:00",
                "stop": "2026-03-03 09:30:00",
                "partner_ids": [(6, 0, (self.seller.partner_id | self.contact | self.customer).ids)],
            }
        )
        meeting.attendee_ids.filtered(lambda attendee: attendee.partner_id == self.customer).state = "declined"
        self.assertEqual(self.scan(program).partner_id, self.contact)

    def test_a_private_meeting_is_none_of_ours(self):
        program = self.asking("meeting_held")
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "user_id": self.seller.id,
                "privacy": "private",
                "start": "2026-03-03 08:00:00",
                "stop": "2026-03-03 09:30:00",
                "partner_ids": [(6, 0, self.contact.ids)],
            }
        )
        self.assertFalse(self.scan(program))

    def test_so_many_days_after_the_first_order_of_the_company(self):
        self.travel("2026-02-01 10:00:00")
        first = self.ordered(self.customer)
        self.travel("2026-02-03 10:00:00")
        self.ordered(self.contact)
        self.travel(self.NOW)
        program = self.asking("onboarding_day", trigger_day=30)
        self.travel("2026-03-06 10:00:00")
        self.assertEqual(self.scan(program).mapped("origin_id"), [first.id])

    def test_an_invoice_that_is_paid(self):
        program = self.asking("invoice_paid")
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.contact.id,
                "invoice_date": "2026-03-03",
                "invoice_line_ids": [(0, 0, {"name": "Lens", "quantity": 1, "price_unit": 10, "tax_ids": False})],
            }
        )
        invoice.action_post()
        self.assertFalse(self.scan(program))
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()
        self.env.flush_all()
        # The database writes its own time.
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = '2026-03-03 09:59:00' WHERE debit_move_id IN %s",
            [tuple(invoice.line_ids.ids)],
        )
        self.assertEqual(self.scan(program).mapped("origin_key"), [f"account.move:{invoice.id}"])

    def test_a_wave_asks_the_whole_audience_and_no_colleagues(self):
        program = self.asking("manual", audience_domain=f"[('id', 'in', {(self.contact | self.agent.partner_id).ids})]")
        self.assertFalse(self.scan(program))
        program.action_send_wave()
        wave = self.scan(program)
        self.assertEqual(wave.partner_id, self.contact)
        self.assertEqual((wave.wave, wave.origin_key, wave.origin_model), (1, f"1:{self.contact.id}", False))
        self.assertFalse(program.wave_since)
        program.action_send_wave()
        self.assertEqual(len(self.scan(program)), 2)

    def test_a_wave_comes_again_by_itself_and_missed_ones_are_not_made_up_for(self):
        program = self.asking("wave", wave_months=1, wave_spread_days=1)
        self.assertEqual(len(self.scan(program)), 2)
        self.travel("2026-04-02 10:00:00")
        self.assertEqual(program.wave, 1)
        self.scan(program)
        self.assertEqual(program.wave, 1)
        self.travel("2026-07-20 10:00:00")
        self.scan(program)
        self.scan(program)
        self.assertEqual((program.wave, len(self.of(program))), (2, 4))
        self.assertEqual(program.next_wave_at, fields.Datetime.to_datetime("2026-08-03 09:00:00"))

    def test_a_wave_is_spread_over_its_days_in_the_same_way_each_time(self):
        people = self.env["res.partner"].create([{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(60)])
        program = self.asking("manual", wave_spread_days=5, audience_domain=f"[('id', 'in', {people.ids})]")
        program.action_send_wave()
        days = {one.due_at.date() for one in self.scan(program)}
        self.assertEqual(len(days), 5)

    # ---------------------------------------------------------------- once, and never missed

    def test_looking_twice_plans_nothing_twice(self):
        program = self.asking("order_confirmed")
        self.ordered()
        self.assertEqual(len(self.scan(program)), 1)
        self.assertEqual(len(self.scan(program)), 1)

    def test_an_order_that_is_confirmed_again_is_asked_about_once(self):
        program, order = self.asking("order_confirmed"), self.ordered()
        self.scan(program)
        order._action_cancel()
        order.action_draft()
        self.pass_hours(2)
        order.action_confirm()
        self.assertEqual(len(self.scan(program)), 1)

    def test_what_happened_while_the_server_was_down_is_found_afterwards(self):
        program = self.asking("order_confirmed")
        self.scan(program)
        self.pass_hours(24 * 3)
        order = self.ordered()
        self.pass_hours(24 * 6)
        self.assertEqual(self.scan(program).mapped("origin_id"), [order.id])
        self.assertEqual(program.scanned_until, fields.Datetime.now())

    def test_what_is_too_long_ago_is_not_asked_about(self):
        program = self.asking("order_confirmed")
        self.ordered()
        self.pass_hours(24 * 60)
        self.assertFalse(self.scan(program))

    def test_what_happened_before_the_program_or_while_it_paused_is_not_asked_about(self):
        self.ordered()
        self.pass_hours(5)
        program = self.asking("order_confirmed")
        program.action_pause()
        self.ordered()
        self.pass_hours(5)
        program.action_start()
        self.pass_hours(1)
        self.assertFalse(self.scan(program))

    def test_only_the_audience_is_asked_and_only_of_the_own_company(self):
        program = self.asking("order_confirmed", audience_domain=f"[('id', '=', {self.customer.id})]")
        self.ordered(self.contact)
        order = self.ordered(self.customer)
        other, _user = self.other_company()
        theirs = (
            self.env["sale.order"].with_company(other).create({"partner_id": self.customer.id, "company_id": other.id})
        )
        theirs.action_confirm()
        self.assertEqual(theirs.state, "sale")
        self.assertEqual(self.scan(program).mapped("origin_id"), [order.id])

    def test_one_event_that_cannot_be_planned_keeps_nobody_else_from_being_asked(self):
        program = self.asking("order_confirmed")
        good, bad = self.ordered(), self.ordered(self.customer)
        Scan = type(self.env["crm.sync.survey.scan"])
        plan = Scan._plan

        def failing(scan, until, numbers):
            if any(number % 2**32 == bad.id for number in numbers):
                raise ValueError("poison")
            return plan(scan, until, numbers)

        self.patch(Scan, "_plan", failing)
        with self.assertLogs("odoo.addons.crm_sync_measures.models.core.crm_sync_job_sets", "WARNING"):
            self.assertEqual(self.scan(program).mapped("origin_id"), [good.id])
        self.assertLess(program.scanned_until, fields.Datetime.now())
        self.patch(Scan, "_plan", plan)
        self.pass_hours(2)
        self.assertEqual(sorted(self.scan(program).mapped("origin_id")), [good.id, bad.id])
