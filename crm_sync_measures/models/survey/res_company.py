from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_survey_cooldown_days = fields.Integer(
        "Asked Again After (Days)",
        default=90,
        help="A contact whom any survey or mailing of the company has reached within these days is not asked. 0: no such rest.",
    )
    sync_survey_cap = fields.Integer(
        "Bulk Messages in 30 Days",
        default=4,
        help="A contact who got so many messages of any kind within 30 days is not asked. 0: no limit.",
    )
    sync_survey_hour_from = fields.Float(
        "Surveys Are Sent From", default=9.0, help="By the customer's own clock. What is due earlier waits."
    )
    sync_survey_hour_to = fields.Float(
        "Surveys Are Sent Until",
        default=18.0,
        help="By the customer's own clock. What is due later waits until the next day.",
    )
    sync_survey_weekend = fields.Boolean(
        "Surveys Are Sent at the Weekend", help="Otherwise what is due on Saturday or Sunday waits until Monday."
    )

    _sync_survey_cooldown_days_range = models.Constraint(
        "CHECK(sync_survey_cooldown_days BETWEEN 0 AND 3650)", "Asked again after: enter 0 to 3650 days."
    )
    _sync_survey_cap_range = models.Constraint(
        "CHECK(sync_survey_cap BETWEEN 0 AND 1000)", "Bulk messages in 30 days: enter 0 to 1000."
    )
    _sync_survey_hours_range = models.Constraint(
        "CHECK(sync_survey_hour_from >= 0 AND sync_survey_hour_to <= 24 AND sync_survey_hour_to - sync_survey_hour_from >= 1)",
        "Surveys are sent between two hours of the day, at least one hour apart.",
    )
