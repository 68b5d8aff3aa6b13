from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

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
        groups="base.group_user",
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

    sync_waiting_count = fields.Integer(
        compute="_compute_sync_waiting_count",
        string="Waiting for Us",
        groups=_READERS,
        help="How often the customer waits for our answer here, as far as you may know.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_waiting_count(self):
        counts = dict(
            self.env["crm.sync.response"]._read_group(
                [("lead_id", "in", self.ids), ("state", "=", "waiting")], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.sync_waiting_count = counts.get(lead, 0)

    def action_open_sync_waiting(self):
        """What the customer waits for on this opportunity and its quotations."""
        return self.env["crm.sync.response"]._action_waiting([("lead_id", "in", self.ids)])

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        if self.env.uid == SUPERUSER_ID or self.env.user.share:
            # A form on the website: nobody of us has written it.
            self.env["crm.sync.response.clock"]._note(self._name, leads.ids)
        return leads

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "partner_id", "company_id"} & vals.keys():
            self.env["crm.sync.response.clock"]._note_in_charge(self._name, self.ids)
        if vals.get("active") is False:
            self.env["crm.sync.response"]._close_over(self)
        return result

    def action_sync_advise(self):
        """Open the dialog "Who should take it?"."""
        return self.env["crm.sync.advisor"]._action_advise(self)

    # ---------------------------------------------------------------- brief

    def action_open_sync_brief(self):
        """Open the brief of the lead's customer."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Customer: choose one first, then there is a brief."))
        return self.partner_id.action_open_sync_brief()
