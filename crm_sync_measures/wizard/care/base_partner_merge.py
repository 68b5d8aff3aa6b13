from odoo import models

from ...models.care.res_partner_birthday import BIRTHDAY


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """A birthday goes over as a whole: Odoo would take the day of one and the calendar of another."""
        # sudo: who merges need not know when they were born
        partners, empty = (dst_partner + src_partners).sudo(), dict.fromkeys(BIRTHDAY, False)
        known = partners.filtered("sync_birth_month")[:1]
        birthday = {name: known[name] for name in BIRTHDAY} if known else empty
        partners.write(empty)
        result = super()._update_values(src_partners, dst_partner)
        dst_partner.sudo().write(birthday)  # sudo: as above
        return result
