from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.control_chart import FEWEST

_CHECK = "crm_sync_measures.activity_type_improvement_check"
_LIMITS = "crm_sync_measures.activity_type_improvement_limits"


class CrmSyncImprovementWatch(models.Model):
    """What happens by itself: owners are reminded of what can be done now. Once each; people decide.

    An action can be checked when its values are final. What was adopted with too few values for new control limits can have
    them later.
    """

    _inherit = "crm.sync.improvement"

    @api.model
    def _cron_remind(self):
        """Called daily. What nobody checks is not checked: a verdict is looked at by people when it is made."""
        due = (
            Domain("phase", "=", "check")
            & Domain("is_reminded", "=", False)
            & Domain("check_on", "<=", fields.Date.today())
        )
        limits = Domain("id", "in", self._with_values_for_limits().ids) & Domain("is_rebase_reminded", "=", False)
        return self.env["crm.sync.job.runner"]._run_records("improvement_check", self._name, due | limits, "_remind")

    def _remind(self):
        self.ensure_one()
        if self.phase == "check":
            self._remind_owner(_CHECK, self.check_on)
            self._record({"is_reminded": True})
        else:
            self._remind_of_limits()

    def _remind_of_limits(self):
        words = self.with_context(lang=self.owner_id.lang or self.env.lang)
        note = words.env._(
            "There are final values enough since the change: the manager of the department can re-base the limits of the"
            " control chart on what was reached. Until then it is judged by the limits of before."
        )
        self._remind_owner(_LIMITS, self._today(), note=note)
        self._record({"is_rebase_reminded": True})

    def _remind_owner(self, kind, day, **values):
        owner = self.owner_id
        self.with_context(lang=owner.lang or self.env.lang).activity_schedule(
            kind, date_deadline=day, user_id=owner.id, **values
        )

    def _with_values_for_limits(self):
        """Those that were adopted since they help, wait for new limits without anybody knowing, and could have them now."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.id FROM crm_sync_improvement i JOIN crm_sync_kpi k ON k.id = i.kpi_id
                     JOIN crm_sync_kpi_value v ON v.kpi_id = k.id AND v.company_id = i.company_id AND v.scope_key = i.scope_key
                                              AND v.calendar = k.calendar AND v.definition_hash = k.definition_hash
                    WHERE i.phase = 'over' AND i.act = 'adopt' AND i.outcome = 'effective'
                      AND i.is_rebased IS NOT TRUE AND i.is_rebase_reminded IS NOT TRUE
                      AND v.period_start >= i.after_first AND v.state = 'closed' AND v.is_current AND NOT v.is_empty
                    GROUP BY i.id HAVING count(*) >= %s ORDER BY i.id""",
                FEWEST,
            )
        )
        # Those with seasons need more, and values that are all the same make no limits.
        return self.browse(row[0] for row in rows).filtered(lambda action: action._can_rebase())

    def _can_rebase(self):
        # sudo: whether there are figures enough, for a reminder of the system
        return self.kpi_id.sudo()._can_rebase(*self._rebase_window())

    def _reminder_types(self):
        kinds = [self.env.ref(name, raise_if_not_found=False) for name in (_CHECK, _LIMITS)]
        return self.env["mail.activity.type"].union(*filter(None, kinds))

    def _forget_reminders(self):
        """What they were reminded of was done, or is not needed any more."""
        # sudo: a reminder of the system, whoever has done it
        self.sudo().activity_unlink([_CHECK, _LIMITS])
