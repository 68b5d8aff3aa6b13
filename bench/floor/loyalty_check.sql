-- Cards, entries and cards that are broken: every entry against the one before it, with its seal; every lot and every debit
-- against its allocations; every card against its entries, its lots and its arrears. One pass over each table. Then all
-- anchors, in one pass over the entries.
WITH entry AS (
    SELECT card_id, quantity, seal, lead(id) OVER w IS NULL AS is_last,
           position = lag(position, 1, 0) OVER w + 1 AND balance = lag(balance, 1, 0::numeric) OVER w + quantity
           AND seal = encode(sha256(convert_to(COALESCE(lag(seal) OVER w, '') || concat(card_id, '|', position, '|', kind, '|', quantity::numeric(20, 4), '|',
               balance::numeric(20, 4), '|', to_char(effective_at, 'YYYY-MM-DD HH24:MI:SS'), '|', business_date, '|', expires_on, '|', program_id, '|', company_id, '|',
               source_model, '|', source_id, '|', user_id, '|', reason, '|', reverses_id, '|', idempotency_key), 'UTF8')), 'hex') AS is_right
      FROM crm_sync_loyalty_entry WINDOW w AS (PARTITION BY card_id ORDER BY position)
), card AS (
    SELECT card_id, count(*) AS entries, sum(quantity) AS total, max(seal) FILTER (WHERE is_last) AS head, bool_and(is_right) AS is_right
      FROM entry GROUP BY card_id
), lot AS (
    SELECT l.card_id, sum(l.remaining) AS remaining,
           bool_and(l.quantity - COALESCE(a.drawn, 0) = l.remaining AND COALESCE(a.held, 0) = l.held AND l.remaining >= 0 AND l.remaining + l.held <= l.quantity) AS is_right
      FROM crm_sync_loyalty_lot l
      LEFT JOIN (SELECT a.lot_id, sum(a.quantity) AS drawn, sum(a.quantity) FILTER (WHERE e.kind IN ('hold', 'release')) AS held
                   FROM crm_sync_loyalty_allocation a JOIN crm_sync_loyalty_entry e ON e.id = a.entry_id GROUP BY a.lot_id) a ON a.lot_id = l.id
     GROUP BY l.card_id
), debit AS (
    SELECT e.card_id, bool_and(COALESCE(a.drawn, 0) + COALESCE(r.remaining, 0) <= -e.quantity AND (r.id IS NOT NULL OR a.drawn = -e.quantity)) AS is_right
      FROM crm_sync_loyalty_entry e
      LEFT JOIN (SELECT debit_id, sum(quantity) FILTER (WHERE quantity > 0) AS drawn FROM crm_sync_loyalty_allocation GROUP BY 1) a ON a.debit_id = e.id
      LEFT JOIN crm_sync_loyalty_arrears r ON r.debit_id = e.id
     WHERE e.quantity < 0 GROUP BY e.card_id
), arrears AS (
    SELECT card_id, sum(remaining) AS remaining FROM crm_sync_loyalty_arrears GROUP BY card_id
)
SELECT count(*), sum(COALESCE(k.entries, 0))::bigint,
       count(*) FILTER (WHERE NOT (k.is_right IS NOT FALSE AND l.is_right IS NOT FALSE AND d.is_right IS NOT FALSE AND c.points::numeric = COALESCE(k.total, 0)
           AND COALESCE(c.sync_position, 0) = COALESCE(k.entries, 0) AND COALESCE(c.sync_head, '') = COALESCE(k.head, '')
           AND COALESCE(l.remaining, 0) - COALESCE(r.remaining, 0) = COALESCE(k.total, 0))),
       (SELECT count(*) FROM (
            SELECT a.digest = crm_sync_chain(COALESCE(a.previous, ''), e.seal ORDER BY e.card_id, e.position) AS is_right
              FROM (SELECT *, lag(last_entry_id, 1, 0) OVER (PARTITION BY company_id ORDER BY day) AS after FROM crm_sync_loyalty_anchor) a
              JOIN crm_sync_loyalty_entry e ON e.company_id = a.company_id AND e.id > a.after AND e.id <= a.last_entry_id
             GROUP BY a.id, a.digest, a.previous) anchor WHERE is_right)
  FROM loyalty_card c
  LEFT JOIN card k ON k.card_id = c.id LEFT JOIN lot l ON l.card_id = c.id LEFT JOIN debit d ON d.card_id = c.id LEFT JOIN arrears r ON r.card_id = c.id
