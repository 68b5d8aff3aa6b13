from odoo import api, models

from ..core.registered import registered_methods


class CrmSyncKpiLibrary(models.AbstractModel):
    """The measures of the built-in KPIs: one method for each, marked with ``kpi_measure``.

    A room, or another addon, adds one by inheriting this model. A measure reads and never writes.
    """

    _name = "crm.sync.kpi.library"
    _description = "Library of KPIs"

    @api.model
    def _measures(self):
        """``{code: (options, method)}`` of all measures that are installed."""
        return {options["code"]: (options, method) for options, method in registered_methods(self, "kpi_measure")}
