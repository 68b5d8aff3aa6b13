from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields

from ..common import SyncCase


class CareCase(SyncCase):
    """Days pass, and the jobs of care run. A test may not commit, so their commits do nothing here.

    It is Tuesday 3 March 2026, 10:00 UTC, at everybody's place.
    """

    NOW = "2026-03-03 10:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).partner_id.tz = "UTC"
        (cls.customer | cls.contact).tz = "UTC"
        cls.Rule = cls.env["crm.sync.care.rule"]
        cls.Occasion = cls.env["crm.sync.care.occasion"]
        cls.template = cls.env["mail.template"].create(
            {
                "name": "All the best",
                "model_id": cls.env["ir.model"]._get_id("crm.sync.care.occasion"),
                "subject": "All the best, {{ object.partner_id.name }}",
                "body_html": "<p>From <t t-out='object._sender_name()'/></p>",
                "email_from": "{{ object._sender() }}",
                "partner_to": "{{ object.partner_id.id }}",
                "lang": "{{ object.partner_id.lang }}",
            }
        )
        cls.product = cls.env["product.product"].create({"name": "Lens", "type": "consu", "list_price": 10})

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        self.startPatcher(patch.object(self.env.cr, "rollback", lambda: None))
        self.travel(self.NOW)

    def travel(self, moment):
        """Go to that moment, for the rest of the test."""
        self.startPatcher(freeze_time(moment))

    def pass_hours(self, hours):
        self.travel(fields.Datetime.now() + timedelta(hours=hours))

    # ---------------------------------------------------------------- rules

    def rule(self, occasion="after_purchase", running=True, **values):
        """A rule for the two contacts of the case, that mails; started, unless said otherwise."""
        audience = f"[('id', 'in', {[self.customer.id, self.contact.id]})]"
        rule = self.Rule.with_user(self.manager).create(
            {
                "name": "All the best",
                "occasion": occasion,
                "action": "mail",
                "mail_template_id": self.template.id,
                "audience_domain": audience,
                "days": 1 if occasion == "after_purchase" else 0,
                **values,
            }
        )
        if running:
            rule.action_start()
        return rule

    def person(self, name="Wang Wei", **values):
        return self.env["res.partner"].create(
            {"name": name, "email": f"{name.replace(' ', '.').lower()}@example.com", "tz": "UTC", **values}
        )

    def for_all(self, *partners):
        return repr([("id", "in", [partner.id for partner in partners])])

    def ordered(self, partner=None, at=None, **values):
        """A confirmed order, by default of now."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.contact).id,
                "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 1})],
                **values,
            }
        )
        order.action_confirm()
        if at:
            order.date_order = at
        return order

    # ---------------------------------------------------------------- jobs

    def plan(self, rule):
        """What the planner has written down, by contact and day."""
        self.env["crm.sync.care.planner"]._cron_plan()
        return self.of(rule)

    def run_all(self, rule):
        """The planner, and then the dispatch."""
        self.env["crm.sync.care.planner"]._cron_plan()
        self.env["crm.sync.care.dispatch"]._cron_dispatch()
        return self.of(rule)

    def of(self, rule):
        self.env.invalidate_all()
        return self.Occasion.search([("rule_id", "=", rule.id)], order="day, id")

    def mails(self, occasions):
        domain = [("model", "=", "crm.sync.care.occasion"), ("res_id", "in", occasions.ids)]
        return self.env["mail.mail"].search(domain, order="id")

    def states(self, rule):
        return [(one.partner_id, one.state, one.reason) for one in self.of(rule)]

    def assertNoFailures(self):
        failures = self.env["crm.sync.job.failure"].search([("state", "!=", "resolved")])
        self.assertFalse(failures, failures.mapped("error"))
