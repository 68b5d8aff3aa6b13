from freezegun import freeze_time
from odoo import fields
from odoo.fields import Command

from ..common import SyncCase


class OwnKpiCase(SyncCase):
    """A manager defines KPIs of sales orders. It is Friday 13 March 2026, 10:00 UTC, at everybody's place."""

    NOW = "2026-03-13 10:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).partner_id.write({"tz": "UTC", "lang": "en_US"})
        cls.Kpi = cls.env["crm.sync.kpi"]
        cls.Value = cls.env["crm.sync.kpi.value"]
        cls.Target = cls.env["crm.sync.kpi.target"]
        cls.Snapshot = cls.env["crm.sync.kpi.snapshot"]
        cls.product = cls.env["product.product"].create({"name": "Lens", "type": "consu", "list_price": 10})

    def setUp(self):
        super().setUp()
        self.travel(self.NOW)

    def travel(self, moment):
        """Go to that moment, for the rest of the test."""
        self.startPatcher(freeze_time(moment))

    # ---------------------------------------------------------------- definitions

    def model(self, name):
        return self.env["ir.model"]._get(name).id

    def field(self, model, name):
        return self.env["ir.model.fields"]._get(model, name).id

    def kpi(self, code="own_orders", started=True, user=None, **values):
        """Orders of the customer of the case, each month, by the manager of the case."""
        own = {
            "name": "Orders",
            "code": code,
            "backfill_months": 2,
            "company_id": self.company.id,
            "custom_model_id": self.model("sale.order"),
            "custom_date_field_id": self.field("sale.order", "date_order"),
            "custom_domain": self.of_customer(),
            **values,
        }
        kpi = self.Kpi.with_user(user or self.manager).create(own)
        if started:
            kpi.action_start_measuring()
        return kpi

    def of_customer(self, *conditions):
        return repr([("partner_id", "in", [self.customer.id, self.contact.id]), *conditions])

    def turnover(self, **values):
        return self.kpi(
            **{
                "name": "Turnover",
                "code": "own_turnover",
                "unit": "money",
                "custom_measure": "sum",
                "custom_measure_field_id": self.field("sale.order", "amount_untaxed"),
                "custom_user_field_id": self.field("sale.order", "user_id"),
                "scope_person": True,
                **values,
            }
        )

    # ---------------------------------------------------------------- documents and figures

    def ordered(self, at, amount=100.0, user=None, state="sale", **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "user_id": (user or self.seller).id,
                "state": state,
                "date_order": at,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )

    def measure(self, kpi):
        """Measure now; ``{first day: value}`` of the company."""
        self.Snapshot._refresh(kpi.sudo())
        self.env.invalidate_all()
        return {str(value.period_start): value.value for value in self.values(kpi)}

    def values(self, kpi, scope_key="company", **conditions):
        domain = [("kpi_id", "=", kpi.id), ("scope_key", "=", scope_key), ("is_current", "=", True)]
        domain += [(name, "=", value) for name, value in conditions.items()]
        return self.Value.search(domain, order="period_start")

    def target(self, kpi, value=0.0, first="2026-01-01", last="2026-12-31", **values):
        return self.Target.with_user(self.manager).create(
            {
                "kpi_id": kpi.id,
                "company_id": self.company.id,
                "date_from": fields.Date.to_date(first),
                "date_to": fields.Date.to_date(last),
                "value": value,
                **values,
            }
        )
