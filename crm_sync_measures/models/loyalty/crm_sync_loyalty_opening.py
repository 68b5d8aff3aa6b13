import logging

import pytz
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import opening_sql
from .crm_sync_loyalty_entry import POINTS
from .loyalty_program import NOMINATIVE

_logger = logging.getLogger(__name__)

#: Cards that are opened by one round of statements: as many as sort in memory.
_BATCH = 20000


class CrmSyncLoyaltyOpening(models.Model):
    """What did not add up when the ledger was opened: Odoo's balance of a card against Odoo's history of it.

    One row for each card with a difference, written once. The balance that a customer sees is never changed:
    what the history does not tell is taken from confirmed orders where they explain it, and the rest is an
    entry of its own, "Opening Balance".
    """

    _name = "crm.sync.loyalty.opening"
    _description = "What Did Not Add Up"
    _order = "id desc"
    _rec_name = "card_id"
    _log_access = False

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    opened_at = fields.Datetime("Opened", required=True, readonly=True)
    points = fields.Float("Balance in Odoo", digits=POINTS, readonly=True)
    history = fields.Float("Sum of the History", digits=POINTS, readonly=True)
    difference = fields.Float(digits=POINTS, readonly=True, help="The balance less the sum of the history.")
    from_orders = fields.Float(
        "Explained by Orders",
        digits=POINTS,
        readonly=True,
        help="What confirmed orders have granted and cost by now, and the history does not tell.",
    )
    quantity = fields.Float(
        "Opening Entry", digits=POINTS, readonly=True, help="What nothing explains: booked as an opening balance."
    )
    cause = fields.Selection(
        [
            ("edited_order", "Order Edited, or without History"),
            ("cancelled_order", "Cancelled Order"),
            ("merged", "Merged Customers"),
            ("opening_balance", "Balance without History"),
            ("by_hand", "Written by Hand"),
            ("rounding", "Rounding"),
            ("no_quantity", "Not a Number"),
        ],
        "Probable Cause",
        required=True,
        readonly=True,
    )

    # ---------------------------------------------------------------- opening

    @api.model
    def _open_cards(self):
        """Rebuild the ledger of every card that is not in it yet, from Odoo's own records.

        Commits nothing. Calling it again does what is new since then. Nothing expires by it: lots have no
        last day before a program's policy gives them one.

        :return: number of cards that were looked at
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        self._open_memberships()
        [[total]] = self.env.execute_query(SQL("SELECT count(*) FROM loyalty_card"))
        done, highest = 0, 0
        while True:
            [(count, lowest, highest)] = self.env.execute_query(
                SQL(
                    "SELECT count(*), min(id), max(id) FROM (SELECT id FROM loyalty_card WHERE id > %s ORDER BY id LIMIT %s) batch",
                    highest,
                    _BATCH,
                )
            )
            if not count:
                break
            self._open_range(lowest, highest)
            done += count
            _logger.info("Loyalty ledger: %s of %s cards opened", done, total)
        self.env.invalidate_all()
        return done

    def _open_memberships(self):
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_loyalty_membership (partner_id, program_id, version)
                   SELECT DISTINCT c.partner_id, c.program_id, 1 FROM loyalty_card c JOIN loyalty_program p ON p.id = c.program_id
                    WHERE c.partner_id IS NOT NULL AND %s
                   ON CONFLICT (partner_id, program_id) DO NOTHING""",
                NOMINATIVE,
            )
        )

    def _open_range(self, lowest, highest):
        """Open the cards of these ids, in a constant number of statements but for one for each program."""
        run, now = self.env.cr.execute, fields.Datetime.now()
        for name in ("card", "move", "order", "sum", "entry", "piece"):
            run(SQL("DROP TABLE IF EXISTS pg_temp.%s", SQL.identifier(f"opening_{name}")))
        run(opening_sql.cards(lowest, highest, self._timezones(), self.env.company.id))
        run("CREATE UNIQUE INDEX ON opening_card (card_id); ANALYZE opening_card")
        run(opening_sql.history())
        run(opening_sql.orders())
        run("ANALYZE opening_move; ANALYZE opening_order")
        run(opening_sql.corrections())
        run(opening_sql.doubtful_corrections())
        run(opening_sql.sums())
        run("ANALYZE opening_move; ANALYZE opening_sum")
        run(opening_sql.entries(now, self.env.ref("base.user_root").id))
        run("ANALYZE opening_entry")
        run(opening_sql.write_entries(self.env["crm.sync.loyalty.ledger"]._content_sql("e")))
        run(opening_sql.pieces())
        run("ANALYZE opening_piece")
        run(opening_sql.write_lots())
        run(opening_sql.write_allocations())
        run(opening_sql.write_arrears())
        run(opening_sql.write_report(now))
        run(opening_sql.write_cards())
        run(opening_sql.write_grants())
        self._open_bases()

    def _timezones(self):
        """[(program id, its time zone)], those that the database knows."""
        zones = [(program.id, program._sync_timezone()) for program in self.env["loyalty.program"]._sync_all()]
        return [(program_id, zone if zone in pytz.all_timezones_set else "UTC") for program_id, zone in zones] or [
            (0, "UTC")
        ]

    # ---------------------------------------------------------------- what orders earned on

    def _open_bases(self):
        """What the customers have kept so far of the orders that granted points: refunds take back shares of it.

        So a credit note from before the installation takes nothing back later on.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT c.program_id FROM opening_card c JOIN sale_order_coupon_points p ON p.coupon_id = c.card_id
                    WHERE p.sync_earned != 0"""
            )
        )
        # sudo: all programs of all companies, whoever installs.
        for program in (
            self.env["loyalty.program"].sudo().browse(program_id for [program_id] in rows).filtered("is_nominative")
        ):
            self.env.cr.execute(
                opening_sql.write_bases(program.id, self._eligible_sql(program), program.sync_earn_on_tax)
            )

    def _eligible_sql(self, program):
        """The condition of ``sale.order.line._sync_earns`` in SQL."""
        # sudo: the products that buy points, of all companies, whoever installs.
        topup = self.env["loyalty.program"].sudo().search([("program_type", "in", ("gift_card", "ewallet"))])
        conditions = [
            SQL("l.display_type IS NULL AND l.is_downpayment IS NOT TRUE AND l.combo_item_id IS NULL"),
            SQL(
                "(rp.id = %s OR rp.program_type IS NULL OR rp.program_type NOT IN ('ewallet', 'gift_card'))", program.id
            ),
        ]
        if "is_delivery" in self.env["sale.order.line"]._fields:
            conditions.append(SQL("l.is_delivery IS NOT TRUE"))
        goods = SQL(
            "l.product_id IN (SELECT id FROM product_product WHERE %s)",
            SQL("TRUE") if program.sync_earn_on_topup else SQL("id != ALL(%s)", topup.trigger_product_ids.ids),
        )
        own = SQL("r.reward_type = 'discount'") if not program.sync_earn_on_points else SQL("FALSE")
        conditions.append(
            SQL(
                "CASE WHEN rp.id = %s THEN %s ELSE %s AND %s END",
                program.id,
                own,
                goods,
                self._products_sql(program),
            )
        )
        return SQL(" AND ").join(conditions)

    def _products_sql(self, program):
        """Condition: the line's product is one that a rule of ``program`` names."""
        # sudo: as the ledger counts, whoever installs.
        Product = self.env["product.product"].sudo().with_context(active_test=False)
        domains = []
        for rule in program.rule_ids:
            try:
                domain = Domain(rule._get_valid_product_domain()).optimize_full(Product)
            except (ValueError, SyntaxError, TypeError):
                _logger.warning("Rule %s of %s: its products cannot be read; all count", rule.id, program.name)
                domain = Domain.TRUE
            domains.append(domain)
        if any(domain.is_true() for domain in domains):
            return SQL("TRUE")
        if not domains:
            return SQL("FALSE")
        return SQL("l.product_id IN %s", Product._search(Domain.OR(domains)).subselect())
