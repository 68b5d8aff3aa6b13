from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.response_target import Policy, policy_for


class CrmSyncResponseClock(models.AbstractModel):
    """Who is to answer, by when: read from the document when a clock starts."""

    _inherit = "crm.sync.response.clock"

    @api.model
    def _policies(self):
        """The targets of all companies, in their order."""
        # sudo: targets hold for everybody, whoever's message started the clock.
        records = self.env["crm.sync.response.policy"].sudo().search(Domain.TRUE)
        return [
            Policy(
                first=round(policy.first_hours * 3600),
                rolling=round(policy.rolling_hours * 3600),
                escalate=round(policy.escalate_hours * 3600),
                department=policy.department_id.id or None,
                channel=policy.channel or None,
                priority=policy.priority or None,
                company=policy.company_id.id or None,
            )
            for policy in records
        ]

    @api.model
    def _target(self, policies, company, department, is_first, channel, priority):
        """``(target, seconds after that until the manager is told)``; (0, 0) without a policy."""
        policy = policy_for(policies, company, department or None, channel, priority)
        if policy is None:
            return 0, 0
        return policy.first if is_first else policy.rolling, policy.escalate

    def _facts(self, document):
        """SQL about document ``d``: columns (partner_id, commercial_partner_id, user_id, department_id, company_id, priority,
        lead_id, is_over), and the joins that they need after ``d``.

        In charge is who is named on the document, else the owner of the customer; nobody who has left.
        """
        columns = SQL(
            """p.id AS partner_id, p.commercial_partner_id, COALESCE(u.id, o.id) AS user_id,
               COALESCE(u.sync_department_id, e.sync_department_id, o.sync_department_id) AS department_id,
               COALESCE(%(company)s, u.company_id, e.company_id, o.company_id, %(main)s) AS company_id,
               %(priority)s::varchar AS priority, %(lead)s AS lead_id, %(is_over)s AS is_over""",
            company=document.company,
            # sudo: the company of documents that name none; the oldest one, as Odoo would give the first by name.
            main=self.env["res.company"].sudo().search([], limit=1, order="id").id,
            priority=document.priority,
            lead=document.lead,
            is_over=document.is_over,
        )
        joins = SQL(
            """LEFT JOIN res_partner p ON p.id = %(partner)s
               LEFT JOIN res_partner e ON e.id = p.commercial_partner_id
               LEFT JOIN res_users u ON u.id = %(user)s AND u.active AND NOT u.share
               LEFT JOIN res_users o ON o.id = e.user_id AND o.active AND NOT o.share""",
            partner=document.partner,
            user=document.user,
        )
        return columns, joins

    @api.model
    def _follow(self, documents=None):
        """What waits on ``{model: ids}``, or anywhere, is to be answered by who is in charge now.

        Rows that somebody took over are left to him; a customer that was found later is entered everywhere.
        """
        self.env["crm.sync.response"].flush_model()
        for document in self._documents().values():
            condition = self._followed(document, documents)
            if condition is None:
                continue
            columns, joins = self._facts(document)
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_sync_response r
                          SET partner_id = f.partner_id, commercial_partner_id = f.commercial_partner_id,
                              user_id = CASE WHEN r.state = 'waiting' AND r.is_reassigned IS NOT TRUE
                                             THEN f.user_id ELSE r.user_id END,
                              department_id = CASE WHEN r.state = 'waiting' AND r.is_reassigned IS NOT TRUE
                                                   THEN f.department_id ELSE r.department_id END
                         FROM (SELECT d.id, %(columns)s FROM %(table)s d %(joins)s
                                WHERE d.id IN (SELECT res_id FROM crm_sync_response r
                                                WHERE r.res_model = %(model)s AND (r.state = 'waiting' OR r.partner_id IS NULL)
                                                  AND %(condition)s)) f
                        WHERE r.res_model = %(model)s AND r.res_id = f.id AND (r.state = 'waiting' OR r.partner_id IS NULL)
                          AND (r.partner_id IS DISTINCT FROM f.partner_id
                               OR r.state = 'waiting' AND r.is_reassigned IS NOT TRUE
                                  AND (r.user_id, r.department_id) IS DISTINCT FROM (f.user_id, f.department_id))""",
                    columns=columns,
                    table=SQL.identifier(document.table),
                    joins=joins,
                    model=document.model,
                    condition=condition,
                )
            )
        self.env["crm.sync.response"].invalidate_model()

    def _followed(self, document, documents):
        """SQL condition on row ``r`` of ``document``: it follows ``{model: ids}``; None when none can."""
        if documents is None:
            return SQL("TRUE")
        conditions = []
        if documents.get(document.model):
            conditions.append(SQL("r.res_id IN %s", tuple(documents[document.model])))
        if documents.get("res.partner"):
            # The owner of a customer answers where a document names nobody.
            conditions.append(SQL("r.commercial_partner_id IN %s", tuple(documents["res.partner"])))
        return SQL("(%s)", SQL(" OR ").join(conditions)) if conditions else None
