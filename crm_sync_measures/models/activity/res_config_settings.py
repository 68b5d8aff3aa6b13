from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sync_promise_remind_hours = fields.Integer(related="company_id.sync_promise_remind_hours", readonly=False)
    sync_promise_escalate_hours = fields.Integer(related="company_id.sync_promise_escalate_hours", readonly=False)
    sync_promise_portal = fields.Boolean(related="company_id.sync_promise_portal", readonly=False)

    sync_contact_days = fields.Integer(related="company_id.sync_contact_days", readonly=False)
    sync_quote_days = fields.Integer(related="company_id.sync_quote_days", readonly=False)
