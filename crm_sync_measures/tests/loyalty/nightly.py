from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields

from .common import LoyaltyCase


class NightlyCase(LoyaltyCase):
    """Days pass, and nightly work is done. A test may not commit, so the jobs' commits do nothing here."""

    #: The day on which each test begins; UTC, as the program's days are.
    TODAY = "2026-03-10 12:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).partner_id.tz = "UTC"

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        self.startPatcher(patch.object(self.env.cr, "rollback", lambda: None))
        self.travel(self.TODAY)

    def travel(self, moment):
        """Go to that moment, for the rest of the test."""
        self.startPatcher(freeze_time(moment))

    def pass_days(self, days):
        self.travel(fields.Datetime.now() + timedelta(days=days))

    def today(self):
        return fields.Date.today()

    def expire(self):
        """One nightly run: the number of cards on which something expired."""
        self.env["crm.sync.loyalty.expiry"]._cron_expire()
        return self.job("expire_points").last_done

    def job(self, code):
        return self.env["crm.sync.job"].search([("code", "=", code)])

    @contextmanager
    def assertNothingMoves(self, card):
        before = (card.points, len(card.sync_entry_ids), card.sync_lot_ids.mapped("remaining"))
        yield
        card.invalidate_recordset()
        self.assertEqual((card.points, len(card.sync_entry_ids), card.sync_lot_ids.mapped("remaining")), before)
