from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger
from psycopg2.errors import ForeignKeyViolation

from ..common import SyncCase


class TestTouch(SyncCase):
    def test_a_logged_contact_needs_only_customer_and_subject(self):
        touch = self.touch(self.agent)
        self.assertEqual(touch.user_id, self.agent)
        self.assertEqual(touch.department_id, self.service)
        self.assertEqual((touch.channel, touch.direction), ("call", "out"))
        self.assertLessEqual(touch.occurred_at, fields.Datetime.now())

    def test_the_department_stays_that_of_the_day_of_the_contact(self):
        touch = self.touch(self.agent)
        self.agent.sync_department_id = self.sales
        self.assertEqual(touch.department_id, self.service)

    def test_nobody_changes_a_logged_contact(self):
        touch = self.touch()
        for record in (touch.with_user(self.manager), touch.sudo()):
            with self.assertRaisesRegex(UserError, "Use “Correct”"):
                record.write({"subject": "Never said"})
        self.assertEqual(touch.subject, "Asked for a price")

    def test_nobody_deletes_a_logged_contact(self):
        touch = self.touch()
        with self.assertRaises(AccessError):
            touch.with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            touch.sudo().unlink()
        self.assertTrue(touch.exists())

    def test_a_correction_replaces_the_entry_and_keeps_both(self):
        touch = self.touch()
        action = touch.action_correct()
        values = {name.removeprefix("default_"): value for name, value in action["context"].items()}
        new = self.env["crm.sync.touch"].with_user(self.seller).create({**values, "subject": "Asked for a sample"})
        self.assertEqual(new.corrects_id, touch)
        self.assertTrue(touch.is_replaced)
        self.assertIn(touch, self.env["crm.sync.touch"].search([("is_replaced", "=", True)]))
        self.assertIn(new, self.env["crm.sync.touch"].search([("is_replaced", "=", False)]))
        with self.assertRaisesRegex(UserError, "already corrected"):
            touch.action_correct()

    def test_a_contact_in_the_future_is_refused_with_the_remedy(self):
        with self.assertRaisesRegex(UserError, "Plan an activity instead"):
            self.touch(occurred_at=self.days_ago(-1))

    def test_a_user_logs_for_himself_and_a_manager_for_anybody(self):
        with self.assertRaisesRegex(AccessError, "your own contacts"):
            self.touch(self.seller, user_id=self.agent.id)
        touch = self.touch(self.manager, user_id=self.agent.id)
        self.assertEqual(touch.department_id, self.service)

    def test_a_partner_with_logged_contacts_is_archived_not_deleted(self):
        self.touch(partner_id=self.contact.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(ForeignKeyViolation), self.cr.savepoint():
            self.contact.unlink()
            self.env.flush_all()
        self.contact.action_archive()
        self.assertFalse(self.contact.active)

    def test_logging_from_a_lead_and_a_quotation_fills_in_what_is_known(self):
        lead = self.env["crm.lead"].create({"name": "Lenses", "partner_id": self.contact.id})
        order = self.env["sale.order"].create({"partner_id": self.contact.id, "opportunity_id": lead.id})
        context = order.with_user(self.seller).action_log_sync_touch()["context"]
        self.assertEqual(
            (context["default_partner_id"], context["default_lead_id"], context["default_order_id"]),
            (self.contact.id, lead.id, order.id),
        )
