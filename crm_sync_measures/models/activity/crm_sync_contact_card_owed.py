from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .contact_card import Finding, card_rule

#: Findings of one rule that are told for one customer.
_TOLD = 5
#: A promise that is due within this time is one to think of.
_SOON = timedelta(days=3)


class CrmSyncContactCardOwed(models.AbstractModel):
    """What we owe the customer: promises and answers."""

    _inherit = "crm.sync.contact.card"

    @api.model
    def _rule_labels(self):
        return super()._rule_labels() | {
            "promise_broken": self.env._("Broken promise"),
            "promise": self.env._("Open promise"),
            "waiting": self.env._("Waiting for our answer"),
        }

    @api.model
    def _rule_reasons(self):
        return super()._rule_reasons() | {
            "promise_broken": self.env._("We broke a promise to the customer and have not made up for it."),
            "promise": self.env._("A promise to the customer is open."),
            "waiting": self.env._("The customer is waiting for an answer of ours."),
        }

    # ---------------------------------------------------------------- promises

    @card_rule(12, "promise_broken", bulk="hold", reads="_read_promises")
    def _rule_promise_broken(self, context, rows):
        """Promises whose agreed date has passed, and which are still owed."""
        return self._promise_findings((row for row in rows if row["is_broken"]), lambda row: "red")

    @card_rule(40, "promise", reads="_read_promises")
    def _rule_promise(self, context, rows):
        """Promises to come: those of the next days weigh more."""
        soon = context.now + _SOON
        return self._promise_findings(
            (row for row in rows if not row["is_broken"]), lambda row: "yellow" if row["at"] <= soon else "info"
        )

    def _read_promises(self, context):
        """Promises that are owed, the oldest date first."""
        return SQL(
            """SELECT p.entity, r.id, r.name, r.user_id, r.department_id, r.binding_due_at AS at,
                      r.broken_at IS NOT NULL OR r.binding_due_at < %(now)s AS is_broken
                 FROM crm_sync_promise r JOIN partners p ON p.id = r.partner_id
                WHERE %(of_customers)s AND r.company_id = ANY(%(companies)s) AND r.outcome_at IS NULL
                ORDER BY r.binding_due_at, r.id""",
            of_customers=context.of_customers("r.partner_id"),
            companies=self.env.companies.ids,
            now=context.now,
        )

    def _promise_findings(self, rows, level_of):
        found = {}
        for row in rows:
            findings = found.setdefault(row["entity"], [])
            if len(findings) < _TOLD:
                findings.append(
                    Finding(
                        level_of(row),
                        self._tell_promise(row),
                        when=row["at"],
                        documents=(("crm.sync.promise", row["id"]),),
                        user_id=row["user_id"],
                        department_id=row["department_id"],
                    )
                )
        return found

    def _tell_promise(self, row):
        return lambda words: self.env._(
            "%(promise)s, by %(person)s, for %(day)s",
            promise=row["name"],
            person=words.person(row["user_id"]),
            day=words.day(row["at"]),
        )

    # ---------------------------------------------------------------- answers

    @card_rule(14, "waiting", reads="_read_waiting")
    def _rule_waiting(self, context, rows):
        """Where the ball is with us. On the very document that waits, to write is what is wanted: it is only told."""
        found = {}
        for row in rows:
            findings = found.setdefault(row["entity"], [])
            if len(findings) < _TOLD:
                findings.append(self._waiting_finding(context, row))
        return found

    def _read_waiting(self, context):
        """What waits for us, the longest first."""
        return SQL(
            """SELECT p.entity, r.id, r.res_model, r.res_id, r.user_id, r.department_id, r.started_at AS at,
                      COALESCE(r.is_breached OR r.due_at < %(now)s, FALSE) AS is_late
                 FROM crm_sync_response r JOIN partners p ON p.id = r.partner_id
                WHERE %(of_customers)s AND r.company_id = ANY(%(companies)s) AND r.state = 'waiting'
                ORDER BY r.started_at, r.id""",
            now=context.now,
            of_customers=context.of_customers("r.partner_id"),
            companies=self.env.companies.ids,
        )

    def _waiting_finding(self, context, row):
        is_here = context.is_document(row["res_model"], row["res_id"])
        document = (row["res_model"], row["res_id"])
        return Finding(
            "info" if is_here else "red" if row["is_late"] else "yellow",
            self._tell_waiting(row, is_here),
            when=row["at"],
            documents=(document, ("crm.sync.response", row["id"])) if row["res_model"] in self.env else (),
            user_id=row["user_id"],
            department_id=row["department_id"],
        )

    def _tell_waiting(self, row, is_here):
        def tell(words):
            facts = {"person": words.person(row["user_id"]), "when": words.ago(row["at"])}
            if is_here:
                return self.env._("Here, since %(when)s", **facts)
            if not row["user_id"]:
                return self.env._("Since %(when)s; nobody is to answer", **facts)
            return self.env._("Since %(when)s, %(person)s is to answer", **facts)

        return tell
