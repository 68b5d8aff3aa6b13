from odoo import api, fields, models

from .crm_sync_merge_mixin import REPOINT


class CrmSyncNoticeMixin(models.AbstractModel):
    """One mail to a customer who did not ask for it, or why there was none. Made by :meth:`_make` alone, under a key:
    nobody is told twice, wherever a job is stopped.

    A model that inherits this says in ``_sync_purpose`` what it is for, and whatever else its mails tell.
    """

    _name = "crm.sync.notice.mixin"
    _inherit = ["crm.sync.merge.mixin", "crm.sync.preference.mixin"]
    _description = "Notices"
    _order = "id desc"
    _sync_merge = {"partner_id": REPOINT}

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True, help="The day of the mail.")
    state = fields.Selection(
        [("planned", "Queued"), ("sent", "Sent"), ("suppressed", "Not Sent"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="planned",
        index=True,
    )
    reason = fields.Char(
        "Reason Code", readonly=True, help="Why nothing was sent: the contact gate's rule, or the mail's failure."
    )
    error = fields.Char(readonly=True)
    reason_text = fields.Char("Reason", compute="_compute_reason_text")
    mail_mail_id = fields.Many2one("mail.mail", "Mail", readonly=True, index="btree_not_null", ondelete="set null")
    # Odoo's merge would stop at a unique index with the partner in it: the key stays as it was made.
    key = fields.Char(required=True, readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "This customer has had this notice already.")

    @api.depends("reason", "error")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        messages = self.env["crm.sync.contact.gate"]._reason_messages()
        for notice in self:
            notice.reason_text = messages.get(notice.reason) or notice.error or notice.reason

    @api.model
    def _make(self, values, template):
        """Create notices, and queue the mails of those that nothing speaks against: all in this transaction.

        The contact gate is asked here: a refused notice is kept with the reason, and not tried again.
        """
        Gate = self.env["crm.sync.contact.gate"]
        notices = self.browse()
        for company_id in sorted({vals["company_id"] for vals in values}):
            own = [vals for vals in values if vals["company_id"] == company_id]
            partners = self.env["res.partner"].browse(sorted({vals["partner_id"] for vals in own}))
            gate = Gate.with_company(self.env["res.company"].browse(company_id))
            verdicts = gate._may_contact(partners, self._preference_purpose(), "email")
            for vals in own:
                if not verdicts[vals["partner_id"]].allowed:
                    vals.update(state="suppressed", reason=verdicts[vals["partner_id"]].reason)
            notices += self.create(own)
        queued = notices.filtered(lambda notice: notice.state == "planned")
        if queued:
            queued._mail(template)
        return notices

    def _mail(self, template):
        """The mails of these notices, in the outbox."""
        mails = template.send_mail_batch(self.ids, force_send=False)
        for mail in mails:
            self.browse(mail.res_id).mail_mail_id = mail
        return mails

    def _note_sent(self, failure_type, failure_reason):
        """A later attempt that succeeds counts."""
        if failure_type:
            self.write({"state": "failed", "reason": failure_type, "error": (failure_reason or "")[:500] or False})
        else:
            self.write({"state": "sent", "reason": False, "error": False})
