from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Mails a transaction.
_MAILED = 200
#: Who rose longer ago is not told any more: he knows.
_LATE_DAYS = 3


class CrmSyncTierNotices(models.AbstractModel):
    """Tells customers of a tier that they have reached, where the program does so, and of new rules, where these say so.

    A notice is made in the transaction that queues its mail, under a key: nobody is told twice, wherever this is stopped.
    """

    _name = "crm.sync.tier.notices"
    _description = "Notices about Tiers"

    # ---------------------------------------------------------------- a tier was reached

    @api.model
    def _cron_tell_tiers(self):
        self.env["crm.sync.job.runner"]._run_sets(
            "tell_tiers", self._due_rises, self._tell_rises, _MAILED, self.env["crm.sync.tier.membership"].browse
        )

    @api.model
    def _due_rises(self, after, limit):
        """Ids of the next memberships that began by a rise in the last days and of which nobody was told."""
        return self._first_column(
            SQL("SELECT m.id FROM %s AND m.id > %s ORDER BY m.id LIMIT %s", self._rises_sql(), after, limit)
        )

    def _rises_sql(self):
        """FROM and WHERE: memberships ``m`` that customers are to be told of, with the key ``k.key`` of the notice."""
        return SQL(
            """crm_sync_tier_membership m
               JOIN loyalty_program p ON p.id = m.program_id AND p.active AND p.sync_is_tier_notice
               JOIN loyalty_card c ON c.id = m.card_id AND c.active
               CROSS JOIN LATERAL (SELECT concat('reached:', m.card_id, ':', m.tier_id, ':', m.date_from) AS key) k
              WHERE m.reason = 'rise' AND m.date_to IS NULL AND m.date_from >= %s AND m.partner_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM crm_sync_tier_notice n WHERE n.key = k.key)""",
            fields.Date.today() - timedelta(days=_LATE_DAYS),
        )

    @api.model
    def _tell_rises(self, ids):
        """One set of the work: (memberships done, those that another transaction holds)."""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT m.partner_id, m.company_id, m.card_id, m.program_id, m.tier_id, k.key
                     FROM %s AND m.id = ANY(%s) ORDER BY m.id""",
                self._rises_sql(),
                ids,
            )
        )
        self._notices("reached", rows, "crm_sync_measures.mail_template_tier_reached")
        return len(ids), 0

    # ---------------------------------------------------------------- new rules

    @api.model
    def _cron_tell_tier_rules(self):
        self.env["crm.sync.job.runner"]._run_sets(
            "tell_tier_rules", self._due_rules, self._tell_rules, _MAILED, self.env["crm.sync.tier.standing"].browse
        )

    @api.model
    def _due_rules(self, after, limit):
        """Ids of the next standings whose customers have a tier and were not told of published rules."""
        return self._first_column(
            SQL("SELECT DISTINCT s.id FROM %s AND s.id > %s ORDER BY s.id LIMIT %s", self._rules_sql(), after, limit)
        )

    def _rules_sql(self):
        """FROM and WHERE: standings ``s`` of customers to be told of the rules ``r``, with the key ``k.key`` of the notice.

        Rules that are in force for some days are no news.
        """
        return SQL(
            """crm_sync_tier_standing s
               JOIN loyalty_card c ON c.id = s.card_id AND c.active
               JOIN crm_sync_tier_policy r ON r.program_id = s.program_id AND r.is_notice
                AND (r.state = 'scheduled' OR r.state = 'running' AND r.effective_on >= %s)
               CROSS JOIN LATERAL (SELECT concat('rules:', r.id, ':', s.card_id) AS key) k
              WHERE s.tier_id IS NOT NULL AND s.partner_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM crm_sync_tier_notice n WHERE n.key = k.key)""",
            fields.Date.today() - timedelta(days=_LATE_DAYS),
        )

    @api.model
    def _tell_rules(self, ids):
        """One set of the work: (customers done, those that another transaction holds)."""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT s.partner_id, s.company_id, s.card_id, s.program_id, s.tier_id, k.key, r.id
                     FROM %s AND s.id = ANY(%s) ORDER BY s.id""",
                self._rules_sql(),
                ids,
            )
        )
        self._notices("rules", rows, "crm_sync_measures.mail_template_tier_rules")
        return len(ids), 0

    # ---------------------------------------------------------------- both

    def _notices(self, kind, rows, template):
        today = fields.Date.today()
        values = [
            {
                "kind": kind,
                "day": today,
                "partner_id": partner_id,
                # Programs and customers may belong to no company.
                "company_id": company_id or self.env.company.id,
                "card_id": card_id,
                "program_id": program_id,
                "tier_id": tier_id,
                "key": key,
                "policy_id": policy[0] if policy else False,
            }
            for partner_id, company_id, card_id, program_id, tier_id, key, *policy in rows
        ]
        if values:
            self.env["crm.sync.tier.notice"]._make(values, self.env.ref(template))

    def _first_column(self, query):
        self._flush()
        return [number for [number] in self.env.execute_query(query)]

    def _flush(self):
        """Write what the SQL reads."""
        for model in (
            "crm.sync.tier.membership", "crm.sync.tier.standing", "crm.sync.tier.policy", "crm.sync.tier.notice",
            "loyalty.program", "loyalty.card",
        ):  # fmt: skip
            self.env[model].flush_model()
