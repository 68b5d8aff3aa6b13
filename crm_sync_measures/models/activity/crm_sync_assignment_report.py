from odoo import fields, models
from odoo.tools import SQL

from ..core.contact_facts import is_contact


class CrmSyncAssignmentReport(models.Model):
    """Was the advice followed, and how did it end: read from the documents at every time, so it is never stale.

    Averages hold under every grouping: ``won_rate`` counts closed opportunities only, ``response_hours`` those where
    the chosen person has contacted the customer.
    """

    _name = "crm.sync.assignment.report"
    _description = "Advice Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "assignment_id"

    assignment_id = fields.Many2one("crm.sync.assignment", readonly=True)
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    proposed_id = fields.Many2one("res.users", readonly=True)
    chosen_id = fields.Many2one("res.users", readonly=True)
    advice = fields.Selection([("followed", "Followed"), ("overridden", "Somebody else")], readonly=True)
    override_reason = fields.Selection(
        selection=lambda self: (
            self.env["crm.sync.assignment"]._fields["override_reason"]._description_selection(self.env)
        ),
        string="Why Somebody Else",
        readonly=True,
    )
    result = fields.Selection(
        [
            ("open", "Undecided"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("done", "Visit Made"),
            ("moved", "Assigned Anew"),
            ("gone", "Deleted"),
        ],
        readonly=True,
    )
    won_rate = fields.Float(string="Share Won", aggregator="avg", readonly=True)
    followed_rate = fields.Float(string="Share Followed", aggregator="avg", readonly=True)
    response_hours = fields.Float(string="Hours Until First Contact", aggregator="avg", readonly=True)

    @property
    def _table_query(self):
        for model in (
            "crm.sync.assignment",
            "crm.lead",
            "calendar.event",
            "mail.message",
            "crm.sync.touch",
            "res.users",
        ):
            self.env[model].flush_model()
        return SQL(
            """SELECT r.*, CASE r.result WHEN 'won' THEN 1.0 WHEN 'lost' THEN 0.0 END AS won_rate
                 FROM (SELECT d.id, d.id AS assignment_id, d.decided_at AS date, d.company_id, d.department_id, d.team_id,
                              d.partner_id, d.lead_id, d.decided_by_id, d.proposed_id, d.chosen_id, d.override_reason,
                              CASE WHEN d.is_overridden THEN 'overridden' ELSE 'followed' END AS advice,
                              CASE WHEN d.is_overridden THEN 0.0 ELSE 1.0 END AS followed_rate,
                              %(result)s AS result,
                              EXTRACT(EPOCH FROM answer.at - d.decided_at) / 3600.0 AS response_hours
                         FROM crm_sync_assignment d
                         LEFT JOIN crm_lead l ON d.res_model = 'crm.lead' AND l.id = d.res_id
                         LEFT JOIN calendar_event e ON d.res_model = 'calendar.event' AND e.id = d.res_id
                         LEFT JOIN LATERAL (%(answer)s) answer ON TRUE) r""",
            result=self._result(),
            answer=self._answer(),
        )

    def _result(self):
        """SQL of how it ended for who was chosen: what a successor wins is not his, and nothing is won twice."""
        return SQL(
            """CASE WHEN d.res_model = 'crm.lead' AND l.id IS NULL
                      OR d.res_model = 'calendar.event' AND e.id IS NULL THEN 'gone'
                    WHEN l.user_id IS DISTINCT FROM d.chosen_id AND l.id IS NOT NULL
                      OR e.user_id IS DISTINCT FROM d.chosen_id AND e.id IS NOT NULL
                      OR EXISTS (SELECT FROM crm_sync_assignment n
                                  WHERE n.res_model = d.res_model AND n.res_id = d.res_id AND n.id > d.id) THEN 'moved'
                    WHEN l.won_status IN ('won', 'lost') THEN l.won_status
                    WHEN e.active AND e.stop <= %s THEN 'done'
                    ELSE 'open' END""",
            fields.Datetime.now(),
        )

    def _answer(self):
        """SELECT of the moment ``at`` when the chosen person first contacted the customer about it, afterwards."""
        return SQL(
            """SELECT min(f.at) AS at
                 FROM (SELECT m.date AS at
                         FROM mail_message m
                         JOIN res_users u ON u.id = d.chosen_id AND u.partner_id = m.author_id
                         LEFT JOIN mail_activity_type a ON a.id = m.mail_activity_type_id
                        WHERE m.model = d.res_model AND m.res_id = d.res_id AND m.date >= d.decided_at AND %s
                        UNION ALL
                       SELECT t.occurred_at
                         FROM crm_sync_touch t
                        WHERE t.lead_id = d.lead_id AND t.user_id = d.chosen_id AND t.occurred_at >= d.decided_at) f""",
            is_contact(self.env),
        )

    def action_open_assignment(self):
        self.ensure_one()
        return self.assignment_id.get_formview_action()
