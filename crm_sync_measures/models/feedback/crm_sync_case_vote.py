from odoo import fields, models

from ..core.crm_sync_merge_mixin import REPOINT


class CrmSyncCaseVote(models.Model):
    """A customer wants what somebody suggested: one vote for each company or person, given and taken back in the portal."""

    _name = "crm.sync.case.vote"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Vote for a Suggestion"
    _order = "id desc"
    _rec_name = "commercial_partner_id"
    _sync_merge = {"commercial_partner_id": "_sync_merge_votes", "partner_id": REPOINT}

    case_id = fields.Many2one(
        "crm.sync.case", "Customer Suggestion", required=True, readonly=True, index=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", "Company or Person", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, readonly=True, index=True, ondelete="cascade", help="Who voted."
    )

    _case_entity_uniq = models.UniqueIndex(
        "(case_id, commercial_partner_id)", "This customer has voted for it already."
    )

    def _sync_merge_votes(self, sources, target):
        """Two votes of what becomes one customer are one vote."""
        entity = target.commercial_partner_id
        votes = self.search([("commercial_partner_id", "in", (sources | entity).ids)], order="id")
        first = {}
        for vote in votes:
            first.setdefault(vote.case_id, vote)
        kept = self.browse(vote.id for vote in first.values())
        cases = (votes - kept).case_id
        (votes - kept).unlink()
        self._sync_merge_repoint("commercial_partner_id", sources, entity)
        self.invalidate_model()
        cases._count_votes()
