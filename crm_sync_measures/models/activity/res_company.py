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
    sync_contact_days = fields.Integer(
        string="Others in Contact (Days)",
        default=7,
        help="Colleagues who were in contact with a customer in the last so many days are told. 0: nobody is.",
    )
    sync_quote_days = fields.Integer(
        string="Quotations Compared (Days)",
        default=90,
        help="Prices of open quotations of the last so many days are compared.",
    )

    _sync_promise_remind_hours_positive = models.Constraint(
        "CHECK(sync_promise_remind_hours BETWEEN 0 AND 8760)", "Remind of promises: enter 0 to 8760 hours."
    )
    _sync_promise_escalate_hours_positive = models.Constraint(
        "CHECK(sync_promise_escalate_hours BETWEEN 0 AND 8760)", "Escalate broken promises: enter 0 to 8760 hours."
    )

    _sync_contact_days_range = models.Constraint(
        "CHECK(sync_contact_days BETWEEN 0 AND 365)",
        "Others in contact: enter 0 to 365 days.",
    )
    _sync_quote_days_range = models.Constraint(
        "CHECK(sync_quote_days BETWEEN 1 AND 3650)",
        "Quotations compared: enter 1 to 3650 days.",
    )
