from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """A customer's own rhythm."""

    _inherit = "res.partner"

    sync_contact_days = fields.Integer(
        string="Contact Every (Days)",
        groups="base.group_user",
        tracking=True,
        help="The owner is told when nobody contacted this customer for so many days. 0: the rhythm of the tier, if it has one.",
    )

    # Who has one is found without reading all contacts.
    _sync_contact_days_idx = models.Index("(id) WHERE sync_contact_days > 0")

    @api.constrains("sync_contact_days")
    def _check_sync_contact_days(self):
        for partner in self.sudo():  # sudo: a check of what was just written
            if not 0 <= partner.sync_contact_days <= 3650:
                raise ValidationError(self.env._("Contact every: enter 0 to 3650 days."))

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(vals.get("sync_contact_days") for vals in vals_list):
            self.env["crm.sync.care.rhythm"]._note_use()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if vals.get("sync_contact_days"):
            self.env["crm.sync.care.rhythm"]._note_use()
        if vals.keys() & {"sync_contact_days", "sync_is_deceased"}:
            self.env["crm.sync.customer"]._note_partners(self, contacts=False)
        return result
