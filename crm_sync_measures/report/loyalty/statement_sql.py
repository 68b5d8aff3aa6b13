"""The rows of a statement, each with the names it tells: read by SQL, for a hundred thousand of them are a usual year.

What may be read is decided before: ``entries`` and ``lots`` are searches with the rights of who asks. Names of cards,
customers, programs, companies and colleagues come with the rows he may read.
"""

from odoo.tools import SQL


def cards_sql(env, entries):
    """The cards of ``entries``: all their entries count, those that the caller may not read too.

    A proof over a part of a card would prove nothing, and the balance of the card tells the same.
    """
    return SQL(
        """SELECT c.code, p.complete_name AS customer, %(program)s AS program, sums.count AS entries, sums.quantity,
                  COALESCE(c.points, 0)::numeric(20, 4) AS points, c.sync_head
             FROM (SELECT card_id, count(*) AS count, sum(quantity)::numeric(20, 4) AS quantity
                     FROM crm_sync_loyalty_entry
                    WHERE card_id IN (SELECT card_id FROM crm_sync_loyalty_entry WHERE id IN %(entries)s)
                    GROUP BY card_id) sums
             JOIN loyalty_card c ON c.id = sums.card_id
             JOIN loyalty_program g ON g.id = c.program_id
             LEFT JOIN res_partner p ON p.id = c.partner_id
            ORDER BY c.id""",
        program=_program_name(env),
        entries=entries.subselect(),
    )


def entries_sql(env, entries, sealed):
    """The searched entries in the order they were posted; ``seals`` is empty where the caller may see none."""
    return SQL(
        """SELECT e.id, e.effective_at, e.business_date, c.code AS card, p.complete_name AS customer, %(program)s AS program,
                  e.position, e.kind, e.quantity, e.balance, e.expires_on, e.source_model, e.source_id,
                  CASE WHEN e.base_currency_id IS NOT NULL THEN e.base_amount END AS base_amount, currency.name AS currency,
                  person.name AS person, e.reason, e.reverses_id, company.name AS company, e.idempotency_key, %(seals)s AS seals
             FROM crm_sync_loyalty_entry e
             JOIN loyalty_card c ON c.id = e.card_id
             JOIN loyalty_program g ON g.id = e.program_id
             LEFT JOIN res_partner p ON p.id = c.partner_id
             LEFT JOIN res_users u ON u.id = e.user_id
             LEFT JOIN res_partner person ON person.id = u.partner_id
             LEFT JOIN res_company company ON company.id = e.company_id
             LEFT JOIN res_currency currency ON currency.id = e.base_currency_id
            WHERE e.id IN %(entries)s
            ORDER BY e.id""",
        program=_program_name(env),
        seals=SQL("ARRAY[e.seal]") if sealed else SQL("'{}'::text[]"),
        entries=entries.subselect(),
    )


def lots_sql(env, lots):
    """The searched lots, oldest first, as the columns of their sheet."""
    return SQL(
        """SELECT l.id, c.code AS card, p.complete_name AS customer, %(program)s AS program, l.entry_id, l.earned_on,
                  l.expires_on, l.quantity, l.remaining, COALESCE(l.held, 0) AS held, l.state, l.origin_lot_id
             FROM crm_sync_loyalty_lot l
             JOIN loyalty_card c ON c.id = l.card_id
             JOIN loyalty_program g ON g.id = l.program_id
             LEFT JOIN res_partner p ON p.id = c.partner_id
            WHERE l.id IN %(lots)s
            ORDER BY l.id""",
        program=_program_name(env),
        lots=lots.subselect(),
    )


def _program_name(env):
    return SQL("COALESCE(g.name ->> %s, g.name ->> 'en_US')", env.lang or "en_US")
