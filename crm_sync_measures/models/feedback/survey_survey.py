from odoo import fields, models


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    sync_case_below = fields.Integer(
        "Open a Case below (%)",
        help="An answer of a customer with a score under so many per cent of the best opens a complaint, so that somebody "
        "talks with him. 0: none does.",
    )

    _sync_case_below_range = models.Constraint(
        "CHECK(sync_case_below BETWEEN 0 AND 100)", "Open a case below: enter 0 to 100 per cent."
    )
