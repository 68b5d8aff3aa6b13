from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmSyncAnonymise(models.TransientModel):
    """Asks once more, shows what will happen, and anonymises a customer. For managers; it cannot be undone."""

    _name = "crm.sync.anonymise"
    _description = "Anonymise a Customer"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, ondelete="cascade")
    # Not ``is_company`` and ``name``: the list of contacts hands over defaults for fields of these names.
    of_company = fields.Boolean(related="partner_id.is_company")
    expected = fields.Char("To Confirm, Type", compute="_compute_expected")
    with_contacts = fields.Boolean("With Contact Persons", default=True)
    confirmation = fields.Char()
    partner_ids = fields.Many2many("res.partner", compute="_compute_partner_ids", string="Will Be Anonymised")

    @api.depends("partner_id")
    def _compute_expected(self):
        """The name without that of the company; an address may have none of its own."""
        for wizard in self:
            wizard.expected = (wizard.partner_id.name or wizard.partner_id.display_name or "").strip()

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
        if (self.confirmation or "").strip() != self.expected:
            raise UserError(self.env._("Confirmation: type “%s”. Anonymising cannot be undone.", self.expected))
        self.env["crm.sync.erasure"]._erase(partners)
        self.confirmation = False
        return {"type": "ir.actions.act_window_close"}
