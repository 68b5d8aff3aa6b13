from odoo import models


class SmsComposer(models.TransientModel):
    """A mailing by SMS asks the contact gate, as one by mail does: who is held back gets none, and the trace says why."""

    _inherit = "sms.composer"

    def _prepare_mass_sms_values(self, records):
        held = self._sync_held(records) if self._is_mass_sms() else {}
        return super(SmsComposer, self.with_context(crm_sync_held=held))._prepare_mass_sms_values(records)

    def _sync_held(self, records):
        """``{record id: sentence}`` of those whom the gate refuses."""
        partners_by_record = self.mailing_id._sync_texted(records)
        everybody = self.env["res.partner"].union(*partners_by_record.values())
        verdicts = self.env["crm.sync.contact.gate"]._may_contact(everybody, "marketing", "sms") if everybody else {}
        # Where the number is on the document itself, or on the list of who wants none, Odoo knows better.
        theirs = {"no_address"} if self.use_exclusion_list else {"no_address", "opted_out"}
        held = {}
        for res_id, partners in partners_by_record.items():
            refused = [v for partner in partners if not (v := verdicts[partner.id]).allowed and v.reason not in theirs]
            if refused:
                held[res_id] = refused[0].message
        return held

    def _get_optout_record_ids(self, records, recipients_info):
        """Odoo cancels these before anything is sent."""
        return [
            *super()._get_optout_record_ids(records, recipients_info),
            *(self.env.context.get("crm_sync_held") or {}),
        ]

    def _prepare_mass_sms_trace_values(self, record, sms_values):
        trace = super()._prepare_mass_sms_trace_values(record, sms_values)
        reason = (self.env.context.get("crm_sync_held") or {}).get(record.id)
        if reason and trace.get("failure_type") == "sms_optout":
            trace.update(failure_type="sync_held", failure_reason=reason)
        return trace

    def _prepare_mass_sms(self, records, sms_record_values):
        """Who is written to: it counts in his contact budget."""
        messages = super()._prepare_mass_sms(records, sms_record_values)
        if self._is_mass_sms() and records:
            partners = self.env["res.partner"].union(*self.mailing_id._sync_texted(records).values())
            self.env["crm.sync.contact.sent"]._note(
                partners, "sms", "marketing", self.env.company, source=self.mailing_id.subject
            )
        return messages
