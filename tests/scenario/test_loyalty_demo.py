"""The demo customers' points: what always holds of the ledger holds for each of their cards, and every screen is alive."""

import pytest

INVARIANTS = {
    "points, and the sum of the entries": """
        SELECT c.code FROM loyalty_card c LEFT JOIN crm_sync_loyalty_entry e ON e.card_id = c.id
         GROUP BY c.id HAVING COALESCE(c.points, 0)::numeric(20, 4) != COALESCE(sum(e.quantity), 0)""",
    "points, and lots less arrears": """
        SELECT c.code FROM loyalty_card c
         WHERE COALESCE(c.points, 0)::numeric(20, 4)
               != (SELECT COALESCE(sum(remaining), 0) FROM crm_sync_loyalty_lot WHERE card_id = c.id)
                  - (SELECT COALESCE(sum(remaining), 0) FROM crm_sync_loyalty_arrears WHERE card_id = c.id)""",
    "the running balance": """
        SELECT id FROM (SELECT id, balance, sum(quantity) OVER (PARTITION BY card_id ORDER BY position) AS expected
                          FROM crm_sync_loyalty_entry) e WHERE balance != expected""",
    "lots, and what was drawn from them": """
        SELECT l.id FROM crm_sync_loyalty_lot l LEFT JOIN crm_sync_loyalty_allocation a ON a.lot_id = l.id
         GROUP BY l.id HAVING l.quantity - COALESCE(sum(a.quantity), 0) != l.remaining""",
    "the order of time": """
        SELECT id FROM (SELECT id, effective_at, lag(effective_at) OVER (PARTITION BY card_id ORDER BY position) AS before
                          FROM crm_sync_loyalty_entry) e WHERE effective_at < before""",
    "nothing in the future": "SELECT id FROM crm_sync_loyalty_entry WHERE effective_at > now() AT TIME ZONE 'UTC'",
    "overdue points": "SELECT id FROM crm_sync_loyalty_lot WHERE remaining > 0 AND expires_on < current_date",
}
ALIVE = {
    "kinds of entries": "SELECT count(DISTINCT kind) >= 9 FROM crm_sync_loyalty_entry",
    "months of entries": "SELECT count(DISTINCT date_trunc('month', business_date)) >= 11 FROM crm_sync_loyalty_entry",
    "points that expire in 30 days": """
        SELECT count(*) >= 3 FROM crm_sync_loyalty_lot
         WHERE remaining > 0 AND expires_on BETWEEN current_date AND current_date + 30""",
    "points that expire in 60 days": """
        SELECT count(*) >= 1 FROM crm_sync_loyalty_lot
         WHERE remaining > 0 AND expires_on BETWEEN current_date + 31 AND current_date + 60""",
    "expired lots": "SELECT count(*) >= 3 FROM crm_sync_loyalty_lot WHERE state = 'expired'",
    "pending points": "SELECT count(*) >= 5 FROM crm_sync_loyalty_lot WHERE held > 0",
    "arrears": "SELECT count(*) >= 1 FROM crm_sync_loyalty_arrears WHERE remaining > 0",
    "a wallet with two contacts": """
        SELECT count(*) >= 2 FROM loyalty_card c JOIN loyalty_program p ON p.id = c.program_id AND p.sync_is_pooled
          JOIN res_partner r ON r.id = c.partner_id WHERE r.commercial_partner_id != r.id AND EXISTS (
              SELECT FROM loyalty_card w WHERE w.partner_id = r.commercial_partner_id AND w.program_id = p.id AND w.points > 0)""",
    "twin cards": """
        SELECT count(*) >= 1 FROM (SELECT FROM loyalty_card WHERE active AND partner_id IS NOT NULL
                                    GROUP BY partner_id, program_id HAVING count(*) > 1) twins""",
    "adjustments posted, refused and to approve": """
        SELECT count(DISTINCT state) >= 3 FROM crm_sync_loyalty_adjustment WHERE state IN ('posted', 'refused', 'to_approve')""",
    "a merged customer": "SELECT count(*) >= 1 FROM loyalty_card WHERE sync_merged_into_id IS NOT NULL",
    "a check": "SELECT count(*) >= 1 FROM crm_sync_loyalty_check WHERE state = 'ok'",
}


@pytest.mark.parametrize("name", INVARIANTS)
def test_what_always_holds_of_the_ledger_holds_for_the_demo(server, name):
    assert server.sql(INVARIANTS[name]) == []


@pytest.mark.parametrize("name", ALIVE)
def test_the_demo_has(server, name):
    assert server.sql(ALIVE[name]) == [["t"]]


def test_the_seals_of_the_demo_are_intact(server):
    printed = server.shell(
        "from odoo.tools import SQL\n"
        "content = env['crm.sync.loyalty.ledger']._content_sql('e')\n"
        "query = SQL('''SELECT count(*), count(*) FILTER (WHERE seal != expected) FROM (SELECT seal,"
        " crm_sync_chain('', %s) OVER (PARTITION BY card_id ORDER BY position) AS expected"
        " FROM crm_sync_loyalty_entry e) chain''', content)\n"
        "print('CHAIN', env.execute_query(query)[0])\n"
    )
    [line] = [line for line in printed.splitlines() if line.startswith("CHAIN")]
    entries, broken = eval(line.removeprefix("CHAIN "))
    assert entries > 100 and broken == 0
