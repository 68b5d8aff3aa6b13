from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .movement import MOVEMENT, movement_of


class LoyaltyCard(models.Model):
    """Whose points a card moves: a card may be a key to another one that holds them.

    So it is with a card that was merged into another, and with those of the contacts of a company in a
    program with one wallet per company. A key keeps its code and its customer, and holds nothing itself.
    """

    _inherit = "loyalty.card"

    def _sync_account(self):
        """The card that holds this card's points: itself, the one it was merged into, or the company's wallet."""
        self.ensure_one()
        card = self._sync_survivor()
        if card.program_id.sync_is_pooled:
            card = card._sync_wallet()
        return self if card == self else card.with_env(self.env)

    def _sync_accounts(self):
        """The cards that hold the points of these cards; flows that move points on them wait in line for these."""
        return self.union(*(card._sync_account() for card in self))

    def _sync_survivor(self):
        """The card that this one was merged into, as superuser; else itself."""
        # sudo: where the points are does not depend on who asks.
        card = self.sudo()
        while card.sync_merged_into_id:
            card = card.sync_merged_into_id
        return card

    def _sync_wallet(self):
        """The card of the commercial entity, where all contacts of it share one. Made when first needed."""
        entity = self.partner_id.commercial_partner_id
        if not entity or entity == self.partner_id:
            return self
        return self._sync_card_of(entity, self.program_id)

    @api.model
    def _sync_card_of(self, partner, program):
        """The card of ``partner`` in ``program``: his oldest, as Odoo takes it, or a new one."""
        # sudo: a customer's first card, whoever causes it; it comes with no points.
        cards = self.sudo().with_context(loyalty_no_mail=True, tracking_disable=True)
        card = cards.search([("partner_id", "=", partner.id), ("program_id", "=", program.id)], order="id", limit=1)
        return card or cards.create({"program_id": program.id, "partner_id": partner.id, "points": 0})

    def _sync_keys_sql(self):
        """Rows (card, key): all cards whose points are on one of these, which are keys to themselves."""
        self.env["loyalty.card"].flush_model(["partner_id", "program_id", "sync_merged_into_id"])
        self.env["loyalty.program"].flush_model(["sync_is_pooled"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """SELECT id AS card_id, id AS key_id FROM loyalty_card WHERE id IN %(cards)s
                UNION SELECT sync_merged_into_id, id FROM loyalty_card WHERE sync_merged_into_id IN %(cards)s
                UNION SELECT wallet.id, key.id
                        FROM loyalty_card wallet
                        JOIN loyalty_program p ON p.id = wallet.program_id AND p.sync_is_pooled
                        JOIN res_partner contact ON contact.commercial_partner_id = wallet.partner_id
                                                AND contact.id != wallet.partner_id
                        JOIN loyalty_card own ON own.partner_id = contact.id AND own.program_id = wallet.program_id
                       CROSS JOIN LATERAL (SELECT own.id UNION ALL
                                           SELECT id FROM loyalty_card WHERE sync_merged_into_id = own.id) key
                       WHERE wallet.id IN %(cards)s""",
            cards=tuple(self.ids) or (0,),
        )

    def _sync_pass_on(self, account, delta):
        """This card is a key to ``account``: what moves, moves there."""
        self._sync_sweep()
        movement = movement_of(self.env)
        if movement:
            account = account.with_context(**{MOVEMENT: movement.through(self)})
        account.points = float(self.env["crm.sync.loyalty.ledger"]._exact(account.points) + delta)

    def _sync_sweep(self):
        """Bring over to the account what is still on these keys, from the time before they became keys."""
        for card in self:
            account = card._sync_account()
            if account != card and card._sync_holds_something():
                self.env["crm.sync.loyalty.ledger"]._transfer(card, account, "pool")

    def _sync_holds_something(self):
        # sudo: what is on a card does not depend on who asks.
        card = self.sudo()
        return bool(card.points) or any(lot.remaining or lot.held for lot in card.sync_lot_ids)

    # ---------------------------------------------------------------- points astray

    @api.model
    def _sync_astray_domain(self, program=None):
        """Cards of contacts with points that belong into the company's wallet."""
        of_program = (
            Domain("program_id", "=", program.id) if program else Domain("program_id.sync_is_pooled", "=", True)
        )
        of_contact = Domain("partner_id.parent_id", "!=", False) & Domain("partner_id.is_company", "=", False)
        something = Domain("points", "!=", 0) | Domain("sync_lot_ids.held", ">", 0)
        return of_program & of_contact & something & Domain("sync_merged_into_id", "=", False)

    @api.model
    def _cron_sync_pool(self):
        """Bring points that are astray into the wallets: of programs pooled lately, of persons who joined a company."""
        self.env["crm.sync.job.runner"]._run_records(
            "pool_wallets", "loyalty.card", self._sync_astray_domain(), "_sync_sweep"
        )
