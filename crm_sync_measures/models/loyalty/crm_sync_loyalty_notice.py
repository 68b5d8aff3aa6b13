from odoo import api, fields, models

from ..core.crm_sync_merge_mixin import REPOINT
from .crm_sync_loyalty_entry import KINDS, POINTS

KIND_LABELS = [("reminder", "Reminder"), ("last_chance", "Last Chance"), ("statement", "Statement")]


class CrmSyncLoyaltyNotice(models.Model):
    """One mail about a customer's points, or why there was none. Written by the nightly jobs alone.

    ``details`` is what the mail tells, taken when the notice was made: ``[{"card", "points", "day"}, …]`` for a
    reminder, and for a statement, per card, ``{"card", "opening", "closing", "kinds", "endings"}``. It names nobody.
    """

    _name = "crm.sync.loyalty.notice"
    _inherit = ["crm.sync.merge.mixin", "crm.sync.preference.mixin"]
    _description = "Notice about Points"
    _order = "id desc"
    _rec_name = "kind"
    _sync_purpose = "loyalty"
    _sync_merge = {"partner_id": REPOINT}

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(KIND_LABELS, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True, help="The day of the mail; of a statement, the last day it tells.")
    date_from = fields.Date("From", readonly=True, help="First day that a statement tells.")
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
    points = fields.Float(digits=POINTS, readonly=True, help="Points that the mail speaks of.")
    first_day = fields.Date("First Expiry", readonly=True)
    details = fields.Json(readonly=True)
    mail_mail_id = fields.Many2one("mail.mail", "Mail", readonly=True, index="btree_not_null", ondelete="set null")
    # Odoo's merge would stop at a unique index with the partner in it: the key stays as it was made.
    key = fields.Char(required=True, readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "This customer has had this notice already.")
    _last_statement_idx = models.Index("(partner_id, company_id, day) WHERE kind = 'statement'")

    @api.depends("reason", "error")
    def _compute_reason_text(self):
        messages = self.env["crm.sync.contact.gate"]._reason_messages()
        for notice in self:
            notice.reason_text = messages.get(notice.reason) or notice.error or notice.reason

    # ---------------------------------------------------------------- sending

    @api.model
    def _make(self, values, template):
        """Create notices, and queue the mails of those that nothing speaks against: all in this transaction.

        ``values`` is asked for at the contact gate here: a refused notice is kept with the reason, and not tried
        again.
        """
        Gate = self.env["crm.sync.contact.gate"]
        notices = self.browse()
        for company_id in sorted({vals["company_id"] for vals in values}):
            own = [vals for vals in values if vals["company_id"] == company_id]
            partners = self.env["res.partner"].browse(sorted({vals["partner_id"] for vals in own}))
            gate = Gate.with_company(self.env["res.company"].browse(company_id))
            verdicts = gate._may_contact(partners, "loyalty", "email")
            for vals in own:
                verdict = verdicts[vals["partner_id"]]
                if not verdict.allowed:
                    vals.update(state="suppressed", reason=verdict.reason)
            notices += self.create(own)
        queued = notices.filtered(lambda notice: notice.state == "planned")
        if queued:
            mails = template.send_mail_batch(queued.ids, force_send=False)
            for mail in mails:
                self.browse(mail.res_id).mail_mail_id = mail
        return notices

    def _note_sent(self, failure_type, failure_reason):
        """What became of the mail; a later attempt that succeeds counts."""
        if failure_type:
            self.write({"state": "failed", "reason": failure_type, "error": (failure_reason or "")[:500] or False})
        else:
            self.write({"state": "sent", "reason": False, "error": False})

    # ---------------------------------------------------------------- read by the mails

    def _subject(self):
        """The subject of a reminder, in the language of the context."""
        if self.kind == "last_chance":
            return self.env._("Last chance: your points expire soon")
        return self.env._("Your points expire soon")

    def _rows(self):
        """What a reminder tells, in the language of the context: one row for each card and day."""
        rows = []
        cards = self.env["loyalty.card"].browse([row["card"] for row in self.details or []]).exists()
        known = {card.id: card for card in cards}
        for row in self.details or []:
            if card := known.get(row["card"]):
                rows.append(
                    {
                        "program": card.program_id.name,
                        "points": card._format_points(row["points"]),
                        "day": fields.Date.to_date(row["day"]),
                    }
                )
        return rows

    def _accounts(self):
        """What a statement tells, in the language of the context: one account for each card."""
        words = self.env["crm.sync.loyalty.portal"]._kind_words()
        cards = self.env["loyalty.card"].browse([row["card"] for row in self.details or []]).exists()
        known = {card.id: card for card in cards}
        accounts = []
        for row in self.details or []:
            if card := known.get(row["card"]):
                accounts.append(
                    {
                        "program": card.program_id.name,
                        "opening": card._format_points(row["opening"]),
                        "closing": card._format_points(row["closing"]),
                        "movements": [
                            {"name": words[kind], "points": _signed(card, row["kinds"][kind])}
                            for kind, _label in KINDS
                            if row["kinds"].get(kind)
                        ],
                        "endings": [
                            {"points": card._format_points(points), "day": fields.Date.to_date(day)}
                            for day, points in row["endings"]
                        ],
                    }
                )
        return accounts

    def _portal_url(self):
        return f"{self.partner_id.get_base_url()}/my/loyalty"


def _signed(card, points):
    return f"{'+' if points > 0 else '−'}{card._format_points(abs(points))}"
