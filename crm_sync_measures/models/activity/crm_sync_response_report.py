from odoo import fields, models
from odoo.tools import SQL

from .crm_sync_response import KINDS, PRIORITIES, RESPONSE_CHANNELS


class CrmSyncResponseReport(models.Model):
    """How fast customers are answered, by department and person, counted from all responses but those nobody owed.

    ``in_time`` is 100 or 0 for what can be judged, and empty for what still may come in time: its average is the share
    that was answered in time, under any grouping.
    """

    _name = "crm.sync.response.report"
    _description = "Response Analysis"
    _auto = False
    _order = "started_at desc, id desc"
    _rec_name = "commercial_partner_id"

    started_at = fields.Datetime(string="Date", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    channel = fields.Selection(RESPONSE_CHANNELS, readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    state = fields.Selection([("waiting", "Waiting for Us"), ("answered", "Answered")], readonly=True)
    user_id = fields.Many2one("res.users", string="To Be Answered By", readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True)
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    owner_id = fields.Many2one("res.users", string="Owner of the Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    worked_hours = fields.Float(
        string="Working Hours Until the Answer", readonly=True, aggregator="avg", help="Average over what was answered."
    )
    elapsed_hours = fields.Float(
        string="Hours Until the Answer",
        readonly=True,
        aggregator="avg",
        help="By the clock, nights and days off included.",
    )
    in_time = fields.Float(
        string="Answered in Time (%)",
        readonly=True,
        aggregator="avg",
        help="Of all that had a target and was answered, or is late already.",
    )
    late = fields.Integer(readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        self.env["crm.sync.response"].flush_model()
        self.env["res.partner"].flush_model(["user_id"])
        return SQL(
            """SELECT r.id, r.started_at, r.commercial_partner_id, r.kind, r.channel, r.priority, r.state, r.user_id,
                      r.answered_by_id, r.department_id, e.user_id AS owner_id, r.company_id,
                      CASE WHEN r.state = 'answered' THEN r.worked_seconds / 3600.0 END AS worked_hours,
                      EXTRACT(EPOCH FROM r.answered_at - r.started_at) / 3600.0 AS elapsed_hours,
                      CASE WHEN r.due_at IS NULL THEN NULL WHEN r.is_breached THEN 0.0
                           WHEN r.state = 'answered' THEN 100.0 WHEN r.due_at < %s THEN 0.0 END AS in_time,
                      CASE WHEN r.is_breached OR r.state = 'waiting' AND r.due_at < %s THEN 1 ELSE 0 END AS late
                 FROM crm_sync_response r LEFT JOIN res_partner e ON e.id = r.commercial_partner_id
                WHERE r.state != 'closed'""",
            fields.Datetime.now(),
            fields.Datetime.now(),
        )

    def action_open_response(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.sync.response",
            "res_id": self.id,
            "views": [(False, "form")],
        }
