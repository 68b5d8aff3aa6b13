from odoo import api, fields, models

from .crm_sync_response import PRIORITIES, RESPONSE_CHANNELS


class CrmSyncResponsePolicy(models.Model):
    """How fast customers are answered: of all lines that fit, the one that says most holds.

    An empty field means "any". Hours are those of the department's calendar, days off excluded. A clock keeps the target
    that held when it started.
    """

    _name = "crm.sync.response.policy"
    _inherit = ["crm.sync.company.decision"]
    _description = "Response Target"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", ondelete="cascade")
    department_id = fields.Many2one(
        "crm.sync.department", ondelete="cascade", check_company=True, index="btree_not_null"
    )
    channel = fields.Selection(RESPONSE_CHANNELS)
    priority = fields.Selection(PRIORITIES, help="Of the opportunity or task.")
    first_hours = fields.Float(
        string="First Answer Within", required=True, default=4.0, help="Working hours until the first answer."
    )
    rolling_hours = fields.Float(
        string="Further Answers Within", required=True, default=8.0, help="Working hours until each later answer."
    )
    escalate_hours = fields.Float(
        string="Manager Told After",
        default=4.0,
        help="Working hours after the answer was due, until the department manager is told. 0: at once.",
    )

    _hours_positive = models.Constraint(
        "CHECK(first_hours > 0 AND rolling_hours > 0)", "Answer within: enter more than 0 working hours."
    )
    _hours_plausible = models.Constraint(
        "CHECK(first_hours <= 2000 AND rolling_hours <= 2000 AND escalate_hours <= 2000)",
        "Answer within, manager told after: enter at most 2000 working hours, which is a year.",
    )
    _escalate_positive = models.Constraint(
        "CHECK(escalate_hours >= 0)", "Manager told after: enter 0 working hours or more."
    )

    @api.depends("department_id", "channel", "priority")
    def _compute_display_name(self):
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in ("channel", "priority")}
        for policy in self:
            words = [
                policy.department_id.name,
                labels["channel"].get(policy.channel),
                labels["priority"].get(policy.priority),
            ]
            policy.display_name = " · ".join(filter(None, words)) or self.env._("All customers")
