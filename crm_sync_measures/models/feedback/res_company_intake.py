from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_feedback_form = fields.Boolean(
        "Form for Everybody", help="Anybody can send a complaint, a question, a suggestion or praise without a login."
    )
    sync_feedback_consent = fields.Char(
        "Words of Consent",
        translate=True,
        help="Stands beside the box that has to be ticked, and is kept with the case. Empty: a sentence of ours.",
    )
    sync_case_receipt = fields.Boolean(
        "Receipts of Cases",
        default=True,
        help="Whoever tells us something gets the number of his case by e-mail, at once and once only.",
    )
    sync_case_reopen_days = fields.Integer(
        "Cases Can Be Reopened (Days)",
        default=14,
        help="So long after its end, what the customer writes opens the same case again. Later it is a new one.",
    )

    _sync_case_reopen_days_range = models.Constraint(
        "CHECK(sync_case_reopen_days BETWEEN 0 AND 3650)", "Cases can be reopened: enter 0 to 3650 days."
    )
