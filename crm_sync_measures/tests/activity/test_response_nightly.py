from datetime import timedelta
from random import Random

from freezegun import freeze_time
from odoo import Command, fields
from odoo.tools import SQL

from .response_common import FRIDAY, ResponseCase

#: What both ways of computing must agree on.
_TOLD = (
    "partner_id",
    "commercial_partner_id",
    "res_model",
    "res_id",
    "lead_id",
    "kind",
    "channel",
    "user_id",
    "department_id",
    "company_id",
    "priority",
    "started_at",
    "target_seconds",
    "due_at",
    "start_message_id",
    "state",
    "answered_at",
    "answered_by_id",
    "answer_message_id",
    "worked_seconds",
    "is_breached",
    "start_source",
    "start_id",
)


class TestResponseNightly(ResponseCase):
    """The job for all conversations tells the same as the hooks on single messages, and as a plain loop in Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.env["sale.order"].create({"partner_id": cls.customer.id, "opportunity_id": cls.lead.id})
        cls.free_order = cls.env["sale.order"].create({"partner_id": cls.customer.id, "user_id": cls.agent.id})
        cls.documents = [cls.lead, cls.order, cls.free_order, cls.customer, cls.contact]
        cls.clock = cls.env["crm.sync.response.clock"]

    def all_rows(self):
        self.env["crm.sync.response"].invalidate_model()
        rows = self.env["crm.sync.response"].sudo().search([], order="start_source, start_id")
        return [tuple(row[name].id if hasattr(row[name], "_name") else row[name] for name in _TOLD) for row in rows]

    def talk(self, count, seed):
        """``count`` messages and logged contacts in random order over ten days; [(thread, at, id, is_answer)]."""
        dice, told, at = Random(seed), [], FRIDAY - timedelta(days=10)
        for _number in range(count):
            at += timedelta(seconds=dice.randrange(60, 10 * 86400 // count * 2))
            document = dice.choice(self.documents)
            thread = "lead" if document in (self.lead, self.order) else document._name
            if dice.random() < 0.2 and document._name != "sale.order":
                outcome = dice.choice(["call_back", "reached", "not_reached"])
                direction = "in" if outcome == "call_back" else "out"
                lead = self.lead.id if document == self.lead else False
                with freeze_time(at):
                    touch = self.touch(lead_id=lead, outcome=outcome, direction=direction, occurred_at=at)
                    self.settle()
                if outcome != "not_reached":
                    told.append((thread, at, ("touch", touch.id), outcome == "reached"))
            elif dice.random() < 0.5:
                told.append((thread, at, ("message", self.mail_in(document, at).id), False))
            else:
                to = dice.choice([self.contact, self.agent.partner_id])
                message = self.mail_out(document, at, user=dice.choice([self.seller, self.agent]), to=to)
                if to == self.contact:
                    told.append((thread, at, ("message", message.id), True))
        return told

    def usual_loop(self, told):
        """{start: end} as somebody would write it who has never heard of windows."""
        clocks, running = {}, {}
        for thread, _at, key, is_answer in told:
            if is_answer:
                if thread in running:
                    clocks[running.pop(thread)] = key
            elif thread not in running:
                running[thread] = key
                clocks[key] = None
        return clocks

    def found(self):
        sources = {2: "message", 3: "touch"}
        rows = self.env["crm.sync.response"].sudo().search([])
        return {(sources[row.start_source], row.start_id): row for row in rows}

    def test_a_hundred_talks_are_clocked_as_a_plain_loop_would_and_live_and_at_night_alike(self):
        for seed in range(3):
            with self.subTest(seed=seed):
                self.env["crm.sync.response"].sudo().search([]).unlink()
                self.env["mail.message"].search([("model", "in", ("crm.lead", "sale.order", "res.partner"))]).unlink()
                self.env.cr.execute("DELETE FROM crm_sync_touch")
                told = self.talk(100, seed)
                loop, rows = self.usual_loop(told), self.found()
                self.assertEqual(set(loop), set(rows))
                for start, end in loop.items():
                    self.assertEqual(rows[start].state, "answered" if end else "waiting")
                    if end and end[0] == "message":
                        self.assertEqual(rows[start].answer_message_id.id, end[1])
                with freeze_time(self.hours_later(24)):
                    # Only what ran out while nobody looked is marked by the job.
                    rows = self.env["crm.sync.response"].sudo().search([("is_overdue", "=", True)])
                    rows.is_breached = True
                    live = self.all_rows()
                    self.clock._reconcile(lambda _document: SQL("TRUE"))
                    self.assertEqual(self.all_rows(), live, "nothing left to be done")
                    self.env.cr.execute("DELETE FROM crm_sync_response")
                    self.clock._reconcile(lambda _document: SQL("TRUE"))
                    self.assertEqual(self.all_rows(), live, "computed anew")

    def test_when_the_manager_is_to_be_told_is_the_same_live_and_at_night(self):
        self.mail_in()
        live = self.responses().escalate_at
        # Two working hours after Monday 12:00 in Berlin.
        self.assertEqual(live, self.hours_later(70))
        self.env.cr.execute("DELETE FROM crm_sync_response")
        with freeze_time(FRIDAY):
            self.clock._reconcile(lambda _document: SQL("TRUE"))
        self.assertEqual(self.responses().escalate_at, live)

    def test_what_is_late_for_weeks_when_it_is_found_raises_no_alarm(self):
        for at, is_alarm in ((FRIDAY - timedelta(days=21), False), (FRIDAY - timedelta(days=3), True)):
            self.mail_in(self.lead.copy(), at=at, found=FRIDAY)
            live = self.responses(started_at=at)
            self.assertEqual(
                (live.is_breached, bool(live.escalate_at), bool(live.alarmed_at)), (True, is_alarm, not is_alarm)
            )
        known = [(row.id, row.escalate_at, row.alarmed_at) for row in self.responses()]
        self.env.cr.execute("DELETE FROM crm_sync_response")
        with freeze_time(FRIDAY):
            self.clock._reconcile(lambda _document: SQL("TRUE"))
        self.env["crm.sync.response"].invalidate_model()
        self.assertEqual([row[1:] for row in known], [(row.escalate_at, row.alarmed_at) for row in self.responses()])

    def test_hours_written_by_the_nightly_job_are_those_of_the_calendar(self):
        self.talk(60, "hours")
        self.env.cr.execute("DELETE FROM crm_sync_response")
        with freeze_time(self.hours_later(24)):
            self.clock._reconcile(lambda _document: SQL("TRUE"))
        rows = self.env["crm.sync.response"].sudo().search([])
        self.assertTrue(rows)
        for row in rows:
            calendar = row.department_id.resource_calendar_id or row.company_id.resource_calendar_id
            if row.state == "answered":
                hours = calendar.get_work_hours_count(row.started_at, row.answered_at)
                self.assertAlmostEqual(row.worked_seconds / 3600, hours, 3)
            due = calendar.plan_hours(row.target_seconds / 3600, row.started_at, compute_leaves=True)
            self.assertAlmostEqual((row.due_at - due).total_seconds(), 0, delta=1)

    def test_two_messages_that_were_imported_behind_our_back_are_found_at_night(self):
        for author, hours in ((self.contact, 0), (self.seller.partner_id, 0.5)):
            self.env.cr.execute(
                SQL(
                    """INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, date, is_internal, outgoing_email_to)
                       VALUES ('crm.lead', %s, 'email', %s, %s, %s, FALSE, 'li.na@northern.example.com')""",
                    self.lead.id,
                    self.env.ref("mail.mt_comment").id,
                    author.id,
                    self.hours_later(hours),
                )
            )
        self.clock._reconcile(lambda _document: SQL("TRUE"))
        self.assertEqual(self.told(), [("first", "answered", 0.5)])

    def test_a_range_of_documents_leaves_the_others_alone(self):
        others = self.lead.copy()
        for lead in self.lead, others:
            self.mail_in(lead)
        self.env.cr.execute("DELETE FROM crm_sync_response")
        self.clock._reconcile_range(None, self.lead.id, self.lead.id)
        self.assertEqual(self.responses().mapped("res_id"), [self.lead.id])

    def test_an_old_lead_that_is_lost_is_nobodys_task(self):
        self.mail_in()
        self.env.cr.execute("DELETE FROM crm_sync_response")
        self.env.cr.execute("UPDATE crm_lead SET active = FALSE WHERE id = %s", [self.lead.id])
        self.env.invalidate_all()
        with freeze_time(self.hours_later(24)):
            self.clock._reconcile(lambda _document: SQL("TRUE"))
        self.assertEqual((self.responses().state, self.responses().close_reason), ("closed", "over"))

    def test_a_department_without_hours_has_no_deadline(self):
        nothing = self.env["resource.calendar"].create({"name": "Never", "attendance_ids": [Command.clear()]})
        self.sales.resource_calendar_id = nothing
        self.mail_in()
        live = self.all_rows()
        self.assertFalse(self.responses().due_at)
        self.env.cr.execute("DELETE FROM crm_sync_response")
        with freeze_time(FRIDAY):
            self.clock._reconcile(lambda _document: SQL("TRUE"))
        self.assertEqual(self.all_rows(), live)

    def test_the_job_takes_the_same_statements_for_1_conversation_and_for_50(self):
        everything = lambda _document: SQL("TRUE")  # noqa: E731
        self.mail_in()
        self.clock._reconcile(everything)
        self.env.cr.execute("DELETE FROM crm_sync_response")
        counted = []
        for number in (1, 50):
            leads = self.lead
            for _copy in range(number - 1):
                leads |= self.lead.copy()
            for lead in leads:
                self.mail_in(lead)
            self.env.cr.execute("DELETE FROM crm_sync_response")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.clock._reconcile(everything)
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counted)), 1, counted)

    def test_one_message_costs_the_same_queries_in_a_short_and_in_a_long_conversation(self):
        counted = []
        for number in (1, 50):
            for minutes in range(number):
                self.mail_in(at=self.hours_later(minutes / 60))
                self.mail_out(at=self.hours_later(minutes / 60 + 0.005))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.clock._refresh({"crm.lead": [self.lead.id]})
            counted.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counted), 6, counted)
        self.assertEqual(len(set(counted)), 1, counted)

    def test_the_scheduled_job_runs_through_all_documents(self):
        self.mail_in(at=fields.Datetime.now() - timedelta(days=2))
        self.env.cr.execute("DELETE FROM crm_sync_response")
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref("crm_sync_measures.cron_reconcile_responses").method_direct_trigger(), True)
        self.assertEqual(self.told(), [("first", "waiting", None)])
