from odoo import api, fields, models


class CrmSyncResponse(models.Model):
    """What a response looks like on screens; read with the rights of the reader."""

    _inherit = "crm.sync.response"

    document_name = fields.Char(compute="_compute_document_name", string="About", help="As far as you may read it.")
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue", help="Waits, and should have been answered by now."
    )
    seconds_left = fields.Integer(
        compute="_compute_countdown", help="Working time left to answer in time; less than 0: working time too late."
    )
    countdown = fields.Json(
        compute="_compute_countdown",
        string="Time Left",
        help="Working time left, and in how many seconds the department's hours begin and end.",
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_document_name(self):
        for model, responses in self.grouped("res_model").items():
            label = self.env["ir.model"]._get(model).name
            names = {}
            if model in self.env:
                documents = self.env[model].browse(responses.mapped("res_id")).exists()._filtered_access("read")
                names = {document.id: document.display_name for document in documents}
            for response in responses:
                response.document_name = names.get(response.res_id, label)

    @api.depends("display_name", "commercial_partner_id", "document_name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for response in self:
            response.display_name = response.commercial_partner_id.name or response.document_name

    @api.depends("state", "due_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for response in self:
            response.is_overdue = bool(response.state == "waiting" and response.due_at and response.due_at < now)

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "waiting"), ("due_at", "<", fields.Datetime.now())]

    @api.depends("state", "due_at", "department_id", "company_id")
    def _compute_countdown(self):
        now = fields.Datetime.now()
        running = self.filtered(lambda response: response.state == "waiting" and response.due_at)
        (self - running).seconds_left = 0
        (self - running).countdown = False
        hours = self.env["crm.sync.working.time"]._clocks(
            {(response.department_id.id, response.company_id.id) for response in running}
        )
        for response in running:
            clock = hours[response.department_id.id, response.company_id.id]
            due = response.due_at
            left = clock.seconds(now, due) if due >= now else -clock.seconds(due, now)
            starts_in, stops_in = clock.shift(now)
            response.seconds_left = left
            response.countdown = {
                "left": left,
                "late": due < now,
                "starts_in": starts_in,
                "stops_in": stops_in,
            }
