from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields

from .survey_common import SurveyCase


class AskingCase(SurveyCase):
    """Days pass, and the jobs of surveys run. A test may not commit, so their commits do nothing here.

    It is Tuesday 3 March 2026, 10:00 UTC, and mails leave from 9 to 18 on working days.
    """

    NOW = "2026-03-03 10:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).partner_id.tz = "UTC"
        (cls.customer | cls.contact).tz = "UTC"
        cls.company.write(
            {
                "sync_survey_cooldown_days": 90,
                "sync_survey_cap": 4,
                "sync_survey_hour_from": 9,
                "sync_survey_hour_to": 18,
                "sync_survey_weekend": False,
            }
        )

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

    def asking(self, trigger="order_confirmed", **values):
        """A program that has been running for an hour."""
        audience = f"[('id', 'in', {[self.customer.id, self.contact.id]})]"
        program = self.program(trigger=trigger, **{"delay_hours": 0, "audience_domain": audience, **values})
        with freeze_time(fields.Datetime.now() - timedelta(hours=1)):
            program.action_start()
        return program

    def ordered(self, partner=None, **values):
        product = self.env["product.product"].create({"name": "Lens", "type": "consu", "list_price": 10})
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.contact).id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 1})],
                **values,
            }
        )
        order.action_confirm()
        return order

    # ---------------------------------------------------------------- jobs

    def scan(self, program):
        """What the trigger scan has planned, oldest first."""
        self.env["crm.sync.survey.scan"]._cron_scan()
        return self.of(program)

    def of(self, program):
        self.env.invalidate_all()
        return self.Invitation.search([("program_id", "=", program.id)], order="id")

    def run_all(self, program):
        """Scan, gate and dispatch."""
        self.env["crm.sync.survey.scan"]._cron_scan()
        self.env["crm.sync.survey.selection"]._cron_sift()
        self.env["crm.sync.survey.dispatch"]._cron_dispatch()
        return self.of(program)

    def sift(self, program, *partners, **values):
        ids = [partner.id for partner in partners] or [self.contact.id]
        reasons = self.env["crm.sync.survey.gate"]._sift(program, ids, fields.Datetime.now(), **values)
        return reasons[ids[0]] if len(ids) == 1 else [reasons[partner_id] for partner_id in ids]

    def mails(self, invitations):
        domain = [("model", "=", "crm.sync.survey.invitation"), ("res_id", "in", invitations.ids)]
        return self.env["mail.mail"].search(domain, order="id")

    def assertNoFailures(self):
        failures = self.env["crm.sync.job.failure"].search([("state", "!=", "resolved")])
        self.assertFalse(failures, failures.mapped("error"))
