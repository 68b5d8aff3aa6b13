from odoo import models

from ..core.crm_sync_customer_page import customer_tile


class CrmSyncCustomerPage(models.AbstractModel):
    _inherit = "crm.sync.customer.page"

    def _tile_labels(self):
        return {**super()._tile_labels(), "promises": self.env._("Promises")}

    @customer_tile(15, "promises")
    def _tile_promises(self, contacts):
        Promise = self.env["crm.sync.promise"]
        domain = [("partner_id", "in", contacts.ids)]
        owed = Promise.search_count([*domain, ("outcome_at", "=", False)])
        overdue = Promise.search_count([*domain, ("is_overdue", "=", True)]) if owed else 0
        label = self._tile_labels()["promises"]
        action = self._list_action("crm.sync.promise", domain, label, search_default_owed=1)
        return {
            "label": label,
            "icon": "fa-handshake-o",
            "value": owed,
            "text": self.env._("%s overdue", overdue) if overdue else self.env._("None overdue"),
            "tone": "danger" if overdue else "info" if owed else "muted",
            "action": {**action, "search_view_id": [self.env.ref("crm_sync_measures.crm_sync_promise_view_search").id]},
        }
