from odoo import fields

from .shown_common import ShownTierCase


class TestNotices(ShownTierCase):
    """Who has reached a tier is told, once; who wants no such mails is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann.email = "ann@example.com"
        cls.Notices = cls.env["crm.sync.tier.notices"]

    def rise(self, partner, tier, **values):
        card = self.give(
            partner, tier, since=fields.Date.to_string(fields.Date.today()), through="2099-12-31", **values
        )
        self.env.cr.execute("UPDATE crm_sync_tier_membership SET reason = 'rise' WHERE card_id = %s", [card.id])
        self.env.invalidate_all()
        return card

    def run_jobs(self):
        """One run of each job: the notices it made."""
        before = self.env["crm.sync.tier.notice"].search([])
        for due, tell in (
            (self.Notices._due_rises, self.Notices._tell_rises),
            (self.Notices._due_rules, self.Notices._tell_rules),
        ):
            while ids := due(0, 200):
                tell(ids)
        return self.env["crm.sync.tier.notice"].search([]) - before

    def mail_of(self, notice):
        return notice.mail_mail_id

    def test_who_has_reached_a_tier_is_told_once_and_what_it_brings(self):
        card = self.rise(self.ann, self.gold)
        notice = self.run_jobs()
        self.assertEqual((notice.card_id, notice.kind, notice.state), (card, "reached", "planned"))
        mail = self.mail_of(notice)
        self.assertEqual((mail.recipient_ids, mail.subject), (self.ann, "You are Gold now"))
        self.assertIn("Free delivery", mail.body_html)
        self.assertIn("/m/", mail.body_html)
        [email] = mail._prepare_outgoing_list()
        self.assertIn("/stop?p=loyalty>", email["headers"]["List-Unsubscribe"])
        self.assertFalse(mail.mail_message_id.body, "his link is in what is mailed to him, and nowhere else")
        self.assertFalse(self.run_jobs())

    def test_who_wants_no_such_mails_is_not_told_and_it_is_written_down(self):
        self.env["crm.sync.contact.preference"]._said(self.ann, {"loyalty": False}, "link")
        self.rise(self.ann, self.gold)
        notice = self.run_jobs()
        self.assertEqual((notice.state, notice.reason, bool(notice.mail_mail_id)), ("suppressed", "preference", False))
        self.assertFalse(self.run_jobs())

    def test_who_rose_last_week_or_in_a_silent_program_is_not_told(self):
        self.give(self.ann, self.gold, since="2026-01-10")
        self.assertFalse(self.run_jobs())
        self.program.sync_is_tier_notice = False
        self.rise(self.bob, self.gold)
        self.assertFalse(self.run_jobs())

    def test_customers_with_a_tier_are_told_once_of_new_rules(self):
        self.give(self.ann, self.gold, through="2099-12-31")
        rules = self.running_rules_to_come()
        notice = self.run_jobs()
        self.assertEqual((notice.partner_id, notice.kind, notice.policy_id), (self.ann, "rules", rules))
        self.assertIn("12/31/2099", self.mail_of(notice).body_html)
        self.assertFalse(self.run_jobs())

    def running_rules_to_come(self):
        rules = self.rules.copy({"is_notice": True, "is_grandfathering": True})
        rules._publish(fields.Date.add(fields.Date.today(), days=30))
        return rules
