from odoo import models
from odoo.tools import format_date


class CrmSyncCareOccasion(models.Model):
    """The customer's own page in the mails of an occasion, and what they tell of his orders. Read by templates."""

    _inherit = "crm.sync.care.occasion"

    def _membership_url(self):
        """His page, for some weeks without a login."""
        self.ensure_one()
        return self.env["crm.sync.tier.portal"]._url(self.partner_id)

    def _first_order_text(self):
        """The day of his first order, as he writes days."""
        self.ensure_one()
        # sudo: the customer's own order
        orders = self.env["sale.order"].sudo()
        domain = [
            ("partner_id", "child_of", self.partner_id.commercial_partner_id.id),
            ("state", "=", "sale"),
            ("company_id", "=", self.company_id.id),
        ]
        first = orders.search(domain, order="date_order, id", limit=1)
        lang = self.partner_id.lang or self.env.lang
        return format_date(self.env, first.date_order, lang_code=lang) if first else ""
