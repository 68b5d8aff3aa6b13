from decimal import Decimal

from dateutil.relativedelta import relativedelta
from odoo import fields, models
from odoo.tools import SQL

from ...rules.brief import Advice
from ...rules.payment_behaviour import Part, behaviour
from .brief_section import Fact, Section, brief_section

_TONES = {"in_time": "success", "slightly_late": "", "late": "warning", "very_late": "danger"}
#: What is older cannot touch a year and the one before it.
_MONTHS = 36


class CrmSyncBrief(models.AbstractModel):
    """How the customer pays, from reconciled invoices; see ``rules/payment_behaviour.py``.

    It advises and blocks nothing: that is for accounting to decide.
    """

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {**super()._section_titles(), "payment": self.env._("How They Pay")}

    @brief_section(100, "payment")
    def _section_payment(self, about):
        found = behaviour(self._payment_parts(about), about.today)
        if not found:
            return Section(
                title=self._section_titles()["payment"],
                empty=self.env._("Nothing was due within twelve months."),
            )
        facts = [
            Fact(self.env._("Days beyond terms"), self._signed_days(found.days), _TONES[found.verdict]),
            Fact(self.env._("Paid or due late"), f"{found.late_share:.0%}"),
        ]
        if found.overdue:
            facts.append(Fact(self.env._("Overdue now"), self._money(float(found.overdue)), "danger"))
        if found.trend:
            facts.append(Fact(self.env._("Year before"), f"{self._signed_days(found.before)} · {self._trend(found)}"))
        return Section(
            title=self._section_titles()["payment"],
            facts=tuple(facts),
            bring_up=self._overdue_advice(found),
            avoid=self._terms_advice(found),
        )

    def _signed_days(self, days):
        if days == 0:
            return self.env._("on the day")
        if abs(days) == 1:
            return self.env._("1 day late") if days > 0 else self.env._("1 day early")
        return self.env._("%s days late", days) if days > 0 else self.env._("%s days early", -days)

    def _trend(self, found):
        return {
            "better": self.env._("pays better now"),
            "worse": self.env._("pays worse now"),
            "steady": self.env._("as now"),
        }[found.trend]

    def _overdue_advice(self, found):
        if not found.overdue:
            return ()
        amount = self._money(float(found.overdue))
        return (Advice(70, self.env._("%s is overdue: ask kindly when it will be paid.", amount)),)

    def _terms_advice(self, found):
        if found.verdict not in ("late", "very_late"):
            return ()
        text = self.env._("Do not offer longer terms of payment: they pay %s days late on average.", found.days)
        return (Advice(60, text),)

    # ---------------------------------------------------------------- facts

    def _payment_parts(self, about):
        """What was paid of his invoices and what is open of them, in the reader's company's currency: one query.

        Of the invoices that the reader may read. Payments and bank lines count, each for the part of the due line it
        paid; credit notes, write-offs and exchange differences do not. A payment that Odoo keeps without a journal
        entry counts with its own amount against the invoice's day.
        """
        Move = self.env["account.move"]
        since = about.today - relativedelta(months=_MONTHS)
        self.env.flush_all()
        moves = Move._search(
            [
                ("partner_id", "in", about.contacts.ids),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("invoice_date", ">=", since),
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """WITH moves AS MATERIALIZED (
                       SELECT m.* FROM account_move m WHERE m.id IN %(moves)s
                   ), lines AS MATERIALIZED (
                       SELECT l.id, l.move_id, l.date_maturity, l.amount_residual
                         FROM account_move_line l
                         JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                        WHERE l.move_id IN (SELECT id FROM moves)
                   ), unbooked AS MATERIALIZED (
                       SELECT r.invoice_id AS move_id, p.date, p.amount_company_currency_signed AS amount
                         FROM account_move__account_payment r
                         JOIN account_payment p ON p.id = r.payment_id AND p.move_id IS NULL
                                               AND p.state IN ('in_process', 'paid')
                        WHERE r.invoice_id IN (SELECT id FROM moves)
                   )
                   SELECT m.company_id, r.amount, COALESCE(l.date_maturity, m.invoice_date_due), c.date
                     FROM lines l
                     JOIN moves m ON m.id = l.move_id
                     JOIN account_partial_reconcile r ON r.debit_move_id = l.id
                     JOIN account_move_line c ON c.id = r.credit_move_id
                     JOIN account_journal j ON j.id = c.journal_id AND j.type IN ('bank', 'cash', 'credit')
                   UNION ALL
                   SELECT m.company_id, LEAST(u.amount, m.amount_total_signed), m.invoice_date_due, u.date
                     FROM unbooked u JOIN moves m ON m.id = u.move_id
                   UNION ALL
                   SELECT m.company_id, l.amount_residual, COALESCE(l.date_maturity, m.invoice_date_due), NULL
                     FROM lines l JOIN moves m ON m.id = l.move_id
                    WHERE l.amount_residual > 0 AND m.payment_state IN ('not_paid', 'partial')""",
                moves=moves.subselect(),
            )
        )
        rates = self._rates_to_company({company_id for company_id, *_rest in rows})
        return [
            Part(Decimal(str(amount)) * rates[company_id], due, paid_on)
            for company_id, amount, due, paid_on in rows
            if due
        ]

    def _rates_to_company(self, company_ids):
        """``{company: rate of its currency to that of the reader's company today}``."""
        # sudo: the currency of companies whose invoices the reader may read.
        companies = self.env["res.company"].sudo().browse(company_ids)
        today, company = fields.Date.context_today(self), self.env.company
        return {
            other.id: Decimal(str(other.currency_id._convert(1.0, company.currency_id, company, today, round=False)))
            for other in companies
        }
