from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..common import SyncCase


class TestArchivingAUserLosesNoActivity(SyncCase):
    """Odoo deletes the activities of a user who is archived.

    odoo/odoo#130895 brought it ("I just learned about this change in the worst way: an upset customer"),
    odoo/odoo#198742 and #265960 want to archive them instead, odoo/odoo#269609 to hand them on by role, OCA/mail#165
    to a fallback user; none of them tells anybody.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "t_admin", "base.group_system")
        cls.leaver = cls.new_user("t_leaver", "group_user", cls.service, "sales_team.group_sale_salesman_all_leads")
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Forty lamps", "type": "opportunity", "partner_id": cls.customer.id, "user_id": cls.leaver.id}
        )
        cls.call = cls.lead.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=date(2026, 3, 9),
            summary="Call back about the price",
            user_id=cls.leaver.id,
        )

    def handovers(self, user=None):
        return self.env["crm.sync.handover"].search([("user_id", "=", (user or self.leaver).id)])

    def archive(self, user=None):
        (user or self.leaver).with_user(self.admin).action_archive()

    def assert_waiting(self):
        """The call is there, open, with its date, and waits in a handover."""
        self.assertTrue(self.call.exists().active)
        self.assertEqual(self.call.date_deadline, date(2026, 3, 9))
        self.assertFalse(self.call.user_id)
        self.assertIn(self.call, self.lead.activity_ids)
        handover = self.handovers()
        self.assertEqual((handover.state, handover.reason), ("pending", "archived"))
        line = handover.line_ids.filtered(lambda line: line.res_model == "mail.activity")
        self.assertEqual(line.res_id, self.call.id)
        self.assertTrue(line.is_detained)
        return handover

    def test_by_the_button_the_call_of_9_march_stays_open_and_waits_in_a_handover(self):
        """odoo/odoo#130895, #198742, #265960."""
        self.archive()
        handover = self.assert_waiting()
        self.assertEqual(handover.department_id, self.service)
        self.assertEqual(
            set(handover.line_ids.mapped("kind")), {"activity", "lead"}, "the opportunity is on the list, too"
        )

    def test_by_write_and_by_import_it_is_the_same(self):
        """odoo/odoo#198742: ``write({"active": False})`` leaves activities with a user whom nobody is any more."""
        self.leaver.with_user(self.admin).write({"active": False})
        self.assert_waiting()
        other = self.new_user("t_other_leaver", "group_user", self.service)
        todo = self.customer.activity_schedule("mail.mail_activity_data_todo", user_id=other.id)
        other.with_user(self.admin).load([".id", "active"], [[str(other.id), "0"]])
        self.assertFalse(other.active)
        lines = self.handovers(other).line_ids
        self.assertIn(todo.id, lines.filtered(lambda line: line.kind == "activity").mapped("res_id"))
        self.assertTrue(todo.exists().active)

    def test_the_manager_of_the_department_is_told_once_in_a_word(self):
        self.archive()
        told = self.handovers().activity_ids
        self.assertEqual(told.user_id, self.head)
        self.assertEqual(len(told), 1)
        self.assertIn("t_leaver", told.summary)

    def test_without_a_department_manager_a_manager_of_customer_sync_is_told(self):
        self.service.manager_id = self.leaver
        self.archive()
        told = self.handovers().activity_ids.user_id
        self.assertTrue(told.has_group("crm_sync_measures.group_manager"))
        self.assertNotEqual(told, self.leaver)

    def test_a_to_do_without_a_record_goes_to_whoever_is_told(self):
        """Odoo does not allow a to-do that has neither a record nor a person: nobody would see it."""
        todo = self.env["mail.activity"].create({"summary": "Ring the fair's office", "user_id": self.leaver.id})
        self.archive()
        self.assertEqual(todo.exists().user_id, self.head)
        line = self.handovers().line_ids.filtered(lambda line: line.res_id == todo.id and line.kind == "activity")
        self.assertEqual(line.keeper_id, self.head)

    def test_activities_in_all_companies_are_kept_whatever_is_selected(self):
        """odoo/odoo#206813: the deletion goes over all companies, and so must the rescue."""
        company, _other = self.other_company()
        self.leaver.company_ids += company
        lead = self.env["crm.lead"].create({"name": "In the second company", "company_id": company.id})
        there = lead.activity_schedule("mail.mail_activity_data_call", user_id=self.leaver.id)
        admin = self.leaver.with_user(self.admin).with_context(allowed_company_ids=self.company.ids)
        admin.action_archive()
        self.assertTrue(there.exists())
        handovers = self.handovers()
        self.assertEqual(handovers.company_id, self.company | company)
        lines = {handover.company_id: handover.line_ids for handover in handovers}
        self.assertEqual(lines[company].mapped("res_id"), there.ids)
        self.assertNotIn(there.id, lines[self.company].mapped("res_id"))

    def test_done_activities_are_left_as_they_are(self):
        done = self.lead.activity_schedule("mail.mail_activity_data_call", user_id=self.leaver.id)
        done.with_user(self.leaver).action_feedback(feedback="Spoke with her")
        self.archive()
        self.assertEqual(done.exists().user_id, self.leaver)
        self.assertNotIn(done.id, self.handovers().line_ids.mapped("res_id"))

    def test_who_is_activated_again_has_his_call_back_and_the_handover_is_over(self):
        """OCA/mail#165 wants to give activities back, too."""
        self.archive()
        handover = self.handovers()
        self.leaver.with_user(self.admin).action_unarchive()
        self.assertEqual(self.call.user_id, self.leaver)
        self.assertEqual(handover.state, "undone")
        self.assertFalse(handover.activity_ids)

    def test_what_somebody_took_meanwhile_stays_with_him_when_the_user_comes_back(self):
        self.archive()
        self.call.user_id = self.seller
        self.leaver.with_user(self.admin).action_unarchive()
        self.assertEqual(self.call.user_id, self.seller)

    def test_archiving_twice_makes_one_handover(self):
        self.archive()
        self.leaver.with_user(self.admin).write({"active": False})
        self.assertEqual(len(self.handovers()), 1)

    def test_a_handover_that_was_being_prepared_goes_on(self):
        handover = self.env["crm.sync.handover"].with_user(self.manager).create({"user_id": self.leaver.id})
        handover.action_gather()
        line = handover.line_ids.filtered(lambda line: line.kind == "activity")
        line.user_id = self.seller
        self.archive()
        self.assertEqual(self.handovers(), handover.sudo())
        self.assertEqual((handover.reason, handover.state, line.user_id), ("leaving", "pending", self.seller))
        self.assertTrue(line.is_detained)
        handover.action_execute()
        self.assertEqual(self.call.user_id, self.seller)

    def test_other_changes_of_a_user_do_nothing(self):
        self.leaver.write({"group_ids": [Command.link(self.env.ref("base.group_partner_manager").id)]})
        company, _other = self.other_company()
        self.leaver.write({"company_ids": [Command.link(company.id)], "name": "Renamed"})
        self.assertEqual(self.call.user_id, self.leaver)
        self.assertFalse(self.handovers())

    def test_who_holds_nothing_is_archived_without_a_word(self):
        self.env["mail.activity"].search([("user_id", "=", self.auditor.id)]).unlink()
        self.archive(self.auditor)
        self.assertFalse(self.auditor.active)
        self.assertFalse(self.handovers(self.auditor))

    def test_who_may_not_archive_users_changes_nothing(self):
        for method, arguments in (("action_archive", ()), ("write", ({"active": False},))):
            with self.assertRaises(AccessError):
                getattr(self.leaver.with_user(self.manager), method)(*arguments)
        self.assertEqual(self.call.user_id, self.leaver)
        self.assertFalse(self.handovers())

    def test_a_user_with_activities_is_not_deleted_open_ones_nor_done_ones(self):
        """The database would delete them with the user: ``mail.activity.user_id`` is ``ondelete="cascade"``."""
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            self.leaver.unlink()
        self.call.with_user(self.leaver).action_feedback(feedback="Done")
        self.lead.user_id = False
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            self.leaver.unlink()
        self.assertTrue(self.call.exists())

    def test_five_users_are_archived_at_once_and_each_has_a_handover(self):
        users = self.env["res.users"]
        for number in range(5):
            users += self.new_user(f"t_leaver_{number}", "group_user", self.service)
        calls = self.env["mail.activity"]
        for user in users:
            calls += self.lead.activity_schedule("mail.mail_activity_data_call", user_id=user.id)
        users.with_user(self.admin).action_archive()
        self.assertEqual(len(calls.exists()), 5)
        self.assertEqual(self.env["crm.sync.handover"].search([("user_id", "in", users.ids)]).user_id, users)
