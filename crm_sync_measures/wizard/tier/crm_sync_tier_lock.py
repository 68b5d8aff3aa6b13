from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: Whoever means longer means for ever; days after the year 9999 could be read by nobody.
_LONGEST = timedelta(days=36_525)


class CrmSyncTierLock(models.TransientModel):
    """A tier by hand: given and locked until a day or for ever, or a lock that is lifted; always with the reason."""

    _name = "crm.sync.tier.lock"
    _description = "Tier by Hand"

    change = fields.Selection(
        [("lock", "Give and Lock"), ("unlock", "Lift the Lock")], "What", required=True, default="lock"
    )
    card_id = fields.Many2one(
        "loyalty.card",
        required=True,
        domain="[('program_type', '=', 'loyalty'), ('sync_merged_into_id', '=', False)]",
    )
    # With the rights of who asks: a dialog can be opened on any card.
    partner_id = fields.Many2one(related="card_id.partner_id", related_sudo=False)
    program_id = fields.Many2one(related="card_id.program_id", related_sudo=False)
    held_id = fields.Many2one("crm.sync.tier.membership", "Tier Now", compute="_compute_held", compute_sudo=False)
    tier_id = fields.Many2one("crm.sync.tier", domain="[('program_id', '=', program_id)]")
    lock_until = fields.Date(
        "Locked Until", help="Last day on which nothing changes the tier. Then it is reviewed. Empty: for ever."
    )
    reason = fields.Char(required=True)

    @api.depends("card_id")
    def _compute_held(self):
        rows = self.env["crm.sync.tier.membership"]
        for lock in self:
            lock.held_id = rows.search([("card_id", "=", lock.card_id.id), ("date_to", "=", False)], limit=1)

    @api.constrains("card_id", "tier_id")
    def _check_records(self):
        """Who names a card or a tier may read it. Odoo checks as superuser, so it is asked for him."""
        for record in (self.card_id, self.tier_id):
            record.sudo(False).check_access("read")  # sudo(False): with the rights of who fills the dialog

    def action_apply(self):
        self.ensure_one()
        self._check_allowed()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: the customer's history keeps it."))
        if self.change == "unlock":
            self._lift()
        else:
            self._lock()
        return {"type": "ir.actions.act_window_close"}

    def _check_allowed(self):
        """Managers decide for every customer they see, department managers for their own and their departments'; nobody for
        himself."""
        self.card_id.check_access("read")
        # sudo: who is in charge of a customer, to know whether it is the one who asks
        customer = self.card_id.sudo().partner_id.commercial_partner_id
        if customer and not self.env.su and customer == self.env.user.partner_id.commercial_partner_id:
            raise AccessError(self.env._("Nobody gives a tier to himself, or to his own company."))
        if self.env.su or self.env.user.has_group("crm_sync_measures.group_manager"):
            return
        in_charge = customer.user_id | customer.sync_department_id.manager_id
        if not (self.env.user.has_group("crm_sync_measures.group_department_manager") and self.env.user in in_charge):
            raise AccessError(
                self.env._("A tier is given by hand by the customer's department manager, or by a manager.")
            )

    def _lock(self):
        account = self._account()
        today = account.program_id._sync_today()
        if self.tier_id.program_id != account.program_id or not self.tier_id.active:
            raise UserError(self.env._("Choose a tier of %s.", account.program_id.name))
        if self.lock_until and not today <= self.lock_until <= today + _LONGEST:
            raise UserError(self.env._("Locked Until: enter today or a later day, or nothing for ever."))
        self.env["crm.sync.tier.membership"]._put(
            account,
            self.tier_id,
            {
                "reason": "by_hand",
                "is_locked": True,
                "lock_reason": self.reason,
                "lock_until": self.lock_until,
                "valid_through": self.lock_until,
            },
        )
        self._note(account, self.env._("Tier %(tier)s by hand: %(reason)s", tier=self.tier_id.name, reason=self.reason))

    def _lift(self):
        """The tier stays until its review, which is due today."""
        account = self._account()
        # sudo: that who asks sees this customer was checked
        rows = self.env["crm.sync.tier.membership"].sudo()
        held = rows.search([("card_id", "=", account.id), ("date_to", "=", False), ("is_locked", "=", True)])
        if not held:
            raise UserError(self.env._("The tier of this card is not locked."))
        rows._put(account, held.tier_id, {"reason": "by_hand", "valid_through": account.program_id._sync_today()})
        self._note(
            account, self.env._("Lock of tier %(tier)s lifted: %(reason)s", tier=held.tier_id.name, reason=self.reason)
        )

    def _account(self):
        """The card that holds the points, as superuser; a key has no tier of its own."""
        account = self.card_id.sudo()._sync_account()  # sudo: that who asks sees the card was checked
        if account.program_id.program_type != "loyalty" or not account.partner_id:
            raise UserError(self.env._("Only a loyalty card with an owner can have a tier."))
        return account

    def _note(self, account, words):
        """In the card's chatter, with who decided it."""
        account.message_post(body=words, author_id=self.env.user.partner_id.id)
