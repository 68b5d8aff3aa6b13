from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from ..common import SyncCase

RUNNER = "odoo.addons.crm_sync_measures.models.core.crm_sync_job_runner"


@tagged("post_install", "-at_install")
class TestJobRunner(SyncCase):
    """The work here: strip the word "todo" from the reference of partners."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env["ir.cron"].create(
            {
                "name": "Test job",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "model._test_cron()",
                "interval_type": "days",
                "interval_number": 1,
            }
        )
        cls.job = cls.env["crm.sync.job"].create({"name": "Test job", "code": "test", "cron_id": cls.cron.id})
        cls.partners = cls.env["res.partner"].create([{"name": f"P{n}", "ref": "todo"} for n in range(7)])
        cls.worked = []
        cls.poison = set()
        Partner = cls.env.registry["res.partner"]

        def _test_work(partner):
            cls.worked.append(partner.id)
            if partner.id in cls.poison:
                raise ValueError(f"cannot work {partner.name}")
            partner.ref = False

        cls.startClassPatcher(patch.object(Partner, "_test_work", _test_work, create=True))

    def setUp(self):
        super().setUp()
        self.worked.clear()
        self.poison.clear()
        # A test may not commit; the runner's own bookkeeping is what is looked at here.
        commit = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: self.seconds_left()
        )
        self.startPatcher(commit)
        self.startPatcher(patch.object(self.env.cr, "rollback", lambda: None))
        self.startPatcher(patch(f"{RUNNER}.time.sleep"))
        self.seconds = [1000.0] * 100

    def seconds_left(self):
        return self.seconds.pop(0)

    def run_job(self, batch_size=3):
        return self.env["crm.sync.job.runner"]._run_records(
            "test", "res.partner", [("ref", "=", "todo")], "_test_work", batch_size
        )

    def test_all_records_are_done_in_batches_by_id(self):
        self.assertEqual(self.run_job(), 7)
        self.assertEqual(self.worked, sorted(self.partners.ids))
        self.assertEqual((self.job.last_done, self.job.last_failed), (7, 0))
        self.assertTrue(self.job.last_end >= self.job.last_start)

    def test_running_twice_does_nothing_the_second_time(self):
        self.run_job()
        self.worked.clear()
        self.assertEqual(self.run_job(), 0)
        self.assertFalse(self.worked)

    def test_it_stops_when_the_schedulers_time_is_up_and_goes_on_behind_it(self):
        self.seconds = [1000.0, 0.0] + [1000.0] * 100
        self.assertEqual(self.run_job(), 3)
        self.assertEqual(self.run_job(), 4)
        self.assertEqual(sorted(self.worked), sorted(self.partners.ids))

    @mute_logger(RUNNER)
    def test_a_poison_record_is_set_aside_and_the_others_are_done(self):
        bad = self.partners[2]
        self.poison.add(bad.id)
        self.assertEqual(self.run_job(), 6)
        failure = self.job.failure_ids
        self.assertEqual((failure.res_id, failure.subject, failure.tries), (bad.id, "P2", 1))
        self.assertEqual(failure.error, "ValueError: cannot work P2")
        self.assertEqual(failure.state, "retry")
        self.assertAlmostEqual(
            failure.next_try, fields.Datetime.now() + timedelta(minutes=5), delta=timedelta(seconds=30)
        )
        self.assertEqual(self.job.health, "failing")

    @mute_logger(RUNNER)
    def test_it_is_tried_again_when_its_time_has_come_and_resolved_when_it_works(self):
        bad = self.partners[2]
        self.poison.add(bad.id)
        self.run_job()
        self.worked.clear()
        self.run_job()
        self.assertFalse(self.worked, "not before its next try")
        self.job.failure_ids.next_try = fields.Datetime.now() - timedelta(seconds=1)
        self.poison.clear()
        self.run_job()
        self.assertEqual(self.worked, bad.ids)
        self.assertEqual(self.job.failure_ids.state, "resolved")
        self.assertEqual(self.job.health, "ok")

    @mute_logger(RUNNER)
    def test_the_owner_is_told_once_after_the_third_failure_and_it_is_given_up_after_the_eighth(self):
        self.job.owner_id = self.manager
        self.poison.add(self.partners[2].id)
        for tries in range(1, 10):
            self.run_job()
            self.assertEqual(len(self.job.activity_ids), 1 if tries >= 3 else 0, tries)
            if self.job.failure_ids.state == "retry":
                self.job.failure_ids.next_try = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual((self.job.failure_ids.tries, self.job.failure_ids.state), (8, "given_up"))
        self.assertEqual(self.job.activity_ids.user_id, self.manager)

    def test_a_collision_repeats_the_batch_in_the_same_run(self):
        original, collisions = type(self.partners)._test_work, []

        def colliding(partner):
            if not collisions:
                collisions.append(partner.id)
                raise SerializationFailure("could not serialize access due to concurrent update")
            original(partner)

        with patch.object(type(self.partners), "_test_work", colliding):
            self.assertEqual(self.run_job(), 7)
        self.assertFalse(self.job.failure_ids)

    def test_what_a_job_does_beside_its_batches_is_repeated_too_and_written_before_it_is_committed(self):
        tries = []

        def work(ref):
            tries.append(ref)
            self.partners[0].ref = ref
            if len(tries) == 1:
                raise SerializationFailure("could not serialize access due to concurrent update")
            return ref

        self.assertEqual(self.env["crm.sync.job.runner"]._in_one(work, "done"), "done")
        self.assertEqual(tries, ["done", "done"])
        self.env.cr.execute("SELECT ref FROM res_partner WHERE id = %s", [self.partners[0].id])
        self.assertEqual(self.env.cr.fetchone(), ("done",))

    def test_missed_days_are_caught_up_one_by_one_and_only_once(self):
        self.env["crm.sync.job.period"].create({"job_id": self.job.id, "date_start": self.today(-3), "is_done": True})
        days = []
        self.run_ranges(lambda day, lowest, highest: days.append(day))
        self.assertEqual(sorted(set(days)), [self.today(-2), self.today(-1), self.today()])
        days.clear()
        self.run_ranges(lambda day, lowest, highest: days.append(day))
        self.assertFalse(days)

    def test_ranges_cover_every_id_exactly_once(self):
        ranges = []
        self.run_ranges(lambda day, lowest, highest: ranges.append((lowest, highest)))
        self.env.cr.execute("SELECT id FROM res_partner")
        for [partner_id] in self.env.cr.fetchall():
            self.assertEqual(sum(low <= partner_id <= high for low, high in ranges), 1, partner_id)

    def test_a_run_that_was_cut_short_resumes_behind_the_last_range(self):
        ranges = []
        self.seconds = [1000.0, 1000.0, 0.0] + [1000.0] * 500
        self.run_ranges(lambda day, lowest, highest: ranges.append((lowest, highest)))
        self.assertEqual(len(ranges), 2)
        self.run_ranges(lambda day, lowest, highest: ranges.append((lowest, highest)))
        self.assertEqual(len(ranges), len(set(ranges)))

    @mute_logger(RUNNER)
    def test_a_range_that_fails_is_listed_and_the_others_are_done(self):
        ranges = []

        def work(day, lowest, highest):
            if not ranges:
                ranges.append("failed")
                raise ValueError("bad range")
            ranges.append((lowest, highest))

        self.run_ranges(work)
        self.assertGreater(len(ranges), 2)
        self.assertIn("bad range", self.job.failure_ids.error)

    @mute_logger(RUNNER)
    def test_a_range_that_failed_is_tried_again_and_taken_off_the_list(self):
        bad = []

        def work(day, lowest, highest):
            if not bad or (day, lowest, highest) == bad[0]:
                bad.append((day, lowest, highest))
                if len(bad) < 3:
                    raise ValueError("bad range")

        self.run_ranges(work)
        failure = self.job.failure_ids
        for tries, state in ((2, "retry"), (2, "resolved")):
            failure.next_try = fields.Datetime.now() - timedelta(seconds=1)
            self.run_ranges(work)
            self.assertEqual((failure.tries, failure.state), (tries, state))

    def test_run_now_works_the_day_once_more(self):
        self.run_ranges(lambda day, lowest, highest: None)
        days = []
        self.job.with_user(self.manager).action_run_now()
        self.run_ranges(lambda day, lowest, highest: days.append(day))
        self.assertEqual(set(days), {self.today()})

    def run_ranges(self, work):
        self.seconds = self.seconds if len(self.seconds) > 100 else self.seconds + [1000.0] * 500
        return self.env["crm.sync.job.runner"]._run_ranges("test", "res.partner", work, batch_size=5)

    def today(self, days=0):
        return fields.Date.context_today(self.env.user) + timedelta(days=days)

    def test_a_job_is_overdue_when_its_time_has_passed_by_an_interval_and_off_when_switched_off(self):
        self.cron.nextcall = fields.Datetime.now() - timedelta(days=2)
        self.job.invalidate_recordset()
        self.assertEqual(self.job.health, "overdue")
        self.job.with_user(self.manager).action_switch()
        self.job.invalidate_recordset()
        self.assertEqual(self.job.health, "off")

    def test_run_now_asks_the_scheduler_and_only_managers_may(self):
        self.job.with_user(self.manager).action_run_now()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)]))
        for user in (self.seller, self.head, self.auditor):
            with self.assertRaises(AccessError):
                self.job.with_user(user).action_run_now()

    def test_every_job_of_the_addon_has_a_scheduled_action_that_runs_a_private_method(self):
        jobs = self.env["crm.sync.job"].search([("code", "!=", "test")])
        self.assertTrue(jobs)
        for job in jobs:
            self.assertRegex(job.cron_id.code, r"^model\._cron_\w+\(\)$")


@tagged("post_install", "-at_install")
class TestRealRun(TransactionCase):
    def test_the_nightly_refresh_runs_under_odoos_scheduler(self):
        cron = self.env.ref("crm_sync_measures.cron_refresh_customers")
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
        job = self.env.ref("crm_sync_measures.job_refresh_customers")
        job.invalidate_recordset()
        self.assertTrue(job.last_end)
        self.assertEqual((job.last_failed, job.health), (0, "ok"))
        periods = self.env["crm.sync.job.period"].search([("job_id", "=", job.id)])
        self.assertEqual(periods.mapped("is_done"), [True])
