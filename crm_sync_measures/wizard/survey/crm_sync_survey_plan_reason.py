from odoo import fields, models


class CrmSyncSurveyPlanReason(models.TransientModel):
    """One number of a plan, which opens the contacts that it counts."""

    _name = "crm.sync.survey.plan.reason"
    _description = "Number in the Plan of a Survey"
    _order = "sequence, id"
    _rec_name = "text"
    _transient_max_hours = 12.0

    plan_id = fields.Many2one("crm.sync.survey.plan", required=True, readonly=True, index=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    code = fields.Char("Reason Code", readonly=True)
    text = fields.Char("Reason", readonly=True)
    count = fields.Integer("Contact Persons", readonly=True)

    def _domain(self):
        self.ensure_one()
        return [("plan_id", "=", self.plan_id.id), ("is_counted", "=", True), ("reason", "=", self.code)]

    def action_open(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_survey_plan_line_action")
        return {**action, "name": self.text, "domain": self._domain()}
