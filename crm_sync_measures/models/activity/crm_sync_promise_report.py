from odoo import fields, models
from odoo.tools import SQL

from ..core.crm_sync_customer import CONTACT_CHANNELS
from .crm_sync_promise import STATES


class CrmSyncPromiseReport(models.Model):
    """How promises were kept: one row for each, judged as of now.

    ``kept_rate`` is 1 for a promise that was kept and 0 for one that was kept late or broken; open and released ones have
    none. So its average is kept / (kept + kept late + broken) under any grouping. ``due_at`` is the date that was agreed last;
    ``days_late`` are days of 24 hours since the original date.
    """

    _name = "crm.sync.promise.report"
    _description = "Promise Analysis"
    _auto = False
    _order = "due_at desc, id desc"
    _rec_name = "promise_id"

    promise_id = fields.Many2one("crm.sync.promise", readonly=True)
    due_at = fields.Datetime("Agreed Date", readonly=True)
    promised_at = fields.Datetime("Promised On", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    owner_id = fields.Many2one("res.users", "Owner of the Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    channel = fields.Selection(CONTACT_CHANNELS, readonly=True)
    state = fields.Selection(STATES, readonly=True)
    is_rescheduled = fields.Boolean("Date Was Moved", readonly=True)
    kept_count = fields.Integer("Kept", readonly=True)
    kept_late_count = fields.Integer("Kept Late", readonly=True)
    broken_count = fields.Integer("Broken", readonly=True)
    judged_count = fields.Integer("Judged", readonly=True, help="Kept, kept late and broken.")
    kept_rate = fields.Float(readonly=True, aggregator="avg", help="Kept of all that are judged.")
    days_late = fields.Float(readonly=True, aggregator="avg", help="Of promises that were kept late.")

    @property
    def _table_query(self):
        self.env["crm.sync.promise"].flush_model()
        self.env["res.partner"].flush_model(["user_id"])
        return SQL(
            """SELECT p.*, (p.state = 'kept')::int AS kept_count, (p.state = 'kept_late')::int AS kept_late_count,
                      (p.state = 'broken')::int AS broken_count,
                      (p.state IN ('kept', 'kept_late', 'broken'))::int AS judged_count,
                      CASE p.state WHEN 'kept' THEN 1.0 WHEN 'kept_late' THEN 0.0 WHEN 'broken' THEN 0.0 END AS kept_rate
                 FROM (SELECT q.id, q.id AS promise_id, q.binding_due_at AS due_at, q.promised_at, q.partner_id,
                              q.commercial_partner_id, q.user_id, q.department_id, e.user_id AS owner_id, q.company_id,
                              q.channel, q.due_at != q.original_due_at AS is_rescheduled,
                              -- what the job has not seen yet is broken all the same
                              CASE WHEN q.state = 'open' AND q.binding_due_at < %(now)s THEN 'broken' ELSE q.state END AS state,
                              CASE WHEN q.state = 'kept_late'
                                   THEN EXTRACT(epoch FROM q.outcome_at - q.original_due_at) / 86400.0 END AS days_late
                         FROM crm_sync_promise q JOIN res_partner e ON e.id = q.commercial_partner_id) p""",
            now=fields.Datetime.now(),
        )

    def action_open_promise(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.sync.promise",
            "res_id": self.promise_id.id,
            "views": [[False, "form"]],
        }
