from odoo import api, models
from odoo.tools import SQL

from ..core.crm_sync_contact_gate import contact_rule


class CrmSyncContactGate(models.AbstractModel):
    """Nobody writes to the dead."""

    _inherit = "crm.sync.contact.gate"

    @api.model
    def _reason_messages(self):
        return super()._reason_messages() | {"deceased": self.env._("The customer has died.")}

    @contact_rule(5, "deceased")
    def _rule_deceased(self, partners, purpose, channel):
        """Told before all other reasons. Who asks in his name is answered; an address of his is his."""
        if purpose == "transactional":
            return ()
        self.env["res.partner"].flush_model(["sync_is_deceased", "parent_id", "type"])
        return self._select_ids(
            partners,
            SQL(
                """p.sync_is_deceased OR p.type != 'contact' AND EXISTS (
                       SELECT FROM res_partner whose WHERE whose.id = p.parent_id AND whose.sync_is_deceased)"""
            ),
        )
