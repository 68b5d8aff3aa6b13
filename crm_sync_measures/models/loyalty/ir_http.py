from odoo import models
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

#: Methods that move or reserve points, and what one must be able to do with their records.
#: These tell whose points by ``_sync_accounts``.
_MOVING = {
    "sale.order": ("write", {"action_confirm", "action_cancel", "action_open_reward_wizard"}),
    "sale.order.line": ("write", {"write", "unlink"}),
    "account.move": ("write", {"action_post", "button_draft", "button_cancel"}),
    "crm.sync.loyalty.adjustment": ("write", {"action_submit", "action_approve", "action_reverse"}),
    "loyalty.card": ("read", {"sync_adjust"}),
}
#: How often a request waits in line for a card before it is left to Odoo's own repetition.
_WAITS = 60


class IrHttp(models.AbstractModel):
    """Requests that move points of the same card wait for each other, in line.

    Under Odoo's isolation level, who waits for a row that another transaction changes cannot go on: he needs
    a new snapshot. Odoo then repeats the request, after a pause of up to 2, 4, 8, 16 seconds. Here, before the
    method is called, nothing is lost by a new snapshot: nothing was written, no savepoint is open, and no
    business code has read anything. So the card is taken now, again and again, at once.

    Anywhere else (a method that confirms an order as part of something larger, scheduled work, a shell) the
    transaction is not ours to roll back, and Odoo's own repetition does it.
    """

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        cls._sync_wait_in_line()
        return super()._dispatch(endpoint)

    @classmethod
    def _sync_wait_in_line(cls):
        records = cls._sync_called_records(request.params)
        if not records or not _is_fresh(request.env.cr):
            return
        for _attempt in range(_WAITS):
            try:
                records._sync_accounts()._sync_touch()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                request.env.cr.rollback()
            except AccessError:
                # The method itself will say so.
                request.env.cr.rollback()
                return
            else:
                return

    @classmethod
    def _sync_called_records(cls, params):
        """The records whose points a call of the external API, or of the web client, is about to move."""
        model, method = params.get("__model__") or params.get("model"), params.get("__method__") or params.get("method")
        if not isinstance(model, str) or not isinstance(method, str):
            return None
        access, methods = _MOVING.get(model, (None, ()))
        if method not in methods:
            return None
        ids = params.get("ids")
        if ids is None:
            arguments = params.get("args")
            ids = arguments[0] if isinstance(arguments, list) and arguments else ()
        if not isinstance(ids, list) or not all(type(record_id) is int for record_id in ids):
            return None
        # As the user, so that nobody holds up cards of documents that he cannot change.
        return request.env[model].browse(ids).exists()._filtered_access(access)


def _is_fresh(cr):
    """Whether a rollback would undo nothing."""
    if any((cr.precommit, cr.postcommit, cr.prerollback, cr.postrollback)):
        return False
    cr.execute("SELECT txid_current_if_assigned() IS NULL")
    return cr.fetchone()[0]
