-- One expire entry for every lot with points whose last day is over: entry, allocation, lot, card and Odoo's history.
-- Lots carry what remains of them, so nothing is recomputed. One pass over what is due, one sort, each table written once.
-- %(today)s is the day, %(now)s the moment, %(user)s who books, %(company)s the company where none is known.
CREATE TEMP TABLE due ON COMMIT DROP AS
SELECT nextval('crm_sync_loyalty_entry_id_seq') AS id, *
  FROM (SELECT l.id AS lot_id, l.card_id, l.program_id, COALESCE(l.company_id, p.company_id, %(company)s) AS company_id,
               COALESCE(c.sync_head, '') AS head, COALESCE(c.sync_position, 0) + row_number() OVER lots AS position,
               -l.remaining AS quantity, round(c.points::numeric, 4) - sum(l.remaining) OVER lots AS balance,
               row_number() OVER lots AS number, count(*) OVER (PARTITION BY l.card_id) AS many,
               'expire:lot:' || l.id || ':' || CASE WHEN l.remaining < l.quantity THEN
                   (SELECT count(*) FROM crm_sync_loyalty_allocation a WHERE a.lot_id = l.id) ELSE 0 END AS idempotency_key
          FROM crm_sync_loyalty_lot l JOIN loyalty_card c ON c.id = l.card_id JOIN loyalty_program p ON p.id = l.program_id
         WHERE l.remaining > 0 AND l.expires_on < %(today)s
        WINDOW lots AS (PARTITION BY l.card_id ORDER BY l.expires_on, l.earned_on, l.id)
         ORDER BY l.card_id, l.expires_on, l.earned_on, l.id) s;

CREATE TEMP TABLE sealed ON COMMIT DROP AS
WITH told AS (
    SELECT *, concat(card_id, '|', position, '|expire|', quantity::numeric(20,4), '|', balance::numeric(20,4), '|',
                     to_char(%(now)s::timestamp, 'YYYY-MM-DD HH24:MI:SS'), '|', %(today)s::date, '||', program_id, '|', company_id,
                     '|||', %(user)s, '|||', idempotency_key) AS content
      FROM due)
SELECT id, lot_id, card_id, program_id, company_id, position, quantity, balance, number = many AS is_last, idempotency_key,
       encode(sha256(convert_to(head || content, 'UTF8')), 'hex') AS seal FROM told WHERE many = 1
UNION ALL
SELECT id, lot_id, card_id, program_id, company_id, position, quantity, balance, number = many, idempotency_key,
       crm_sync_chain(head, content) OVER (PARTITION BY card_id ORDER BY number) FROM told WHERE many > 1;
CREATE UNIQUE INDEX ON sealed (lot_id);
ANALYZE sealed;

INSERT INTO crm_sync_loyalty_entry (id, card_id, program_id, company_id, position, kind, quantity, balance, effective_at,
       business_date, user_id, idempotency_key, seal)
SELECT id, card_id, program_id, company_id, position, 'expire', quantity, balance, %(now)s::timestamp, %(today)s, %(user)s,
       idempotency_key, seal FROM sealed;
INSERT INTO crm_sync_loyalty_allocation (debit_id, lot_id, entry_id, quantity) SELECT id, lot_id, id, -quantity FROM sealed;
UPDATE crm_sync_loyalty_lot l SET remaining = 0, state = CASE WHEN held > 0 THEN 'pending' ELSE 'expired' END
  FROM sealed s WHERE s.lot_id = l.id;
INSERT INTO loyalty_history (card_id, description, issued, used, create_uid, write_uid, create_date, write_date)
SELECT card_id, 'Expired points', 0, -sum(quantity), %(user)s, %(user)s, %(now)s::timestamp, %(now)s::timestamp FROM sealed GROUP BY card_id;
UPDATE loyalty_card c SET points = s.balance, sync_position = s.position, sync_head = s.seal,
       sync_version = COALESCE(sync_version, 0) + 1, write_date = %(now)s::timestamp, write_uid = %(user)s
  FROM sealed s WHERE s.is_last AND s.card_id = c.id;
