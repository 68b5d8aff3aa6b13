from datetime import date, datetime, timedelta

from odoo.fields import Command
from odoo.tools import SQL

from ...models.kpi.measures import Window
from ...rules.periods import utc_bounds
from ..common import SyncCase

TZ = "Asia/Shanghai"
#: March 2021 at a company in Shanghai: from 28 February 16:00 UTC until 31 March 16:00. Nothing else has happened then.
MARCH = (date(2021, 3, 1), date(2021, 3, 31))
LATER = datetime.fromisoformat("2021-06-01 00:00:00")


class LibraryCase(SyncCase):
    """What the measures of the library count, looked at by themselves: documents of one period, and the sums of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        category = cls.env["product.category"].create({"name": "Lenses"})
        cls.product = cls.env["product.product"].create(
            {"name": "Lens", "type": "consu", "list_price": 10, "taxes_id": False, "categ_id": category.id}
        )

    # ---------------------------------------------------------------- figures

    def window(self, period=MARCH, now=LATER, company=None):
        (first, last), company = period, company or self.company
        since, until = utc_bounds(first, last, TZ)
        return Window(
            since=since,
            until=until,
            day_since=first - timedelta(days=1),
            day_until=last + timedelta(days=2),
            companies=(company.id,),
            periods=SQL(
                """(SELECT 7 AS id, %s AS company_id, %s AS at_start, %s AS at_end, %s AS day_start, %s AS day_end,
                           %s::varchar AS tz)""",
                company.id,
                since,
                until,
                first,
                last + timedelta(days=1),
                TZ,
            ),
            now=now,
        )

    def documents(self, code, **arguments):
        """The documents that ``code`` counts in the period, as dicts."""
        window = self.window(**arguments)
        (first, last), [company_id] = arguments.get("period", MARCH), window.companies
        _options, measure = self.env["crm.sync.kpi.library"]._measures()[code]
        facts = measure(window)
        inside = {
            "moment": SQL("f.at >= %s AND f.at < %s", window.since, window.until),
            "day": SQL("f.day BETWEEN %s AND %s", first, last),
            "stand": SQL("f.period_id = 7"),
        }[facts.timing]
        return self.env.execute_query_dict(
            SQL("SELECT f.* FROM (%s) f WHERE f.company_id = %s AND %s", facts.select, company_id, inside)
        )

    def sums(self, code, among=None, **arguments):
        """(numerator, denominator, number of documents), rounded; of the records ``among`` only, if said."""
        documents = self.documents(code, **arguments)
        if among is not None:
            documents = [one for one in documents if one["res_model"] == among._name and one["res_id"] in among.ids]
        return (
            round(sum(one["numerator"] for one in documents), 4),
            round(sum(one["denominator"] for one in documents), 4),
            len(documents),
        )

    def by(self, code, column, **arguments):
        """``{value of the column: sum of numerators}``"""
        sums = {}
        for one in self.documents(code, **arguments):
            sums[one[column]] = round(sums.get(one[column], 0) + one["numerator"], 4)
        return sums

    # ---------------------------------------------------------------- what happens

    def put(self, record, **values):
        """Set columns as only time can: moments of creation, states that jobs give."""
        self.env.flush_all()
        assignments = [SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()]
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL(", ").join(assignments),
                record.id,
            )
        )
        record.invalidate_recordset()
        return record

    def lead(self, created="2021-03-02 08:00:00", won=None, closed=None, **values):
        """A lead of then: won, lost or undecided."""
        lead = self.env["crm.lead"].create(
            {"name": "New shop", "type": "opportunity", "user_id": self.seller.id, **values}
        )
        if won:
            lead.action_set_won()
        elif won is False:
            lead.action_set_lost()
        if closed:
            lead.date_closed = closed
        return self.put(lead, create_date=created)

    def order(self, amount=100.0, at="2021-03-10 04:00:00", partner=None, product=None, **values):
        """A confirmed order of one piece."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "user_id": self.seller.id,
                "order_line": [self.line(amount, product)],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = at
        return order

    def line(self, amount, product=None):
        product = product or self.product
        return Command.create({"product_id": product.id, "product_uom_qty": 1, "price_unit": amount, "tax_ids": False})

    def message(self, user, at, **values):
        """A comment of a colleague on the customer."""
        return self.messages(user, [at], **values)

    def messages(self, user, moments, **values):
        """One at each of these moments."""
        values = {
            "model": "res.partner",
            "res_id": self.customer.id,
            "message_type": "comment",
            "subtype_id": self.env.ref("mail.mt_comment").id,
            "author_id": user.partner_id.id,
            "body": "Hello",
            **values,
        }
        return self.env["mail.message"].create([{**values, "date": at} for at in moments])

    def new_customer(self, name="Wang Wei", **values):
        return self.env["res.partner"].create({"name": name, **values})
