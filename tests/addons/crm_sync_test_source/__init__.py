from odoo import models
from odoo.addons.crm_sync_measures.models.activity.contact_card import Finding, card_rule
from odoo.addons.crm_sync_measures.models.core.timeline_source import Source, timeline_source
from odoo.tools import SQL


class Timeline(models.AbstractModel):
    _inherit = "crm.sync.timeline"

    @timeline_source(200, "bank")
    def _source_bank(self):
        return Source("res.partner.bank", at=SQL("e.create_date"), title=SQL("e.acc_number"), kind="bank account")


class ContactCard(models.AbstractModel):
    _inherit = "crm.sync.contact.card"

    def _rule_labels(self):
        return super()._rule_labels() | {"bank": "Bank account changed"}

    @card_rule(15, "bank", decision="ask")
    def _rule_bank(self, context):
        banks = self.env["res.partner.bank"].sudo().search([("partner_id", "in", context.partners.ids)])
        return {
            bank.partner_id.commercial_partner_id.id: [Finding("red", lambda words, bank=bank: bank.acc_number)]
            for bank in banks
        }
