from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..core.contact_facts import MEETING_PRIVACY, is_contact
from ..core.timeline_source import any_of
from .contact_card import Finding, card_rule

#: Colleagues that are told; who was in contact last comes first.
_PEOPLE = 5
#: Where people write to customers: model, set of :attr:`CardContext.sets`, and the table that tells whose a document is.
_CHATTERS = (
    ("res.partner", "partners", None),
    ("crm.lead", "leads", "crm_lead"),
    ("sale.order", "orders", "sale_order"),
    ("account.move", "moves", "account_move"),
)


class CrmSyncContactCardContacts(models.AbstractModel):
    """Who else talks with the customer."""

    _inherit = "crm.sync.contact.card"

    @api.model
    def _rule_labels(self):
        return super()._rule_labels() | {"others": self.env._("Others in contact")}

    @api.model
    def _rule_reasons(self):
        return super()._rule_reasons() | {"others": self.env._("A colleague was in contact with the customer lately.")}

    @card_rule(20, "others", reads="_read_others")
    def _rule_others(self, context, rows):
        """Colleagues who were in contact in the last days, by the same facts as the last contact of the customer."""
        found = {}
        for row in rows:
            finding = Finding(
                level="yellow",
                tell=self._tell_other(row),
                when=row["at"],
                documents=((row["model"], row["res_id"]),),
                user_id=row["user_id"],
                department_id=row["department_id"],
            )
            found.setdefault(row["entity"], []).append(finding)
        return {entity: findings[:_PEOPLE] for entity, findings in found.items()}

    def _tell_other(self, row):
        return lambda words: self.env._(
            "%(person)s, %(channel)s, %(when)s",
            person=words.person(row["user_id"]),
            channel=words.label("channel", row["channel"]),
            when=words.ago(row["at"]),
        )

    def _read_others(self, context):
        """Latest contact of each colleague with each customer in the company's window; newest first.

        OFFSET 0: whether a meeting is private is looked up for the customers' meetings only, not for all of these days.
        """
        if not context.company.sync_contact_days:
            return None
        since = context.days_ago(context.company.sync_contact_days)
        return SQL(
            """WITH staff AS MATERIALIZED (
                   SELECT partner_id, min(id) AS user_id FROM res_users
                    WHERE NOT share AND id NOT IN (%(robot)s, %(me)s) GROUP BY partner_id),
               facts (partner_id, at, user_id, department_id, channel, model, res_id) AS (
                   SELECT partner_id, occurred_at, user_id, department_id, channel, 'crm.sync.touch', id
                     FROM crm_sync_touch t
                    WHERE %(touches)s AND occurred_at >= %(since)s AND company_id = ANY(%(companies)s) AND user_id != %(me)s
                      AND NOT EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = t.id)
                   UNION ALL
                   SELECT e.res_partner_id, e.start, e.user_id, NULL, 'meeting', 'calendar.event', e.id
                     FROM (SELECT r.res_partner_id, e.id, e.start, e.user_id, e.privacy
                             FROM calendar_event_res_partner_rel r JOIN calendar_event e ON e.id = r.calendar_event_id
                            WHERE %(meetings)s AND e.active AND e.start >= %(since)s AND e.stop <= %(now)s
                              AND e.user_id != %(me)s OFFSET 0) e
                    WHERE %(privacy)s != 'private'
                   UNION ALL %(messages)s)
               SELECT * FROM (
                   SELECT DISTINCT ON (p.commercial_partner_id, user_id) p.commercial_partner_id AS entity, facts.*
                     FROM facts JOIN res_partner p ON p.id = facts.partner_id
                    ORDER BY p.commercial_partner_id, user_id, at DESC, model, res_id) person
                ORDER BY at DESC, user_id""",
            robot=SUPERUSER_ID,
            me=self.env.uid,
            touches=context.of_customers(),
            meetings=context.of_customers("r.res_partner_id"),
            since=since,
            now=context.now,
            companies=self.env.companies.ids,
            privacy=MEETING_PRIVACY,
            messages=self._messages(context, since),
        )

    def _messages(self, context, since):
        """What was written and done in the chatter of the customer and of his documents, in one reading of the messages."""
        among = [
            SQL("m.model = %s AND %s", model, any_of(SQL("m.res_id"), SQL("SELECT id FROM %s", SQL.identifier(name))))
            for model, name, _table in _CHATTERS
        ]
        return SQL(
            """SELECT %(whose)s, m.date, s.user_id, NULL,
                      CASE a.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'email' END,
                      m.model, m.res_id
                 FROM mail_message m
                 JOIN staff s ON s.partner_id = m.author_id
                 LEFT JOIN mail_activity_type a ON a.id = m.mail_activity_type_id
                WHERE (%(among)s) AND m.date >= %(since)s AND %(is_contact)s""",
            whose=self._whose_message(context),
            among=SQL(" OR ").join(among),
            since=since,
            is_contact=is_contact(self.env),
        )

    def _whose_message(self, context):
        """SQL of the contact a message concerns; of one customer that is known without looking at the document."""
        if len(context.entity_ids) == 1:
            return SQL("%s", context.entity_ids[0])
        whose = [
            SQL("WHEN %s THEN (SELECT partner_id FROM %s WHERE id = m.res_id)", model, SQL.identifier(table))
            for model, _name, table in _CHATTERS
            if table
        ]
        return SQL("CASE m.model %s ELSE m.res_id END", SQL(" ").join(whose))
