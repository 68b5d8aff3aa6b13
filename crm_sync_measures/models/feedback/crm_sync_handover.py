from odoo import api, models
from odoo.fields import Domain

from ..activity.handover_source import HandoverSource, handover_source

_OPEN = Domain("is_open", "=", True)


class CrmSyncHandover(models.Model):
    """Open cases are handed over; those of an archived colleague have nobody until somebody is chosen."""

    _inherit = "crm.sync.handover"

    @api.model
    def _get_kind_labels(self):
        return {**super()._get_kind_labels(), "case": self.env._("Case")}

    @handover_source(25, "case")
    def _source_case(self, holder):
        left = Domain("user_id", "=", False) & Domain("left_by_id", "=", holder.id)
        return HandoverSource(
            "crm.sync.case",
            _OPEN & (Domain("user_id", "=", holder.id) | left),
            facts=lambda cases: {
                case.id: (
                    case.partner_id.id,
                    self._day(case.deadline, holder) if case.deadline else False,
                    case.company_id.id,
                )
                for case in cases
            },
            take_back="_take_back_cases",
            restored=("user_id", "department_id", "left_by_id"),
            is_over=Domain("is_open", "=", False),
        )

    def _take_back_cases(self, source, lines, old):
        """As they were, with an entry in their history; the clocks follow the department."""
        for case in self.env["crm.sync.case"].browse(old):
            columns = {name: value or False for name, value in old[case.id].items()}
            case._log("assigned", old_user_id=case.user_id.id, new_user_id=columns.get("user_id"))
            case._record(columns)

    # ---------------------------------------------------------------- archived colleagues

    def _note_undone(self, count, recalled, sent):
        result = super()._note_undone(count, recalled, sent)
        self._detain_cases(self.user_id.filtered(lambda user: not user.active))
        return result

    @api.model
    def _detain_cases(self, users):
        """Nobody is left in charge who has left. For the superuser; twice is as good as once."""
        self.env["crm.sync.case"].search(_OPEN & Domain("user_id", "in", users.ids))._lose_owner()

    @api.model
    def _release(self, users):
        """Who is back gets the cases that nobody has taken meanwhile."""
        result = super()._release(users)
        left = Domain("left_by_id", "in", users.ids) & Domain("user_id", "=", False)
        for user, cases in self.env["crm.sync.case"].search(_OPEN & left).grouped("left_by_id").items():
            cases.filtered(lambda case, user=user: case.company_id in user.company_ids)._assign(user)
        return result
