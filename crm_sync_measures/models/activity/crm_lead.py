from odoo import api, fields, models

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"


class CrmLead(models.Model):
    _inherit = "crm.lead"
    _sync_contact_guarded = True
    _sync_bulk_purpose = "marketing"

    sync_promise_count = fields.Integer("Promises Owed", compute="_compute_sync_promise_count", groups=_READERS)
    sync_dealer_id = fields.Many2one(
        "res.partner",
        "Through Dealer",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain="[('sync_channel_role', 'in', ('dealer', 'distributor'))]",
        groups=_READERS,
        help="The dealer who works this opportunity. Empty: we deal with the customer ourselves.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_promise_count(self):
        counts = self.env["crm.sync.promise"]._count_owed("lead_id", self)
        for lead in self:
            lead.sync_promise_count = counts.get(lead.id, 0)

    def action_sync_promise(self):
        """Open the dialog that notes a promise about this lead."""
        self.ensure_one()
        return self.env["crm.sync.promise"]._action_make(self, self.partner_id, lead_id=self)

    def action_open_sync_promises(self):
        """Open the promises made about this lead."""
        self.ensure_one()
        return self.env["crm.sync.promise"]._action_list(
            [("lead_id", "=", self.id)], default_partner_id=self.partner_id.id, default_lead_id=self.id
        )
