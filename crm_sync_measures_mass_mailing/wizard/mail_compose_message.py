from odoo import models


class MailComposeMessage(models.TransientModel):
    """Who is held out of the campaign of a mailing, or has its material already, gets no mail; the trace says why."""

    _inherit = "mail.compose.message"

    def _process_mail_values_state(self, mail_values_dict):
        values_by_record = super()._process_mail_values_state(mail_values_dict)
        for res_id, (failure_type, reason) in self._sync_left_out(values_by_record).items():
            values_by_record[res_id].update(
                state="cancel", failure_type=failure_type, failure_reason=reason, is_notification=False
            )
        return values_by_record

    def _sync_left_out(self, values_by_record):
        """``{record id: (failure type, sentence)}`` of those whom Odoo and the contact gate would write to."""
        mailing = self.mass_mailing_id
        # sudo: groups and material of a mailing hold for whoever sends it
        campaign, material = mailing.campaign_id.sudo(), mailing.sync_material_id.sudo()
        open_values = {res_id: values for res_id, values in values_by_record.items() if not values.get("state")}
        if not open_values or not (material or campaign.sync_assigned_at):
            return {}
        # A mailing that is made in the dialog itself fixes the groups as well.
        campaign._sync_start()
        # Who was archived is still who he was.
        partners_by_record = self.with_context(active_test=False)._sync_recipients(open_values)
        # The customer of a document is reached by it, whatever address it has.
        customers = self._sync_partners_of(self.env[self.model].browse(list(open_values)))
        everybody = self.env["res.partner"].union(*partners_by_record.values(), *customers.values())
        Member = self.env["crm.sync.campaign.member"].sudo()  # sudo: as above; nobody is told of more than the trace
        held = Member._held_out_ids(campaign, everybody) if campaign.sync_assigned_at else set()
        left_out = {
            res_id: ("sync_held_out", self.env._("Held out of the campaign, to see what it brings."))
            for res_id, partners in partners_by_record.items()
            if held.intersection(partners.ids) or (res_id in customers and held.intersection(customers[res_id].ids))
        }
        if material:
            have, seen = material._having_ids(everybody), set()
            for res_id, partners in partners_by_record.items():
                if res_id in left_out:
                    continue
                entities = set(material._entities(partners).ids)
                if have.intersection(partners.ids) or seen & entities:
                    left_out[res_id] = ("sync_has_material", self.env._("The customer has this material already."))
                seen |= entities
        return left_out

    def _prepare_mail_values_mailing_traces(self, mail_values_all):
        """The trace keeps the sentence as well."""
        traces = super()._prepare_mail_values_mailing_traces(mail_values_all)
        for res_id, trace in traces.items():
            if trace and trace.get("failure_type") in ("sync_held", "sync_held_out", "sync_has_material"):
                trace["failure_reason"] = mail_values_all[res_id].get("failure_reason")
        return traces

    def _manage_mail_values(self, mail_values_all):
        """Whoever is written to has the material from now on."""
        managed = super()._manage_mail_values(mail_values_all)
        material = self.composition_mode == "mass_mail" and self.mass_mailing_id.sync_material_id
        if material:
            queued = {res_id: values for res_id, values in managed.items() if not values.get("state")}
            partners = self.env["res.partner"].union(*self._sync_recipients(queued).values())
            # sudo: a fact about a mail that was queued; whoever queued it was allowed to
            self.env["crm.sync.material.sent"].sudo()._note(
                material.sudo(), partners, "email", self.mass_mailing_id.campaign_id
            )
        return managed
