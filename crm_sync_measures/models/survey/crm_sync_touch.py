from odoo import api, models

#: In these somebody has spoken with the customer.
_SPOKEN = {"reached", "agreed", "refused", "call_back"}


class CrmSyncTouch(models.Model):
    """Whoever sees to an unhappy customer, and logs on his page that they have spoken, has contacted him."""

    _inherit = "crm.sync.touch"

    @api.model_create_multi
    def create(self, vals_list):
        touches = super().create(vals_list)
        spoken = touches.filtered(lambda touch: touch.outcome in _SPOKEN)
        if spoken:
            spoken._note_contacts()
        return touches

    def _note_contacts(self):
        # sudo: which cases of the customer are those of whoever logs it
        loops = (
            self.env["crm.sync.survey.loop"]
            .sudo()
            .search(
                [
                    ("contacted_at", "=", False),
                    ("case_id.commercial_partner_id", "in", self.partner_id.commercial_partner_id.ids),
                    ("case_id.user_id", "in", self.user_id.ids),
                ]
            )
        )
        for touch in self:
            entity, person = touch.partner_id.commercial_partner_id, touch.user_id
            for loop in loops:
                case = loop.case_id
                is_his = case.commercial_partner_id == entity and case.user_id == person
                if is_his and touch.occurred_at >= loop.answered_at:
                    case._answered(touch.occurred_at)
