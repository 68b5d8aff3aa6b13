from odoo.tests import new_test_user

from .handover_common import HandoverCase


class TestAHandoverIsUndone(HandoverCase):
    """Complete, until the new owner has acted."""

    def test_every_field_of_every_record_is_as_it_was(self):
        self.env["crm.team"].create({"name": "Another team", "member_ids": [(6, 0, self.successor.ids)]})
        self.meeting.attendee_ids.filtered(lambda one: one.partner_id == self.seller.partner_id).state = "tentative"
        # Both follow the quotation, the seller with a choice of his own.
        self.order.message_subscribe(self.successor.partner_id.ids)
        self.order.message_subscribe(self.seller.partner_id.ids, self.env.ref("mail.mt_comment").ids)
        handover = self.handover()
        handover.line_ids.write({"user_id": self.successor.id})
        before = self.rows()
        handover.action_execute()
        between = self.rows()
        self.assertNotEqual(
            before["crm_lead"][self.lead.id]["date_open"], between["crm_lead"][self.lead.id]["date_open"]
        )
        self.assertNotEqual(before["crm_lead"][self.lead.id]["team_id"], between["crm_lead"][self.lead.id]["team_id"])
        handover.action_undo()
        after = self.rows()
        for table, rows in before.items():
            self.assertEqual(after[table], rows, table)
        self.assertEqual(handover.state, "undone")
        self.assertEqual(set(handover.line_ids.mapped("state")), {"undone"})
        self.assertEqual(self.promise.user_id, self.seller)
        self.assertEqual(self.promise.department_id, self.sales)

    def test_every_record_says_that_it_was_undone(self):
        self.executed().action_undo()
        for record in (self.customer, self.lead, self.order, self.promise, self.meeting):
            self.assertTrue([m for m in record.sudo().message_ids if "was undone: back to" in m.body], record)

    def assert_kept(self, handover, record, outcome="acted"):
        line = self.line(handover, record)
        self.assertEqual((line.state, line.outcome), ("kept", outcome), record)

    def test_what_the_new_owner_has_written_is_kept_and_says_so(self):
        handover = self.executed()
        self.lead.with_user(self.successor).expected_revenue = 1600
        handover.action_undo()
        self.assert_kept(handover, self.lead)
        self.assertEqual(self.lead.user_id, self.successor)
        self.assertEqual(self.order.user_id, self.seller)
        self.assertEqual(handover.kept_count, 1)

    def test_a_message_a_plan_and_a_logged_contact_are_acts_too(self):
        other = self.env["res.partner"].create({"name": "Other", "user_id": self.seller.id})
        handover = self.executed()
        self.order.with_user(self.successor).message_post(body="Dear Li Na, …", subtype_xmlid="mail.mt_comment")
        self.lead.with_user(self.successor).activity_schedule("mail.mail_activity_data_todo", user_id=self.boss.id)
        self.touch(self.successor, partner_id=other.id)
        handover.action_undo()
        for record in (self.order, self.lead, other):
            self.assert_kept(handover, record)
        self.assertEqual(self.customer.user_id, self.seller)

    def test_a_call_that_was_made_stays_made(self):
        handover = self.executed()
        self.call.with_user(self.successor).action_feedback(feedback="Reached her")
        handover.action_undo()
        self.assert_kept(handover, self.call)

    def test_what_somebody_else_has_done_does_not_keep_it(self):
        handover = self.executed()
        self.lead.with_user(self.manager).priority = "2"
        self.lead.with_user(self.manager).message_post(body="Look at this")
        handover.action_undo()
        self.assertEqual((self.lead.user_id, self.lead.priority), (self.seller, "2"))

    def test_what_was_given_on_is_kept_by_whoever_has_it(self):
        handover = self.executed()
        self.lead.with_user(self.manager).user_id = self.colleague
        handover.action_undo()
        self.assert_kept(handover, self.lead, "moved")
        self.assertEqual(self.lead.user_id, self.colleague)

    def test_who_hands_over_to_himself_can_undo_it(self):
        boss = new_test_user(
            self.env,
            "t_selling_boss",
            "base.group_user,crm_sync_measures.group_manager,sales_team.group_sale_manager",
        )
        handover = self.handover(leader=boss)
        handover.line_ids.write({"user_id": boss.id})
        handover.action_execute()
        self.assertEqual(self.lead.user_id, boss)
        handover.action_undo()
        self.assertEqual(self.lead.user_id, self.seller)
        self.assertFalse(handover.kept_count)

    def test_a_meeting_that_was_held_stays_with_who_held_it(self):
        handover = self.executed()
        self.meeting.sudo().write({"start": self.days_ago(2), "stop": self.days_ago(1)})
        handover.action_undo()
        self.assert_kept(handover, self.meeting, "over")

    def test_a_kept_promise_stays_with_who_kept_it(self):
        handover = self.executed()
        self.promise.with_user(self.successor).action_keep()
        handover.action_undo()
        self.assertEqual(self.line(handover, self.promise).state, "kept")
        self.assertEqual(self.promise.user_id, self.successor)

    def test_an_undo_of_an_archived_users_matters_makes_them_pending_again(self):
        admin = new_test_user(self.env, "t_admin", "base.group_system")
        handover = self.handover()
        self.seller.with_user(admin).action_archive()
        handover.line_ids.write({"user_id": self.successor.id})
        handover.action_execute()
        self.assertEqual(self.call.user_id, self.successor)
        handover.action_undo()
        self.assertEqual(handover.state, "pending")
        self.assertFalse(self.call.user_id)
        self.assertTrue(self.line(handover, self.call).is_detained)
        self.assertEqual(handover.sudo().activity_ids.user_id, self.boss, "the manager is asked once more")
        handover.action_execute()
        self.assertEqual(self.call.user_id, self.successor)

    def test_who_is_archived_between_handover_and_undo_gets_nothing_that_nobody_sees(self):
        admin = new_test_user(self.env, "t_admin", "base.group_system")
        handover = self.executed()
        self.seller.with_user(admin).action_archive()
        handover.action_undo()
        self.assertEqual(handover.state, "pending")
        self.assertFalse(self.call.user_id)
        self.assertTrue(self.line(handover, self.call).is_detained)

    def test_a_second_undo_is_refused(self):
        handover = self.executed()
        handover.action_undo()
        with self.assertRaisesRegex(Exception, "Status"):
            handover.action_undo()
