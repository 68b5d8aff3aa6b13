from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_promise_remind_hours = fields.Integer(
        "Remind of Promises (Hours Before)",
        default=24,
        help="Who made a promise is reminded so many hours before its date. 0: no reminders.",
    )
    sync_promise_escalate_hours = fields.Integer(
        "Escalate Broken Promises (Hours After)",
        default=24,
        help="So many hours after its date, a promise that is still owed is told to the department's manager.",
    )
    sync_promise_portal = fields.Boolean(
        "Promises in the Portal", help="Customers see in the portal what was promised to them."
    )

    _sync_promise_remind_hours_positive = models.Constraint(
        "CHECK(sync_promise_remind_hours BETWEEN 0 AND 8760)", "Remind of promises: enter 0 to 8760 hours."
    )
    _sync_promise_escalate_hours_positive = models.Constraint(
        "CHECK(sync_promise_escalate_hours BETWEEN 0 AND 8760)", "Escalate broken promises: enter 0 to 8760 hours."
    )
