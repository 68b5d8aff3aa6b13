from odoo import fields
from odoo.exceptions import AccessError, UserError

from .handover_common import HandoverCase


class TestAColleagueLeaves(HandoverCase):
    """ "The colleague who knew this customer has left, and the customer comes in half an hour.\""""

    def test_everything_he_holds_is_on_the_list(self):
        handover = self.handover()
        kinds = handover.line_ids.mapped("kind")
        # The customer and her contact person are both his.
        self.assertEqual(
            {kind: kinds.count(kind) for kind in set(kinds)},
            {
                "customer": 2,
                "lead": 1,
                "quotation": 1,
                "activity": 1,
                "promise": 1,
                "meeting": 1,
                "followed": 1,
            }
            | ({"response": kinds.count("response")} if "response" in kinds else {}),
        )
        for record in (self.customer, self.lead, self.order, self.call, self.promise, self.meeting, self.followed):
            self.assertTrue(self.line(handover, record), record)
        self.assertEqual(self.line(handover, self.call).partner_id, self.contact)
        self.assertEqual(self.line(handover, self.meeting).partner_id, self.contact)

    def test_a_day_is_the_day_where_he_lives(self):
        self.seller.tz = "Asia/Shanghai"
        self.meeting.write({"start": "2030-05-06 20:00:00", "stop": "2030-05-06 21:00:00"})
        self.promise.sudo()._record({"due_at": "2030-05-06 18:00:00"})
        handover = self.handover()
        for record in (self.meeting, self.promise):
            self.assertEqual(str(self.line(handover, record).due_on), "2030-05-07", record)

    def test_what_is_settled_or_private_is_not_on_it(self):
        won = self.lead.copy({"user_id": self.seller.id})
        won.action_set_won()
        self.order.action_confirm()
        private = self.new_meeting("Dentist", self.seller, self.contact, privacy="private")
        past = self.new_meeting("Last week", self.seller, self.contact, start=self.days_ago(8), stop=self.days_ago(7))
        team = self.new_meeting("Team meeting", self.successor, self.seller.partner_id)
        self.promise.with_user(self.seller).action_keep()
        handover = self.handover()
        for record in (won, self.order, private, past, team, self.promise):
            self.assertFalse(self.line(handover, record), record)

    def test_a_private_calendar_keeps_all_its_meetings(self):
        self.seller.with_user(self.seller).calendar_default_privacy = "private"
        handover = self.handover()
        self.assertFalse(self.line(handover, self.meeting))

    def test_a_meeting_that_an_assistant_made_goes_on_with_who_meets_the_customer(self):
        visit = self.new_meeting("Visit", self.agent, self.contact, self.seller.partner_id)
        handover = self.executed()
        self.assertTrue(self.line(handover, visit))
        self.assertEqual(visit.user_id, self.agent)
        self.assertIn(self.successor.partner_id, visit.partner_ids)
        self.assertNotIn(self.seller.partner_id, visit.partner_ids)
        before = visit.partner_ids
        handover.action_undo()
        self.assertIn(self.seller.partner_id, visit.partner_ids)
        self.assertNotEqual(visit.partner_ids, before)

    def test_all_matters_of_a_customer_are_suggested_to_one_person_with_a_reason(self):
        self.touch(self.successor, partner_id=self.contact.id)
        handover = self.handover()
        lines = handover.line_ids.filtered(lambda line: line.partner_id.commercial_partner_id == self.customer)
        self.assertEqual(len(lines.suggested_user_id), 1)
        self.assertEqual(lines.user_id, self.successor)
        self.assertTrue(all(lines.mapped("suggestion_text")))

    def test_an_activity_on_a_colleagues_opportunity_goes_to_that_colleague(self):
        theirs = self.env["crm.lead"].create({"name": "Theirs", "user_id": self.manager.id})
        call = theirs.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        line = self.line(self.handover(), call)
        self.assertEqual((line.user_id, line.suggestion_text), (self.manager, "In charge of the record"))
        self.assertEqual(line.suggestion_main, line.suggestion_text)

    def test_nobody_is_suggested_who_has_no_right_to_the_records(self):
        self.agent.sync_department_id = self.sales
        handover = self.handover()
        self.assertNotIn(self.agent, self.line(handover, self.lead).suggested_user_id)
        line = self.line(handover, self.lead)
        line.user_id = self.agent
        with self.assertRaisesRegex(UserError, "has no right"):
            handover.action_execute()
        self.assertEqual(self.lead.user_id, self.seller)

    def test_one_click_gives_everything_to_the_new_owner(self):
        handover = self.executed(note="Li Na likes to be called in the morning.")
        self.assertEqual(handover.state, "done")
        for record in (self.customer, self.contact, self.lead, self.order, self.call, self.promise, self.meeting):
            self.assertEqual(record.user_id, self.successor, record)
        self.assertIn(self.successor.partner_id, self.meeting.partner_ids)
        self.assertNotIn(self.seller.partner_id, self.meeting.partner_ids)
        self.assertIn(self.successor.partner_id, self.followed.message_partner_ids)
        self.assertNotIn(self.seller.partner_id, self.followed.message_partner_ids)
        self.assertNotIn(self.seller.partner_id, self.lead.message_partner_ids)
        self.assertEqual(self.promise.sudo().event_ids.sorted("id")[-1].kind, "handed_over")

    def test_every_record_tells_it_once_in_a_note_and_says_nothing_of_the_reason(self):
        self.executed(reason="ill", note="Li Na likes to be called in the morning.")
        for record in (self.customer, self.contact, self.lead, self.order, self.promise, self.meeting, self.followed):
            [note] = self.notes(record.sudo())
            self.assertIn("t_seller", note)
            self.assertIn("t_successor", note)
            self.assertIn("in the morning", note)
            self.assertNotIn("Ill", note)
            message = record.sudo().message_ids.filtered(lambda message: "anded over" in message.body)
            self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
            self.assertFalse(message.notification_ids)

    def test_who_is_ill_goes_on_following_what_he_followed(self):
        self.executed(reason="ill")
        self.assertIn(self.seller.partner_id, self.followed.message_partner_ids)
        self.assertIn(self.successor.partner_id, self.followed.message_partner_ids)

    def test_the_new_owner_gets_one_message_and_no_mail_for_each_record(self):
        before = self.env["mail.mail"].search([])
        handover = self.executed()
        told = self.env["mail.message"].search(
            [
                ("model", "=", "crm.sync.handover"),
                ("res_id", "=", handover.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(len(told), 1)
        self.assertEqual(told.partner_ids, self.successor.partner_id)
        self.assertLessEqual(len(self.env["mail.mail"].search([]) - before), 1)

    def test_a_line_without_a_new_owner_stays_as_it_was(self):
        handover = self.handover()
        handover.line_ids.write({"user_id": self.successor.id})
        line = self.line(handover, self.order)
        line.user_id = False
        handover.action_execute()
        self.assertEqual((line.state, self.order.user_id), ("skipped", self.seller))

    def test_what_somebody_has_taken_meanwhile_is_left_to_him(self):
        handover = self.handover()
        handover.line_ids.write({"user_id": self.successor.id})
        self.lead.user_id = self.manager
        gone = self.line(handover, self.call)
        self.call.unlink()
        handover.action_execute()
        line = self.line(handover, self.lead)
        self.assertEqual((line.state, line.outcome, self.lead.user_id), ("skipped", "taken", self.manager))
        self.assertEqual((gone.state, gone.outcome), ("skipped", "deleted"))
        self.assertEqual(self.customer.user_id, self.successor)

    def test_collecting_again_adds_what_came_up_and_keeps_what_was_chosen(self):
        handover = self.handover()
        self.line(handover, self.lead).user_id = self.manager
        self.order.user_id = self.manager
        new = self.lead.copy({"user_id": self.seller.id})
        handover.action_gather()
        self.assertTrue(self.line(handover, new))
        self.assertFalse(self.line(handover, self.order))
        self.assertEqual(self.line(handover, self.lead).user_id, self.manager)

    def test_the_preview_tells_who_gets_how_much_before_it_is_done(self):
        handover = self.handover()
        handover.line_ids.write({"user_id": self.successor.id})
        self.line(handover, self.order).user_id = False
        rows = handover._get_preview()
        self.assertEqual([row["user"] for row in rows], [self.successor.name, False])
        self.assertEqual(rows[1]["words"], ["Quotation: 1"])
        self.assertIn("t_successor", handover.preview)

    def test_nothing_but_words_and_people_can_be_written_and_nothing_once_it_is_done(self):
        handover = self.handover()
        line = self.line(handover, self.lead)
        for record, values in (
            (handover, {"state": "done"}),
            (handover, {"executed_at": fields.Datetime.now()}),
            (line, {"state": "done"}),
            (line, {"res_id": 1}),
            (line, {"old_values": {}}),
        ):
            with self.assertRaises(AccessError, msg=values):
                record.write(values)
        with self.assertRaisesRegex(UserError, "active colleague"):
            line.user_id = self.env.ref("base.public_user")
        with self.assertRaisesRegex(UserError, "somebody else"):
            line.user_id = self.seller
        _company, stranger = self.other_company()
        with self.assertRaisesRegex(UserError, "does not work in"):
            line.user_id = stranger
        handover.line_ids.write({"user_id": self.successor.id})
        handover.action_execute()
        with self.assertRaises(UserError):
            line.user_id = self.manager
        with self.assertRaises(UserError):
            handover.action_execute()
        with self.assertRaises(UserError):
            handover.unlink()

    def test_twenty_records_cost_not_many_more_queries_than_one(self):
        def cost(login, number):
            holder = self.new_user(login, "group_user", self.sales)
            partners = self.env["res.partner"].create(
                [{"name": f"Customer {number}", "user_id": holder.id} for number in range(number)]
            )
            self.env["crm.lead"].create(
                [{"name": "Lead", "partner_id": partner.id, "user_id": holder.id} for partner in partners]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            counts = []
            handover = self.env["crm.sync.handover"].with_user(self.manager).create({"user_id": holder.id})
            for method in ("action_gather", "action_execute", "action_undo"):
                if method == "action_execute":
                    handover.line_ids.write({"user_id": self.successor.id})
                before = self.env.cr.sql_log_count
                getattr(handover, method)()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
            return counts

        cost("t_warm_up", 2)
        few, many = cost("t_few", 2), cost("t_many", 20)
        for name, less, more in zip(("collect", "execute", "undo"), few, many, strict=True):
            self.assertLessEqual(more, less + 12, f"{name}: {few} against {many}")


class TestCustomersAreTold(HandoverCase):
    """A letter by template, through the contact gate."""

    def letters(self, handover):
        return {letter.partner_id.name: letter for letter in handover.sudo().letter_ids}

    def test_each_customer_gets_one_letter_that_names_the_new_contact(self):
        handover = self.executed(send_letter=True)
        letters = self.letters(handover)
        self.assertEqual(set(letters), {"Northern Optics", "Li Na"})
        for letter in letters.values():
            self.assertEqual(letter.state, "queued")
            self.assertIn("t_successor", letter.mail_mail_id.body_html)
            self.assertIn("t_seller", letter.mail_mail_id.body_html)
            self.assertEqual(letter.mail_mail_id.recipient_ids, letter.partner_id)

    def test_who_wants_no_mail_gets_none_and_the_list_says_why(self):
        self.env["mail.blacklist"].sudo()._add("li.na@northern.example.com")
        self.customer.email = False
        letters = self.letters(self.executed(send_letter=True))
        self.assertEqual({name: letter.state for name, letter in letters.items()}, dict.fromkeys(letters, "suppressed"))
        self.assertEqual(letters["Li Na"].reason, "opted_out")
        self.assertEqual(letters["Northern Optics"].reason, "no_address")
        self.assertTrue(letters["Li Na"].reason_text)

    def test_the_preview_sends_nothing_and_shows_the_letter(self):
        handover = self.handover(send_letter=True)
        handover.line_ids.write({"user_id": self.successor.id})
        before = self.env["mail.mail"].search_count([])
        handover.action_preview_letters()
        action = handover.action_preview_letters()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), handover.letter_ids)
        self.assertEqual(len(handover.letter_ids), 2)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertIn("t_successor", handover.letter_ids[0].body)

    def test_an_undo_calls_back_the_letters_that_have_not_left(self):
        handover = self.executed(send_letter=True)
        mails = handover.sudo().letter_ids.mail_mail_id
        mails[0].state = "sent"
        handover.action_undo()
        self.assertEqual(mails.exists(), mails[0])
        self.assertEqual(sorted(handover.sudo().letter_ids.mapped("state")), ["queued", "recalled"])

    def test_no_letter_leaves_unless_it_is_wanted(self):
        self.assertFalse(self.executed().sudo().letter_ids)
