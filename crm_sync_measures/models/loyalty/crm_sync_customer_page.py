from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import format_date

#: Whose rules show every card: to them, none shown is none.
_SEE_ALL_CARDS = (
    "sales_team.group_sale_salesman",
    "crm_sync_measures.group_manager",
    "crm_sync_measures.group_auditor",
)


class CrmSyncCustomerPage(models.AbstractModel):
    """The points tile tells what the customer can spend, what expires soon, and what he owes."""

    _inherit = "crm.sync.customer.page"

    def _tile_points(self, contacts):
        cards = self._points_cards(contacts)
        figures = list(cards._sync_figures().values())
        available, arrears, soon = (
            sum(row[name] or 0.0 for row in figures) for name in ("available", "arrears", "expiring_30")
        )
        return {
            "label": self._tile_labels()["points"],
            "icon": "fa-gift",
            "value": available,
            "unit": "points",
            "text": self._points_text(len(cards), arrears, soon, figures),
            "tone": "danger" if arrears else "warning" if soon else "success" if available else "muted",
            "action": self._points_action(cards),
        }

    def _points_cards(self, contacts):
        """The customer's cards. Raises where the reader sees none and may not know whether there are any."""
        domain = [("partner_id", "in", contacts.ids), ("program_type", "=", "loyalty")]
        cards = self.env["loyalty.card"].search(domain, order="points desc, id")
        if not cards and not any(self.env.user.has_group(group) for group in _SEE_ALL_CARDS):
            raise AccessError(self.env._("You do not have access to the points of this customer."))
        return cards

    def _points_text(self, count, arrears, soon, figures):
        if arrears:
            return self.env._("%s in arrears", self._points_number(arrears))
        if soon:
            day = min(row["next_expiry"] for row in figures if row["next_expiry"])
            return self.env._(
                "%(points)s expire soon, the first after %(day)s",
                points=self._points_number(soon),
                day=format_date(self.env, day),
            )
        return self.env._("On %s cards", count) if count > 1 else False

    def _points_number(self, points):
        return f"{points:.0f}" if points == int(points) else f"{points:.2f}"

    def _points_action(self, cards):
        """The explanation of the balance; the list of cards where there are several."""
        if not cards:
            return False
        if len(cards) == 1:
            return cards.action_sync_explain()
        return self._list_action("loyalty.card", [("id", "in", cards.ids)], self._tile_labels()["points"], create=False)
