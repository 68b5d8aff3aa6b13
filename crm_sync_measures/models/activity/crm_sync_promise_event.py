from odoo import fields, models

KINDS = [
    ("made", "Made"),
    ("rescheduled", "Rescheduled"),
    ("handed_over", "Handed Over"),
    ("changed", "Changed"),
    ("kept", "Kept"),
    ("broken", "Broken"),
    ("released", "Released by the Customer"),
    ("reminded", "Reminder Sent"),
    ("escalated", "Escalated"),
]


class CrmSyncPromiseEvent(models.Model):
    """What happened to a promise: who did what when. Append-only; written by the promise itself and by nobody else.

    Moments are UTC. ``user_id`` is who did it; what happened by itself was done by Odoo's own user.
    """

    _name = "crm.sync.promise.event"
    _inherit = ["crm.sync.append.only"]
    _description = "History of a Promise"
    _order = "at desc, id desc"
    _rec_name = "kind"

    promise_id = fields.Many2one("crm.sync.promise", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(KINDS, required=True)
    at = fields.Datetime("When", required=True)
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict")
    old_due_at = fields.Datetime("Date Before")
    new_due_at = fields.Datetime("New Date")
    agreed = fields.Boolean("Customer Agreed")
    old_user_id = fields.Many2one("res.users", "Person Before", ondelete="restrict")
    new_user_id = fields.Many2one("res.users", "New Person", ondelete="restrict")
    note = fields.Text()
