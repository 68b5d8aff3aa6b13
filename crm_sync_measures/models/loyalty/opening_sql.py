"""The statements that open the ledger for a range of cards, on small temporary tables that are counted first."""

from odoo.tools import SQL

#: Below this a balance and its history differ by what floats lose.
DRIFT = "0.01"


def quantity(column):
    """A native float as a quantity of points; what is none counts as nothing."""
    return SQL(
        "CASE WHEN %(c)s BETWEEN -1e11 AND 1e11 THEN round(%(c)s::numeric, 4) ELSE 0 END",
        c=SQL.identifier(*column.split(".")),
    )


def cards(lowest, highest, timezones, company_id):
    """The cards of the range that are not in the ledger yet."""
    return SQL(
        """CREATE TEMP TABLE opening_card ON COMMIT DROP AS
           SELECT c.id AS card_id, c.program_id, c.partner_id, c.active, COALESCE(c.company_id, p.company_id, %(company)s) AS company_id,
                  z.name AS timezone, COALESCE(c.points BETWEEN -1e11 AND 1e11, TRUE) AS is_quantity, %(points)s AS points,
                  date_trunc('second', COALESCE(c.create_date, now() AT TIME ZONE 'UTC')) AS since
             FROM loyalty_card c JOIN loyalty_program p ON p.id = c.program_id JOIN (VALUES %(timezones)s) z (id, name) ON z.id = p.id
            WHERE c.id BETWEEN %(lowest)s AND %(highest)s AND COALESCE(c.sync_position, 0) = 0
              AND NOT EXISTS (SELECT FROM crm_sync_loyalty_entry e WHERE e.card_id = c.id)""",
        company=company_id,
        points=quantity("c.points"),
        timezones=SQL(", ").join(SQL("(%s, %s)", *pair) for pair in timezones),
        lowest=lowest,
        highest=highest,
    )


def history():
    """What Odoo's history tells: one movement for what was issued, one for what was used.

    ``rank`` orders the movements of a card that have the same moment.
    """
    return SQL(
        """CREATE TEMP TABLE opening_move ON COMMIT DROP AS
           SELECT h.card_id, date_trunc('second', COALESCE(h.create_date, c.since)) AS at, 2 * h.id::bigint + m.part AS rank,
                  CASE WHEN COALESCE(h.order_id, 0) = 0 OR m.quantity * m.sign < 0 THEN 'adjust' ELSE m.kind END AS kind, m.quantity,
                  CASE WHEN h.order_id != 0 THEN h.order_model END AS source_model,
                  CASE WHEN h.order_model IS NOT NULL THEN NULLIF(h.order_id, 0) END AS source_id
             FROM loyalty_history h JOIN opening_card c ON c.card_id = h.card_id
            CROSS JOIN LATERAL (VALUES (0, 1, 'earn', %s), (1, -1, 'redeem', -%s)) m (part, sign, kind, quantity)
            WHERE m.quantity != 0""",
        quantity("h.issued"),
        quantity("h.used"),
    )


def orders():
    """What confirmed orders have granted and cost on these cards by now."""
    return SQL(
        """CREATE TEMP TABLE opening_order ON COMMIT DROP AS
           SELECT f.card_id, f.order_id, sum(f.granted) AS granted, sum(f.cost) AS cost
             FROM (SELECT p.coupon_id AS card_id, p.order_id, %s AS granted, 0 AS cost FROM sale_order_coupon_points p
                   UNION ALL
                   SELECT l.coupon_id, l.order_id, 0, %s FROM sale_order_line l WHERE l.coupon_id IS NOT NULL) f
             JOIN opening_card c ON c.card_id = f.card_id
             JOIN sale_order o ON o.id = f.order_id AND o.state = 'sale'
            GROUP BY f.card_id, f.order_id""",
        quantity("p.points"),
        quantity("l.points_cost"),
    )


def corrections():
    """What confirmed orders have moved that the history does not tell.

    An order that was confirmed before there was a history; and rewards that were put on a confirmed order
    or taken off it, which changes the card and not the history.
    """
    return SQL(
        """WITH told AS (
               SELECT card_id, source_id AS order_id, max(at) AS at,
                      COALESCE(sum(quantity) FILTER (WHERE kind = 'redeem'), 0) AS used
                 FROM opening_move WHERE source_model = 'sale.order' GROUP BY card_id, source_id
           )
           INSERT INTO opening_move (card_id, at, rank, kind, quantity, source_model, source_id)
           SELECT o.card_id, date_trunc('second', COALESCE(t.at, s.date_order)), 2 ^ 40 + 2 * o.order_id::bigint + m.part,
                  CASE WHEN m.quantity * m.sign > 0 THEN m.kind WHEN m.part = 1 AND m.quantity > 0 THEN 'reverse_redeem' ELSE 'adjust' END,
                  m.quantity, 'sale.order', o.order_id
             FROM opening_order o JOIN sale_order s ON s.id = o.order_id
             LEFT JOIN told t ON t.card_id = o.card_id AND t.order_id = o.order_id
            CROSS JOIN LATERAL (VALUES (0, 1, 'earn', CASE WHEN t.order_id IS NULL THEN o.granted ELSE 0 END),
                                       (1, -1, 'redeem', -o.cost - COALESCE(t.used, 0))) m (part, sign, kind, quantity)
            WHERE m.quantity != 0"""
    )


def doubtful_corrections():
    """Corrections that bring a card's movements no nearer to its balance are none."""
    return SQL(
        """DELETE FROM opening_move WHERE rank >= 2 ^ 40 AND card_id IN (
               SELECT c.card_id FROM opening_card c JOIN opening_move m ON m.card_id = c.card_id GROUP BY c.card_id, c.points
               HAVING abs(c.points - sum(m.quantity)) >= abs(c.points - COALESCE(sum(m.quantity) FILTER (WHERE rank < 2 ^ 40), 0)))"""
    )


def sums():
    """What the movements of each card come to; what is not a quantity is taken to be what they come to."""
    return SQL(
        """CREATE TEMP TABLE opening_sum ON COMMIT DROP AS
           SELECT c.*, COALESCE(m.total, 0) AS total, COALESCE(m.history, 0) AS history, m.first,
                  CASE WHEN c.is_quantity THEN c.points ELSE COALESCE(m.total, 0) END - COALESCE(m.total, 0) AS rest
             FROM opening_card c
             LEFT JOIN (SELECT card_id, sum(quantity) AS total, sum(quantity) FILTER (WHERE rank < 2 ^ 40) AS history, min(at) AS first
                          FROM opening_move GROUP BY card_id) m ON m.card_id = c.card_id"""
    )


def entries(now, user_id):
    """The entries in their order, numbered and with their running balance; not sealed yet.

    A balance that nothing explains comes first, what is missing comes last.
    """
    return SQL(
        """CREATE TEMP TABLE opening_entry ON COMMIT DROP AS
           SELECT nextval('crm_sync_loyalty_entry_id_seq')::int AS id, e.*
             FROM (SELECT m.card_id, (row_number() OVER w)::int AS position, m.kind, m.quantity, sum(m.quantity) OVER w AS balance,
                          m.at AS effective_at, (m.at AT TIME ZONE 'UTC' AT TIME ZONE c.timezone)::date AS business_date, NULL::date AS expires_on,
                          c.program_id, COALESCE(o.company_id, c.company_id) AS company_id, m.source_model, m.source_id, %(user)s AS user_id,
                          NULL AS reason, NULL::int AS reverses_id, 'opening:' || m.card_id || ':' || row_number() OVER w AS idempotency_key
                     FROM (SELECT card_id, 1 AS part, at, rank, kind, quantity, source_model, source_id FROM opening_move
                           UNION ALL
                           SELECT card_id, sign(rest)::int * -2 + 1, CASE WHEN rest > 0 THEN LEAST(since, first) ELSE %(now)s END, 0,
                                  'opening', rest, NULL, NULL
                             FROM opening_sum WHERE rest != 0) m
                     JOIN opening_card c ON c.card_id = m.card_id
                     LEFT JOIN sale_order o ON m.source_model = 'sale.order' AND o.id = m.source_id
                   WINDOW w AS (PARTITION BY m.card_id ORDER BY m.part, m.at, m.rank)
                    ORDER BY m.card_id, position) e""",
        user=user_id,
        now=now,
    )


def write_entries(content):
    return SQL(
        """INSERT INTO crm_sync_loyalty_entry (id, card_id, position, kind, quantity, balance, effective_at, business_date, program_id, company_id,
                  source_model, source_id, user_id, idempotency_key, seal)
           SELECT id, card_id, position, kind, quantity, balance, effective_at, business_date, program_id, company_id, source_model, source_id,
                  user_id, idempotency_key, crm_sync_chain('', %s) OVER (PARTITION BY card_id ORDER BY position)
             FROM opening_entry e""",
        content,
    )


def pieces():
    """Credits and debits laid along one line of points each, and cut wherever one of them ends.

    So a piece is of one credit, of one debit, or of both: what is left, what is owed, and what was drawn.
    First in, first out, in one pass over sorted rows.
    """
    return SQL(
        """CREATE TEMP TABLE opening_piece ON COMMIT DROP AS
           WITH ends AS (
               SELECT card_id, id, quantity > 0 AS is_credit,
                      sum(abs(quantity)) OVER (PARTITION BY card_id, quantity > 0 ORDER BY position) AS until
                 FROM opening_entry
           ), cuts AS (
               SELECT card_id, until, max(id) FILTER (WHERE is_credit) AS credit_id, max(id) FILTER (WHERE NOT is_credit) AS debit_id
                 FROM ends GROUP BY card_id, until
           )
           SELECT card_id, until - lag(until, 1, 0::numeric) OVER (PARTITION BY card_id ORDER BY until) AS quantity,
                  min(credit_id) OVER w AS credit_id, min(debit_id) OVER w AS debit_id
             FROM cuts WINDOW w AS (PARTITION BY card_id ORDER BY until DESC)"""
    )


def write_lots():
    return SQL(
        """INSERT INTO crm_sync_loyalty_lot (card_id, program_id, company_id, entry_id, quantity, remaining, held, earned_on, state)
           SELECT e.card_id, e.program_id, e.company_id, e.id, e.quantity, COALESCE(p.remaining, 0), 0, e.business_date,
                  CASE WHEN p.remaining > 0 THEN 'active' ELSE 'exhausted' END
             FROM opening_entry e
             LEFT JOIN (SELECT credit_id, sum(quantity) AS remaining FROM opening_piece WHERE debit_id IS NULL GROUP BY credit_id) p
               ON p.credit_id = e.id
            WHERE e.quantity > 0 ORDER BY e.id"""
    )


def write_allocations():
    """A debit that came before its points is covered by the credit that brought them."""
    return SQL(
        """INSERT INTO crm_sync_loyalty_allocation (debit_id, lot_id, entry_id, quantity)
           SELECT p.debit_id, l.id, GREATEST(p.debit_id, p.credit_id), p.quantity
             FROM opening_piece p JOIN crm_sync_loyalty_lot l ON l.entry_id = p.credit_id
            WHERE p.debit_id IS NOT NULL ORDER BY p.debit_id, l.id"""
    )


def write_arrears():
    return SQL(
        """INSERT INTO crm_sync_loyalty_arrears (card_id, program_id, company_id, debit_id, quantity, remaining)
           SELECT e.card_id, e.program_id, e.company_id, e.id, sum(p.quantity), sum(p.quantity)
             FROM opening_piece p JOIN opening_entry e ON e.id = p.debit_id
            WHERE p.credit_id IS NULL GROUP BY e.card_id, e.program_id, e.company_id, e.id ORDER BY e.id"""
    )


def write_cards():
    return SQL(
        """UPDATE loyalty_card c
              SET points = (s.total + s.rest)::float8, sync_position = COALESCE(e.position, 0), sync_head = e.seal,
                  sync_version = COALESCE(c.sync_version, 0) + 1
             FROM opening_sum s
             LEFT JOIN (SELECT DISTINCT ON (t.card_id) t.card_id, t.position, e.seal
                          FROM opening_entry t JOIN crm_sync_loyalty_entry e ON e.id = t.id ORDER BY t.card_id, t.position DESC) e
               ON e.card_id = s.card_id
            WHERE c.id = s.card_id AND (e.position IS NOT NULL OR c.points IS DISTINCT FROM 0)"""
    )


def write_report(now):
    """What did not add up: the native balance against the native history, with the most probable cause."""
    return SQL(
        """INSERT INTO crm_sync_loyalty_opening (card_id, program_id, company_id, opened_at, points, history, difference, from_orders, quantity, cause)
           SELECT s.card_id, s.program_id, s.company_id, %(now)s, CASE WHEN s.is_quantity THEN s.points END, s.history,
                  s.total + s.rest - s.history, s.total - s.history, s.rest,
                  CASE WHEN NOT s.is_quantity THEN 'no_quantity'
                       WHEN s.rest = 0 THEN 'edited_order'
                       WHEN abs(s.rest) < %(drift)s THEN 'rounding'
                       WHEN EXISTS (SELECT FROM loyalty_card o JOIN loyalty_history h ON h.card_id = o.id
                                     WHERE o.partner_id = s.partner_id AND o.program_id = s.program_id AND NOT o.active AND o.points = 0
                                       AND (o.id != s.card_id) = s.active) THEN 'merged'
                       WHEN s.first IS NULL THEN 'opening_balance'
                       WHEN EXISTS (SELECT FROM sale_order o WHERE o.partner_id = s.partner_id AND o.state = 'cancel') THEN 'cancelled_order'
                       ELSE 'by_hand' END
             FROM opening_sum s
            WHERE s.total + s.rest != s.history OR NOT s.is_quantity""",
        now=now,
        drift=SQL(DRIFT),
    )


def write_grants():
    """What a confirmed order has granted on a card by the ledger: the E of later refunds."""
    return SQL(
        """UPDATE sale_order_coupon_points p SET sync_earned = e.earned
             FROM (SELECT card_id, source_id, sum(quantity) FILTER (WHERE kind IN ('earn', 'adjust')) AS earned
                     FROM opening_entry WHERE source_model = 'sale.order' GROUP BY card_id, source_id) e
             JOIN sale_order o ON o.id = e.source_id AND o.state = 'sale'
            WHERE p.coupon_id = e.card_id AND p.order_id = e.source_id AND e.earned != 0"""
    )


def write_bases(program_id, lines, with_tax):
    """The eligible amount that customers have kept so far of the orders that granted points of a program.

    :param lines: condition on sale order lines ``l``, their rewards ``r`` and those programs ``rp``
    """
    return SQL(
        """WITH granted AS (
               SELECT p.id, p.order_id FROM sale_order_coupon_points p JOIN opening_card c ON c.card_id = p.coupon_id
                WHERE c.program_id = %(program)s AND p.sync_earned != 0
           ), line AS (
               SELECT l.id, l.order_id, l.%(price)s AS ordered FROM sale_order_line l
                 LEFT JOIN loyalty_reward r ON r.id = l.reward_id LEFT JOIN loyalty_program rp ON rp.id = r.program_id
                WHERE l.order_id IN (SELECT order_id FROM granted) AND %(lines)s
           ), billed AS (
               SELECT i.order_line_id AS id, COALESCE(sum(%(amount)s) FILTER (WHERE m.move_type = 'out_invoice'), 0) AS invoiced,
                      sum(%(amount)s) FILTER (WHERE m.move_type = 'out_refund') AS refunded
                 FROM line JOIN sale_order o ON o.id = line.order_id
                 JOIN sale_order_line_invoice_rel i ON i.order_line_id = line.id
                 JOIN account_move_line b ON b.id = i.invoice_line_id
                 JOIN account_move m ON m.id = b.move_id AND m.state = 'posted'
                GROUP BY i.order_line_id
           ), kept AS (
               SELECT line.order_id, sum(CASE WHEN b.refunded IS NULL THEN line.ordered ELSE sign(line.ordered) * GREATEST(0, LEAST(
                          abs(line.ordered), GREATEST(abs(line.ordered), abs(b.invoiced)) - abs(b.refunded))) END) AS amount
                 FROM line LEFT JOIN billed b ON b.id = line.id GROUP BY line.order_id
           )
           UPDATE sale_order_coupon_points p SET sync_base = kept.amount FROM granted JOIN kept ON kept.order_id = granted.order_id
            WHERE p.id = granted.id""",
        program=program_id,
        price=SQL.identifier("price_total" if with_tax else "price_subtotal"),
        amount=SQL(
            "CASE WHEN m.currency_id = o.currency_id THEN b.%(p)s ELSE b.%(p)s * o.currency_rate::numeric / NULLIF(m.invoice_currency_rate, 0)::numeric END",
            p=SQL.identifier("price_total" if with_tax else "price_subtotal"),
        ),
        lines=lines,
    )
