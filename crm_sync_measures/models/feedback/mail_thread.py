from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Mails to cases are looked at once more: what a machine answered is none, and one mail makes one case."""
        routes = super().message_route(
            message, message_dict, model=model, thread_id=thread_id, custom_values=custom_values
        )
        if any(route[0] == "crm.sync.case" for route in routes or ()):
            routes = self.env["crm.sync.case"]._route_mail(message, message_dict, routes)
        return routes
