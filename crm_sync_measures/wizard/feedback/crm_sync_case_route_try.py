from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _lang_get

from ...models.feedback.crm_sync_case import CHANNELS, KINDS


class CrmSyncCaseRouteTry(models.TransientModel):
    """Which rule, department and owner a text would find now. Nothing is opened, and nobody takes his turn."""

    _name = "crm.sync.case.route.try"
    _description = "Try Routing Rules"

    text = fields.Text("What the Customer Says")
    kind = fields.Selection(KINDS, required=True, default="complaint")
    partner_id = fields.Many2one("res.partner", "Customer")
    product_id = fields.Many2one("product.product")
    lang = fields.Selection(_lang_get, "Customer's Language")
    channel = fields.Selection(CHANNELS, required=True, default="email")
    written_to_id = fields.Many2one(
        "crm.sync.department", help="The department to whose address it was sent. Empty: none."
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    route_id = fields.Many2one("crm.sync.case.route", "By Rule", compute="_compute_result")
    department_id = fields.Many2one("crm.sync.department", compute="_compute_result")
    user_id = fields.Many2one("res.users", "Owner", compute="_compute_result")
    sentence = fields.Char("Why", compute="_compute_result")

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.lang = self.partner_id.lang or self.lang

    @api.depends("text", "kind", "partner_id", "product_id", "lang", "channel", "written_to_id", "company_id")
    def _compute_result(self):
        Route = self.env["crm.sync.case.route"]
        routings = Route._route_set([trial._facts() for trial in self], is_trial=True)
        for trial, routing in zip(self, routings, strict=True):
            trial.route_id = routing.rule and routing.rule.id
            trial.department_id = routing.department
            trial.user_id = routing.user
            # sudo: names of a department and colleagues, for a manager
            trial.sentence = Route.sudo()._sentence(routing) or self.env._("No rule fits.")

    def _facts(self):
        company = self.company_id if self.company_id in self.env.companies else self.env.company
        return {
            "name": self.text,
            "kind": self.kind,
            "partner_id": self.partner_id._origin.id,
            "product_id": self.product_id._origin.id,
            "lang": self.lang,
            "channel": self.channel,
            "department_id": self.written_to_id._origin.id,
            "company_id": company.id,
        }
