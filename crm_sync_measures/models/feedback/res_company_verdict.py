from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_case_survey = fields.Boolean(
        "Ask How It Went", default=True, help="A customer whose case is over is asked by e-mail, once."
    )
    sync_case_survey_hours = fields.Integer(
        "Asked After (Hours)", default=24, help="So many hours after the end of a case the customer is asked."
    )
    sync_score_minimum = fields.Integer(
        "Fewest Answers", default=30, help="Fewer scores than this are not told as a figure: they would mislead."
    )
    sync_case_value_months = fields.Integer(
        "Revenue After a Complaint (Months)",
        default=12,
        help="So many months after a complaint are looked at, and as many before it, to tell what service is worth.",
    )

    _sync_case_survey_hours_range = models.Constraint(
        "CHECK(sync_case_survey_hours BETWEEN 0 AND 2000)", "Ask how it went: enter 0 to 2000 hours."
    )
    _sync_case_value_months_range = models.Constraint(
        "CHECK(sync_case_value_months BETWEEN 1 AND 60)", "Revenue after a complaint: enter 1 to 60 months."
    )
    _sync_score_minimum_range = models.Constraint(
        "CHECK(sync_score_minimum BETWEEN 0 AND 100000)", "Fewest answers: enter 0 to 100000."
    )
