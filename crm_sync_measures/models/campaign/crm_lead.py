from odoo import fields, models

from .words import COLLECTED_AT


class CrmLead(models.Model):
    """Where a lead was collected, and by whom: what marketing is told of its leads again."""

    _inherit = "crm.lead"

    sync_collected_at = fields.Selection(
        COLLECTED_AT,
        "Collected At",
        index="btree_not_null",
        help="Where we first met: a fair, a shop, a trade partner.",
    )
    sync_collector_id = fields.Many2one(
        "res.partner",
        "Collector",
        index="btree_not_null",
        ondelete="set null",
        help="Who has collected it: a colleague, a shop, a trade partner.",
    )

    def _merge_get_fields_specific(self):
        """Of merged leads the first one says who has collected it, and where: as a pair, no place of one and person of another."""
        return super()._merge_get_fields_specific() | {
            "sync_collected_at": lambda fname, leads: leads._sync_first_collected().sync_collected_at,
            "sync_collector_id": lambda fname, leads: leads._sync_first_collected().sync_collector_id.id,
        }

    def _sync_first_collected(self):
        collected = self.filtered(lambda lead: lead.sync_collected_at or lead.sync_collector_id)
        return collected.sorted(lambda lead: (lead.create_date or fields.Datetime.now(), lead.id))[:1]
