from odoo import api, models
from odoo.tools import SQL

from ..activity.contact_card import Finding, card_rule


class CrmSyncContactCard(models.AbstractModel):
    """Who is about to write to a customer is told first of all that somebody has died there."""

    _inherit = "crm.sync.contact.card"

    @api.model
    def _rule_labels(self):
        return super()._rule_labels() | {"died": self.env._("Deceased")}

    @api.model
    def _rule_reasons(self):
        return super()._rule_reasons() | {"died": self.env._("The customer has died.")}

    @card_rule(5, "died", purposes=(None, "service"), reads="_read_deceased")
    def _rule_died(self, context, rows):
        """Serious where it is he who is contacted. Bulk messages are refused to him by the contact gate, whatever the policy says."""
        contacted = set(context.partners.ids)
        found = {}
        for row in rows:
            level = "red" if row["id"] in contacted else "info"
            finding = Finding(level, self._tell_died(row), documents=(("res.partner", row["id"]),))
            found.setdefault(row["entity"], []).append(finding)
        return found

    def _read_deceased(self, context):
        """Contacts of the customers, and they themselves."""
        return SQL(
            """SELECT p.entity, p.id, COALESCE(r.name, '') AS name
                 FROM partners p JOIN res_partner r ON r.id = p.id WHERE r.sync_is_deceased ORDER BY p.id"""
        )

    def _tell_died(self, row):
        return lambda _words: self.env._("%s has died", row["name"])
