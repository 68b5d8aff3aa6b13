from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmSyncAnonymise(models.TransientModel):
    """Asks once more, shows what will happen, and anonymises a customer. For managers; it cannot be undone."""

    _name = "crm.sync.anonymise"
    _description = "Anonymise a Customer"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, ondelete="cascade")
    is_company = fields.Boolean(related="partner_id.is_company")
    with_contacts = fields.Boolean("With Contact Persons", default=True)
    confirmation = fields.Char(help="Type the customer's name.")
    partner_ids = fields.Many2many("res.partner", compute="_compute_partner_ids", string="Will Be Anonymised")

    @api.depends("partner_id", "with_contacts")
    def _compute_partner_ids(self):
        for wizard in self:
            wizard.partner_ids = wizard._get_partners()

    def _get_partners(self):
        """The customer and his addresses; of a company, its contact persons too where they were chosen."""
        partner = self.partner_id
        family = partner.with_context(active_test=False).search([("id", "child_of", partner.ids)])
        if partner.is_company and not self.with_contacts:
            family = family.filtered(lambda one: one == partner or one.type != "contact")
        return family

    def action_anonymise(self):
        self.ensure_one()
        if not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("A Customer Sync manager anonymises customers."))
        partners = self._get_partners()
        partners.check_access("write")
        if (self.confirmation or "").strip() != self.partner_id.name.strip():
            raise UserError(self.env._("Confirmation: type “%s”. Anonymising cannot be undone.", self.partner_id.name))
        self.env["crm.sync.erasure"]._erase(partners)
        self.confirmation = False
        return {"type": "ir.actions.act_window_close"}
