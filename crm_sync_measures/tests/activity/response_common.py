from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command

from ..common import SyncCase

#: A Friday, 16:00 in Berlin: an hour before the end of the week.
FRIDAY = datetime.fromisoformat("2026-11-20 15:00:00")


class ResponseCase(SyncCase):
    """Sales and service work from 9 to 17 in Berlin, Monday to Friday; first answers within 4 hours, further within 8."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.sync.response"].sudo().search([]).unlink()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "9 to 17",
                "tz": "Europe/Berlin",
                "company_id": False,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create({"name": day, "dayofweek": day, "hour_from": 9, "hour_to": 17})
                        for day in "01234"
                    ),
                ],
            }
        )
        (cls.sales | cls.service).resource_calendar_id = cls.calendar
        cls.policies = cls.env["crm.sync.response.policy"]
        cls.policies.search([]).unlink()
        cls.policy = cls.policies.create({"first_hours": 4, "rolling_hours": 8, "escalate_hours": 2})
        cls.lead = cls.env["crm.lead"].create(
            {"name": "New shop", "type": "opportunity", "partner_id": cls.customer.id, "user_id": cls.seller.id}
        )

    # ---------------------------------------------------------------- what people do

    def mail_in(self, document=None, at=FRIDAY, author=None, **values):
        """An e-mail of the customer."""
        return self.said(document, at, author_id=(author or self.contact).id, message_type="email", **values)

    def mail_out(self, document=None, at=FRIDAY, user=None, to=None, **values):
        """An e-mail or comment of a colleague to the customer."""
        to = self.contact if to is None else to
        return self.said(
            document,
            at,
            author_id=(user or self.seller).partner_id.id,
            message_type="comment",
            partner_ids=[Command.set(to.ids)],
            **values,
        )

    def said(self, document, at, found=None, **values):
        """A message of ``at`` that Odoo gets to know then, or when it is ``found``."""
        document = self.lead if document is None else document
        with freeze_time(found or at):
            message = self.env["mail.message"].create(
                {
                    "model": document._name,
                    "res_id": document.id,
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                    "date": at,
                    "body": "Hello",
                    **values,
                }
            )
            self.settle()
        return message

    def settle(self):
        """The end of the transaction."""
        self.env.cr.precommit.run()

    # ---------------------------------------------------------------- what is known

    def responses(self, **conditions):
        domain = [(name, "=", value) for name, value in conditions.items()]
        return self.env["crm.sync.response"].search([("commercial_partner_id", "=", self.customer.id), *domain])

    def told(self):
        """The clocks as (kind, state, hours worked), oldest first."""
        return [
            (response.kind, response.state, response.worked_seconds / 3600 if response.state == "answered" else None)
            for response in self.responses()
        ]

    @staticmethod
    def hours_later(hours, moment=FRIDAY):
        return moment + timedelta(hours=hours)
