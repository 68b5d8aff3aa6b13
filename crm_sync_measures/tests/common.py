from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class SyncCase(TransactionCase):
    """Two departments, one user per role, and a customer with contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True, no_reset_password=True)
        )
        cls.company = cls.env.company
        cls.sales = cls.env.ref("crm_sync_measures.department_sales")
        cls.service = cls.env.ref("crm_sync_measures.department_service")
        cls.seller = cls.new_user("t_seller", "group_user", cls.sales, "sales_team.group_sale_salesman_all_leads")
        cls.colleague = cls.new_user("t_colleague", "group_user", cls.sales, "sales_team.group_sale_salesman")
        cls.agent = cls.new_user("t_agent", "group_user", cls.service)
        cls.head = cls.new_user("t_head", "group_department_manager", cls.service)
        cls.service.manager_id = cls.head
        cls.manager = cls.new_user("t_manager", "group_manager", cls.sales, "sales_team.group_sale_manager")
        cls.auditor = cls.new_user("t_auditor", "group_auditor", None)
        cls.employee = new_test_user(cls.env, "t_employee", "base.group_user")
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Northern Optics",
                "is_company": True,
                "email": "info@northern.example.com",
                "phone": "+1 202 555 0100",
                "street": "1 Main Street",
                "city": "Springfield",
                "user_id": cls.seller.id,
                "child_ids": [Command.create({"name": "Li Na", "email": "li.na@northern.example.com"})],
            }
        )
        cls.contact = cls.customer.child_ids

    @classmethod
    def new_user(cls, login, role, department, *groups):
        groups = ",".join(("base.group_user", f"crm_sync_measures.{role}", *groups))
        return new_test_user(
            cls.env, login, groups, sync_department_id=department and department.id, email=f"{login}@example.com"
        )

    def begin_a_request(self):
        """What is read from here on is kept, as by a transaction that began after the caches were last cleared."""
        self.patch(self.env.cr, "_now", self.env.cr.now() + timedelta(hours=1))

    @classmethod
    def other_company(cls):
        """A second company with a seller of its own, and nobody in both."""
        company = cls.env["res.company"].create({"name": "Second Company"})
        user = cls.new_user("t_other", "group_user", cls.sales, "sales_team.group_sale_salesman_all_leads")
        user.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        return company, user

    @classmethod
    def touch(cls, user=None, **values):
        values = {"partner_id": cls.customer.id, "subject": "Asked for a price", **values}
        return cls.env["crm.sync.touch"].with_user(user or cls.seller).create(values)

    @classmethod
    def days_ago(cls, days):
        return fields.Datetime.now() - timedelta(days=days)

    def standing(self, partner=None):
        """The customer's row, as everybody sees it after the transaction."""
        self.env.cr.precommit.run()
        return self.env["crm.sync.customer"].search([("partner_id", "=", (partner or self.customer).id)])

    def events(self, user=None, partner=None, **arguments):
        """The timeline's first page as ``user`` sees it."""
        partner = (partner or self.customer).with_user(user or self.manager)
        return partner.sync_timeline(**arguments)["events"]
