from odoo import api, fields, models

from .crm_sync_merge_mixin import REPOINT


class CrmSyncContactFormer(models.Model):
    """A contact that was merged into another one: links in mails he got before still work. Written by the merge alone."""

    _name = "crm.sync.contact.former"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Merged Contact"
    _order = "id desc"
    _rec_name = "partner_id"
    _sync_merge = {"partner_id": REPOINT}

    former_number = fields.Integer(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, readonly=True, index=True, ondelete="cascade"
    )  # fmt: skip

    _former_number_uniq = models.UniqueIndex("(former_number)", "This contact was merged already.")

    @api.model
    def _note(self, sources, target):
        """``sources`` become ``target`` now."""
        # sudo: the merge itself was allowed by Odoo
        self.sudo().create([{"former_number": number, "partner_id": target.id} for number in sources.ids])

    @api.model
    def _survivor(self, number):
        """Who he is today; empty for a number that nobody had."""
        # sudo: callers have checked the key
        return self.sudo().search([("former_number", "=", number)], limit=1).partner_id
