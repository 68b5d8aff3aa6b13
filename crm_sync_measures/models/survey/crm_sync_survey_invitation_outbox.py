from odoo import fields, models
from odoo.exceptions import UserError

from ...rules.survey_flow import REMINDED

#: The address is wrong, says our own server; what else goes wrong, it may try again.
_NO_ADDRESS = ("mail_email_invalid", "mail_email_missing")


class CrmSyncSurveyInvitation(models.Model):
    """The mails of an invitation, and what becomes of them."""

    _inherit = "crm.sync.survey.invitation"

    # ---------------------------------------------------------------- into the outbox; callers have locked them

    def _mail_invitation(self, program, now):
        """The one mail that asks; it counts in the contact budget."""
        if not self:
            return
        # First the mark: of two at once the second fails here, and then finds nothing to do.
        self._record({"handed_at": now, "expires_at": fields.Datetime.add(now, days=program.deadline_days)})
        self.flush_recordset()
        for template, own in self.grouped(lambda one: one._asking_template()).items():
            for mail in own._mail(template):
                self.browse(mail.res_id)._record({"mail_message_id": mail.mail_message_id.id})
        name = program.with_context(lang=program.company_id.partner_id.lang).name
        self.env["crm.sync.contact.sent"]._note(self.partner_id, "email", "survey", program.company_id, name)

    def _asking_template(self):
        """The mail that asks."""
        self.ensure_one()
        return self.program_id.mail_template_id

    def _mail_reminder(self, program, now):
        """Once more, to who has not answered. It is part of having been asked, and not counted again."""
        if not self:
            return
        for number, own in self.grouped("reminded").items():
            own._record({"reminded": number + 1, "last_reminder_at": now})
        self.flush_recordset()
        self._mail(program.reminder_template_id)

    def _mail(self, template):
        """Mails in the outbox. Their messages stay when they were sent, since a bounce is known by them, but without
        words: the customer's link is in what is mailed to him, and nowhere else."""
        # sudo: the job mails what the program says, in the name of its sender
        mails = template.sudo().send_mail_batch(
            self.ids, force_send=False, email_values={"is_notification": True, "auto_delete": True}
        )
        mails.mail_message_id.write({"body": False})
        return mails

    # ---------------------------------------------------------------- what became of them

    def _note_sent(self, failure_type, failure_reason):
        """The outbox has sent it, or could not."""
        if not failure_type:
            now = fields.Datetime.now()
            self._set_state("sent", now)
            # Some open it before the outbox has noted that it left.
            self.filtered(lambda one: not one.sent_at)._record({"sent_at": now})
        elif failure_type in _NO_ADDRESS:
            self._set_state("bounced", suppressed_by="no_address")

    def _message_receive_bounce(self, email, partner):
        """It came back: nobody reminds him, and the answer rate is that of those who got it."""
        result = super()._message_receive_bounce(email, partner)
        self._set_state("bounced")
        return result

    # ---------------------------------------------------------------- once more, by hand

    def action_resend(self):
        """Remind these customers now; each at most twice, and nobody who has answered."""
        self.check_access("read")
        self.program_id._check_manager()
        now = fields.Datetime.now()
        open_ones = self._lock(self.ids, REMINDED).filtered(lambda one: one._may_be_reminded(now))
        sent = self.browse()
        for program, own in open_ones.grouped("program_id").items():
            allowed = self.env["crm.sync.survey.reminders"]._allowed(program, own)
            allowed._mail_reminder(program, now)
            sent |= allowed
        if not sent:
            raise UserError(
                self.env._(
                    "None of them can be reminded: they have answered, were reminded twice, or may not be written to."
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(sent)s of %(all)s are reminded.", sent=len(sent), all=len(self)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _may_be_reminded(self, now):
        """Whether he got it, may still answer and was reminded less than twice."""
        self.ensure_one()
        return (
            self.state in REMINDED
            and not self.bounced_at
            and self.reminded < 2
            and not self.is_left_alone
            and bool(self.program_id.reminder_template_id)
            and (not self.expires_at or self.expires_at > now)
        )
