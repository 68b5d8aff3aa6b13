from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .report_common import ReportCase


class TestReportSubscription(ReportCase):
    """Who gets which report by mail, once for each period."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        self.startPatcher(patch.object(self.env.cr, "rollback", lambda: None))
        self.travel("2026-04-10 08:00:00")
        self.agent.tz = "Asia/Shanghai"
        self.measured(self.complaints, "2026-04-01", 7.0)

    def subscribe(self, user=None, **values):
        user = user or self.agent
        one = self.env["crm.sync.report.subscription"].with_user(user).create({"report": "service", **values})
        # As the request would end: when the next mail is due is told now, not when the clock has moved on.
        one.flush_recordset()
        return one

    def run_job(self):
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self.env["crm.sync.report.subscription"]._cron_mail()
        return self.env["mail.mail"].search([("id", ">", last)], order="id")

    def test_the_next_mail_is_due_four_days_after_the_month_at_eight_of_the_receivers_clock(self):
        one = self.subscribe()
        self.assertEqual(one.next_at, fields.Datetime.to_datetime("2026-05-05 00:00:00"))
        one.write({"hour": 9, "delay_days": 0, "period_kind": "quarter"})
        self.assertEqual(one.next_at, fields.Datetime.to_datetime("2026-07-01 01:00:00"))

    def test_it_is_mailed_once_with_workbook_and_paper_and_never_again_for_the_period(self):
        one = self.subscribe()
        self.travel("2026-05-05 00:10:00")
        mail = self.run_job()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids or mail.partner_ids, self.agent.partner_id)
        kinds = {name.rpartition(".")[2] for name in mail.attachment_ids.mapped("name")}
        self.assertIn("xlsx", kinds)
        self.assertEqual(len(kinds), 2)
        self.assertIn("Complaints of the Test", mail.body_html)
        self.assertEqual(one.delivery_ids.mapped("period_start"), [fields.Date.to_date("2026-04-01")])
        self.assertFalse(self.run_job())
        one._record_next(fields.Datetime.now() - timedelta(hours=1))
        self.assertFalse(self.run_job())
        self.assertEqual(one.next_at, fields.Datetime.to_datetime("2026-06-05 00:00:00"))

    def test_of_three_missed_months_only_the_last_one_is_mailed(self):
        one = self.subscribe()
        self.travel("2026-07-20 08:00:00")
        self.assertEqual(len(self.run_job()), 1)
        self.assertEqual(one.delivery_ids.mapped("period_start"), [fields.Date.to_date("2026-06-01")])

    def test_after_january_by_month_the_first_quarter_is_mailed_as_well(self):
        self.travel("2026-01-20 08:00:00")
        one = self.subscribe()
        self.travel("2026-02-05 00:10:00")
        self.assertEqual(len(self.run_job()), 1)
        one.period_kind = "quarter"
        one.flush_recordset()
        self.travel("2026-04-05 00:10:00")
        self.assertIn("2026-Q1", self.run_job().subject)
        self.assertEqual(
            [(str(row.period_start), str(row.period_end)) for row in one.delivery_ids.sorted("id")],
            [("2026-01-01", "2026-01-31"), ("2026-01-01", "2026-03-31")],
        )
        one._record_next(fields.Datetime.now() - timedelta(hours=1))
        self.assertFalse(self.run_job())

    def test_another_report_of_the_same_month_is_mailed_and_what_was_mailed_before_says_the_same(self):
        one = self.subscribe()
        self.travel("2026-05-05 00:10:00")
        self.assertIn("Service Report", self.run_job().subject)
        one.write({"report": "loyalty", "delay_days": 20})
        one.flush_recordset()
        self.env.invalidate_all()
        self.assertEqual(one.delivery_ids.mapped("report"), ["service"])
        self.travel("2026-05-21 00:10:00")
        self.assertIn("Loyalty Report", self.run_job().subject)
        self.assertEqual(one.delivery_ids.sorted("id").mapped("report"), ["service", "loyalty"])

    def test_two_rows_of_one_period_are_refused_by_the_database(self):
        one = self.subscribe()
        row = {
            "subscription_id": one.id,
            "report": "service",
            "period_start": "2026-04-01",
            "period_end": "2026-04-30",
            "state": "sent",
        }
        Delivery = self.env["crm.sync.report.delivery"]
        Delivery.create(row)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            Delivery.create(row)

    def test_it_tells_what_its_receiver_may_see_whoever_has_subscribed_him(self):
        scope = {"scope_kind": "person", "person_id": self.seller.id}
        self.measured(self.complaints, "2026-04-01", 2.0, f"person:{self.seller.id}")
        for receiver in (self.seller, self.colleague):
            self.subscribe(self.manager, user_id=receiver.id, **scope)
        self.travel("2026-05-06 12:00:00")
        mails = self.run_job()
        told = {mail.recipient_ids.id: "Complaints of the Test" in mail.body_html for mail in mails}
        self.assertEqual(told, {self.seller.partner_id.id: True, self.colleague.partner_id.id: False})

    def test_who_is_archived_gets_none_until_he_is_back(self):
        one = self.subscribe()
        self.agent.active = False
        self.travel("2026-05-05 00:10:00")
        self.assertFalse(self.run_job())
        self.assertTrue(one.sudo().is_paused)
        self.agent.active = True
        self.assertEqual(len(self.run_job()), 1)

    def test_who_has_lost_his_role_gets_none_and_the_reason_is_kept(self):
        one = self.subscribe()
        self.agent.group_ids -= self.env.ref("crm_sync_measures.group_user")
        self.travel("2026-05-05 00:10:00")
        self.assertFalse(self.run_job())
        self.assertEqual(one.sudo().delivery_ids.mapped("reason"), ["no_role"])

    def test_people_subscribe_themselves_and_managers_others(self):
        with self.assertRaises(AccessError):
            self.subscribe(self.agent, user_id=self.seller.id)
        own = self.subscribe(self.agent)
        with self.assertRaises(AccessError):
            own.with_user(self.agent).user_id = self.seller
        with self.assertRaises(AccessError):
            own.with_user(self.seller).read(["report"])
        self.assertTrue(self.subscribe(self.manager, user_id=self.seller.id))
        with self.assertRaises(AccessError):
            self.subscribe(self.auditor)

    def test_nobody_outside_subscribes_and_the_schedule_is_not_written(self):
        portal = new_test_user(self.env, "t_sub_portal", "base.group_portal")
        company, _other = self.other_company()
        for values in ({"user_id": portal.id}, {"user_id": self.seller.id, "company_id": company.id}):
            with self.assertRaises(ValidationError):
                self.subscribe(self.manager, **values)
        with self.assertRaises(UserError):
            self.subscribe(next_at="2026-01-01 00:00:00")
        with self.assertRaises(UserError):
            self.subscribe().write({"next_at": "2026-01-01 00:00:00"})

    def test_the_same_report_is_subscribed_once(self):
        self.subscribe()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.subscribe()

    def test_what_was_mailed_is_neither_changed_nor_deleted(self):
        self.subscribe()
        self.travel("2026-05-05 00:10:00")
        self.run_job()
        delivery = self.env["crm.sync.report.delivery"].search([("user_id", "=", self.agent.id)])
        with self.assertRaises(UserError):
            delivery.state = "skipped"
        with self.assertRaises(UserError):
            delivery.unlink()

    def test_a_subscription_comes_in_its_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_sync_measures"], ["zh_CN"])
        self.subscribe(lang="zh_CN")
        self.travel("2026-05-05 00:10:00")
        self.assertIn("客服报表", self.run_job().subject)
