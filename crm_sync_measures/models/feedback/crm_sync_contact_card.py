from odoo import api, models
from odoo.tools import SQL

from ...rules.case_priority import complaint_level
from ..activity.contact_card import Finding, card_rule

#: Complaints that are told for one customer, the most urgent first.
_TOLD = 5


class CrmSyncContactCard(models.AbstractModel):
    """Who contacts a customer knows that he complains; advertising and greetings wait until that is settled."""

    _inherit = "crm.sync.contact.card"

    @api.model
    def _rule_labels(self):
        return super()._rule_labels() | {"complaint": self.env._("Open complaint")}

    @api.model
    def _rule_reasons(self):
        return super()._rule_reasons() | {"complaint": self.env._("A complaint of the customer is open.")}

    @card_rule(8, "complaint", bulk="hold", reads="_read_complaints", greets=False)
    def _rule_complaint(self, context, rows):
        """Complaints that are not over. On the case itself, to write is what is wanted: there it is only told."""
        found = {}
        for row in rows:
            findings = found.setdefault(row["entity"], [])
            if len(findings) < _TOLD:
                findings.append(self._complaint_finding(context, row))
        return found

    def _read_complaints(self, context):
        """Open complaints, the most urgent first, then the oldest. One that was merged into a case of another customer is
        open as long as that one."""
        return SQL(
            """SELECT p.entity, c.id, c.number, c.name, w.user_id, w.department_id, c.opened_at AS at, w.priority,
                      w.step = 'escalated' AS is_escalated, COALESCE(w.clock_state = 'breached', FALSE) AS is_late
                 FROM crm_sync_case c JOIN partners p ON p.id = c.partner_id
                 JOIN crm_sync_case w ON w.id = COALESCE(c.master_id, c.id)
                WHERE %(of_customers)s AND c.company_id = ANY(%(companies)s) AND c.kind = 'complaint' AND w.is_open
                  AND (w.id = c.id OR w.commercial_partner_id IS DISTINCT FROM p.entity)
                ORDER BY w.priority DESC, c.opened_at, c.id""",
            of_customers=context.of_customers("c.partner_id"),
            companies=self.env.companies.ids,
        )

    def _complaint_finding(self, context, row):
        is_here = context.is_document("crm.sync.case", row["id"])
        return Finding(
            "info" if is_here else complaint_level(row["priority"], row["is_escalated"], row["is_late"]),
            self._tell_complaint(row, is_here),
            when=row["at"],
            documents=(("crm.sync.case", row["id"]),),
            names=(row["number"],),
            user_id=row["user_id"],
            department_id=row["department_id"],
        )

    def _tell_complaint(self, row, is_here):
        def tell(words):
            facts = {
                "case": f"{row['number']} {row['name']}",
                "person": words.person(row["user_id"]),
                "when": words.ago(row["at"]),
            }
            if is_here:
                return self.env._("This case, opened %(when)s", **facts)
            if not row["user_id"]:
                return self.env._("%(case)s, opened %(when)s; nobody sees to it yet", **facts)
            return self.env._("%(case)s, opened %(when)s; %(person)s sees to it", **facts)

        return tell
