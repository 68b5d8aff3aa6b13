from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...rules.ledger import Part
from .movement import MOVEMENT, Movement, movement_of

_READERS = "sales_team.group_sale_salesman,crm_sync_measures.group_user,crm_sync_measures.group_auditor"
#: Written by the ledger alone.
_OURS = {"sync_version", "sync_position", "sync_head", "sync_merged_into_id"}


class LoyaltyCard(models.Model):
    """The account of the ledger. Its ``points`` are the sum of its entries, at every moment.

    ``create`` and ``write`` are the one choke point: whatever changes ``points``, in this addon, in Odoo
    or in another addon, is booked here, in the same transaction. Who calls from outside cannot change
    them at all.
    """

    _inherit = "loyalty.card"

    sync_version = fields.Integer(
        copy=False, groups="base.group_system", help="Counts bookings; the row to collide on."
    )
    sync_position = fields.Integer("Ledger Entries", copy=False, groups="base.group_system")
    sync_head = fields.Char("Last Seal", copy=False, groups="base.group_system")
    sync_merged_into_id = fields.Many2one(
        "loyalty.card",
        "Merged into",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="This card's code stays known; its points are on that card.",
    )
    sync_entry_ids = fields.One2many("crm.sync.loyalty.entry", "card_id", "Ledger", groups=_READERS)
    sync_lot_ids = fields.One2many("crm.sync.loyalty.lot", "card_id", "Lots", groups=_READERS)

    # ---------------------------------------------------------------- choke point

    @api.model_create_multi
    def create(self, vals_list):
        self._sync_check_caller({key for vals in vals_list for key, value in vals.items() if value or key != "points"})
        self._sync_guard_first_cards(vals_list)
        cards = super().create(vals_list)
        for card in cards:
            # The default of points may come from a context, which the values do not show.
            if card.points:
                card._sync_check_caller({"points"})
                card._sync_book_opening()
        return cards

    def write(self, vals):
        self._sync_check_caller(vals.keys())
        if "points" not in vals or getattr(movement_of(self.env), "is_booked", False):
            return super().write(vals)
        ledger = self.env["crm.sync.loyalty.ledger"]
        points = ledger._exact(vals["points"] or 0)
        here = self.browse()
        for card in self:
            delta = points - ledger._exact(card.points)
            account = card._sync_account()
            if account == card:
                here += card
                ledger._book(card, card._sync_parts(delta), movement_of(self.env))
            elif delta or self._sync_moves_in_sum_nothing(movement_of(self.env)):
                card._sync_pass_on(account, delta)
        super(LoyaltyCard, self - here).write({key: value for key, value in vals.items() if key != "points"})
        return super(LoyaltyCard, here).write({**vals, "points": float(points)})

    def _sync_check_caller(self, keys):
        """Refuse what a caller from outside may not change. Private code is known by its movement, or is superuser."""
        if self.env.su or movement_of(self.env):
            return
        if "points" in keys:
            raise AccessError(
                self.env._(
                    "Points: they change by orders, refunds and approved adjustments only. Request an adjustment."
                )
            )
        if _OURS & set(keys):
            raise AccessError(self.env._("These fields of a loyalty card are kept by the ledger."))
        if "partner_id" in keys and self and not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Partner: only a sales manager gives a card to another customer."))

    def _sync_book_opening(self):
        """Book what a new card came with."""
        ledger, movement = self.env["crm.sync.loyalty.ledger"], movement_of(self.env)
        points = ledger._exact(self.points)
        account = self._sync_account()
        if account != self:
            self._sync_write_booked(0.0)
            self._sync_pass_on(account, points)
            return
        kind = "bonus" if movement and movement.event == "generate" and points > 0 else "adjust"
        self._sync_write_booked(float(ledger._book(self, [Part(kind, points)], movement, balance=0.0)))

    @api.model
    def _sync_moves_in_sum_nothing(self, movement):
        """Whether points may move although the balance stays: an order earns what it spends, or releases what was pending."""
        return bool(movement) and movement.event in ("confirm", "cancel")

    def _sync_parts(self, delta):
        """The entries that make up a change of points by ``delta``: what the movement says, else one adjustment."""
        movement = movement_of(self.env)
        if not delta and not self._sync_moves_in_sum_nothing(movement):
            return []
        parts = []
        if movement and movement.parts is not None:
            parts = list(movement.parts)
        elif movement and movement.record_model:
            source = self.env[movement.record_model].browse(movement.record_id)
            if hasattr(source, "_sync_loyalty_parts"):
                parts = source._sync_loyalty_parts(self, delta, movement)
        rest = delta - sum(part.quantity for part in parts)
        return [*parts, Part("adjust", rest)] if rest else parts

    def _sync_move(self, event, parts, record=None, *, key=None, company_id=None, reason=None, no_mail=True):
        """Book ``parts`` on this card, and its points with them. The way of all our own rooms into the ledger.

        :param str event: what happens, for the movement
        :param parts: list of :class:`~...rules.ledger.Part`
        :param record: the document behind it, entered as source
        :param str key: idempotency key of the event; booking it again is refused by the database
        :return: the new balance, an exact decimal
        """
        account = self._sync_account()
        return account._sync_book(event, parts, record, key=key, company_id=company_id, reason=reason, no_mail=no_mail)

    def _sync_book(self, event, parts, record=None, *, key=None, company_id=None, reason=None, no_mail=True):
        """:meth:`_sync_move` on this very card, even where it is but a key to another one."""
        details = {"record": record, "key": key, "company_id": company_id, "reason": reason}
        balance = self.env["crm.sync.loyalty.ledger"]._book(self, parts, Movement(event, **details))
        is_silent = no_mail or self.env.context.get("loyalty_no_mail", False)
        self.with_context(loyalty_no_mail=is_silent)._sync_write_booked(float(balance))
        return balance

    def _sync_write_booked(self, points):
        """Write the balance to which entries that are booked already lead."""
        self.with_context(**{MOVEMENT: Movement("booked", is_booked=True)}).write({"points": points})

    def _sync_touch(self):
        """Make this transaction collide with every other one that moves or reserves points of these cards.

        By a real UPDATE, lowest id first. Every time: an earlier one may have been rolled back, to a savepoint that
        clears nothing.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    """UPDATE loyalty_card SET sync_version = COALESCE(sync_version, 0) + 1 WHERE id IN (
                           SELECT id FROM loyalty_card WHERE id IN %s ORDER BY id FOR NO KEY UPDATE)""",
                    tuple(set(self.ids)),
                ),
                # Who comes second is repeated; that is no error.
                log_exceptions=False,
            )
            self.invalidate_recordset(["sync_version"], flush=False)

    # ---------------------------------------------------------------- first cards and reservations

    @api.model
    def _sync_guard_first_cards(self, vals_list):
        """Let two transactions that make the first card of the same customer collide.

        The second one is repeated by Odoo, and then finds the card of the first.
        """
        pairs = {(vals.get("partner_id"), vals.get("program_id")) for vals in vals_list}
        pairs = {pair for pair in pairs if all(pair)}
        if not pairs:
            return
        # sudo: the kind of a program does not depend on who asks.
        programs = self.env["loyalty.program"].sudo().browse({program for _partner, program in pairs})
        nominative = set(programs.filtered("is_nominative").ids)
        self.env["crm.sync.loyalty.membership"]._guard({pair for pair in pairs if pair[1] in nominative})

    def _sync_is_expired(self):
        """Whether the card itself can no longer be used; Odoo only checks that of cards given by their code."""
        # sudo: the program's days hold for whoever asks.
        return bool(self.expiration_date) and self.expiration_date < self.program_id.sudo()._sync_today()

    def _sync_blocked(self, order=None, kept=0.0):
        """Points on this card that cannot be spent now, other than those on hold: overdue, or reserved elsewhere.

        :param order: the quotation that asks: what it has reserved itself is there for it, also after the last day
        :param kept: what it had reserved, while Odoo takes its rewards off and puts them on again
        """
        self.ensure_one()
        if self.points <= 0:
            return 0.0
        if self._sync_is_expired():
            return self.points
        self.env["sale.order"].flush_model(["state", "sync_reserved_until"])
        self.env["sale.order.line"].flush_model(["coupon_id", "points_cost"])
        self.env["payment.transaction"].flush_model(["state"])
        program = self.program_id.sudo()  # sudo: the program's policy holds for whoever asks
        [(overdue, reserved, own)] = self.env.execute_query(
            SQL(
                """SELECT (SELECT COALESCE(sum(remaining), 0) FROM crm_sync_loyalty_lot
                            WHERE card_id = %(card)s AND remaining > 0 AND expires_on < %(today)s),
                          COALESCE(sum(l.points_cost) FILTER (WHERE o.id != %(order)s), 0),
                          COALESCE(sum(l.points_cost) FILTER (WHERE o.id = %(order)s), 0)
                     FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
                    WHERE l.coupon_id IN (SELECT key_id FROM (%(keys)s) keys) AND %(reserving)s""",
                card=self.id,
                today=program._sync_today(),
                keys=self._sync_keys_sql(),
                order=order.id if order and isinstance(order.id, int) else 0,
                reserving=self.env["sale.order"]._sync_reserving_sql("o"),
            )
        )
        return max(0.0, float(overdue) - max(own, kept)) + reserved

    def _sync_note(self, points, description):
        """A row in Odoo's own history, which the card and the portal show: ``points`` came in, or left if less than 0."""
        # sudo: the history follows the ledger, whoever moves points.
        self.env["loyalty.history"].sudo().create(
            {
                "card_id": self.id,
                "description": description,
                "issued": max(0.0, float(points)),
                "used": max(0.0, -float(points)),
            }
        )

    # ---------------------------------------------------------------- end of a card

    def unlink(self):
        """A card that has moved points is archived and emptied instead: its history and its code stay known."""
        # sudo: whether a card has entries does not depend on who asks.
        kept = self.sudo().filtered(lambda card: card.sync_position or card.sync_merged_into_id or card.sync_merged_ids)
        kept = kept.with_env(self.env)
        for card in kept:
            if card.points:
                points = self.env["crm.sync.loyalty.ledger"]._exact(card.points)
                card._sync_book("void", [Part("adjust", -points)], reason="void")
        kept.write({"active": False})
        return super(LoyaltyCard, self - kept).unlink()

    # ---------------------------------------------------------------- arrears

    def _sync_tell_arrears(self, movement):
        """An activity for the customer's owner: points were taken that were not there."""
        self.ensure_one()
        # sudo: an activity for the one in charge, whoever caused it.
        card = self.sudo()
        partner = card.partner_id
        if not partner:
            return
        owner = partner.commercial_partner_id.user_id or partner.user_id or card._sync_fallback_owner()
        activity_type = "crm_sync_measures.activity_type_arrears"
        waiting = partner.activity_search([activity_type], user_id=owner.id)
        if waiting:
            return
        partner.activity_schedule(
            activity_type,
            user_id=owner.id,
            summary=self.env._("Points in arrears"),
            note=self.env._(
                "More points were taken from the card %(card)s than were there. The next points that come in repay them. "
                "Talk with the customer, or make an adjustment.",
                card=card.display_name,
            ),
        )

    def _sync_fallback_owner(self):
        """Who is told where the customer has no salesperson: a manager of this addon, else the administrator."""
        manager = self.env.ref("crm_sync_measures.group_manager")
        people = manager.all_user_ids.filtered(lambda user: user.active and not user.share)
        return people[:1] or self.env.ref("base.user_admin")

    # ---------------------------------------------------------------- checks

    @api.constrains("program_id")
    def _check_sync_program(self):
        # sudo: whether a card has entries does not depend on who asks.
        if any(card.sync_position and card.sync_entry_ids[:1].program_id != card.program_id for card in self.sudo()):
            raise UserError(
                self.env._("Program: a card whose points have moved stays in its program. Make a new card.")
            )
