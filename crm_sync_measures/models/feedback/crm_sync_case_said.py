from odoo import api, fields, models


class CrmSyncCaseSaid(models.Model):
    """“You said, we did”: what customers read of a suggestion, in words that a colleague chose; never the customer's own."""

    _name = "crm.sync.case.said"
    _description = "You Said, We Did"
    _order = "sequence, id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        "crm.sync.case",
        "Customer Suggestion",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('kind', '=', 'suggestion')]",
    )
    name = fields.Char(
        "You Said", required=True, translate=True, size=200, help="What was suggested, without naming anybody."
    )
    answer = fields.Text("We Did", translate=True, help="What came of it, or is going to.")
    sequence = fields.Integer(default=10)
    is_published = fields.Boolean("Shown to Everybody", help="On the page “You said, we did”, which needs no login.")
    step = fields.Selection(related="case_id.step", string="Meaning of the Stage")
    vote_count = fields.Integer(related="case_id.vote_count")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)

    _case_uniq = models.UniqueIndex("(case_id)", "What you said and we did is told of this suggestion already.")

    @api.onchange("case_id")
    def _onchange_case_id(self):
        self.name = self.name or self.case_id.name
