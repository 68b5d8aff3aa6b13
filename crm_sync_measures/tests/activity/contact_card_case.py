from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from ..common import SyncCase


class ContactCardCase(SyncCase):
    """Northern Optics, its card, and what may be found about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "Cabinet", "list_price": 100.0, "taxes_id": False})
        for user in cls.seller | cls.colleague | cls.agent | cls.manager:
            user.name = user.login
        cls.now = fields.Datetime.now()

    def card(self, user=None, partner=None, document=None, **arguments):
        """The card as ``user`` sees it, without what an empty database has anyway."""
        partner = (partner or self.customer).with_user(user or self.seller)
        if document is not None:
            arguments |= {"model": document._name, "res_id": document.id}
        return partner.sync_contact_card(**arguments)

    def found(self, code, **arguments):
        """``[(level, text)]`` of one rule."""
        findings = self.card(**arguments)["findings"]
        return [(told["level"], told["text"].replace("\xa0", " ")) for told in findings if told["code"] == code]

    def policy(self, code, decision="inform", bulk="send", company=None):
        Policy = self.env["crm.sync.contact.policy"]
        company = company or self.company
        Policy._fill(company)
        policy = Policy.search([("company_id", "=", company.id), ("rule_code", "=", code)])
        policy.write({"decision": decision, "bulk": bulk})
        return policy

    def quotation(self, price, user=None, quantity=1, partner=None, **values):
        values = {
            "partner_id": (partner or self.customer).id,
            "user_id": (user or self.seller).id,
            "order_line": [
                Command.create({"product_id": self.product.id, "product_uom_qty": quantity, "price_unit": price})
            ],
            **values,
        }
        return self.env["sale.order"].create(values)

    def lead(self, user=None, **values):
        return self.env["crm.lead"].create(
            {
                "name": "New shop",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "user_id": (user or self.seller).id,
                **values,
            }
        )

    def promise(self, days, user=None, **values):
        """A promise that is due in so many days; a negative number is in the past."""
        due = self.now + timedelta(days=days)
        values = {
            "name": "Send the plan",
            "partner_id": self.customer.id,
            "user_id": (user or self.seller).id,
            "promised_at": min(due, self.now) - timedelta(days=10),
            "due_at": due,
            **values,
        }
        return self.env["crm.sync.promise"].create(values)

    def answer(self, score, partner=None, days=3):
        """A done answer of a survey with one scale question from 0 to 10."""
        survey = self.env["survey.survey"].create(
            {
                "title": "After the delivery",
                "question_and_page_ids": [
                    Command.create({"title": "How was it?", "question_type": "scale", "scale_min": 0, "scale_max": 10})
                ],
            }
        )
        answer = survey._create_answer(partner=partner or self.contact, check_attempts=False)
        answer._save_lines(survey.question_ids, str(score))
        answer._mark_done()
        answer.end_datetime = self.days_ago(days)
        return answer

    def overdue(self, amount, days, partner=None):
        """A posted invoice that was due so many days ago."""
        today = fields.Date.today()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "invoice_date": today - timedelta(days=days + 14),
                "invoice_date_due": today - timedelta(days=days),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create({"name": "Cabinet", "price_unit": amount, "tax_ids": False})],
            }
        )
        invoice.action_post()
        return invoice
