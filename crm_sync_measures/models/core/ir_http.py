import re

from odoo import models
from odoo.exceptions import UserError
from odoo.http import request
from psycopg2 import DataError


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """Calls of what is ours are told in words that they name too many rows or none, what no column holds, or no domain.

        Odoo leaves these to the first line of code that stumbles, and answers with its traceback. Errors of ours pass.
        """
        if not _is_call_of_ours():
            return super()._dispatch(endpoint)
        try:
            result = super()._dispatch(endpoint)
            request.env.cr.flush()
        except DataError as error:
            raise UserError(request.env._("A number, date or text of this call is not one, or too large.")) from error
        except (TypeError, ValueError) as error:
            if _raised_in(error).endswith("/orm/domains.py"):
                raise UserError(request.env._("A domain of this call is none.")) from error
            if str(error).startswith("Expected singleton: "):
                raise UserError(request.env._("Name exactly one row.")) from error
            if isinstance(error, UnicodeError) or "NUL (0x00)" in str(error):
                raise UserError(request.env._("A text of this call has characters that are none.")) from error
            raise
        return result


def _raised_in(error):
    """The file that an error comes from."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename


def _is_call_of_ours():
    """Whether a method of the addon, or any of its models, is called from outside."""
    if request.dispatcher.routing_type == "http":
        return False
    params = request.params
    names = [params.get(name) for name in ("__model__", "__method__", "model", "method")]
    return bool(re.search(r"\bsync[._]|_sync_", " ".join(map(str, names))))
