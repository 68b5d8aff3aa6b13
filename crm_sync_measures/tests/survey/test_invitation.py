from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .survey_common import SurveyCase


class TestInvitation(SurveyCase):
    # ---------------------------------------------------------------- states

    def test_each_step_is_kept_with_its_moment_and_in_the_history(self):
        with freeze_time("2026-03-02 09:00:00"):
            invitation = self.invite()
        for hour, state in enumerate(("queued", "sent", "opened", "started", "done"), 10):
            with freeze_time(f"2026-03-02 {hour}:00:00"):
                self.assertEqual(invitation._set_state(state), invitation)
                self.assertEqual(str(invitation[f"{state}_at"]), f"2026-03-02 {hour}:00:00")
        self.assertEqual(
            invitation.event_ids.sorted("id").mapped("new_state"), ["queued", "sent", "opened", "started", "done"]
        )

    def test_what_a_customer_does_on_a_page_is_done_in_nobodys_name(self):
        invitation = self.invite(state="sent")
        invitation.with_user(self.env.ref("base.public_user")).sudo()._set_state("opened")
        event = invitation.event_ids.filtered(lambda event: event.new_state == "opened")
        self.assertEqual(event.user_id, self.env.ref("base.user_root"))

    def test_the_first_answer_stands_whatever_comes_afterwards(self):
        invitation = self.invite(state="done")
        done_at = invitation.done_at
        for state in ("opened", "started", "done", "bounced", "expired", "cancelled", "suppressed", "queued"):
            self.assertFalse(invitation._set_state(state))
        self.assertEqual((invitation.state, invitation.done_at), ("done", done_at))
        self.assertEqual(len(invitation.event_ids), 5)

    def test_what_was_dropped_is_never_sent(self):
        dropped = self.invite()
        dropped._suppress("asked_recently")
        self.assertFalse(dropped._set_state("queued"))
        self.assertEqual((dropped.state, dropped.suppressed_by), ("suppressed", "asked_recently"))
        self.assertIn("lately", dropped.suppressed_text)

    def test_only_those_move_that_may(self):
        planned, done = self.invite(), self.invite(state="done")
        self.assertEqual((planned | done)._set_state("cancelled"), planned)

    def test_who_answers_a_mail_that_came_back_has_answered(self):
        invitation = self.invite(state="bounced")
        self.assertTrue(invitation._set_state("done"))

    def test_every_reason_has_a_sentence(self):
        sentences = self.Invitation._suppression_sentences()
        for code in ("opted_out", "bounced", "no_address", "open_complaint", "asked_recently", "company_cap", "quota",
                     "quiet_hours", "duplicate"):  # fmt: skip
            self.assertIn(code, sentences)

    def test_it_may_be_answered_until_it_expires(self):
        invitation = self.invite(state="sent", expires_at=self.now() + timedelta(days=1))
        self.assertEqual(invitation._page_state(), "form")
        with freeze_time(self.now() + timedelta(days=2)):
            self.assertEqual(invitation._page_state(), "gone")
        self.assertEqual(self.invite(state="done")._page_state(), "thanks")
        self.assertEqual(self.invite()._page_state(), "none", "nobody has the link yet")

    # ---------------------------------------------------------------- anonymous

    def test_of_an_anonymous_answer_no_moment_is_kept(self):
        program = self.program(is_anonymous=True, low_score_opens_case=False, running=True)
        invitation = self.invite(program, state="sent")
        invitation._set_state("opened")
        invitation._set_state("done", user_input_id=False, note="secret")
        self.assertEqual(invitation.state, "done")
        self.assertFalse(invitation.opened_at or invitation.done_at or invitation.score_id)
        self.assertEqual(invitation.event_ids.sorted("id").mapped("new_state"), ["queued", "sent"])
        written = invitation.write_date
        self.assertEqual((written.hour, written.minute, written.second), (0, 0, 0))

    # ---------------------------------------------------------------- twice is once

    @mute_logger("odoo.sql_db")
    def test_a_customer_is_asked_once_about_the_same_thing(self):
        program = self.program(running=True)
        self.invite(program, origin_key="sale.order:7")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.invite(program, origin_key="sale.order:7")
        self.assertTrue(self.invite(self.program(running=True), origin_key="sale.order:7"), "another program may ask")

    # ---------------------------------------------------------------- key of the link

    def test_the_key_finds_its_invitation_and_no_guess_does(self):
        first, second = self.invite(state="sent"), self.invite(state="sent")
        number, signature = first._token().split("-")
        self.assertEqual(self.Invitation._by_token(first._token()), first)
        for wrong in (
            f"{second.id}-{signature}",
            f"{number}-{signature[:-1]}",
            f"{number}-{signature.upper()}",
            f"0{number}-{signature}",
            f"{number}-{signature}\n",
            f"99999999999-{signature}",
            f"٣-{signature}",
            f"{number}-{'0' * 32}",
            "",
            None,
            7,
            "' OR 1=1 --",
        ):
            self.assertFalse(self.Invitation._by_token(wrong), wrong)

    def test_who_reads_the_table_cannot_answer(self):
        invitation = self.invite(state="sent")
        signature = invitation._token().split("-")[1]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT row_to_json(i)::text FROM crm_sync_survey_invitation i WHERE id = %s", [invitation.id]
        )
        self.assertNotIn(signature, self.env.cr.fetchone()[0])
        with self.assertRaises(AccessError):
            invitation.with_user(self.manager).read(["nonce"])

    def test_a_colleague_who_looks_at_a_mail_gets_a_key_that_opens_nothing(self):
        invitation = self.invite(state="sent")
        seen = invitation.with_user(self.manager)._token()
        self.assertNotEqual(seen, invitation._token())
        self.assertFalse(self.Invitation._by_token(seen))

    def test_the_key_is_lost_with_its_random_bits(self):
        invitation = self.invite(state="sent")
        token = invitation._token()
        invitation._record({"nonce": "another"})
        self.assertFalse(self.Invitation._by_token(token))

    # ---------------------------------------------------------------- mails

    def body(self, name, invitation):
        template = self.env.ref(f"crm_sync_measures.mail_template_survey_{name}")
        [subject] = template._render_field("subject", invitation.ids, compute_lang=True).values()
        [body] = template._render_field("body_html", invitation.ids, compute_lang=True).values()
        return subject, str(body)

    def test_the_mail_has_a_button_for_each_number_and_zero_is_one(self):
        for metric, numbers in (("nps", range(11)), ("csat", range(1, 6)), ("ces", range(1, 8))):
            invitation = self.invite(self.program(metric=metric, running=True), state="sent")
            for name in ("invitation", "reminder"):
                _subject, body = self.body(name, invitation)
                self.assertEqual(body.count("?score="), len(numbers), (metric, name))
                for number in numbers:
                    self.assertIn(f'/s/{invitation._token()}?score={number}"', body)

    def test_the_mail_asks_the_question_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.questions["nps"].with_context(lang="fr_FR").title = "Que dites-vous ?"
        self.contact.lang = "fr_FR"
        subject, body = self.body("invitation", self.invite(state="sent"))
        self.assertEqual(subject, "Que dites-vous ?")
        self.assertIn("Que dites-vous ?", body)

    def test_the_mail_comes_from_the_sender_or_the_company(self):
        program = self.program(sender_id=self.seller.id, running=True)
        self.assertEqual(self.invite(program)._sender(), self.seller.email_formatted)
        self.assertEqual(self.invite()._sender(), self.company.email_formatted)
        template = self.env.ref("crm_sync_measures.mail_template_survey_invitation")
        [reply_to] = template._render_field("reply_to", self.invite(program).ids).values()
        self.assertEqual(reply_to, self.seller.email_formatted, "who would rather not be asked is heard by a person")

    def test_the_thanks_can_be_written(self):
        subject, body = self.body("thanks", self.invite(state="done"))
        self.assertTrue(subject)
        self.assertIn(self.contact.name, body)

    # ---------------------------------------------------------------- rights

    def test_nobody_writes_or_deletes_an_invitation(self):
        invitation = self.invite(state="sent")
        for user in (self.manager, self.head, self.auditor):
            with self.assertRaises(AccessError):
                invitation.with_user(user).write({"state": "done"})
            with self.assertRaises(AccessError):
                self.Invitation.with_user(user).create({"program_id": invitation.program_id.id, "origin_key": "x"})
        with self.assertRaises(UserError):
            invitation.sudo().write({"state": "done"})
        with self.assertRaises(UserError):
            invitation.sudo().unlink()

    def test_read_by_who_looks_after_the_customer_or_the_program(self):
        invitation = self.invite()
        for user, allowed in (
            (self.seller, True),
            (self.agent, True),
            (self.head, True),
            (self.manager, True),
            (self.auditor, True),
            (self.colleague, False),
        ):
            found = self.Invitation.with_user(user).search([("id", "=", invitation.id)])
            self.assertEqual(bool(found), allowed, user.login)
        invitation._set_state("cancelled")
        for user, count in ((self.seller, 1), (self.colleague, 0)):
            events = self.env["crm.sync.survey.event"].with_user(user)
            self.assertEqual(events.search_count([("invitation_id", "=", invitation.id)]), count, user.login)

    def test_the_history_is_never_changed(self):
        event = self.invite(state="sent").event_ids[:1]
        with self.assertRaises(UserError):
            event.sudo().write({"note": "x"})
        with self.assertRaises(UserError):
            event.sudo().unlink()

    # ---------------------------------------------------------------- the customer is merged, forgotten, deleted

    def merge(self, target, source):
        self.env["base.partner.merge.automatic.wizard"]._merge((target | source).ids, target, extra_checks=False)

    def test_the_invitations_of_both_contacts_survive_a_merge(self):
        twin = self.env["res.partner"].create(
            {"name": "Li Na", "email": "li@example.com", "parent_id": self.customer.id}
        )
        program = self.program(running=True)
        mine, other = self.invite(program, state="done"), self.invite(program, twin, "sent")
        self.merge(self.contact, twin)
        self.assertEqual((mine | other).partner_id, self.contact)
        self.assertEqual((mine | other).commercial_partner_id, self.customer)
        self.assertEqual((mine.state, other.state), ("done", "sent"))

    def test_after_a_merge_one_person_is_asked_once_in_a_wave(self):
        twin = self.env["res.partner"].create({"name": "Li Na", "email": "li@example.com"})
        program = self.program(running=True)
        sent = self.invite(program, state="sent", wave=1)
        waits = self.invite(program, twin, wave=1)
        next_wave = self.invite(program, twin, wave=2)
        self.merge(self.contact, twin)
        self.assertEqual((sent.state, waits.state, next_wave.state), ("sent", "suppressed", "planned"))
        self.assertEqual(waits.suppressed_by, "duplicate")

    def test_the_document_behind_it_follows_a_merge_of_opportunities(self):
        leads = self.env["crm.lead"].create(
            [{"name": name, "partner_id": self.customer.id, "type": "opportunity"} for name in ("A", "B")]
        )
        invitation = self.invite(origin_model="crm.lead", origin_id=leads[1].id)
        self.env["crm.sync.merge.mixin"]._sync_merge_records(leads[1], leads[0])
        self.assertEqual(invitation.origin_id, leads[0].id)

    def test_who_is_forgotten_is_not_asked_and_his_link_is_dead(self):
        planned, sent, done = self.invite(), self.invite(state="sent"), self.invite(state="done")
        tokens = [one._token() for one in (sent, done)]
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.assertEqual((planned.state, sent.state, done.state), ("cancelled", "cancelled", "done"))
        self.assertFalse(any((planned | sent | done).mapped("email")))
        for token in tokens:
            self.assertFalse(self.Invitation._by_token(token))

    def test_a_deleted_contact_leaves_his_invitations_without_him(self):
        stranger = self.env["res.partner"].create({"name": "Wu", "email": "wu@example.com"})
        planned, done = self.invite(partner=stranger), self.invite(partner=stranger, state="done")
        stranger.unlink()
        self.assertEqual((planned.state, done.state), ("cancelled", "done"))
        self.assertFalse((planned | done).partner_id or any((planned | done).mapped("email")))

    # ---------------------------------------------------------------- the document

    def test_the_document_opens_with_the_readers_rights(self):
        invitation = self.invite(origin_model="res.partner", origin_id=self.contact.id)
        action = invitation.with_user(self.seller).action_open_origin()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.contact.id))
        with self.assertRaises(UserError):
            self.invite().action_open_origin()
        with self.assertRaises(AccessError):
            invitation.with_user(self.colleague).action_open_origin()
