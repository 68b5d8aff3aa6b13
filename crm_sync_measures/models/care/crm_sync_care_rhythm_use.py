from odoo import api, models
from odoo.tools import SQL

from ..core.cached import forget, kept


class CrmSyncCareRhythm(models.Model):
    """Whether anybody has a rhythm at all: where nobody has one, no contact with a customer pays for return visits."""

    _inherit = "crm.sync.care.rhythm"

    @api.model
    @kept
    def _is_used(self):
        """Whether a tier or a customer has a rhythm, or a row is left that may have to go.

        Kept, since it is asked for whenever somebody was contacted. The nightly job does not ask: whatever was passed over
        is right from then on.
        """
        self.env["res.partner"].flush_model(["sync_contact_days"])
        self.env["crm.sync.tier"].flush_model(["contact_days"])
        self.flush_model()
        [[is_used]] = self.env.execute_query(
            SQL(
                """SELECT EXISTS (SELECT FROM crm_sync_tier WHERE contact_days > 0)
                       OR EXISTS (SELECT FROM res_partner WHERE sync_contact_days > 0)
                       OR EXISTS (SELECT FROM crm_sync_care_rhythm)"""
            )
        )
        return is_used

    @api.model
    def _note_use(self):
        """A customer may just have got the first rhythm. Whoever changes a tier clears what is kept (``crm.sync.company.decision``)."""
        if not self._is_used():
            forget(self.env)
