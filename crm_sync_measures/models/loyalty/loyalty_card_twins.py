from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .loyalty_program import NOMINATIVE

#: Another card of the same customer in the same program; or, where the company has one wallet, points that are not in it.
_TWIN = SQL(
    """(EXISTS (SELECT FROM loyalty_card other WHERE other.program_id = c.program_id AND other.partner_id = c.partner_id
                   AND other.active AND other.id != c.id)
        OR (p.sync_is_pooled AND c.points != 0 AND EXISTS (
               SELECT FROM res_partner r WHERE r.id = c.partner_id AND r.commercial_partner_id != r.id)))"""
)
_OWNERLESS = SQL(
    """c.partner_id IS NULL AND (c.points != 0 OR EXISTS (
           SELECT FROM crm_sync_loyalty_lot l WHERE l.card_id = c.id AND (l.remaining > 0 OR l.held > 0)))"""
)


class LoyaltyCard(models.Model):
    """Cards that want tidying up: several of one customer, and points that nobody owns.

    Odoo made a second card where two first orders of a customer were confirmed at the same time, and
    leaves a card without owner where a customer is deleted.
    """

    _inherit = "loyalty.card"

    sync_is_twin = fields.Boolean(
        "Twin",
        compute="_compute_sync_tidy",
        search="_search_sync_is_twin",
        help="The customer has another active card in the same program.",
    )
    sync_is_ownerless = fields.Boolean(
        "Without Owner",
        compute="_compute_sync_tidy",
        search="_search_sync_is_ownerless",
        help="There are points on this card, and no customer.",
    )

    @api.depends("partner_id", "program_id", "points", "active")
    def _compute_sync_tidy(self):
        twins, ownerless = self._sync_tidy_ids(_TWIN), self._sync_tidy_ids(_OWNERLESS)
        for card in self:
            card.sync_is_twin = card.id in twins
            card.sync_is_ownerless = card.id in ownerless

    def _sync_tidy_ids(self, condition):
        self._sync_flush_tidy()
        query = SQL("%s AND c.id = ANY(%s)", self._sync_tidy_sql(condition), self.ids)
        return {card_id for (card_id,) in self.env.execute_query(query)}

    def _search_sync_is_twin(self, operator, value):
        return self._sync_search_tidy(operator, value, _TWIN)

    def _search_sync_is_ownerless(self, operator, value):
        return self._sync_search_tidy(operator, value, _OWNERLESS)

    def _sync_search_tidy(self, operator, value, condition):
        if operator != "in" or True not in value:
            return NotImplemented
        self._sync_flush_tidy()
        return Domain("id", "in", self._sync_tidy_sql(condition))

    @api.model
    def _sync_tidy_sql(self, condition):
        return SQL(
            "SELECT c.id FROM loyalty_card c JOIN loyalty_program p ON p.id = c.program_id WHERE c.active AND %s AND %s",
            NOMINATIVE,
            condition,
        )

    def _sync_flush_tidy(self):
        self.flush_model(["active", "partner_id", "points", "program_id"])
        self.env["loyalty.program"].flush_model(["applies_on", "program_type", "sync_is_pooled"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])

    # ---------------------------------------------------------------- actions

    def action_sync_combine(self):
        """Combine the selected cards of each customer in each program into his oldest one.

        The others are archived; their codes stay known. For sales managers and managers of this addon.

        :raise UserError: where a card has no owner, or nothing to be combined with
        """
        self._sync_check_tidier()
        # sudo: whoever may combine them was checked just now, and that he sees them.
        groups = self.sudo().grouped(lambda card: (card.program_id, card.partner_id))
        for (program, partner), cards in groups.items():
            cards._sync_check_combinable(program, partner)
        for cards in groups.values():
            survivor = cards.sorted("id")[0]
            (cards - survivor)._sync_merge_into(survivor)
            survivor._sync_sweep()
        return True

    def _sync_check_tidier(self):
        self.check_access("read")
        user = self.env.user
        if not (
            self.env.su
            or user.has_group("sales_team.group_sale_manager")
            or user.has_group("crm_sync_measures.group_manager")
        ):
            raise AccessError(self.env._("Only a sales manager combines cards, or gives one to a customer."))

    def _sync_check_combinable(self, program, partner):
        """Cards of one customer in one program: at least two, or one whose points belong into the company's wallet."""
        if not program.is_nominative:
            raise UserError(
                self.env._("Program: %s grants coupons. Only cards that keep points can be combined.", program.name)
            )
        if not partner:
            raise UserError(self.env._("Customer: card %s has no owner. Give it to a customer first.", self[0].code))
        if not all(self.mapped("active")):
            raise UserError(self.env._("Active: card %s is archived.", (self - self.filtered("active"))[0].code))
        if len(self) == 1 and self._sync_account() == self:
            raise UserError(
                self.env._(
                    "Cards: of %(customer)s in %(program)s only card %(code)s is selected. "
                    "Select all cards of the customer that are to become one.",
                    customer=partner.display_name,
                    program=program.name,
                    code=self.code,
                )
            )

    def action_sync_give(self):
        """Open the window in which a card without owner is given to a customer."""
        self._sync_check_tidier()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give to a Customer"),
            "res_model": "crm.sync.loyalty.give.card",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_card_ids": self.ids},
        }

    def _sync_give(self, partner):
        """Give these cards to ``partner``: his own card takes over their points, where he has one."""
        self._sync_check_tidier()
        # sudo: whoever may give them was checked just now, and that he sees them.
        for card in self.sudo():
            if card.partner_id or not card.active or not card.program_id.is_nominative:
                raise UserError(
                    self.env._(
                        "Card %s cannot be given away: it has an owner, is archived or keeps no points.", card.code
                    )
                )
            card.partner_id = partner
            cards = self.sudo().search(  # sudo: as above
                [("partner_id", "=", partner.id), ("program_id", "=", card.program_id.id)], order="id"
            )
            own = (cards - card)[:1]
            if own:
                card._sync_merge_into(own)
            else:
                card._sync_sweep()
