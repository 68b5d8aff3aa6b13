from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tools import SQL

from ..common import SyncCase


class TestCustomer(SyncCase):
    def test_every_commercial_entity_is_a_customer_but_colleagues_and_our_own_companies(self):
        rows = self.env["crm.sync.customer"].search([]).partner_id
        self.env.cr.precommit.run()
        self.assertTrue(self.standing())
        self.assertFalse(self.standing(self.contact))
        self.assertFalse(self.standing(self.seller.partner_id))
        self.assertFalse(self.standing(self.company.partner_id))
        self.assertFalse(rows & self.env["res.users"].search([]).partner_id)

    def test_a_logged_contact_moves_the_last_contact(self):
        touch = self.touch(self.agent, channel="visit", occurred_at=self.days_ago(1))
        row = self.standing()
        self.assertEqual(row.last_contact_at, touch.occurred_at)
        self.assertEqual((row.last_channel, row.last_direction, row.last_user_id), ("visit", "out", self.agent))
        self.assertEqual(row.days_since_contact, 1)

    def test_an_older_contact_logged_later_does_not_move_it_back(self):
        latest = self.touch(occurred_at=self.days_ago(1))
        self.touch(occurred_at=self.days_ago(9))
        self.assertEqual(self.standing().last_contact_at, latest.occurred_at)

    def test_a_corrected_contact_counts_no_more(self):
        wrong = self.touch(occurred_at=self.days_ago(1))
        self.touch(occurred_at=self.days_ago(8), corrects_id=wrong.id)
        self.assertEqual(self.standing().days_since_contact, 8)

    def test_an_email_to_a_contact_on_his_lead_moves_the_customers_last_contact(self):
        lead = self.env["crm.lead"].create({"name": "Lenses", "partner_id": self.contact.id})
        lead.with_user(self.seller).message_post(
            body="Here is the offer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        row = self.standing()
        self.assertEqual((row.last_channel, row.last_direction, row.last_user_id), ("email", "out", self.seller))

    def test_the_customers_own_mail_is_incoming(self):
        self.customer.message_post(
            body="Where is my order?",
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        row = self.standing()
        self.assertEqual((row.last_direction, row.last_user_id.id), ("in", False))

    def test_an_internal_note_is_no_contact(self):
        self.customer.with_user(self.seller).message_post(
            body="He is difficult", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertFalse(self.standing().last_contact_at)

    def test_a_call_done_is_a_contact_and_a_todo_done_is_not(self):
        self.customer.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id).action_feedback()
        self.assertFalse(self.standing().last_contact_at)
        self.customer.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id).action_feedback()
        self.assertEqual(self.standing().last_channel, "call")

    def test_a_meeting_counts_once_it_was_held(self):
        start = fields.Datetime.now() + timedelta(days=1)
        self.env["calendar.event"].with_user(self.seller).create(
            {
                "name": "Visit",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [(6, 0, (self.contact | self.seller.partner_id).ids)],
            }
        )
        self.env["crm.sync.customer"]._refresh_partners(self.customer)
        self.assertFalse(self.standing().last_contact_at)
        self.env["calendar.event"].search([("name", "=", "Visit")]).write(
            {"start": self.days_ago(3), "stop": self.days_ago(3) + timedelta(hours=1)}
        )
        self.env["crm.sync.customer"]._refresh_partners(self.customer)
        self.assertEqual(self.standing().last_channel, "meeting")

    def test_the_department_in_charge_is_the_owners_unless_the_customer_has_one(self):
        self.assertEqual(self.standing().department_id, self.sales)
        self.customer.sync_department_id = self.service
        self.assertEqual(self.standing().department_id, self.service)
        self.customer.sync_department_id = False
        self.customer.user_id = self.agent
        self.assertEqual(self.standing().department_id, self.service)

    def test_an_owner_who_changes_department_takes_his_customers_along(self):
        self.standing()
        self.seller.sync_department_id = self.service
        self.assertEqual(self.standing().department_id, self.service)

    def test_a_contact_that_becomes_a_customer_of_its_own_gets_a_row_and_the_history(self):
        touch = self.touch(partner_id=self.contact.id)
        self.contact.write({"parent_id": False})
        self.assertEqual(self.standing(self.contact).last_contact_at, touch.occurred_at)
        self.assertFalse(self.standing().last_contact_at)

    def test_archived_customers_keep_their_row(self):
        self.customer.action_archive()
        self.env.cr.precommit.run()
        row = (
            self.env["crm.sync.customer"]
            .with_context(active_test=False)
            .search([("partner_id", "=", self.customer.id)])
        )
        self.assertEqual(row.active, False)

    def test_neglected_is_a_setting_of_the_company(self):
        self.touch(occurred_at=self.days_ago(30))
        row = self.standing()
        self.assertFalse(row.is_neglected)
        self.company.sync_neglect_days = 20
        row.invalidate_recordset()
        self.assertTrue(row.is_neglected)
        self.assertIn(row, self.env["crm.sync.customer"].search([("is_neglected", "=", True)]))
        self.assertNotIn(row, self.env["crm.sync.customer"].search([("is_neglected", "=", False)]))

    def test_neglected_customers_come_first(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.touch(occurred_at=self.days_ago(100))
        self.touch(partner_id=other.id, occurred_at=self.days_ago(1))
        self.standing()
        rows = self.env["crm.sync.customer"].search([("partner_id", "in", (self.customer | other).ids)])
        self.assertEqual(rows.partner_id.ids, [self.customer.id, other.id])

    def test_a_customer_created_today_is_not_neglected_before_one_forgotten_for_a_year(self):
        new = self.env["res.partner"].create({"name": "New", "is_company": True})
        self.touch(occurred_at=self.days_ago(365))
        self.standing()
        rows = self.env["crm.sync.customer"].search([("partner_id", "in", (self.customer | new).ids)])
        self.assertEqual(rows.mapped("is_neglected"), [True, False])

    def test_the_nightly_job_repairs_what_was_written_behind_its_back_and_then_writes_nothing(self):
        self.touch(occurred_at=self.days_ago(4))
        self.env["res.partner"].create([{"name": "Other"}, {"name": "Third"}])
        row = self.standing()
        self.env.cr.execute(SQL("UPDATE crm_sync_customer SET last_contact_at = NULL, user_id = NULL"))
        self.env.cr.execute(SQL("DELETE FROM crm_sync_customer WHERE id != %s", row.id))
        row.invalidate_recordset()
        before = self.env["res.partner"].search_count([])
        self.env["crm.sync.customer"]._refresh_range(None, 0, 2**31 - 1)
        self.assertEqual((row.days_since_contact, row.user_id), (4, self.seller))
        self.assertGreater(self.env["crm.sync.customer"].search_count([]), 1)
        self.env.cr.execute("SELECT id, xmin::text FROM crm_sync_customer ORDER BY id")
        versions = self.env.cr.fetchall()
        self.env["crm.sync.customer"]._refresh_range(None, 0, 2**31 - 1)
        self.env.cr.execute("SELECT id, xmin::text FROM crm_sync_customer ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), versions)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_the_report_and_the_standing_agree(self):
        self.touch(occurred_at=self.days_ago(4))
        self.customer.with_user(self.seller).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        report = self.env["crm.sync.contact.report"].search([("commercial_partner_id", "=", self.customer.id)])
        self.assertEqual(len(report), 2)
        self.assertEqual(max(report.mapped("date")), self.standing().last_contact_at)
        self.assertEqual(set(report.mapped("channel")), {"call", "email"})

    def test_whom_another_company_sent_stays_unnamed(self):
        company, other = self.other_company()
        self.env["crm.sync.touch"].with_user(other).create({"partner_id": self.customer.id, "subject": "Hi"})
        row = self.standing()
        self.assertTrue(row.last_contact_at)
        self.assertFalse(row.with_user(self.manager).last_user_id)
        self.assertEqual(row.with_user(other).with_context(allowed_company_ids=company.ids).last_user_id, other)

    @freeze_time("2026-03-02 20:30:00")
    def test_days_without_contact_are_days_of_the_readers_calendar(self):
        self.touch(occurred_at=fields.Datetime.to_datetime("2026-03-01 20:30:00"))
        row = self.standing()
        self.assertEqual(row.with_context(tz="UTC").days_since_contact, 1)
