from datetime import date
from unittest.mock import patch

from ...rules.ledger import Part, exact
from .nightly import NightlyCase


class RemindersCase(NightlyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({"sync_expiry": "fixed", "sync_expiry_months": 2, "sync_notice_days": 30})
        cls.program.sync_redate_since = False

    def credit(self, card, points, expires_on=None):
        card._sync_move("test", [Part("bonus", exact(points), expires_on=expires_on)])
        return card.sync_lot_ids.sorted("id")[-1]

    def remind(self):
        """One nightly run: the notices and mails it made."""
        return self.made(self.env["crm.sync.loyalty.reminders"]._cron_remind)

    def made(self, job):
        last_notice = self.notices()[:1].id or 0
        last_mail = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        job()
        mails = self.env["mail.mail"].search([("id", ">", last_mail)], order="id")
        return self.notices().filtered(lambda notice: notice.id > last_notice).sorted("id"), mails

    def notices(self):
        return self.env["crm.sync.loyalty.notice"].search([])


class TestReminders(RemindersCase):
    """Who is told of what, once, and in time."""

    def test_thirty_days_before_and_three_days_before_and_never_again(self):
        card = self.new_card(100)
        self.assertEqual(card.sync_lot_ids.expires_on, date(2026, 5, 10))
        self.travel("2026-04-09 06:30:00")
        self.assertFalse(self.remind()[1])
        self.travel("2026-04-10 06:30:00")
        notice, mail = self.remind()
        self.assertEqual((notice.kind, notice.points, notice.state), ("reminder", 100, "planned"))
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("100 Points", mail.body_html)
        self.assertIn("05/10/2026", mail.body_html)
        self.assertIn("/my/loyalty", mail.body_html)
        for day in ("2026-04-10", "2026-04-11", "2026-05-06"):
            self.travel(f"{day} 06:30:00")
            self.assertFalse(self.remind()[1], day)
        self.travel("2026-05-07 06:30:00")
        notice, mail = self.remind()
        self.assertEqual((notice.kind, len(mail)), ("last_chance", 1))
        self.assertIn("Last chance", mail.subject)
        self.travel("2026-05-10 06:30:00")
        self.assertFalse(self.remind()[1])

    def test_the_mail_has_a_link_to_refuse_and_one_for_the_mail_program(self):
        card = self.new_card(100)
        self.travel("2026-04-10 06:30:00")
        _notice, mail = self.remind()
        key = self.env["crm.sync.contact.link"]._key(card.partner_id)
        self.assertIn(f"/c/{key}", mail.body_html)
        [email] = mail._prepare_outgoing_list()
        self.assertIn(f"/c/{key}/stop?p=loyalty>", email["headers"]["List-Unsubscribe"])
        self.assertEqual(email["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

    def test_who_wants_no_mails_about_points_gets_none_and_it_is_written_down(self):
        card = self.new_card(100)
        self.env["crm.sync.contact.preference"]._said(card.partner_id, {"loyalty": False}, "link")
        self.travel("2026-04-10 06:30:00")
        notice, mail = self.remind()
        self.assertEqual((notice.state, notice.reason, len(mail)), ("suppressed", "preference", 0))

    def test_several_lots_and_cards_come_in_one_mail_with_a_row_for_each_day(self):
        other = self.new_program(name="Southern Points", sync_expiry="fixed", sync_expiry_months=2)
        card = self.new_card(100)
        self.new_card(25, program=other)
        self.credit(card, 7.5, date(2026, 5, 14))
        self.credit(card, 20, date(2026, 5, 10))
        self.credit(card, 999, date(2026, 8, 1))
        self.travel("2026-04-12 06:30:00")
        notice, mail = self.remind()
        rows = sorted((row["program"], row["points"], row["day"]) for row in notice._rows())
        self.assertEqual(
            rows,
            [
                ("Northern Points", "120 Points", date(2026, 5, 10)),
                ("Northern Points", "7.50 Points", date(2026, 5, 14)),
                ("Southern Points", "25 Points", date(2026, 5, 10)),
            ],
        )
        self.assertEqual(len(mail), 1)
        self.assertNotIn("999", mail.body_html)

    def test_who_earns_every_day_is_mailed_once_a_week(self):
        card = self.new_card()
        for day in range(1, 15):
            self.credit(card, 10, date(2026, 5, day))
        mails = 0
        for day in range(1, 15):
            self.travel(f"2026-04-{day:02} 06:30:00")
            mails += len(self.remind()[1])
        self.assertEqual(mails, 2)
        self.assertTrue(all(card.sync_lot_ids.mapped("reminded_on")))

    def test_the_mail_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        template = self.env.ref("crm_sync_measures.mail_template_loyalty_reminder")
        template.with_context(lang="de_DE").subject = "Ihre Punkte verfallen bald"
        self.new_card(100)
        self.travel("2026-04-12 06:30:00")
        mail = self.remind()[1]
        self.assertEqual(mail.subject, "Ihre Punkte verfallen bald")
        self.assertIn("10.05.2026", mail.body_html)

    def test_no_address_or_an_opt_out_is_kept_with_its_reason_and_not_tried_every_night(self):
        self.customer.email = False
        self.env["mail.blacklist"]._add("li.na@northern.example.com")
        self.new_card(100)
        self.new_card(100, self.contact)
        self.travel("2026-04-12 06:30:00")
        notices, mails = self.remind()
        self.assertFalse(mails)
        reasons = {notice.partner_id: (notice.state, notice.reason) for notice in notices}
        self.assertEqual(
            reasons, {self.customer: ("suppressed", "no_address"), self.contact: ("suppressed", "opted_out")}
        )
        self.assertIn("no address", notices.filtered(lambda n: n.reason == "no_address").reason_text)
        self.pass_days(1)
        self.assertFalse(self.remind()[0])

    def test_less_than_one_point_and_pending_points_are_not_mentioned(self):
        self.program.sync_hold = "paid"
        card = self.new_card(0.75)
        self.confirmed(2)
        self.assertEqual(sum(card.sync_lot_ids.mapped("held")), 200)
        self.travel("2026-04-12 06:30:00")
        self.assertFalse(self.remind()[0])
        card.sync_lot_ids.invalidate_recordset()
        self.assertFalse(any(card.sync_lot_ids.mapped("reminded_on")))

    def test_cards_nobody_owns_or_uses_any_more_are_passed_over(self):
        self.new_card(100).active = False
        self.env["loyalty.card"].create({"program_id": self.program.id, "points": 100})
        self.travel("2026-04-12 06:30:00")
        self.assertFalse(self.remind()[0])

    def test_a_companys_wallet_is_told_at_the_companys_address(self):
        self.program.sync_is_pooled = True
        self.new_card(100)
        self.new_card(partner=self.contact)
        self.travel("2026-04-12 06:30:00")
        self.assertEqual(self.remind()[1].recipient_ids, self.customer)

    def test_points_of_two_companies_come_from_the_company_that_owes_them(self):
        company = self.env["res.company"].create({"name": "Harbour", "email": "points@harbour.example.com"})
        other = self.new_program(company_id=company.id, sync_expiry="fixed", sync_expiry_months=2)
        self.new_card(10)
        self.new_card(20, program=other)
        self.travel("2026-04-12 06:30:00")
        notices, mails = self.remind()
        self.assertEqual(notices.company_id, self.company | company)
        self.assertEqual(len(mails), 2)
        self.assertIn("points@harbour.example.com", mails.mapped("email_from")[1])

    def test_points_that_got_a_later_day_are_told_of_anew(self):
        card = self.new_card(100)
        self.travel("2026-04-12 06:30:00")
        self.remind()
        self.program.sync_expiry_months = 6
        self.assertFalse(card.sync_lot_ids.reminded_on)
        self.assertFalse(self.remind()[1])
        self.travel("2026-08-12 06:30:00")
        self.assertEqual(len(self.remind()[1]), 1)

    def test_a_notice_knows_what_became_of_its_mail(self):
        self.new_card(100)
        self.travel("2026-04-12 06:30:00")
        notice, mail = self.remind()
        self.assertEqual(notice.mail_mail_id, mail)
        mail._postprocess_sent_message([], [], failure_reason="Mailbox full", failure_type="mail_smtp")
        self.assertEqual((notice.state, notice.reason_text), ("failed", "Mailbox full"))
        mail._postprocess_sent_message([], [])
        self.assertEqual((notice.state, notice.reason), ("sent", False))
        self.assertFalse(mail.exists())

    def test_merged_customers_keep_their_notices(self):
        double = self.env["res.partner"].create({"name": "Northern Optics Ltd", "email": "info@northern.example.com"})
        self.new_card(100)
        self.new_card(100, double)
        self.travel("2026-04-12 06:30:00")
        self.remind()
        self.merge_partners(double, self.customer)
        self.assertEqual(self.notices().partner_id, self.customer)
        self.assertEqual(len(self.notices()), 2)

    def test_fifty_customers_cost_as_many_queries_as_five(self):
        """But for the mails themselves, which Odoo makes one by one within a batch."""
        Reminders, counts = self.env["crm.sync.loyalty.reminders"], []
        Template = type(self.env["mail.template"])
        for size in (5, 50):
            partners = self.env["res.partner"].create(
                [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(size)]
            )
            for partner in partners:
                self.new_card(10, partner)
            self.travel("2026-04-20 06:30:00")
            with patch.object(Template, "send_mail_batch", lambda *args, **kwargs: self.env["mail.mail"]):
                before = self.cr.sql_log_count
                Reminders._remind(partners.ids)
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
            self.travel(self.TODAY)
        self.assertLessEqual(counts[1], counts[0] + 2)


class TestStatements(RemindersCase):
    """The month's account, once a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.sync_statement = True

    def send(self):
        return self.made(self.env["crm.sync.loyalty.monthly"]._cron_send)

    def test_it_tells_the_balance_the_movements_of_the_month_and_what_expires_when(self):
        card = self.new_card(150)
        self.redeemed()
        self.travel("2026-04-01 06:50:00")
        self.credit(card, 1000)
        notice, mail = self.send()
        [account] = notice._accounts()
        self.assertEqual((account["opening"], account["closing"]), ("0 Points", "140 Points"))
        self.assertEqual(
            [(row["name"], row["points"]) for row in account["movements"]],
            [("Earned", "+90 Points"), ("Correction", "+150 Points"), ("Redeemed", "−100 Points")],
        )
        self.assertEqual((notice.date_from, notice.day), (date(2026, 3, 1), date(2026, 3, 31)))
        self.assertEqual([row["day"] for row in account["endings"]], [date(2026, 5, 10), date(2026, 6, 1)])
        self.assertIn("2026-03", mail.subject)
        self.assertIn("140 Points", mail.body_html)

    def test_it_uses_the_words_of_the_portal(self):
        self.program.sync_hold = "paid"
        self.new_order(1).action_confirm()
        self.travel("2026-04-01 06:50:00")
        [account] = self.send()[0]._accounts()
        self.assertEqual(
            [(row["name"], row["points"]) for row in account["movements"]],
            [("Earned", "+100 Points"), ("Pending", "−100 Points")],
        )
        self.assertIn(("hold", "Pending"), self.env["crm.sync.loyalty.entry"]._fields["kind"].selection)

    def test_once_a_month_and_not_again_the_same_month(self):
        self.new_card(100)
        self.travel("2026-04-01 06:50:00")
        self.assertEqual(len(self.send()[1]), 1)
        for day in ("2026-04-01 20:00:00", "2026-04-02 06:50:00", "2026-04-30 06:50:00"):
            self.travel(day)
            self.assertFalse(self.send()[1], day)
        self.travel("2026-05-01 06:50:00")
        [account] = self.send()[0]._accounts()
        self.assertEqual(
            (account["opening"], account["closing"], account["movements"]), ("100 Points", "100 Points", [])
        )

    def test_missed_months_are_told_in_one_statement(self):
        card = self.new_card(100)
        self.travel("2026-04-01 06:50:00")
        self.send()
        self.credit(card, 10, date(2027, 1, 1))
        self.travel("2026-05-15 06:50:00")
        self.credit(card, 20, date(2027, 1, 1))
        self.travel("2026-07-04 06:50:00")
        notices, mails = self.send()
        self.assertEqual((len(notices), len(mails)), (1, 1))
        self.assertEqual((notices.date_from, notices.day), (date(2026, 4, 1), date(2026, 6, 30)))
        [account] = notices._accounts()
        self.assertEqual((account["opening"], account["closing"]), ("100 Points", "130 Points"))
        self.assertEqual(account["movements"], [{"name": "Bonus", "points": "+30 Points"}])

    def test_without_points_or_movements_or_without_the_policy_there_is_none(self):
        self.new_card()
        self.new_card(0.5, self.contact)
        self.travel("2026-05-01 06:50:00")
        self.assertFalse(self.send()[0])
        self.program.sync_statement = False
        self.new_card(100)
        self.travel("2026-06-01 06:50:00")
        self.assertFalse(self.send()[0])

    def test_the_gate_is_asked(self):
        self.env["mail.blacklist"]._add("info@northern.example.com")
        self.new_card(100)
        self.travel("2026-04-01 06:50:00")
        notice, mail = self.send()
        self.assertEqual((notice.state, notice.reason, len(mail)), ("suppressed", "opted_out", 0))
        self.pass_days(1)
        self.assertFalse(self.send()[0])
