-- The ledger of all cards out of Odoo's history, sealed, with lots, first in first out: no time zones, orders, companies,
-- reports or batches. What does not add up to the balance is one more entry, first where points are missing from the
-- history, last where there are too many.
CREATE TEMP TABLE floor_entry ON COMMIT DROP AS
WITH move AS (
    SELECT h.card_id, 1 AS part, date_trunc('second', h.create_date) AS at, 2 * h.id::bigint + m.n AS rank, m.kind, m.quantity, h.order_model, h.order_id
      FROM loyalty_history h CROSS JOIN LATERAL (VALUES (0, 'earn', round(h.issued::numeric, 4)), (1, 'redeem', -round(h.used::numeric, 4))) m (n, kind, quantity)
     WHERE m.quantity != 0
), rest AS (
    SELECT c.id AS card_id, round(c.points::numeric, 4) - COALESCE(m.total, 0) AS quantity, LEAST(c.create_date, m.first) AS at
      FROM loyalty_card c LEFT JOIN (SELECT card_id, sum(quantity) AS total, min(at) AS first FROM move GROUP BY card_id) m ON m.card_id = c.id
), entry AS (
    SELECT * FROM move
    UNION ALL
    SELECT card_id, CASE WHEN quantity > 0 THEN 0 ELSE 2 END, date_trunc('second', at), 0, 'opening', quantity, NULL, NULL FROM rest WHERE quantity != 0
)
SELECT nextval('crm_sync_loyalty_entry_id_seq')::int AS id, e.* FROM (
    SELECT e.card_id, (row_number() OVER w)::int AS position, e.kind, e.quantity, sum(e.quantity) OVER w AS balance, e.at AS effective_at,
           e.at::date AS business_date, c.program_id, c.company_id, e.order_model AS source_model, e.order_id AS source_id
      FROM entry e JOIN loyalty_card c ON c.id = e.card_id WINDOW w AS (PARTITION BY e.card_id ORDER BY e.part, e.at, e.rank)
     ORDER BY e.card_id, position) e;
CREATE UNIQUE INDEX ON floor_entry (id);
ANALYZE floor_entry;

INSERT INTO crm_sync_loyalty_entry (id, card_id, position, kind, quantity, balance, effective_at, business_date, program_id, company_id,
       source_model, source_id, user_id, idempotency_key, seal)
SELECT e.*, 1, 'floor:' || card_id || ':' || position, crm_sync_chain('', concat(card_id, '|', position, '|', kind, '|', quantity::numeric(20, 4), '|',
       balance::numeric(20, 4), '|', effective_at, '|', business_date, '||', program_id, '|', company_id, '|', source_model, '|', source_id, '|1|||floor:',
       card_id, ':', position)) OVER (PARTITION BY card_id ORDER BY position)
  FROM floor_entry e;

CREATE TEMP TABLE floor_piece ON COMMIT DROP AS
WITH cut AS (
    SELECT card_id, until, max(id) FILTER (WHERE is_credit) AS credit_id, max(id) FILTER (WHERE NOT is_credit) AS debit_id
      FROM (SELECT card_id, id, quantity > 0 AS is_credit, sum(abs(quantity)) OVER (PARTITION BY card_id, quantity > 0 ORDER BY position) AS until
              FROM floor_entry) e GROUP BY card_id, until)
SELECT card_id, until - lag(until, 1, 0::numeric) OVER (PARTITION BY card_id ORDER BY until) AS quantity,
       min(credit_id) OVER w AS credit_id, min(debit_id) OVER w AS debit_id FROM cut WINDOW w AS (PARTITION BY card_id ORDER BY until DESC);
ANALYZE floor_piece;

INSERT INTO crm_sync_loyalty_lot (card_id, program_id, company_id, entry_id, quantity, remaining, held, earned_on, state)
SELECT e.card_id, e.program_id, e.company_id, e.id, e.quantity, COALESCE(p.left, 0), 0, e.business_date, CASE WHEN p.left > 0 THEN 'active' ELSE 'exhausted' END
  FROM floor_entry e LEFT JOIN (SELECT credit_id, sum(quantity) AS left FROM floor_piece WHERE debit_id IS NULL GROUP BY 1) p ON p.credit_id = e.id
 WHERE e.quantity > 0;
INSERT INTO crm_sync_loyalty_allocation (debit_id, lot_id, entry_id, quantity)
SELECT p.debit_id, l.id, GREATEST(p.debit_id, p.credit_id), p.quantity FROM floor_piece p JOIN crm_sync_loyalty_lot l ON l.entry_id = p.credit_id
 WHERE p.debit_id IS NOT NULL;
INSERT INTO crm_sync_loyalty_arrears (card_id, program_id, company_id, debit_id, quantity, remaining)
SELECT e.card_id, e.program_id, e.company_id, e.id, p.quantity, p.quantity
  FROM (SELECT debit_id, sum(quantity) AS quantity FROM floor_piece WHERE credit_id IS NULL GROUP BY 1) p JOIN floor_entry e ON e.id = p.debit_id;
UPDATE loyalty_card c SET points = e.balance, sync_position = e.position, sync_head = e.seal, sync_version = 1
  FROM (SELECT DISTINCT ON (card_id) card_id, position, balance, seal FROM crm_sync_loyalty_entry ORDER BY card_id, position DESC) e WHERE e.card_id = c.id;
INSERT INTO crm_sync_loyalty_membership (partner_id, program_id, version) SELECT DISTINCT partner_id, program_id, 1 FROM loyalty_card WHERE partner_id IS NOT NULL;
