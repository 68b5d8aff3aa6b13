from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """Cards of one program become one, the same as in Odoo, but lot by lot and with what orders did before.

        Odoo then finds no card with points any more, and has a card that goes over as it is to give to the
        survivor. Nobody is congratulated on points that he had before.
        """
        # sudo: a merge concerns all cards of the partners, whichever the caller sees.
        cards = self.env["loyalty.card"].sudo()
        found = cards.search([("partner_id", "in", src_partners.ids)], order="id")
        for program, sources in found.filtered("program_id.is_nominative").grouped("program_id").items():
            own = [("partner_id", "=", dst_partner.id), ("program_id", "=", program.id)]
            survivor = cards.search(own, order="id", limit=1) or sources[0]
            sources._sync_merge_into(survivor)
        return super(BasePartnerMergeAutomaticWizard, self.with_context(loyalty_no_mail=True))._merge_loyalty_cards(
            src_partners, dst_partner
        )
