from odoo import fields, models


class MailingMailing(models.Model):
    """A mailing of a campaign leaves out whom that holds out, and begins its days; a material goes to nobody twice."""

    _inherit = "mailing.mailing"

    sync_material_id = fields.Many2one(
        "crm.sync.material",
        "Material of the Mailing",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="What this mailing brings: who has it already is left out, and whoever gets it has it from then on.",
    )

    def _action_send_mail(self, res_ids=None):
        # sudo: that the groups are fixed at the first mailing does not depend on who sends it
        self.campaign_id.sudo()._sync_start()
        return super()._action_send_mail(res_ids)

    def action_select_as_winner(self):
        """Odoo sends a copy of what has won to everybody else: that brings the material of the test."""
        return super(
            MailingMailing, self.with_context(default_sync_material_id=self.sync_material_id.id)
        ).action_select_as_winner()

    def _get_remaining_recipients(self):
        """Mails are traced with the reason; of text messages nobody is left out but here."""
        remaining = super()._get_remaining_recipients()
        if self.mailing_type == "mail" or not self.campaign_id or not remaining:
            return remaining
        records = self.env[self.mailing_model_real].browse(remaining)
        partners_by_record = self._sync_texted(records)
        everybody = self.env["res.partner"].union(*partners_by_record.values())
        # sudo: who is held out does not depend on who sends; nobody is told who it is
        held = self.env["crm.sync.campaign.member"].sudo()._held_out_ids(self.campaign_id, everybody)
        return [one for one in remaining if not held.intersection(partners_by_record[one].ids)]

    def _sync_texted(self, records):
        """``{record id: partners}`` who get a text message: customers of the documents, and whose number is on them."""
        Partner = self.env["res.partner"]
        own = records._mail_get_partners() if hasattr(records, "_mail_get_partners") else {}
        numbers = {}
        if "phone_sanitized" in records._fields and "phone_sanitized" in Partner._fields:
            numbers = {record.id: record.phone_sanitized for record in records if record.phone_sanitized}
        # sudo: who is to be left alone does not depend on who sends; only ids are used. Who was archived is who he was.
        known = Partner.sudo().with_context(active_test=False)
        by_number = (
            known.search([("phone_sanitized", "in", list(set(numbers.values())))]).grouped("phone_sanitized")
            if numbers
            else {}
        )
        return {
            one: Partner.browse([*own.get(one, Partner).ids, *by_number.get(numbers.get(one), Partner).ids])
            for one in records.ids
        }
