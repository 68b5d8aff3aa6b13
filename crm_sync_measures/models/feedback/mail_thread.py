import logging
import re
from xmlrpc.client import Binary

from odoo import api, models

from ...rules.mail_repair import readable

_logger = logging.getLogger(__name__)

#: What is raised where a mail cannot be read; what Odoo says to people and to programs is none of these.
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        """A mail that Odoo stumbles over is taken in plain words: what somebody writes to us is not lost for how it is written."""
        options = {
            "custom_values": custom_values,
            "save_original": save_original,
            "strip_attachments": strip_attachments,
            "thread_id": thread_id,
        }
        if isinstance(message, Binary):
            message = message.data
        raw = message.encode(errors="surrogatepass") if isinstance(message, str) else bytes(message)
        # No mail may have it, and no database takes it.
        raw = raw.replace(b"\0", b"")
        try:
            with self.env.cr.savepoint():
                return super().message_process(model, raw, **options)
        except _UNREADABLE as error:
            _logger.info(
                "A mail cannot be read as it is (%s: %s): it is taken in plain words", type(error).__name__, error
            )
        self.env.invalidate_all(flush=False)
        return super().message_process(model, readable(raw), **options)

    @api.model
    def message_parse(self, message, save_original=False):
        """Without what no database takes, which a mail may have in its own way of writing."""
        found = super().message_parse(message, save_original=save_original)
        return {
            name: type(value)(_UNSTORABLE.sub("", value)) if isinstance(value, str) else value
            for name, value in found.items()
        }

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Mails to cases are looked at once more: what a machine answered is none, and one mail makes one case."""
        routes = super().message_route(
            message, message_dict, model=model, thread_id=thread_id, custom_values=custom_values
        )
        if any(route[0] == "crm.sync.case" for route in routes or ()):
            routes = self.env["crm.sync.case"]._route_mail(message, message_dict, routes)
        return routes
