from odoo.exceptions import AccessError

from .handover_common import HandoverCase


class TestWhoSeesAndLeadsAHandover(HandoverCase):
    """That somebody leaves, or is ill, is told to those who lead the handover and to nobody else before it is done."""

    def count(self, user, model="crm.sync.handover"):
        return self.env[model].with_user(user).search_count([])

    def test_before_it_is_done_only_those_who_lead_know_of_it(self):
        handover = self.handover()
        handover.line_ids.write({"user_id": self.successor.id})
        for user in (self.seller, self.successor, self.agent, self.head):
            self.assertEqual((self.count(user), self.count(user, "crm.sync.handover.line")), (0, 0), user.login)
        for user in (self.boss, self.manager, self.auditor):
            self.assertEqual(self.count(user), 1, user.login)

    def test_afterwards_the_two_who_are_concerned_see_their_part(self):
        handover = self.handover()
        handover.line_ids.write({"user_id": self.successor.id})
        mine = self.line(handover, self.lead)
        mine.user_id = self.manager
        handover.action_execute()
        everything = self.count(self.boss, "crm.sync.handover.line")
        self.assertEqual(self.count(self.seller, "crm.sync.handover.line"), everything)
        self.assertEqual(self.count(self.successor, "crm.sync.handover.line"), everything - 1)
        for user in (self.agent, self.head):
            self.assertEqual(self.count(user), 0)

    def test_a_department_manager_leads_his_own_people_only(self):
        with self.assertRaises(AccessError):
            self.handover(leader=self.head)
        handover = self.handover()
        for method in ("action_gather", "action_execute", "action_undo", "action_suggest", "action_preview_letters"):
            for user in (self.head, self.seller, self.auditor, self.employee):
                with self.assertRaises(AccessError, msg=(method, user.login)):
                    getattr(handover.with_user(user), method)()

    def test_who_leads_none_is_not_told_to_begin_one(self):
        told = {}
        for user in (self.seller, self.boss, self.auditor):
            action = (
                self.env["ir.actions.act_window"]
                .with_user(user)
                ._for_xml_id("crm_sync_measures.crm_sync_handover_action")
            )
            told[user] = "Choose who leaves" in action["help"]
        self.assertEqual(told, {self.seller: False, self.boss: True, self.auditor: True})

    def test_who_leads_without_sales_rights_sees_no_name_of_an_opportunity(self):
        handover = self.handover()
        line = self.line(handover, self.lead)
        self.assertEqual(line.with_user(self.boss).name, "(not shown to you)")
        self.assertEqual(line.with_user(self.manager).name, "Forty lamps")
        with self.assertRaises(AccessError):
            line.with_user(self.boss).read(["old_values"])

    def test_another_company_sees_nothing_of_it_and_gets_nothing_from_it(self):
        company, stranger = self.other_company()
        stranger.group_ids += self.env.ref("crm_sync_measures.group_manager")
        self.seller.company_ids += company
        foreign = self.env["crm.lead"].create(
            {"name": "Foreign", "company_id": company.id, "user_id": self.seller.id, "team_id": False}
        )
        handover = self.handover()
        self.assertFalse(self.line(handover, foreign))
        elsewhere = self.env["crm.sync.handover"].with_user(stranger).with_context(allowed_company_ids=company.ids)
        self.assertFalse(elsewhere.search_count([]))
        self.assertFalse(elsewhere.env["crm.sync.handover.line"].search_count([]))

    def test_a_merged_customer_stays_on_the_line(self):
        handover = self.handover()
        line = self.line(handover, self.call)
        target = self.env["res.partner"].create({"name": "Northern Optics Ltd"})
        self.env["base.partner.merge.automatic.wizard"]._merge((self.contact | target).ids, target)
        self.assertEqual(line.partner_id, target)

    def test_the_opportunity_that_survives_a_merge_is_handed_over(self):
        twin = self.env["crm.lead"].create({"name": "Twin", "type": "opportunity", "partner_id": self.contact.id})
        handover = self.handover()
        line = self.line(handover, self.lead)
        survivor = (self.lead | twin).merge_opportunity(user_id=self.seller.id)
        self.assertEqual(line.res_id, survivor.id)
        handover.line_ids.write({"user_id": self.successor.id})
        handover.action_execute()
        self.assertEqual((survivor.user_id, line.state), (self.successor, "done"))
