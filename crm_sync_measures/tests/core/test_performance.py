from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged, users, warmup

from ..common import SyncCase


@tagged("post_install", "-at_install")
class TestPerformance(SyncCase):
    """Queries, not seconds: the same number for one event as for many."""

    def fill(self, number):
        env = self.env(su=True)
        customer = env["res.partner"].create(
            {"name": f"Customer of {number}", "is_company": True, "user_id": self.seller.id}
        )
        contacts = env["res.partner"].create([{"name": f"C{n}", "parent_id": customer.id} for n in range(number)])
        leads = env["crm.lead"].create(
            [{"name": f"L{n}", "partner_id": contact.id} for n, contact in enumerate(contacts)]
        )
        env["sale.order"].create([{"partner_id": contact.id} for contact in contacts])
        env["calendar.event"].create(
            [
                {
                    "name": "M",
                    "start": self.days_ago(n + 1),
                    "stop": self.days_ago(n + 1) + timedelta(hours=1),
                    "partner_ids": [Command.set(contact.ids)],
                }
                for n, contact in enumerate(contacts)
            ]
        )
        for lead in leads:
            lead.with_user(self.seller).message_post(
                body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        for contact in contacts:
            self.touch(partner_id=contact.id)
        self.env.cr.precommit.run()
        return customer

    @users("t_seller", "t_agent")
    @warmup
    def test_a_timeline_page_costs_at_most_ten_queries_whatever_the_size(self):
        for number in (1, 15):
            customer = self.env["res.partner"].browse(self.fill(number).id)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(10):
                customer.sync_timeline()

    @users("t_seller")
    @warmup
    def test_the_customer_page_costs_the_same_whatever_the_size(self):
        for number in (1, 15):
            customer = self.env["res.partner"].browse(self.fill(number).id)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(32):
                customer.sync_customer_page()

    @users("t_seller")
    @warmup
    def test_a_list_of_customers_costs_the_same_for_one_and_for_fifty(self):
        partners = (
            self.env["res.partner"].sudo().create([{"name": f"P{n}", "user_id": self.env.uid} for n in range(50)])
        )
        self.env.cr.precommit.run()
        specification = {
            "partner_id": {"fields": {"display_name": {}}},
            "last_contact_at": {},
            "days_since_contact": {},
            "is_neglected": {},
            "last_user_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
            "department_id": {"fields": {"display_name": {}}},
            "phone": {},
            "city": {},
        }
        for some in (partners[:1], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(12):
                self.env["crm.sync.customer"].web_search_read([("partner_id", "in", some.ids)], specification)

    def test_a_message_costs_at_most_five_queries_more_and_fifty_customers_as_much_as_one(self):
        self.begin_a_request()
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(50)])
        self.env.cr.precommit.run()
        customers = self.env["crm.sync.customer"]
        for some in (partners[:1], partners):
            self.env.flush_all()
            with self.assertQueryCount(5):
                customers._note_partners(some)
                self.env.cr.precommit.run()
