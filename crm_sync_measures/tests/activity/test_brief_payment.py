from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .test_brief import BriefCase

TODAY = date(2026, 6, 15)


@tagged("post_install", "-at_install")
class TestBriefPayment(BriefCase):
    """How the customer pays, from Odoo's own invoices and payments."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(f"{TODAY} 12:00:00"))

    def invoice(self, amount, due, **values):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_user_id": self.seller.id,
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    fields.Command.create(
                        {"product_id": self.lens.id, "quantity": 1, "price_unit": amount, "tax_ids": False}
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def pay(self, move, day, amount=None, **values):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": day, **({"amount": amount} if amount else {}), **values})
        )
        return wizard._create_payments()

    def told(self, user=None):
        section = self.section("payment", user=user)
        return self.facts(section) if section["facts"] else section["empty"]

    def parts(self):
        brief = self.env["crm.sync.brief"].with_user(self.seller)
        about = type("About", (), {"contacts": self.customer | self.contact, "today": TODAY})
        return sorted((part.amount, part.due, part.paid_on) for part in brief._payment_parts(about))

    def test_ten_days_late_and_two_days_early_weighted_by_amount(self):
        self.pay(self.invoice(1000, date(2026, 4, 1)), date(2026, 4, 11))
        self.pay(self.invoice(3000, date(2026, 5, 3)), date(2026, 5, 1))
        self.assertEqual(self.told()["Days beyond terms"], "1 day late")
        self.assertEqual(self.told()["Paid or due late"], "25%")

    def test_a_part_that_is_paid_counts_on_its_day_and_the_rest_so_far(self):
        invoice = self.invoice(1000, date(2026, 5, 26))
        self.pay(invoice, date(2026, 5, 26), 600)
        found = self.parts()
        self.assertEqual(
            found,
            [(Decimal("400.0"), date(2026, 5, 26), None), (Decimal("600.0"), date(2026, 5, 26), date(2026, 5, 26))],
        )
        # 600 on the day, 400 twenty days late so far: 8 on average.
        self.assertEqual(self.told()["Days beyond terms"], "8 days late")
        self.assertIn("400", self.told()["Overdue now"])

    def test_what_is_not_due_yet_tells_nothing(self):
        self.invoice(1000, date(2026, 7, 1))
        self.assertEqual(self.told(), "Nothing was due within twelve months.")

    def test_a_credited_invoice_is_no_payment(self):
        invoice = self.invoice(1000, date(2026, 4, 1))
        refund = invoice._reverse_moves([{"invoice_date": date(2026, 6, 1)}], cancel=True)
        self.assertEqual((refund.state, invoice.payment_state), ("posted", "reversed"))
        self.assertEqual(self.parts(), [])
        self.assertEqual(self.told(), "Nothing was due within twelve months.")

    def test_a_blocked_invoice_is_in_dispute_and_not_late(self):
        invoice = self.invoice(1000, date(2026, 4, 1))
        invoice.payment_state = "blocked"
        self.assertEqual(self.told(), "Nothing was due within twelve months.")

    def test_an_invoice_in_two_instalments_has_two_days(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    fields.Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    fields.Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        invoice = self.invoice(1000, date(2026, 5, 1), invoice_date=date(2026, 4, 1), invoice_payment_term_id=term.id)
        self.pay(invoice, date(2026, 4, 1), 500)
        self.assertEqual(
            self.parts(),
            [
                (Decimal("500.0"), date(2026, 4, 1), date(2026, 4, 1)),
                (Decimal("500.0"), date(2026, 5, 1), None),
            ],
        )

    def test_who_paid_on_the_day_last_year_and_pays_twenty_days_late_now_pays_worse(self):
        self.pay(self.invoice(1000, date(2025, 4, 1)), date(2025, 4, 1))
        self.pay(self.invoice(1000, date(2026, 4, 1)), date(2026, 4, 21))
        self.assertEqual(self.told()["Year before"], "on the day · pays worse now")
        brief = self.brief()
        self.assertTrue([text for text in brief["avoid"] if "they pay 20 days late" in text])

    def test_another_currency_weighs_with_its_value(self):
        euro = (
            self.env.ref("base.EUR")
            if self.env.company.currency_id != self.env.ref("base.EUR")
            else self.env.ref("base.USD")
        )
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2020-01-01", "rate": 0.25, "company_id": self.env.company.id}
        )
        self.pay(self.invoice(100, date(2026, 5, 1), currency_id=euro.id), date(2026, 5, 5), currency_id=euro.id)
        [(amount, _due, _paid)] = self.parts()
        self.assertEqual(amount, Decimal("400.0"))

    def test_a_salesperson_of_own_documents_judges_by_his_own_invoices_alone(self):
        self.pay(self.invoice(1000, date(2026, 4, 1)), date(2026, 4, 11))
        self.assertEqual(self.told(self.colleague), "Nothing was due within twelve months.")
        self.assertEqual(self.told(self.seller)["Days beyond terms"], "10 days late")

    def test_overdue_is_to_be_brought_up(self):
        self.invoice(1000, date(2026, 6, 1))
        self.assertTrue([text for text in self.brief()["bring_up"] if "is overdue" in text])
