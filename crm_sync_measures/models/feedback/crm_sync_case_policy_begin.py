from odoo import api, models
from odoo.exceptions import UserError

#: Working hours until a complaint is acknowledged, answered and resolved.
_TEMPLATES = {"day": (4, 8, 40), "half_day": (2, 4, 24)}


class CrmSyncCasePolicy(models.Model):
    """Targets to begin with: by when complaints are answered."""

    _inherit = "crm.sync.case.policy"

    @api.model
    def action_begin(self, template):
        """Set the company's own targets for complaints (``day``, ``half_day``), and open all targets; twice is once."""
        self.check_access("create")
        if not isinstance(template, str) or template not in _TEMPLATES:
            raise UserError(self.env._("There is no such template. Reload the page."))
        scope = {"kind": "complaint", "company_id": self.env.company.id, "department_id": False, "priority": False}
        targets = dict(zip(("acknowledge_hours", "answer_hours", "resolve_hours"), _TEMPLATES[template], strict=True))
        own = self.search([*((name, "=", value) for name, value in scope.items()), ("tier_weight", "=", 0)], limit=1)
        if own:
            own.write(targets)
        else:
            self.create({**scope, **targets, "sequence": 50})
        return self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_case_policy_action")
