from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..core.crm_sync_merge_mixin import REPOINT

KINDS = [("reached", "Tier Reached"), ("rules", "New Rules")]


class CrmSyncTierNotice(models.Model):
    """One mail to a customer about his tier, or why there was none. Written by ``crm.sync.tier.notices`` alone.

    Once for each tier an account reaches on a day, and once for each version of the rules that customers are told of.
    """

    _name = "crm.sync.tier.notice"
    _inherit = ["crm.sync.merge.mixin", "crm.sync.preference.mixin"]
    _description = "Notice about a Tier"
    _order = "id desc"
    _rec_name = "kind"
    _sync_purpose = "loyalty"
    _sync_merge = {"partner_id": REPOINT}

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, index=True, ondelete="cascade")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    tier_id = fields.Many2one("crm.sync.tier", readonly=True, index=True, ondelete="restrict")
    policy_id = fields.Many2one("crm.sync.tier.policy", readonly=True, index="btree_not_null", ondelete="cascade")
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

    # ---------------------------------------------------------------- sending

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
            verdicts = gate._may_contact(partners, "loyalty", "email")
            for vals in own:
                if not verdicts[vals["partner_id"]].allowed:
                    vals.update(state="suppressed", reason=verdicts[vals["partner_id"]].reason)
            notices += self.create(own)
        queued = notices.filtered(lambda notice: notice.state == "planned")
        if queued:
            self._mail(queued, template)
        return notices

    def _mail(self, queued, template):
        """Mails in the outbox, without words in their messages: the customer's own link is in what is mailed to him, and
        nowhere else."""
        mails = template.send_mail_batch(queued.ids, force_send=False)
        for mail in mails:
            self.browse(mail.res_id).mail_mail_id = mail
        mails.mail_message_id.write({"body": False})

    def _note_sent(self, failure_type, failure_reason):
        """What became of the mail; a later attempt that succeeds counts."""
        if failure_type:
            self.write({"state": "failed", "reason": failure_type, "error": (failure_reason or "")[:500] or False})
        else:
            self.write({"state": "sent", "reason": False, "error": False})

    # ---------------------------------------------------------------- read by the mails, in the language of the context

    def _account(self):
        """What the page tells of this account."""
        self.ensure_one()
        return self.env["crm.sync.tier.portal"]._facts(self.card_id)

    def _benefits(self):
        """What the tier that he has reached brings him."""
        self.ensure_one()
        portal = self.env["crm.sync.tier.portal"]
        return portal._benefits(self.tier_id, portal._policy(self.program_id))

    def _new_ladder(self):
        """All tiers under the new rules, and what they bring."""
        self.ensure_one()
        portal = self.env["crm.sync.tier.portal"]
        return portal._ladder(self.card_id, portal._standings(self.card_id)[self.card_id], self.policy_id)

    def _kept_through(self):
        """Through when he keeps his tier whatever the new rules say; empty where they hold at once."""
        self.ensure_one()
        portal = self.env["crm.sync.tier.portal"]
        through = portal._standings(self.card_id)[self.card_id].membership_id.valid_through
        return format_date(self.env, through) if self.policy_id.is_grandfathering and through else ""

    def _membership_url(self):
        """His page, for some weeks without a login."""
        self.ensure_one()
        return self.env["crm.sync.tier.portal"]._url(self.partner_id)
