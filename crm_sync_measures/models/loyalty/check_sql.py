"""The proof of the ledger for a range of cards: each table is read once, and small tables of sums are compared."""

from odoo.tools import SQL

#: How many findings of one range are listed; there may be a hundred thousand after a mishap.
LISTED = 500


def walk(lowest, highest, content):
    """What the entries of each card come to, and those that do not follow from the one before.

    An entry is compared with the one before it as that stands: what was changed is named, and not all that
    comes after it. The seal is that of ``crm_sync_seal``, written out: a call for each row would cost as much again.
    """
    return SQL(
        """CREATE TEMP TABLE check_card ON COMMIT DROP AS
           WITH walk AS (
               SELECT e.card_id, e.id, e.position, e.quantity, e.balance, e.seal, lead(e.id) OVER w IS NULL AS is_last,
                      lag(e.position, 1, 0) OVER w + 1 AS expected, e.balance - lag(e.balance, 1, 0::numeric) OVER w AS moved,
                      e.seal = encode(sha256(convert_to(COALESCE(lag(e.seal) OVER w, '') || %(content)s, 'UTF8')), 'hex') AS is_sealed
                 FROM crm_sync_loyalty_entry e WHERE e.card_id BETWEEN %(lowest)s AND %(highest)s
               WINDOW w AS (PARTITION BY e.card_id ORDER BY e.position)
           )
           SELECT c.id AS card_id, c.points, COALESCE(c.sync_position, 0) AS sync_position,
                  COALESCE(c.sync_head, '') = COALESCE(t.head, '') AS is_head,
                  COALESCE(t.entries, 0) AS entries, COALESCE(t.total, 0) AS total, t.broken
             FROM loyalty_card c LEFT JOIN (
                 SELECT card_id, count(*) AS entries, sum(quantity) AS total, max(seal) FILTER (WHERE is_last) AS head,
                        jsonb_agg(jsonb_build_array(id, expected, position, moved, quantity, is_sealed))
                            FILTER (WHERE position != expected OR moved != quantity OR NOT is_sealed) AS broken
                   FROM walk GROUP BY card_id) t ON t.card_id = c.id
            WHERE c.id BETWEEN %(lowest)s AND %(highest)s""",
        content=content,
        lowest=lowest,
        highest=highest,
    )


def lots(lowest, highest):
    """What the lots of each card come to, and those that are not what was drawn from them says."""
    return SQL(
        """CREATE TEMP TABLE check_lot ON COMMIT DROP AS
           SELECT l.card_id, sum(l.remaining) AS remaining,
                  jsonb_agg(jsonb_build_array(l.id, l.entry_id, l.quantity - COALESCE(a.drawn, 0), l.remaining, COALESCE(a.held, 0), COALESCE(l.held, 0)))
                      FILTER (WHERE l.quantity - COALESCE(a.drawn, 0) != l.remaining OR COALESCE(a.held, 0) != COALESCE(l.held, 0)
                                 OR l.remaining < 0 OR l.held < 0 OR l.remaining + COALESCE(l.held, 0) > l.quantity) AS broken
             FROM crm_sync_loyalty_lot l LEFT JOIN (
                 SELECT a.lot_id, sum(a.quantity) AS drawn, sum(a.quantity) FILTER (WHERE h.id IS NOT NULL) AS held
                   FROM crm_sync_loyalty_allocation a JOIN crm_sync_loyalty_lot o ON o.id = a.lot_id
                   LEFT JOIN (SELECT id FROM crm_sync_loyalty_entry
                               WHERE card_id BETWEEN %(lowest)s AND %(highest)s AND kind IN ('hold', 'release')) h ON h.id = a.entry_id
                  WHERE o.card_id BETWEEN %(lowest)s AND %(highest)s
                  GROUP BY a.lot_id) a ON a.lot_id = l.id
            WHERE l.card_id BETWEEN %(lowest)s AND %(highest)s
            GROUP BY l.card_id""",
        lowest=lowest,
        highest=highest,
    )


def debits(lowest, highest):
    """Debits that were not drawn from lots, or left in arrears, as they should; what is in order makes no row."""
    return SQL(
        """CREATE TEMP TABLE check_debit ON COMMIT DROP AS
           SELECT e.card_id, e.id, -e.quantity AS expected, COALESCE(a.drawn, 0) + COALESCE(r.remaining, 0) AS found
             FROM crm_sync_loyalty_entry e
             LEFT JOIN (SELECT a.debit_id, sum(a.quantity) FILTER (WHERE a.quantity > 0) AS drawn, sum(a.quantity) AS net
                          FROM crm_sync_loyalty_allocation a JOIN crm_sync_loyalty_entry d ON d.id = a.debit_id
                         WHERE d.card_id BETWEEN %(lowest)s AND %(highest)s GROUP BY a.debit_id) a ON a.debit_id = e.id
             LEFT JOIN crm_sync_loyalty_arrears r ON r.debit_id = e.id AND r.card_id = e.card_id
            WHERE e.card_id BETWEEN %(lowest)s AND %(highest)s AND e.quantity < 0
              AND (a.net < 0 OR COALESCE(a.drawn, 0) + COALESCE(r.remaining, 0) > -e.quantity
                   OR (r.id IS NULL AND COALESCE(a.drawn, 0) != -e.quantity))""",
        lowest=lowest,
        highest=highest,
    )


def findings(check_id, lowest, highest):
    """All that is wrong with these cards, a row each."""
    return SQL(
        """INSERT INTO crm_sync_loyalty_check_finding (check_id, kind, card_id, entry_id, lot_id, expected, found, difference)
           SELECT %(check)s, f.*, f.found - f.expected FROM (
               SELECT 'sum' AS kind, c.card_id, NULL::int AS entry_id, NULL::int AS lot_id, c.total AS expected,
                      CASE WHEN c.points BETWEEN -1e15 AND 1e15 THEN c.points::numeric END AS found
                 FROM check_card c WHERE CASE WHEN c.points BETWEEN -1e15 AND 1e15 THEN c.points::numeric WHEN c.points IS NULL THEN 0 END IS DISTINCT FROM c.total
               UNION ALL
               SELECT 'count', card_id, NULL, NULL, sync_position, entries FROM check_card WHERE entries != sync_position
               UNION ALL
               SELECT 'head', card_id, NULL, NULL, NULL, NULL FROM check_card WHERE NOT is_head
               UNION ALL
               SELECT k.kind, c.card_id, (b->>0)::int, NULL, k.expected, k.found
                 FROM check_card c, jsonb_array_elements(c.broken) b, LATERAL (VALUES
                      ('position', (b->>1)::numeric, (b->>2)::numeric), ('balance', (b->>3)::numeric, (b->>4)::numeric),
                      ('seal', CASE WHEN (b->>5)::boolean THEN 0 END, 0)) k (kind, expected, found)
                WHERE c.broken IS NOT NULL AND k.expected IS DISTINCT FROM k.found
               UNION ALL
               SELECT 'lots', c.card_id, NULL, NULL, c.total, COALESCE(l.remaining, 0) - COALESCE(a.remaining, 0)
                 FROM check_card c LEFT JOIN check_lot l ON l.card_id = c.card_id
                 LEFT JOIN (SELECT card_id, sum(remaining) AS remaining FROM crm_sync_loyalty_arrears
                             WHERE card_id BETWEEN %(lowest)s AND %(highest)s AND remaining > 0 GROUP BY card_id) a ON a.card_id = c.card_id
                WHERE COALESCE(l.remaining, 0) - COALESCE(a.remaining, 0) != c.total
               UNION ALL
               SELECT k.kind, l.card_id, (b->>1)::int, (b->>0)::int, k.expected, k.found
                 FROM check_lot l, jsonb_array_elements(l.broken) b, LATERAL (VALUES
                      ('lot', (b->>2)::numeric, (b->>3)::numeric), ('held', (b->>4)::numeric, (b->>5)::numeric)) k (kind, expected, found)
                WHERE l.broken IS NOT NULL AND (k.expected != k.found OR k.found < 0)
               UNION ALL
               SELECT 'debit', card_id, id, NULL, expected, found FROM check_debit
               UNION ALL
               SELECT 'arrears', a.card_id, a.debit_id, NULL, a.quantity, a.remaining
                 FROM crm_sync_loyalty_arrears a JOIN crm_sync_loyalty_entry e ON e.id = a.debit_id
                WHERE a.card_id BETWEEN %(lowest)s AND %(highest)s
                  AND (a.remaining < 0 OR a.remaining > a.quantity OR a.quantity > -e.quantity OR e.card_id != a.card_id)
               ) f (kind, card_id, entry_id, lot_id, expected, found)
            ORDER BY f.card_id, f.entry_id LIMIT %(limit)s""",
        check=check_id,
        lowest=lowest,
        highest=highest,
        limit=LISTED,
    )


def protections(tables):
    """Tables of the ledger whose refusal of changes is switched off or gone."""
    return SQL(
        """SELECT t.name FROM unnest(%s) t (name)
            WHERE (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = to_regclass(t.name) AND g.tgenabled IN ('O', 'A')
                      AND g.tgname IN ('crm_sync_append_only', 'crm_sync_no_truncate')) < 2""",
        list(tables),
    )
