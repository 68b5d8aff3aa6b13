import logging
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import CheckViolation, SerializationFailure, UniqueViolation

from ...models.core.harmless import REPEATED, follow_up, harmless

_NAME = "odoo.addons.crm_sync_measures.tests.follow_up"
_logger = logging.getLogger(_NAME)

#: Where computed rows are brought up to date at the end of a transaction: (model, key and value of what was noted, who begins, who computes).
_AT_THE_END = [
    ("crm.sync.customer", "crm.sync.customer", {1: True}, "_refresh_noted", "_refresh_ids"),
    ("crm.sync.response.clock", "crm.sync.response", {"said": {"res.partner": {1}}}, "_refresh_noted", "_refresh_all"),
    ("crm.sync.tier.engine", "crm.sync.tier", {"cards": {1}}, "_review_noted", "_review"),
]


@tagged("-at_install", "post_install")
class TestHarmless(TransactionCase):
    """What follows from a transaction is never the reason that it fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        cls.customer = cls.partners.create({"name": "Follow GmbH", "is_company": True})
        cls.cr.flush()

    def setUp(self):
        super().setUp()
        self.addCleanup(self.env.cr.postcommit.clear)

    def follow(self, *errors):
        """Do something that fails with ``errors``, one after the other. Returns the cursors that it was done with."""
        cursors, left = [], list(errors)

        def work(partners):
            cursors.append(partners.env.cr)
            if left:
                raise left.pop(0)

        follow_up(self.partners, work, _logger, "It could not be done")
        return cursors

    # ---------------------------------------------------------------- at the end of a transaction

    def test_a_collision_is_worked_off_after_the_commit_in_a_transaction_of_its_own(self):
        for collision in (SerializationFailure(), UniqueViolation(), ConcurrencyError()):
            cursors = self.follow(collision)
            self.assertEqual(cursors, [self.env.cr])
            self.env.cr.postcommit.run()
            self.assertEqual(len(cursors), 2)
            self.assertNotEqual(cursors[1], self.env.cr)

    def test_after_the_commit_it_is_tried_five_times(self):
        cursors = self.follow(*[SerializationFailure()] * 9)
        self.env.cr.postcommit.run()
        self.assertEqual(len(cursors), 1 + 5)

    def test_an_error_after_the_commit_is_logged_and_what_comes_after_it_is_done_all_the_same(self):
        done = []
        cursors = self.follow(SerializationFailure(), ValueError("no"))
        self.env.cr.postcommit.add(lambda: done.append(1))
        with self.assertLogs(_NAME, "WARNING") as logs:
            self.env.cr.postcommit.run()
        self.assertEqual((len(cursors), done), (2, [1]))
        self.assertIn("It could not be done", logs.output[0])

    def test_an_error_that_is_no_collision_is_logged_and_undone_and_not_tried_again(self):
        def rename(partners):
            partners.browse(self.customer.id).name = "Half Done"
            raise ValueError("no")

        with self.assertLogs(_NAME, "WARNING"):
            follow_up(self.partners, rename, _logger, "It could not be done")
        self.assertEqual(self.customer.name, "Follow GmbH")
        self.assertFalse(self.env.cr.postcommit)

    def test_an_error_in_what_the_transaction_itself_has_to_write_is_raised(self):
        """Swallowed, the commit would be a rollback that nobody hears of."""
        for follows in (self.follow, lambda: harmless(self.env.cr, _logger, "no").__enter__()):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.env.cr.precommit.add(
                    lambda: self.env.cr.execute(
                        SQL("UPDATE res_partner SET name = NULL WHERE id = %s", self.customer.id)
                    )
                )
                follows()

    def test_no_user_sees_an_error_of_rows_that_the_night_computes_too(self):
        for name, key, noted, begin, compute in _AT_THE_END:
            with self.subTest(name):
                model = self.env[name].sudo()
                self.env.cr.precommit.data[key] = noted
                errors = [SerializationFailure(), ValueError("no")]
                with patch.object(type(model), compute, side_effect=errors) as computed:
                    getattr(model, begin)()
                    with self.assertLogs("odoo.addons.crm_sync_measures", "WARNING"):
                        self.env.cr.postcommit.run()
                self.assertEqual(computed.call_count, 2)

    # ---------------------------------------------------------------- in the middle of a request

    def test_what_fails_in_the_middle_is_undone_and_logged(self):
        with self.assertLogs(_NAME, "ERROR") as logs, harmless(self.env.cr, _logger, "Customer %s: no", 7):
            self.customer.name = "Half Done"
            raise ValueError("no")
        self.assertIn("Customer 7: no", logs.output[0])
        self.assertEqual(self.customer.name, "Follow GmbH")

    def test_a_collision_in_the_middle_is_raised_so_that_odoo_repeats_the_request(self):
        self.assertIn(ConcurrencyError, REPEATED)
        for collision in REPEATED:
            with self.assertRaises(collision), harmless(self.env.cr, _logger, "no"):
                raise collision()
