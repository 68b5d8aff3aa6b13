from odoo import api, fields, models
from odoo.fields import Domain

from ...rules.case_policy import Policy
from ..core.cached import kept
from .crm_sync_case import KINDS, PRIORITIES


class CrmSyncCasePolicy(models.Model):
    """Within how many working hours cases are to be dealt with: of all lines that fit, the one that says most holds.

    An empty field means "any". Hours are those of the department's calendar, days off excluded. Open cases are planned
    anew when a line changes; the time they have used up is kept.
    """

    _name = "crm.sync.case.policy"
    _inherit = ["crm.sync.company.decision"]
    _description = "Case Target"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", ondelete="cascade")
    department_id = fields.Many2one(
        "crm.sync.department", ondelete="cascade", check_company=True, index="btree_not_null"
    )
    kind = fields.Selection(KINDS, help="Empty: cases of every kind.")
    priority = fields.Selection(PRIORITIES, help="Empty: cases of every priority.")
    tier_weight = fields.Integer(
        "Customer Weighs at Least", help="Only for customers whose tier weighs so much or more. 0: all customers."
    )
    acknowledge_hours = fields.Float(
        "Acknowledge Within",
        required=True,
        default=4.0,
        help="Working hours until the customer knows that we have his case. 0: no deadline.",
    )
    answer_hours = fields.Float(
        "Answer Within",
        required=True,
        default=8.0,
        help="Working hours until the first real answer by a person. 0: no deadline.",
    )
    resolve_hours = fields.Float(
        "Resolve Within", required=True, default=40.0, help="Working hours until it is resolved. 0: no deadline."
    )
    warn_percent = fields.Integer(
        "Warn At (%)",
        required=True,
        default=75,
        help="The person in charge is told when so much of the time is used up. 0: not told.",
    )
    autoclose_days = fields.Integer(
        "Close Without Reply (Days)",
        help="A case that waits for the customer is closed after so many days without a word from him. He is told before."
        " 0: it stays open.",
    )

    _hours_range = models.Constraint(
        "CHECK(acknowledge_hours BETWEEN 0 AND 8000 AND answer_hours BETWEEN 0 AND 8000"
        " AND resolve_hours BETWEEN 0 AND 8000)",
        "Acknowledge, answer, resolve within: enter 0 to 8000 working hours.",
    )
    _warn_range = models.Constraint("CHECK(warn_percent BETWEEN 0 AND 100)", "Warn at: enter 0 to 100 percent.")
    _autoclose_range = models.Constraint(
        "CHECK(autoclose_days BETWEEN 0 AND 3650)", "Close without reply: enter 0 to 3650 days."
    )
    _tier_range = models.Constraint(
        "CHECK(tier_weight BETWEEN 0 AND 1000)", "Customer weighs at least: enter 0 to 1000."
    )

    @api.depends("department_id", "kind", "priority")
    def _compute_display_name(self):
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in ("kind", "priority")}
        for policy in self:
            words = [
                policy.department_id.name,
                labels["kind"].get(policy.kind),
                labels["priority"].get(policy.priority),
            ]
            policy.display_name = " · ".join(filter(None, words)) or self.env._("All cases")

    # ---------------------------------------------------------------- changes

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._apply_to(policies._concerned())
        return policies

    def write(self, vals):
        before = self._concerned()
        result = super().write(vals)
        self._apply_to(before | self._concerned())
        return result

    def unlink(self):
        before = self._concerned()
        result = super().unlink()
        self._apply_to(before)
        return result

    def _concerned(self):
        """Domain of the clocks that may be planned by these."""
        if all(policy.company_id for policy in self):
            return Domain("company_id", "in", self.company_id.ids)
        return Domain.TRUE

    @api.model
    def _apply_to(self, domain):
        """Open cases have other targets by the end of the transaction."""
        self.env["crm.sync.case.clock"]._note_replan(domain)
        self.env["crm.sync.case"]._recheck_silence()

    # ---------------------------------------------------------------- reading

    @api.model
    @kept
    def _get_policies(self):
        """All policies, in their order."""
        # sudo: targets hold for every case, whoever opens it.
        return tuple(
            Policy(
                hours=(policy.acknowledge_hours, policy.answer_hours, policy.resolve_hours),
                warn_percent=policy.warn_percent,
                autoclose_days=policy.autoclose_days,
                company=policy.company_id.id or None,
                department=policy.department_id.id or None,
                kind=policy.kind or None,
                priority=policy.priority or None,
                tier=policy.tier_weight or None,
            )
            for policy in self.sudo().search(Domain.TRUE)
        )
