from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from .registered import registered, registered_methods


def customer_tile(sequence, code):
    """Mark a method of ``crm.sync.customer.page`` as a tile of the Customer 360 page.

    It is called with the customer's contacts (a recordset, archived ones included) and returns the
    tile's values, see :meth:`CrmSyncCustomerPage._tile`, or None when there is nothing to show. It
    reads with the reader's own rights: an AccessError makes the tile a locked one.
    """
    return registered("customer_tile", sequence, code=code)


class CrmSyncCustomerPage(models.AbstractModel):
    """The figures above the timeline, read with the rights of the reader.

    Amounts are in the reader's current company's currency, converted at today's rate, since they
    describe the present.
    """

    _name = "crm.sync.customer.page"
    _description = "Customer 360 Page"

    @api.model
    def _get_page(self, partner):
        """The page of ``partner``'s commercial entity; see ``res.partner.sync_customer_page``."""
        entity = partner.commercial_partner_id
        contacts = partner.with_context(active_test=False).search(
            [("commercial_partner_id", "=", entity.id)], order="active desc, id"
        )
        # sudo: that and when the customer was contacted, which every reader of him may know; the rest see _last_contact.
        customer = (
            self.env["crm.sync.customer"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "=", entity.id)])
        )
        return {
            "partner": self._partner_values(entity),
            "entity": {"id": entity.id, "name": entity.display_name},
            "last_contact": self._last_contact(customer),
            "neglected": customer.is_neglected,
            "tiles": self._get_tiles(contacts),
            "contacts": [
                {
                    "id": contact.id,
                    "name": contact.name or contact.display_name,
                    "function": contact.function or False,
                    "active": contact.active,
                }
                for contact in contacts - entity
                if contact.type == "contact"
            ],
            "filters": self._get_filters(),
            "can_log": self.env["crm.sync.touch"].has_access("create"),
            "neglect_days": self.env.company.sync_neglect_days,
        }

    def _partner_values(self, entity):
        # sudo: names of the colleague and department in charge, which every reader of the customer may know.
        owner, department = entity.user_id.sudo(), entity.sudo().sync_department_id
        department = department or owner.sync_department_id
        return {
            "id": entity.id,
            "name": entity.display_name,
            "is_company": entity.is_company,
            "active": entity.active,
            "email": entity.email or False,
            "phone": entity.phone or False,
            "city": entity.city or False,
            "owner": {"id": owner.id, "name": owner.name} if owner else False,
            "department": {"id": department.id, "name": department.name} if department else False,
        }

    def _last_contact(self, customer):
        if not customer.last_contact_at:
            return False
        user = customer.last_user_id
        # By whom and how is told to whom the customer's row is shown, and to whoever it was himself.
        is_told = user == self.env.user or customer.sudo(False)._filtered_access("read")
        channels = self.env["crm.sync.timeline"]._get_labels()["channel"]
        return {
            "at": fields.Datetime.to_string(customer.last_contact_at),
            "days": customer.days_since_contact,
            "channel": (is_told and customer.last_channel) or False,
            "channel_label": (is_told and channels.get(customer.last_channel)) or False,
            "direction": (is_told and customer.last_direction) or False,
            "person": (is_told and user.name) or False,
            "department": user.sync_department_id.name or False,
        }

    def _get_filters(self):
        """What the timeline can be filtered by, in the reader's words."""
        timeline = self.env["crm.sync.timeline"]
        labels = timeline._get_labels()
        known_kinds = {
            kind
            for source in timeline._get_sources().values()
            for kind in (source.kinds or (source.kind,))
            if isinstance(kind, str)
        }
        departments = self.env["crm.sync.department"].search_fetch([], ["name"])
        # sudo: the names of colleagues in customer departments, as everywhere in Odoo's own client.
        people = (
            self.env["res.users"]
            .sudo()
            .search_fetch(
                [("sync_department_id", "in", departments.ids), ("company_ids", "in", self.env.companies.ids)], ["name"]
            )
        )
        return {
            "kinds": [
                {"value": code, "label": label, "icon": icon}
                for code, (label, icon, _color) in labels["kind"].items()
                if code in known_kinds
            ],
            "channels": [{"value": code, "label": label} for code, label in labels["channel"].items()],
            "departments": [{"id": department.id, "name": department.name} for department in departments],
            "persons": [{"id": user.id, "name": user.name} for user in people],
        }

    # ---------------------------------------------------------------- tiles

    def _get_tiles(self, contacts):
        tiles = []
        for options, method in registered_methods(self, "customer_tile"):
            try:
                tile = method(contacts)
            except AccessError:
                tile = {"label": self._tile_labels().get(options["code"], options["code"]), "masked": True}
            if tile:
                tiles.append(self._tile(code=options["code"], **tile))
        return tiles

    def _tile(
        self,
        code,
        label,
        icon="fa-circle-o",
        value=False,
        unit="count",
        text=False,
        tone="muted",
        action=False,
        masked=False,
    ):
        """One tile. ``unit`` is count, money, points or text; ``text`` a second line in words."""
        currency = self.env.company.currency_id.id if unit == "money" else False
        return {
            "code": code,
            "label": label,
            "icon": "fa-lock" if masked else icon,
            "value": value,
            "unit": unit,
            "text": text,
            "currency_id": currency,
            "tone": tone,
            "action": action,
            "masked": masked,
        }

    def _tile_labels(self):
        """Labels of the tiles, known also when their figures may not be read."""
        return {
            "opportunities": self.env._("Open opportunities"),
            "quotations": self.env._("Open quotations"),
            "orders": self.env._("Orders of 12 months"),
            "overdue": self.env._("Overdue invoices"),
            "survey": self.env._("Last survey answer"),
            "points": self.env._("Points"),
        }

    @customer_tile(10, "opportunities")
    def _tile_opportunities(self, contacts):
        domain = [("partner_id", "in", contacts.ids), ("won_status", "=", "pending")]
        count, value = self._count_and_value("crm.lead", domain, "expected_revenue", by="company_id")
        return {
            "label": self._tile_labels()["opportunities"],
            "icon": "fa-star",
            "value": value,
            "unit": "money",
            "text": self.env._("%s open", count) if count else self.env._("None open"),
            "tone": "info" if count else "muted",
            "action": self._list_action("crm.lead", domain, self._tile_labels()["opportunities"]),
        }

    @customer_tile(20, "quotations")
    def _tile_quotations(self, contacts):
        domain = [("partner_id", "in", contacts.ids), ("state", "in", ("draft", "sent"))]
        count, value = self._count_and_value("sale.order", domain, "amount_untaxed")
        return {
            "label": self._tile_labels()["quotations"],
            "icon": "fa-file-text-o",
            "value": value,
            "unit": "money",
            "text": self.env._("%s open", count) if count else self.env._("None open"),
            "tone": "info" if count else "muted",
            "action": self._list_action("sale.order", domain, self._tile_labels()["quotations"]),
        }

    @customer_tile(30, "orders")
    def _tile_orders(self, contacts):
        since = fields.Datetime.to_string(fields.Datetime.now() - relativedelta(months=12))
        domain = [("partner_id", "in", contacts.ids), ("state", "=", "sale"), ("date_order", ">=", since)]
        count, value = self._count_and_value("sale.order", domain, "amount_untaxed")
        return {
            "label": self._tile_labels()["orders"],
            "icon": "fa-shopping-cart",
            "value": value,
            "unit": "money",
            "text": self.env._("%s orders, untaxed", count) if count else self.env._("None"),
            "tone": "success" if count else "muted",
            "action": self._list_action("sale.order", domain, self._tile_labels()["orders"]),
        }

    @customer_tile(40, "overdue")
    def _tile_overdue(self, contacts):
        today = fields.Date.to_string(fields.Date.context_today(self))
        domain = [
            ("partner_id", "in", contacts.ids),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
            ("invoice_date_due", "<", today),
        ]
        count, value = self._count_and_value("account.move", domain, "amount_residual")
        return {
            "label": self._tile_labels()["overdue"],
            "icon": "fa-exclamation-triangle" if count else "fa-check",
            "value": value,
            "unit": "money",
            "text": self.env._("%s overdue", count) if count else self.env._("All paid in time"),
            "tone": "danger" if count else "success",
            "action": self._list_action("account.move", domain, self._tile_labels()["overdue"]),
        }

    @customer_tile(50, "survey")
    def _tile_survey(self, contacts):
        domain = [("partner_id", "in", contacts.ids), ("state", "=", "done"), ("test_entry", "=", False)]
        answer = self.env["survey.user_input"].search(domain, order="end_datetime desc, id desc", limit=1)
        if not answer:
            return {
                "label": self._tile_labels()["survey"],
                "icon": "fa-comments-o",
                "unit": "text",
                "text": self.env._("Never asked or not answered"),
            }
        answered = fields.Datetime.context_timestamp(self, answer.end_datetime or answer.create_date)
        return {
            "label": self._tile_labels()["survey"],
            "icon": "fa-comments-o",
            "unit": "text",
            "text": f"{answer.survey_id.title} · {format_date(self.env, answered.date())}",
            "tone": "info",
            "action": self._list_action("survey.user_input", domain, self._tile_labels()["survey"]),
        }

    @customer_tile(60, "points")
    def _tile_points(self, contacts):
        domain = [("partner_id", "in", contacts.ids), ("program_type", "=", "loyalty")]
        [(count, points)] = self.env["loyalty.card"]._read_group(domain, [], ["__count", "points:sum"])
        return {
            "label": self._tile_labels()["points"],
            "icon": "fa-gift",
            "value": points or 0.0,
            "unit": "points",
            "text": self.env._("On %s cards", count) if count > 1 else False,
            "tone": "success" if points else "muted",
            "action": self._list_action("loyalty.card", domain, self._tile_labels()["points"], create=False)
            if count
            else False,
        }

    def _count_and_value(self, model_name, domain, amount, by="currency_id"):
        """Number of records and their value in the reader's currency: one query.

        ``by`` is the field that tells the currency of ``amount``: ``currency_id``, or ``company_id``
        where amounts are in the currency of the record's company.
        """
        company, today = self.env.company, fields.Date.context_today(self)
        count, value = 0, 0.0
        for owner, number, total in self.env[model_name]._read_group(domain, [by], ["__count", f"{amount}:sum"]):
            currency = (owner.currency_id if by == "company_id" else owner) or company.currency_id
            count += number
            value += currency._convert(total or 0.0, company.currency_id, company, today)
        return count, value

    def _list_action(self, model_name, domain, name, **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model_name,
            "views": [[False, "list"], [False, "form"]],
            "domain": domain,
            "context": {"active_test": False, **context},
        }
