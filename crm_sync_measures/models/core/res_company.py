from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_neglect_days = fields.Integer(
        string="Neglected After (Days)",
        default=90,
        help="A customer whom nobody contacted for this many days is listed as neglected.",
    )
    sync_bounce_limit = fields.Integer(
        string="Bounce Limit",
        default=5,
        help="No mail is sent to an address after this many bounces. 0: bounces are ignored.",
    )

    _sync_neglect_days_positive = models.Constraint(
        "CHECK(sync_neglect_days > 0)",
        "Neglected after: enter at least 1 day.",
    )
    _sync_bounce_limit_positive = models.Constraint(
        "CHECK(sync_bounce_limit >= 0)",
        "Bounce limit: enter 0 or more.",
    )

    def _sync_tz(self):
        """The time zone of the company's days: that of its contact, else of its working hours, else UTC."""
        self.ensure_one()
        company = self.sudo()  # sudo: the time zone of a company is no secret
        return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"
