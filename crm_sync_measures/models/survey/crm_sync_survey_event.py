from odoo import fields, models

from .words import STATE_LABELS


class CrmSyncSurveyEvent(models.Model):
    """What happened to an invitation: from which state to which, and when. Append-only; written by the invitation alone.

    That somebody answered an anonymous survey is not written here: the moment would tell which answer is his.
    """

    _name = "crm.sync.survey.event"
    _inherit = ["crm.sync.append.only"]
    _description = "History of an Invitation"
    _order = "at desc, id desc"
    _rec_name = "new_state"

    invitation_id = fields.Many2one("crm.sync.survey.invitation", required=True, index=True, ondelete="restrict")
    at = fields.Datetime("When", required=True)
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict")
    old_state = fields.Selection(STATE_LABELS, "State Before", required=True)
    new_state = fields.Selection(STATE_LABELS, "State After", required=True)
    note = fields.Char()
