from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_visit_limit = fields.Integer(
        string="Return Visits at a Time",
        default=20,
        help="So many overdue customers are among the activities of one owner at a time, those longest overdue first. 0: none; the list tells.",
    )

    _sync_visit_limit_positive = models.Constraint(
        "CHECK(sync_visit_limit >= 0)", "Return visits at a time: enter 0 or more."
    )
