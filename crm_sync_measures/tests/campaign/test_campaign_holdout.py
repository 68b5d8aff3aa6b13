from odoo.exceptions import AccessError, UserError

from .campaign_common import CampaignCase


class TestCampaignHoldout(CampaignCase):
    """Who is held out: by customer, always the same, fixed before anything is sent."""

    def test_the_same_customers_are_held_out_however_often_they_are_drawn(self):
        people = self.people(60)
        first = self.choose(people, percent=30)
        self.assertEqual(self.choose(people, percent=30), first)
        more = self.choose(people, percent=50)
        held = lambda groups: {one for one, group in groups.items() if group == "held_out"}  # noqa: E731
        self.assertTrue(held(first) and held(first) < held(more))

    def test_a_company_with_ten_contacts_is_one_customer(self):
        contacts = self.people(10, parent_id=self.customer.id)
        self.assertEqual(list(self.choose(contacts)), [self.customer])

    def test_colleagues_and_our_own_company_are_never_chosen(self):
        everybody = self.seller.partner_id | self.company.partner_id | self.customer
        self.assertEqual(list(self.choose(everybody)), [self.customer])

    def test_once_fixed_nobody_is_chosen_anew(self):
        people = self.people(20)
        groups = self.choose(people)
        self.campaign.with_user(self.manager).action_sync_freeze()
        with self.assertRaises(UserError):
            self.choose(people[:5])
        with self.assertRaises(UserError):
            self.campaign.with_user(self.manager).action_sync_freeze()
        self.assertEqual(self.groups(), groups)

    def test_what_is_fixed_is_not_written_by_anybody(self):
        self.choose(self.people(5))
        for vals in ({"sync_holdout_percent": 0}, {"sync_window_days": 300}, {"sync_frozen_at": False}):
            for campaign in (self.campaign.with_user(self.manager), self.campaign.sudo()):
                with self.assertRaises(UserError):
                    campaign.write(vals)
        forged = self.env["utm.campaign"].with_context(default_sync_frozen_at="2026-01-01 00:00:00")
        self.assertFalse(forged.create({"title": "Forged"}).sync_frozen_at)
        with self.assertRaises(UserError):
            forged.create({"title": "Forged too", "sync_started_at": "2026-01-01 00:00:00"})

    def test_a_campaign_with_fixed_groups_keeps_its_company_and_is_not_deleted(self):
        company, _other = self.other_company()
        self.choose(self.people(5))
        self.campaign.with_user(self.manager).action_sync_freeze()
        with self.assertRaises(UserError):
            self.campaign.company_id = company
        with self.assertRaises(UserError):
            self.campaign.unlink()

    def test_rows_of_members_are_changed_and_deleted_by_nobody(self):
        self.choose(self.people(5))
        member = self.campaign.sync_member_ids[:1]
        with self.assertRaises(UserError):
            member.sudo().write({"member_group": "treated"})
        with self.assertRaises(UserError):
            member.sudo().unlink()
        with self.assertRaises(UserError):
            member.with_user(self.manager).write({"is_counted": False})
        with self.assertRaises(AccessError):
            member.with_user(self.manager).copy({"member_key": "another"})

    def test_who_talks_to_customers_neither_chooses_nor_sees_who_is_held_out(self):
        people = self.people(5)
        with self.assertRaises(AccessError):
            self.choose(people, user=self.seller)
        self.choose(people, user=self.head)
        self.assertFalse(self.env["crm.sync.campaign.member"].with_user(self.seller).search([]))
        wizard = self.env["crm.sync.campaign.choose"].with_user(self.seller).create({"campaign_id": self.campaign.id})
        self.assertEqual((wizard.customer_count, wizard.is_possible), (0, False))
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.seller).action_sync_start()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.auditor).action_sync_start()

    def test_the_responsible_person_leads_his_own_campaign(self):
        self.campaign.user_id = self.agent
        groups = self.choose(self.people(30), user=self.agent)
        self.campaign.with_user(self.agent).action_sync_start()
        self.assertEqual(len(self.campaign.with_user(self.agent).sync_member_ids), len(groups))

    def test_the_campaign_of_another_company_is_not_ours(self):
        company, _other = self.other_company()
        foreign = self.env["utm.campaign"].create({"title": "Theirs", "company_id": company.id})
        with self.assertRaises(AccessError):
            self.choose(self.people(3), campaign=foreign)

    def test_the_days_begin_once(self):
        self.choose(self.people(5))
        campaign = self.campaign.with_user(self.manager)
        campaign.action_sync_start()
        self.assertEqual(campaign.sync_holdout_state, "running")
        began = campaign.sync_started_at
        self.travel("2026-03-05 10:00:00")
        campaign._sync_start()
        self.assertEqual(campaign.sync_started_at, began)
        with self.assertRaises(UserError):
            campaign.action_sync_start()
        self.travel("2026-04-02 10:00:00")
        self.env.invalidate_all()
        self.assertEqual(campaign.sync_holdout_state, "over")

    def test_nonsense_is_refused_with_a_sentence(self):
        campaign = self.campaign.with_user(self.manager)
        for audience in (
            "__import__('os')",
            "[('sync_birth_year', '=', 1980)]",
            "[('nope', '=', 1)]",
            "5",
            "[(",
            "x" * 20_000,
        ):
            with self.assertRaises(UserError, msg=audience[:40]):
                campaign._sync_choose(audience, 10, 30, 5.0)
        for numbers in ((51, 30, 5.0), (-1, 30, 5.0), (10, 0, 5.0), (10, 400, 5.0), (10, 30, 0.0), (True, 30, 5.0)):
            with self.assertRaises(UserError, msg=numbers):
                campaign._sync_choose("[]", *numbers)

    def test_of_two_merged_members_the_survivors_own_assignment_counts(self):
        people = self.people(40)
        groups = self.choose(people)
        treated = next(one for one, group in groups.items() if group == "treated")
        held = next(one for one, group in groups.items() if group == "held_out")
        self.merge(treated, held)
        members = self.env["crm.sync.campaign.member"].search([("partner_id", "=", treated.id)])
        self.assertEqual(sorted(members.mapped("member_group")), ["held_out", "treated"])
        self.assertEqual(members.filtered("is_counted").member_group, "treated")
        Member = self.env["crm.sync.campaign.member"]
        self.assertFalse(Member._held_out_ids(self.campaign, treated))
        self.assertEqual(self.figures()["holdout"]["held_out"], list(groups.values()).count("held_out") - 1)

    def test_a_member_merged_into_a_stranger_stays_what_he_was(self):
        held = next(one for one, group in self.choose(self.people(40)).items() if group == "held_out")
        stranger = self.people(1)
        self.merge(stranger, held)
        Member = self.env["crm.sync.campaign.member"]
        self.assertEqual(Member._held_out_ids(self.campaign, stranger), {stranger.id})

    def test_contacts_of_a_customer_who_is_held_out_are_held_out(self):
        groups = self.choose(self.people(40, is_company=True))
        held = next(one for one, group in groups.items() if group == "held_out")
        contact = self.env["res.partner"].create({"name": "New there", "parent_id": held.id})
        Member = self.env["crm.sync.campaign.member"]
        self.assertEqual(Member._held_out_ids(self.campaign, contact | self.customer), {contact.id})

    def test_the_dialog_counts_what_it_will_draw(self):
        people = self.people(50)
        wizard = (
            self.env["crm.sync.campaign.choose"]
            .with_user(self.manager)
            .with_context(default_campaign_id=self.campaign.id)
            .create({"audience_domain": str([("id", "in", people.ids)]), "holdout_percent": 40})
        )
        promised = (wizard.contact_count, wizard.treated_count, wizard.held_out_count)
        self.assertFalse(self.groups())
        wizard.action_choose_and_freeze()
        drawn = list(self.groups().values())
        self.assertEqual(promised, (50, drawn.count("treated"), drawn.count("held_out")))
        self.assertIn("Within the last 30 days 0.0 % of them have bought.", wizard.sentence)
        self.assertEqual(self.campaign.sync_holdout_state, "frozen")

    def test_the_dialog_remembers_what_was_chosen_and_says_what_it_does_not_understand(self):
        self.choose(self.people(10), percent=25, days=45)
        Wizard = self.env["crm.sync.campaign.choose"].with_user(self.manager)
        values = Wizard.with_context(default_campaign_id=self.campaign.id).default_get(
            ["campaign_id", "holdout_percent", "window_days", "audience_domain"]
        )
        self.assertEqual((values["holdout_percent"], values["window_days"]), (25, 45))
        wizard = Wizard.create({"campaign_id": self.campaign.id, "audience_domain": "[('nope', '=', 1)]"})
        self.assertIn("The audience cannot be understood", wizard.sentence)
        self.assertFalse(wizard.is_possible)
