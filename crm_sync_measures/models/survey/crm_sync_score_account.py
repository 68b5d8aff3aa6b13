from odoo import fields, models
from odoo.tools import SQL

from ..feedback.crm_sync_score import METRICS


class CrmSyncScoreAccount(models.Model):
    """One vote per account: what the people of each customer company have answered, together.

    A row for each customer, company and metric, apart for what was asked about the relationship. Ten contacts of one customer
    count as one: the average of ``figure`` over rows of one metric is the score by accounts.
    """

    _name = "crm.sync.score.account"
    _description = "Score of an Account"
    _auto = False
    _order = "figure, id"
    _rec_name = "commercial_partner_id"

    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    metric = fields.Selection(METRICS, "Kind of Score", readonly=True)
    is_relational = fields.Boolean("About the Relationship", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    answers = fields.Integer(readonly=True)
    people = fields.Integer("Contact Persons", readonly=True, help="Who have answered.")
    figure = fields.Float("NPS or Share (%)", readonly=True, aggregator="avg", digits=(5, 1))
    worst = fields.Integer("Lowest Score", readonly=True, aggregator="min")
    value = fields.Float("Average Score", readonly=True, aggregator="avg", digits=(4, 1))
    answered_at = fields.Datetime("Last Answer", readonly=True, aggregator="max")

    @property
    def _table_query(self):
        for model in ("crm.sync.score", "res.partner", "res.users"):
            self.env[model].flush_model()
        return SQL(
            """SELECT MIN(s.id) AS id, s.commercial_partner_id, s.metric, COALESCE(s.is_relational, FALSE) AS is_relational,
                      s.company_id, p.user_id, COALESCE(p.sync_department_id, u.sync_department_id) AS department_id,
                      COUNT(*) AS answers, COUNT(DISTINCT s.partner_id) AS people, AVG(s.figure) AS figure,
                      MIN(s.value) AS worst, AVG(s.value) AS value, MAX(s.answered_at) AS answered_at
                 FROM crm_sync_score s
                 JOIN res_partner p ON p.id = s.commercial_partner_id
            LEFT JOIN res_users u ON u.id = p.user_id
                WHERE s.active AND NOT COALESCE(s.is_anonymous, FALSE) AND s.is_follow_up IS NOT TRUE
             GROUP BY s.commercial_partner_id, s.metric, COALESCE(s.is_relational, FALSE), s.company_id, p.user_id,
                      COALESCE(p.sync_department_id, u.sync_department_id)"""
        )

    def action_open_scores(self):
        """The answers behind this row, as far as the reader may know them."""
        self.ensure_one()
        return self.env["crm.sync.score"]._action_list(
            [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("metric", "=", self.metric),
                ("is_relational", "=", self.is_relational),
                ("company_id", "=", self.company_id.id),
            ]
        )
