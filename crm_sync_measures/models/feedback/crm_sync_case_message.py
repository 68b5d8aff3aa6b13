from markupsafe import Markup
from odoo import SUPERUSER_ID, fields, models

from ...rules.case_flow import RESOLVED


class CrmSyncCaseMessage(models.Model):
    """What is said on a case: our first real answer stops a clock, the customer's answer goes on with the case."""

    _inherit = "crm.sync.case"

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        before = {case: case.partner_id for case in self}
        result = super().write(vals)
        for case, partner in before.items():
            if partner and case.partner_id != partner:
                # He who was meant by mistake gets nothing more of it.
                case.message_unsubscribe(partner.ids)
        return result

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        # Private code says by itself what a message means; a client's context says nothing.
        is_quiet = self.env.su and self.env.context.get("sync_case_quiet")
        if len(self) == 1 and not is_quiet:
            self._note_message(message.sudo())  # sudo: who wrote what to whom; told to nobody
        return result

    def _note_message(self, message):
        """A message counts by the same rules as for the response clocks: who said it to whom, by what means."""
        by = self._side_of(message)
        if by == "us" and self._reaches_customer(message):
            self._answered(message.date or fields.Datetime.now())
        elif by == "customer":
            self._customer_wrote(message.date or fields.Datetime.now())
            self._tell_master(message)

    def _tell_master(self, message):
        """Who reported the same goes on in his own conversation: colleagues read it at the master, its customer does not."""
        # sudo: the master, of whatever department
        case = self.sudo()
        master = case.master_id
        if not master:
            return
        master.message_post(
            body=Markup("<p>%s</p>%s") % (case.display_name, message.body or ""),
            author_id=message.author_id.id,
            email_from=message.email_from,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        master._customer_wrote(message.date or fields.Datetime.now())
        for user in master.user_id.filtered("active") or master._in_charge():
            words = master.with_context(lang=user.lang).env
            master._remind(user, f"{case.number}: {words._('The customer wrote again.')}")

    def _side_of(self, message):
        """``us`` or ``customer``; None for what is said by nobody, or not to the other side."""
        xmlid = self.env["ir.model.data"]._xmlid_to_res_id
        is_called = message.mail_activity_type_id.category in ("phonecall", "meeting")
        is_said = (message.message_type == "email" and message.subtype_id.id != xmlid("mail.mt_note")) or (
            message.message_type == "comment" and message.subtype_id.id == xmlid("mail.mt_comment")
        )
        if not is_called and (not is_said or message.is_internal):
            return None
        users = message.author_id.with_context(active_test=False).user_ids
        if any(not user.share and user.id != SUPERUSER_ID for user in users):
            return "us"
        if is_called or message.author_id.id == xmlid("base.partner_root"):
            return None
        # Everybody outside may write on a case: the customer, his colleagues, whoever has the link.
        return "customer"

    def _reaches_customer(self, message):
        """The customer reads it in his portal, whether or not it was mailed; where he is not known, somebody was mailed."""
        # sudo: as in the hook
        readers = self.sudo().message_partner_ids | message.partner_ids
        return bool(self.partner_id or self.email_from or readers.filtered("partner_share"))

    # ---------------------------------------------------------------- what it means

    def _answered(self, at):
        """A person has answered the customer: what is not acknowledged yet is by this."""
        if self.step in RESOLVED:
            return
        self._acknowledge(at)
        if self.answered_at:
            return
        self._record({"answered_at": at})
        self._log("answered", at=at)
        self._clock_event("answered", at)

    def _customer_wrote(self, at):
        """He has answered, so nothing is waited for; where the case was over, it goes on.

        As superuser: the customer's own words change his case, whoever brings them in.
        """
        case = self.sudo()  # sudo: see above
        case._record({"last_customer_at": at})
        case._log("customer", at=at)
        if case.step == "waiting_customer":
            case._resume(at)
        elif case.step in RESOLVED and not case.master_id:
            case._reopen(self.env._("The customer wrote again."), at)

    # ---------------------------------------------------------------- mail of a stage

    def _track_template(self, changes):
        templates = super()._track_template(changes)
        case = self[:1]
        template = case.stage_id.template_id
        if "stage_id" in changes and template and case._may_write_to_customer():
            templates["stage_id"] = (
                template,
                {
                    "auto_delete_keep_log": False,
                    "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                    "email_layout_xmlid": "mail.mail_notification_light",
                },
            )
        return templates
