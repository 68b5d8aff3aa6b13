from odoo import fields, models

from .crm_sync_response import RESPONSE_CHANNELS


class CrmSyncResponsePolicy(models.Model):
    """How fast customers are answered: the target of the most specific line holds.

    An empty field means "any". A clock keeps the target that held when it started.
    """

    _name = "crm.sync.response.policy"
    _description = "Response Target"
    _order = "sequence, id"
    _rec_name = "id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", ondelete="cascade")
    department_id = fields.Many2one("crm.sync.department", ondelete="cascade", check_company=True)
    channel = fields.Selection(RESPONSE_CHANNELS)
    priority = fields.Selection([("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")])
    first_hours = fields.Float(string="First Answer Within (Working Hours)", required=True, default=4.0)
    rolling_hours = fields.Float(string="Further Answers Within (Working Hours)", required=True, default=8.0)
    escalate_hours = fields.Float(
        string="Tell the Department Manager After (Working Hours)",
        default=4.0,
        help="Working hours after the answer was due. 0: at once.",
    )

    _hours_positive = models.Constraint(
        "CHECK(first_hours > 0 AND rolling_hours > 0)", "Answer within: enter more than 0 working hours."
    )
    _escalate_positive = models.Constraint(
        "CHECK(escalate_hours >= 0)", "Tell the department manager after: enter 0 working hours or more."
    )
