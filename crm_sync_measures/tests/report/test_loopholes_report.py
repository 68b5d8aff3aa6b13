from unittest.mock import patch

from odoo.exceptions import UserError

from .report_common import ReportCase


class TestLoopholesReport(ReportCase):
    """What was mailed is known for ever, and no scope is one that breaks a report."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        self.startPatcher(patch.object(self.env.cr, "rollback", lambda: None))
        self.travel("2026-04-10 08:00:00")

    def subscribe(self, **values):
        Subscription = self.env["crm.sync.report.subscription"].with_user(self.manager)
        one = Subscription.create({"report": "service", "user_id": self.agent.id, **values})
        one.flush_recordset()
        return one

    def test_what_was_mailed_is_not_forgotten_with_its_subscription(self):
        one = self.subscribe()
        self.travel("2026-05-05 09:00:00")
        self.env["crm.sync.report.subscription"]._cron_mail()
        self.env.invalidate_all()
        delivery = one.sudo().delivery_ids
        self.assertEqual(len(delivery), 1)
        for user in (self.agent, self.manager):
            with self.assertRaises(UserError):
                one.with_user(user).unlink()
        with self.assertRaises(UserError):
            one.user_id = self.seller
        self.assertEqual(delivery.user_id, self.agent)
        one.with_user(self.agent).active = False
        self.assertTrue(delivery.exists())

    def test_what_was_never_mailed_may_go(self):
        one = self.subscribe()
        one.user_id = self.seller
        one.with_user(self.seller).unlink()
        self.assertFalse(one.exists())

    def test_a_channel_is_chosen_and_no_other_word_is_one(self):
        Page = self.env["crm.sync.report.page"].with_user(self.agent)
        page = Page.create({"report": "usage", "scope_kind": "channel", "channel": "web"})
        self.assertEqual(page.scope_key, "channel:web")
        self.assertIn("o_sync_report", page.body)
        for channel in ("7", "²", "9" * 60, "'; DROP TABLE crm_sync_kpi; --", "<b>web</b>"):
            with self.subTest(channel), self.assertRaises(ValueError):
                Page.create({"report": "usage", "scope_kind": "channel", "channel": channel})

    def test_a_key_that_is_sent_is_none_and_what_was_chosen_holds(self):
        Page = self.env["crm.sync.report.page"].with_user(self.agent)
        for key in ("channel:²", "<b>web</b>", f"person:{self.seller.id}"):
            with self.subTest(key):
                page = Page.create({"report": "usage", "scope_kind": "channel", "channel": "web", "scope_key": key})
                self.assertEqual(page.scope_key, "channel:web")
