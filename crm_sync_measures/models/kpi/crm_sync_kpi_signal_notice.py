from markupsafe import Markup
from odoo import fields, models

ACTIVITY = "crm_sync_measures.activity_type_kpi_signal"


class CrmSyncKpiSignal(models.Model):
    """The owner is told of each signal once: by an activity on the KPI, in his language."""

    _inherit = "crm.sync.kpi.signal"

    def _tell_owners(self):
        """One activity for each signal whose owner may read the KPI; the others wait in the list."""
        told = self.filtered(lambda signal: signal._can_tell())
        if not told:
            return
        kind = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id("crm.sync.kpi")
        # sudo: activities are made for owners, whoever has measured; told in the client, not by one mail each
        Activity = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        values = []
        for signal in told:
            texts = signal.with_context(lang=signal.owner_id.lang, tz=signal.owner_id.tz)
            values.append(
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "res_model_id": model,
                    "res_id": signal.kpi_id.id,
                    "user_id": signal.owner_id.id,
                    "summary": texts._notice_summary(),
                    "note": texts._notice_note(),
                    "date_deadline": fields.Date.context_today(texts),
                }
            )
        for signal, activity in zip(told, Activity.create(values), strict=True):
            signal._record({"activity_id": activity.id})

    def _can_tell(self):
        owner = self.owner_id.sudo()  # sudo: whether a colleague still works here, and in which companies
        return (
            bool(owner)
            and owner.active
            and not owner.share
            and self.company_id in owner.company_ids
            and self.kpi_id.with_user(owner).with_context(allowed_company_ids=owner.company_ids.ids).has_access("read")
        )

    def _is_told_to_all(self):
        """Whether everybody who reads the KPI, and with it its activities, may read the signal."""
        return self.kpi_id._is_told_to_all(self.scope_kind)

    def _notice_note(self):
        if self._is_told_to_all():
            return self.text
        return Markup('<a href="/odoo/crm.sync.kpi.signal/%s">%s</a>') % (self.id, self._rule_label())

    def _notice_summary(self):
        scope = self.scope_name or ""
        if not self._is_told_to_all():
            scope = dict(self._fields["scope_kind"]._description_selection(self.env))[self.scope_kind]
        facts = {"rule": self._rule_label(), "scope": scope}
        if self.is_favourable:
            return self.env._("Favourable signal: %(rule)s, %(scope)s", **facts)
        return self.env._("Signal: %(rule)s, %(scope)s", **facts)
