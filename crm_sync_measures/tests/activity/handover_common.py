from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from ..common import SyncCase

#: Tables whose rows a handover may change, without who wrote them last.
TABLES = ("res_partner", "crm_lead", "sale_order", "mail_activity", "calendar_event", "crm_sync_response")


class HandoverCase(SyncCase):
    """The seller of Northern Optics leaves; two colleagues could take over, and the head of Sales decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.new_user("t_boss", "group_department_manager", cls.sales)
        cls.sales.manager_id = cls.boss
        cls.successor = cls.new_user("t_successor", "group_user", cls.sales, "sales_team.group_sale_salesman_all_leads")
        cls.manager.sync_department_id = False
        cls.colleague.sync_department_id = False
        cls.product = cls.env["product.product"].create({"name": "Lamp", "list_price": 40})
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Forty lamps",
                "type": "opportunity",
                "partner_id": cls.contact.id,
                "user_id": cls.seller.id,
                "date_open": cls.days_ago(30),
            }
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create({"product_id": cls.product.id, "product_uom_qty": 40})],
            }
        )
        cls.call = cls.lead.activity_schedule(
            "mail.mail_activity_data_call", summary="Call Li Na", user_id=cls.seller.id
        )
        cls.meeting = cls.new_meeting("Fitting", cls.seller, cls.contact)
        cls.followed = cls.env["res.partner"].create({"name": "Followed only", "email": "followed@example.com"})
        cls.followed.message_subscribe(cls.seller.partner_id.ids)
        cls.promise = (
            cls.env["crm.sync.promise"]
            .with_user(cls.seller)
            .create(
                {
                    "name": "Send the drawing",
                    "partner_id": cls.contact.id,
                    "due_at": fields.Datetime.now() + timedelta(days=3),
                }
            )
        )

    @classmethod
    def new_meeting(cls, name, user, *partners, **values):
        start = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=2)
        return (
            cls.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": name,
                    "user_id": user.id,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [Command.set([user.partner_id.id, *(partner.id for partner in partners)])],
                    **values,
                }
            )
        )

    @classmethod
    def handover(cls, user=None, leader=None, **values):
        """A handover that was collected, as the head of Sales sees it."""
        values = {"user_id": (user or cls.seller).id, "reason": "leaving", **values}
        handover = cls.env["crm.sync.handover"].with_user(leader or cls.boss).create(values)
        handover.action_gather()
        return handover

    def executed(self, **values):
        handover = self.handover(**values)
        handover.line_ids.write({"user_id": self.successor.id})
        handover.action_execute()
        return handover

    def line(self, handover, record, kind=None):
        lines = handover.sudo().line_ids.filtered(
            lambda line: line.res_model == record._name and line.res_id == record.id and kind in (None, line.kind)
        )
        return lines.with_env(handover.env)

    def rows(self):
        """Everything that is in those tables, and who follows what."""
        self.env.flush_all()
        found = {}
        for table in TABLES:
            columns = "to_jsonb(t) - 'write_uid' - 'write_date'"
            self.env.cr.execute(SQL("SELECT id, %s FROM %s t", SQL(columns), SQL.identifier(table)))
            found[table] = dict(self.env.cr.fetchall())
        self.env.cr.execute(
            """SELECT f.res_model, f.res_id, f.partner_id, array_agg(s.mail_message_subtype_id ORDER BY 1)
                 FROM mail_followers f LEFT JOIN mail_followers_mail_message_subtype_rel s ON s.mail_followers_id = f.id
                WHERE f.res_model != 'crm.sync.handover' GROUP BY f.id"""
        )
        found["followers"] = {row[:3]: sorted(filter(None, row[3])) for row in self.env.cr.fetchall()}
        self.env.cr.execute("SELECT event_id, partner_id, state FROM calendar_attendee")
        found["attendees"] = sorted(self.env.cr.fetchall())
        return found

    def notes(self, record):
        return [message.body for message in record.message_ids if "anded over" in message.body]
