from odoo import api, models
from odoo.exceptions import UserError

#: What is asked after what: as fields have it, without the name, and with the questionnaire and department by name.
_TEMPLATES = {
    # Whoever answered in the last quarter is asked in this one too.
    "nps": {"metric": "nps", "survey": "nps_relationship", "department": "sales", "trigger": "wave",
            "wave_months": 3, "delay_hours": 0, "cooldown_days": 80},
    "csat": {"metric": "csat", "survey": "csat_delivery", "department": "service", "trigger": "delivered",
             "delay_hours": 72, "deadline_days": 14},
    "ces": {"metric": "ces", "survey": "ces_case", "department": "service", "trigger": "case_closed",
            "delay_hours": 24, "deadline_days": 14},
}  # fmt: skip


class CrmSyncSurveyProgram(models.Model):
    """Programs to begin with: one click makes a draft that asks the right question at the right moment."""

    _inherit = "crm.sync.survey.program"

    @api.model
    def action_begin(self, template):
        """Open a draft of this kind (``nps``, ``csat``, ``ces``) for the company; the same one when it is there already."""
        self._check_manager()
        if not isinstance(template, str) or template not in _TEMPLATES:
            raise UserError(self.env._("There is no such template. Reload the page."))
        values = self._beginning(template)
        draft = self.search([("state", "=", "draft"), *((name, "=", value) for name, value in values.items())], limit=1)
        program = draft or self.create({**values, "name": self._beginning_names()[template]})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": program.id,
            "views": [(False, "form")],
        }

    @api.model
    def _beginning(self, template):
        values = dict(_TEMPLATES[template])
        survey = self.env.ref(f"crm_sync_measures.survey_{values.pop('survey')}", raise_if_not_found=False)
        department = self.env.ref(f"crm_sync_measures.department_{values.pop('department')}", raise_if_not_found=False)
        if not survey:
            raise UserError(self.env._("The questionnaire of this template was deleted. Create a program by hand."))
        if values["trigger"] == "delivered" and "stock.picking" not in self.env:
            # Deliveries are only known to Inventory; some days after the order most things have arrived.
            values.update(trigger="order_confirmed", delay_hours=7 * 24)
        return {
            **values,
            "survey_id": survey.id,
            "department_id": department and department.id,
            "company_id": self.env.company.id,
        }

    @api.model
    def _beginning_names(self):
        """What the templates are called: on the card, and until somebody gives the program another name."""
        return {
            "nps": self.env._("Every quarter: would you recommend us? (NPS)"),
            "csat": self.env._("After a delivery: were you content? (CSAT)"),
            "ces": self.env._("After a case: was it easy? (CES)"),
        }
