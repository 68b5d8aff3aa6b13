from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...rules.contact_card import COMMERCIAL, budget_left, is_unhappy, overdue_level
from .contact_card import Finding, card_rule

#: Overdue invoices that are looked at for one customer, the oldest first.
_INVOICES = 200


class CrmSyncContactCardStanding(models.AbstractModel):
    """How the customer stands with us: satisfied, paying, and willing to be written to."""

    _inherit = "crm.sync.contact.card"

    @api.model
    def _rule_labels(self):
        return super()._rule_labels() | {
            "unhappy": self.env._("Unhappy"),
            "overdue": self.env._("Overdue invoices"),
            "consent": self.env._("No bulk messages"),
            "budget": self.env._("Contact budget"),
        }

    @api.model
    def _rule_reasons(self):
        return super()._rule_reasons() | {
            "unhappy": self.env._("The customer's last survey answer was unhappy."),
            "overdue": self.env._("The customer has overdue invoices."),
            "budget": self.env._("The customer has had as many bulk messages as the company allows."),
        }

    # ---------------------------------------------------------------- last score

    @card_rule(10, "unhappy", bulk="hold", reads="_read_last_answers")
    def _rule_unhappy(self, context, rows):
        """The last survey answer is under half of the best: of the survey's own score, else of its scale questions."""
        return {
            row["entity"]: [
                Finding("red", self._tell_unhappy(row), when=row["at"], documents=(("survey.user_input", row["id"]),))
            ]
            for row in rows
            if is_unhappy(row["score"])
        }

    def _read_last_answers(self, context):
        """The last survey answer of each customer, with its score from 0 to 1."""
        return SQL(
            """SELECT last.entity, last.id, last.at, COALESCE(s.title->>%(lang)s, s.title->>'en_US') AS survey,
                      COALESCE(CASE WHEN s.scoring_type != 'no_scoring' THEN last.scoring_percentage / 100 END,
                               (SELECT avg((l.value_scale - q.scale_min)::float8 / (q.scale_max - q.scale_min))
                                  FROM survey_user_input_line l JOIN survey_question q ON q.id = l.question_id
                                 WHERE l.user_input_id = last.id AND l.answer_type = 'scale' AND l.skipped IS NOT TRUE))
                      AS score
                 FROM (SELECT DISTINCT ON (p.entity) p.entity, a.id, a.survey_id, a.scoring_percentage,
                              COALESCE(a.end_datetime, a.create_date) AS at
                         FROM survey_user_input a JOIN partners p ON p.id = a.partner_id
                        WHERE %(of_customers)s AND a.state = 'done' AND a.test_entry IS NOT TRUE
                        ORDER BY p.entity, COALESCE(a.end_datetime, a.create_date) DESC, a.id DESC) last
                 JOIN survey_survey s ON s.id = last.survey_id""",
            lang=self.env.lang or "en_US",
            of_customers=context.of_customers("a.partner_id"),
        )

    def _tell_unhappy(self, row):
        return lambda words: self.env._(
            "%(score)s of 100 in “%(survey)s”, %(when)s",
            score=round(row["score"] * 100),
            survey=row["survey"],
            when=words.ago(row["at"]),
        )

    # ---------------------------------------------------------------- money

    @card_rule(70, "overdue", reads="_read_overdue")
    def _rule_overdue(self, context, rows):
        """Posted invoices that are past their due date and not fully paid; the amount is of those one may read."""
        invoices = {}
        for row in rows:
            invoices.setdefault(row["entity"], []).append(row)
        return {
            entity: [
                Finding(
                    overdue_level(own[0]["days"]),
                    self._tell_overdue(own),
                    when=own[0]["at"],
                    documents=tuple(("account.move", row["id"]) for row in own[:_INVOICES]),
                )
            ]
            for entity, own in invoices.items()
        }

    def _read_overdue(self, context):
        """Overdue invoices, the oldest first."""
        return SQL(
            """SELECT p.entity, m.id, m.invoice_date_due::timestamp AS at, %(today)s::date - m.invoice_date_due AS days,
                      m.amount_residual_signed::float8 AS amount, c.currency_id
                 FROM moves m JOIN partners p ON p.id = m.partner_id JOIN res_company c ON c.id = m.company_id
                WHERE m.move_type = 'out_invoice' AND m.state = 'posted' AND m.payment_state IN ('not_paid', 'partial')
                  AND m.invoice_date_due < %(today)s
                ORDER BY m.invoice_date_due, m.id""",
            today=fields.Date.context_today(self),
        )

    def _tell_overdue(self, invoices):
        def tell(words):
            told = [row for row in invoices if words.may_read(("account.move", row["id"]))]
            totals = {}
            for row in told:
                totals[row["currency_id"]] = totals.get(row["currency_id"], 0.0) + row["amount"]
            amounts = [words.money(amount, currency_id) for currency_id, amount in totals.items()]
            amount = " + ".join(amounts)
            if len(told) == 1:
                since = format_date(self.env, told[0]["at"].date())
                return self.env._("%(amount)s, due since %(date)s", amount=amount, date=since)
            return self.env._(
                "%(amount)s on %(count)s invoices, the oldest %(days)s days late",
                amount=amount,
                count=len(told),
                days=told[0]["days"],
            )

        return tell

    # ---------------------------------------------------------------- consent and budget

    @card_rule(80, "consent")
    def _rule_consent(self, context):
        """Who opted out of the channel, or of this kind of message: only told, but for marketing and surveys, which he did
        not ask for."""
        Gate = self.env["crm.sync.contact.gate"]
        channel, purpose = context.channel or "email", context.purpose if context.is_commercial else "marketing"
        refused = dict.fromkeys(Gate._rule_preference(context.partners, purpose, channel), "preference")
        refused |= dict.fromkeys(Gate._rule_opted_out(context.partners, "marketing", channel), "opted_out")
        if not refused:
            return {}
        level, messages = "yellow" if context.is_commercial else "info", Gate._reason_messages()
        return self._per_customer(
            context,
            {pid: Finding(level, lambda _words, text=messages[code]: text) for pid, code in refused.items()},
        )

    @card_rule(90, "budget", bulk="hold", purposes=(None, *COMMERCIAL), reads="_read_sent")
    def _rule_budget(self, context, rows):
        """How many bulk messages the company may still send to the contact by this channel."""
        cap = self._cap(context)
        if not cap:
            return {}
        used = {row["partner_id"]: row["count"] for row in rows}
        findings = {}
        for partner_id in context.partners.ids:
            left = budget_left(cap.limit, used.get(partner_id, 0))
            level = "yellow" if context.is_commercial and not left else "info"
            findings[partner_id] = Finding(level, self._tell_budget(left, cap))
        return self._per_customer(context, findings)

    def _read_sent(self, context):
        """How many bulk messages each contact got."""
        cap, Sent = self._cap(context), self.env["crm.sync.contact.sent"]
        since = cap and context.days_ago(cap.days)
        return cap and Sent._count_sql(context.partners, context.channel or "email", context.company, since)

    def _cap(self, context):
        return self.env["crm.sync.contact.cap"]._get_caps(context.company).get(context.channel or "email")

    def _tell_budget(self, left, cap):
        def tell(words):
            if not cap.limit:
                return self.env._("No bulk messages by this channel")
            return self.env._(
                "%(left)s of %(limit)s bulk messages left in %(days)s days", left=left, limit=cap.limit, days=cap.days
            )

        return tell

    def _per_customer(self, context, finding_by_partner):
        """``{entity id: [Finding]}`` of findings about single contacts."""
        partners = context.partners.browse(finding_by_partner)
        # sudo: ids only, of contacts that the caller asked about.
        entities = {partner.id: partner.sudo().commercial_partner_id.id for partner in partners}
        found = {}
        for partner_id, finding in finding_by_partner.items():
            if entities[partner_id] in context.entity_ids:
                about = Finding(finding.level, finding.tell, partner_ids=frozenset([partner_id]))
                found.setdefault(entities[partner_id], []).append(about)
        return found
