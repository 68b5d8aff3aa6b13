"""What ``forked.py`` does for loyalty: cards with lots that expire, points that are pending or astray, statements, proofs."""

from odoo.fields import Command
from odoo.tools import SQL


def seed(env, cards):
    """So many customers with a card each, on which two or three lots are due and one is not; every entry sealed."""
    program = env["loyalty.program"].create({"name": "Fault Points", "program_type": "loyalty", "applies_on": "both"})
    program.write({"sync_expiry": "fixed", "sync_expiry_months": 12, "portal_point_name": "Points"})
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE loyalty_program SET sync_redate_since = NULL;
               CREATE TEMP TABLE seeded ON COMMIT DROP AS
               WITH p AS (INSERT INTO res_partner (name, complete_name, email, email_normalized, lang, active, partner_share, type, autopost_bills)
                          SELECT 'Kill ' || n, 'Kill ' || n, 'kill' || n || '@example.com', 'kill' || n || '@example.com', 'en_US', true,
                                 true, 'contact', 'ask' FROM generate_series(1, %(cards)s) n RETURNING id)
               SELECT p.id AS partner_id, nextval('loyalty_card_id_seq') AS card_id, 3 + mod(p.id, 2) AS lots FROM p;
               UPDATE res_partner SET commercial_partner_id = id WHERE id IN (SELECT partner_id FROM seeded);
               INSERT INTO loyalty_card (id, program_id, partner_id, code, active, points, sync_position)
               SELECT card_id, %(program)s, partner_id, 'fault' || card_id, true, 10 * lots, lots FROM seeded;
               CREATE TEMP TABLE entry ON COMMIT DROP AS
               SELECT card_id, number AS position, 'bonus' AS kind, 10.0 AS quantity, 10.0 * number AS balance,
                      now()::timestamp(0) AS effective_at, current_date - 400 AS business_date, NULL::date AS expires_on,
                      %(program)s AS program_id, 1 AS company_id, NULL AS source_model, NULL::int AS source_id, 1 AS user_id,
                      NULL AS reason, NULL::int AS reverses_id, 'seed:' || card_id || ':' || number AS idempotency_key
                 FROM seeded, generate_series(1, lots) number;
               INSERT INTO crm_sync_loyalty_entry (card_id, position, kind, quantity, balance, effective_at, business_date, program_id,
                      company_id, user_id, idempotency_key, seal)
               SELECT card_id, position, kind, quantity, balance, effective_at, business_date, program_id, company_id, user_id,
                      idempotency_key, crm_sync_chain('', %(content)s) OVER (PARTITION BY card_id ORDER BY position) FROM entry e;
               INSERT INTO crm_sync_loyalty_lot (card_id, program_id, company_id, entry_id, quantity, remaining, held, earned_on, expires_on, state)
               SELECT card_id, program_id, company_id, id, 10, 10, 0, business_date,
                      CASE position WHEN 1 THEN current_date + 10 ELSE current_date - position END, 'active'
                 FROM crm_sync_loyalty_entry WHERE program_id = %(program)s;
               UPDATE loyalty_card c SET sync_head = e.seal FROM crm_sync_loyalty_entry e
                WHERE e.card_id = c.id AND e.position = c.sync_position AND c.program_id = %(program)s;
               ANALYZE crm_sync_loyalty_lot; ANALYZE loyalty_card""",
            cards=int(cards),
            program=program.id,
            content=env["crm.sync.loyalty.ledger"]._content_sql("e"),
        )
    )


def expire(env):
    from odoo.addons.crm_sync_measures.models.loyalty import crm_sync_loyalty_expiry

    # Small sets: many commits for a kill to fall between.
    crm_sync_loyalty_expiry._CARDS = 20
    env["crm.sync.loyalty.expiry"]._cron_expire()


def remind(env):
    from odoo.addons.crm_sync_measures.models.loyalty import crm_sync_loyalty_reminders

    crm_sync_loyalty_reminders._CUSTOMERS = 5
    env["crm.sync.loyalty.reminders"]._cron_remind()


def prove(env):
    """The ledger's own proof: an error for the first thing that does not add up."""
    env["crm.sync.loyalty.check"]._cron_check()
    finding = env["crm.sync.loyalty.check.finding"].search([], limit=1)
    if finding:
        raise AssertionError(finding.read())


def seed_orders(env, number):
    """So many orders whose points are pending until they are delivered, which they are by now."""
    program = _program(env, "Fault Pending", sync_hold="delivered", sync_hold_days=0)
    for order in _ordered(env, program, "pending", number):
        order.order_line.filtered(lambda line: not line.reward_id).qty_delivered = 1


def seed_astray(env, number):
    """So many contacts of companies have points, and their program has become one of wallets."""
    program = _program(env, "Fault Wallets")
    _ordered(env, program, "astray", number)
    env.flush_all()
    env.cr.execute(SQL("UPDATE loyalty_program SET sync_is_pooled = TRUE WHERE id = %s", program.id))


def seed_statements(env):
    """The program of the lots that expire sends statements."""
    env["loyalty.program"].search([("name", "=", "Fault Points")]).sync_statement = True


def _program(env, name, **values):
    """A point for each unit of money; orders earn in no other program than these."""
    others = env["loyalty.program"].search([("program_type", "=", "loyalty"), ("name", "not like", "Fault")])
    others.active = False
    return env["loyalty.program"].create(
        {
            "name": name,
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1.0})],
            **values,
        }
    )


def _ordered(env, program, word, number):
    """Contacts of companies, each with a confirmed order that has earned points."""
    env = env(context={"tracking_disable": True, "mail_create_nosubscribe": True})
    product = env["product.product"].create(
        {"name": "Fault lens", "list_price": 50, "taxes_id": False, "type": "consu"}
    )
    companies = env["res.partner"].create(
        [{"name": f"Fault {word} company {n}", "is_company": True} for n in range(int(number))]
    )
    people = env["res.partner"].create([{"name": f"Fault {word} {one.id}", "parent_id": one.id} for one in companies])
    orders = env["sale.order"].create(
        [{"partner_id": one.id, "order_line": [Command.create({"product_id": product.id})]} for one in people]
    )
    orders.action_confirm()
    if not env["loyalty.card"].search_count([("program_id", "=", program.id)]):
        raise AssertionError(f"{program.name}: nobody has earned anything")
    return orders


WORK = {
    "seed_orders": seed_orders,
    "seed_astray": seed_astray,
    "seed_statements": seed_statements,
    "seed": seed,
    "expire": expire,
    "remind": remind,
    "prove": prove,
}
