from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...rules.kpi_scope import scope_of


class CrmSyncKpiSignal(models.Model):
    """A signal is looked into by an improvement action, planned by one click."""

    _inherit = "crm.sync.kpi.signal"

    improvement_ids = fields.One2many("crm.sync.improvement", "signal_id", "Improvement Actions", readonly=True)
    has_improvement = fields.Boolean("Is Being Improved", compute="_compute_has_improvement")

    @api.depends("improvement_ids")
    def _compute_has_improvement(self):
        # sudo: whether there is one, whoever may read it
        groups = self.env["crm.sync.improvement"].sudo()._read_group([("signal_id", "in", self.ids)], ["signal_id"])
        known = {signal.id for [signal] in groups}
        for signal in self:
            signal.has_improvement = signal._origin.id in known

    def action_improve(self):
        """Plan an improvement action for this signal, or open the one that there is.

        :return: an action that opens it
        """
        self.ensure_one()
        self.check_access("read")
        Improvement = self.env["crm.sync.improvement"]
        # sudo: there is one for a signal, whoever has planned it
        known = Improvement.sudo().search([("signal_id", "=", self.id)]).sudo(False)
        if known:
            if not known.has_access("read"):
                raise AccessError(
                    self.env._("%s works on this signal already.", known.sudo().owner_id.name)  # sudo: who does
                )
            return Improvement._open(known)
        Improvement.check_access("create")
        planned = Improvement.create(self._prepare_improvement())
        planned._record({"signal_id": self.id})
        return Improvement._open(planned)

    def _prepare_improvement(self):
        """What is known of it by the signal."""
        department = None
        if self.scope_kind == "department":
            department = self.env["crm.sync.department"].browse(scope_of(self.scope_key).which).exists()
        name = self.env._("%(kpi)s: %(scope)s", kpi=self.kpi_id.name, scope=self.scope_name)
        return {
            "name": name[:180],
            "problem": self.text,
            "kpi_id": self.kpi_id.id,
            "company_id": self.company_id.id,
            "scope_key": self.scope_key,
            "department_id": self.env["crm.sync.improvement"]._department_to_plan(department).id,
        }
