from odoo import fields, models
from odoo.tools.misc import format_date

KINDS = [("reached", "Tier Reached"), ("rules", "New Rules")]


class CrmSyncTierNotice(models.Model):
    """One mail to a customer about his tier, or why there was none. Written by ``crm.sync.tier.notices`` alone.

    Once for each tier an account reaches on a day, and once for each version of the rules that customers are told of.
    """

    _name = "crm.sync.tier.notice"
    _inherit = ["crm.sync.notice.mixin"]
    _description = "Notice about a Tier"
    _rec_name = "kind"
    _sync_purpose = "loyalty"

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, index=True, ondelete="cascade")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    tier_id = fields.Many2one("crm.sync.tier", readonly=True, index=True, ondelete="restrict")
    policy_id = fields.Many2one("crm.sync.tier.policy", readonly=True, index="btree_not_null", ondelete="cascade")

    def _mail(self, template):
        """Without words in their messages: the customer's own link is in what is mailed to him, and nowhere else."""
        mails = super()._mail(template)
        mails.mail_message_id.write({"body": False})
        return mails

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
