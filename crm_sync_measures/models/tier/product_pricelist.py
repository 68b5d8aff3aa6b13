from odoo import models
from odoo.tools import SQL

from .shown_tier import companies_of


class ProductPricelist(models.Model):
    """Prices of a tier: for customers who have no pricelist of their own. Nothing is written on the customer."""

    _inherit = "product.pricelist"

    def _get_partner_pricelist_multi(self, partner_ids):
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist"):
            return result
        partners = self.env["res.partner"].with_context(active_test=False).browse(partner_ids)
        without_own = partners.filtered(
            lambda partner: not partner.specific_property_product_pricelist._get_partner_pricelist_multi_filter_hook()
        )
        of_tiers = self._sync_tier_pricelists(without_own)
        for partner in without_own:
            pricelist = of_tiers.get(partner._origin.id)
            if pricelist and pricelist._get_partner_pricelist_multi_filter_hook():
                result[partner.id] = pricelist
        return result

    def _sync_tier_pricelists(self, partners):
        """``{partner id: pricelist}`` of those whose tier has one: their own account's, else that of their company.

        One query, whatever the number of partners.
        """
        # A contact that is still being entered has no tier of his own.
        real = partners._origin
        if not real:
            return {}
        for name in ("standing", "policy", "policy.line"):
            self.env[f"crm.sync.tier.{name}"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (r.id) r.id, l.pricelist_id
                     FROM res_partner r
                     JOIN crm_sync_tier_standing s ON s.partner_id IN (r.id, r.commercial_partner_id)
                     JOIN crm_sync_tier_policy p ON p.program_id = s.program_id AND p.state = 'running'
                     JOIN crm_sync_tier_policy_line l ON l.policy_id = p.id AND l.tier_id = s.tier_id
                     JOIN crm_sync_tier t ON t.id = s.tier_id
                     JOIN product_pricelist x ON x.id = l.pricelist_id
                    WHERE r.id = ANY(%(partners)s) AND x.active AND (x.company_id IS NULL OR x.company_id = %(company)s)
                      AND (s.company_id IS NULL OR s.company_id = ANY(%(companies)s))
                    ORDER BY r.id, s.partner_id = r.id DESC, array_position(%(companies)s, s.company_id), s.is_shown DESC,
                             t.sequence DESC, s.id""",
                partners=real.ids,
                company=self.env.company.id,
                companies=companies_of(self.env.company),
            )
        )
        return {partner_id: self.browse(pricelist_id) for partner_id, pricelist_id in rows}
