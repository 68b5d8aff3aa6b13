from odoo import fields, models

from ..core.crm_sync_customer_page import customer_tile


class CrmSyncCustomerPage(models.AbstractModel):
    _inherit = "crm.sync.customer.page"

    def _tile_labels(self):
        return {**super()._tile_labels(), "cases": self.env._("Open Cases")}

    @customer_tile(7, "cases")
    def _tile_cases(self, contacts):
        """What the customer waits for; urgent and late ones are told first."""
        domain = [("partner_id", "in", contacts.ids), ("is_open", "=", True)]
        groups = self.env["crm.sync.case"]._read_group(domain, ["clock_state"], ["__count", "first_opened_at:min"])
        count = sum(number for _state, number, _since in groups)
        late = sum(number for state, number, _since in groups if state == "breached")
        since = min((moment for _state, _number, moment in groups), default=None)
        label = self._tile_labels()["cases"]
        action = self._list_action(
            "crm.sync.case", [("partner_id", "in", contacts.ids)], label, search_default_open=1, active_test=True
        )
        return {
            "label": label,
            "icon": "fa-life-ring",
            "value": count,
            "text": self._words_of_cases(late, since),
            "tone": "danger" if late else "warning" if count else "muted",
            "action": {**action, "search_view_id": [self.env.ref("crm_sync_measures.crm_sync_case_view_search").id]},
        }

    def _words_of_cases(self, late, since):
        if late:
            return self.env._("%s too late", late)
        if since is None:
            return self.env._("None open")
        days = (fields.Datetime.now() - since).days
        return self.env._("For %s days", days) if days > 1 else self.env._("Since yesterday or today")
