from odoo import fields, models

from ..core.crm_sync_customer_page import customer_tile


class CrmSyncCustomerPage(models.AbstractModel):
    _inherit = "crm.sync.customer.page"

    def _tile_labels(self):
        return {
            **super()._tile_labels(),
            "promises": self.env._("Promises"),
            "waiting": self.env._("Waiting for us"),
        }

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
            "icon": "fa-calendar-check-o",
            "value": owed,
            "text": self.env._("%s overdue", overdue) if overdue else self.env._("None overdue"),
            "tone": "danger" if overdue else "info" if owed else "muted",
            "action": {**action, "search_view_id": [self.env.ref("crm_sync_measures.crm_sync_promise_view_search").id]},
        }

    @customer_tile(5, "waiting")
    def _tile_waiting(self, contacts):
        """Since when the customer waits for an answer; nothing when he does not."""
        domain = [("partner_id", "in", contacts.ids), ("state", "=", "waiting")]
        [(count, since, due)] = self.env["crm.sync.response"]._read_group(
            domain, [], ["__count", "started_at:min", "due_at:min"]
        )
        if not count:
            return None
        days = (fields.Datetime.now() - since).days
        return {
            "label": self._tile_labels()["waiting"],
            "icon": "fa-hourglass-half",
            "value": count,
            "text": self.env._("For %s days", days) if days > 1 else self.env._("Since yesterday or today"),
            "tone": "danger" if due and due < fields.Datetime.now() else "warning",
            "action": self._list_action("crm.sync.response", domain, self._tile_labels()["waiting"], create=False),
        }
