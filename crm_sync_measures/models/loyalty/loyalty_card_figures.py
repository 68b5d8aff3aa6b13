from odoo import api, fields, models
from odoo.tools import SQL

from .crm_sync_loyalty_entry import POINTS
from .loyalty_card import _READERS


def _figure(label, **options):
    return fields.Float(label, digits=POINTS, compute="_compute_sync_figures", groups=_READERS, **options)


class LoyaltyCard(models.Model):
    """What stands above a card: how much of it can be spent, and what becomes of the rest.

    All figures of any number of cards are read by one statement. Quantities are points, days those of the
    program's time zone, the value is in the program's currency.
    """

    _inherit = "loyalty.card"

    sync_available = _figure(
        "Can Be Spent",
        help="The balance, less what quotations have reserved and what is past its last day.",
    )
    sync_pending = _figure(
        "Pending",
        help="Earned, not yet in the balance: they come in when the order is paid or delivered, as the program says.",
    )
    sync_reserved = _figure(
        "Reserved",
        help="Quotations and carts want to redeem these points.",
    )
    sync_overdue = _figure("Past Their Last Day")
    sync_arrears = _figure(
        "In Arrears",
        help="Taken although they were not there. The next points that come in repay them.",
    )
    sync_expiring_30 = _figure("Expiring in 30 Days")
    sync_expiring_60 = _figure("Expiring in 60 Days")
    sync_expiring_90 = _figure("Expiring in 90 Days")
    sync_next_expiry = fields.Date(
        "Next Expiry",
        compute="_compute_sync_figures",
        groups=_READERS,
        help="Last day on which the points that expire next can be used.",
    )
    sync_value = fields.Monetary(
        "Worth",
        currency_field="currency_id",
        compute="_compute_sync_figures",
        groups=_READERS,
        help="The balance at the program's value of a point.",
    )
    sync_lot_count = fields.Integer("Open Lots", compute="_compute_sync_figures", groups=_READERS)
    sync_entry_count = fields.Integer("Movements", compute="_compute_sync_figures", groups=_READERS)
    sync_last_moved_at = fields.Datetime("Last Movement", compute="_compute_sync_figures", groups=_READERS)
    sync_holder_id = fields.Many2one(
        "loyalty.card",
        "Points on",
        compute="_compute_sync_holder_id",
        groups=_READERS,
        help="The card that holds the points of this one: it was merged, or the company has one wallet.",
    )
    sync_arrears_ids = fields.One2many("crm.sync.loyalty.arrears", "card_id", "Arrears", groups=_READERS)

    @api.depends("points", "partner_id", "program_id.sync_point_value")
    def _compute_sync_figures(self):
        figures = self._sync_figures()
        for card in self:
            values = figures.get(card._origin.id, {})
            program = card.program_id.sudo()  # sudo: the program's policy, for whoever reads the card
            card.sync_value = card.points * program.sync_point_value
            for name in _FIGURES:
                card[f"sync_{name}"] = values.get(name, False)

    def _compute_sync_holder_id(self):
        wallets = self._sync_wallets()
        for card in self:
            # As superuser: that there is such a card, its own reader may know.
            merged = card._sync_survivor()
            holder = wallets.get((merged.program_id.id, merged.partner_id.commercial_partner_id.id), merged)
            card.sync_holder_id = holder.id if holder.id != card._origin.id else False

    def _sync_wallets(self):
        """``{(program id, entity id): card}`` of the company wallets that hold the points of these cards."""
        # sudo: as above
        pooled = self.sudo().filtered(lambda card: card.program_id.sync_is_pooled)
        entities = pooled.partner_id.commercial_partner_id
        wallets = {}
        if entities:
            domain = [("partner_id", "in", entities.ids), ("program_id", "in", pooled.program_id.ids)]
            for wallet in pooled.search(domain, order="id"):
                wallets.setdefault((wallet.program_id.id, wallet.partner_id.id), wallet)
        return wallets

    def _sync_figures(self):
        """``{card id: {name: figure}}``, one statement for all cards."""
        cards = self._origin
        if not cards:
            return {}
        rows = self.env.execute_query(
            SQL(
                """WITH today (program_id, day) AS (VALUES %(today)s), %(reserved)s
                   SELECT c.id,
                          GREATEST(0, c.points::numeric - COALESCE(r.points, 0) - COALESCE(l.overdue, 0)),
                          l.pending, COALESCE(r.points, 0), l.overdue,
                          (SELECT sum(remaining) FROM crm_sync_loyalty_arrears WHERE card_id = c.id AND remaining > 0),
                          l.expiring_30, l.expiring_60, l.expiring_90, l.next_expiry, l.lots,
                          COALESCE(c.sync_position, 0),
                          (SELECT effective_at FROM crm_sync_loyalty_entry WHERE card_id = c.id
                            ORDER BY position DESC LIMIT 1)
                     FROM loyalty_card c
                     JOIN today t ON t.program_id = c.program_id
                     LEFT JOIN reserved r ON r.card_id = c.id
                    CROSS JOIN LATERAL (%(lots)s) l
                    WHERE c.id IN %(cards)s""",
                # sudo: the days of a program do not depend on who asks
                today=cards.sudo().program_id._sync_today_sql(),
                reserved=self._sync_reserved_sql(cards),
                lots=_lots_sql(),
                cards=tuple(cards.ids),
            )
        )
        return {row[0]: dict(zip(_FIGURES, map(_plain, row[1:]), strict=True)) for row in rows}

    @api.model
    def _sync_reserved_sql(self, cards):
        """The tables ``keys`` (all cards whose points are on one of ``cards``) and ``reserved`` (points by card)."""
        self.env["loyalty.card"].flush_model(["points"])
        self.env["sale.order"].flush_model(["state", "sync_reserved_until"])
        self.env["sale.order.line"].flush_model(["order_id", "coupon_id", "points_cost"])
        return SQL(
            """keys AS (%(keys)s), reserved AS (
                   SELECT k.card_id, sum(s.points_cost)::numeric AS points
                     FROM keys k
                     JOIN sale_order_line s ON s.coupon_id = k.key_id AND s.points_cost > 0
                     JOIN sale_order o ON o.id = s.order_id
                    WHERE %(reserving)s
                    GROUP BY k.card_id
               )""",
            keys=cards._sync_keys_sql(),
            reserving=self.env["sale.order"]._sync_reserving_sql("o"),
        )

    # ---------------------------------------------------------------- buttons

    def action_open_sync_entries(self):
        """The movements of this card."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_loyalty_entry_action")
        return {**action, "domain": [("card_id", "=", self.id)], "context": {}}

    def action_open_sync_lots(self):
        """The lots of this card that are not used up."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_loyalty_lot_action")
        return {**action, "domain": [("card_id", "=", self.id)], "context": {"search_default_open": 1}}

    def action_open_sync_partner(self):
        """The customer of this card."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [[False, "form"]],
        }

    def action_sync_adjust(self):
        """A new adjustment of this card, to be filled in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_loyalty_adjustment_action")
        return {**action, "views": [[False, "form"]], "context": {"default_card_id": self.id}}

    def action_sync_explain(self):
        """Every point of the balance; see :meth:`sync_explain`."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("crm_sync_measures.crm_sync_loyalty_explain_action")
        return {**action, "params": {"card_id": self.id}, "context": {"active_id": self.id}}


#: The columns of ``_sync_figures`` after the card, each a field ``sync_<name>``.
_FIGURES = (
    "available",
    "pending",
    "reserved",
    "overdue",
    "arrears",
    "expiring_30",
    "expiring_60",
    "expiring_90",
    "next_expiry",
    "lot_count",
    "entry_count",
    "last_moved_at",
)


def _lots_sql():
    """The figures of the lots of card ``c`` on day ``t.day``."""
    expiring = SQL(", ").join(
        SQL("sum(remaining) FILTER (WHERE expires_on BETWEEN t.day AND t.day + %s) AS %s", days, SQL.identifier(name))
        for days, name in ((30, "expiring_30"), (60, "expiring_60"), (90, "expiring_90"))
    )
    return SQL(
        """SELECT sum(held) AS pending, sum(remaining) FILTER (WHERE expires_on < t.day) AS overdue, %s,
                  min(expires_on) FILTER (WHERE remaining > 0 AND expires_on >= t.day) AS next_expiry,
                  count(*) AS lots
             FROM crm_sync_loyalty_lot
            WHERE card_id = c.id AND (remaining > 0 OR held > 0)""",
        expiring,
    )


def _plain(value):
    """A figure as a field takes it: exact decimals become floats."""
    return float(value) if value is not None and hasattr(value, "as_tuple") else value
