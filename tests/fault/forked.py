"""Runs inside Odoo's Python: one process that has the registry loaded, and a child of it for each run of a job.

A child costs milliseconds where a new Odoo costs seconds, so that a test can kill a hundred of them. Commands come by
line: ``seed <cards>``, ``prove``, or the name of a job. A child tells its process id before it begins.
"""

import os
import sys
import time

import activity_work
import care_work
import case_work
import kpi_work
import loop_work
import odoo
import survey_work
from odoo import api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all
from odoo.tools import SQL


def main():
    odoo.tools.config.parse_config(["-c", sys.argv[1], "--log-level=error"], setup_logging=True)
    registry = Registry(odoo.tools.config["db_name"][0])
    print("READY", flush=True)
    for line in sys.stdin:
        name, *arguments = line.split()
        # A child must not share its parent's connection.
        close_all()
        if child := os.fork():
            status = os.waitpid(child, 0)[1]
            print(f"ENDED {status}", flush=True)
        else:
            os._exit(work(registry, name, arguments))


def work(registry, name, arguments):
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            print(f"STARTED {os.getpid()}", flush=True)
            WORK[name](env, *arguments)
            cr.commit()
    except Exception as error:
        print(f"RAISED {type(error).__name__}: {error}".replace("\n", " "), flush=True)
        return 1
    return 0


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


def seed_handover(env, customers):
    """A seller with five matters for each of so many customers, two colleagues, and their department."""
    env = env(context={"tracking_disable": True, "mail_activity_quick_update": True, "no_mail_to_attendees": True})
    department = env["crm.sync.department"].create({"name": "Fault Sales"})
    users = env["res.users"].with_context(no_reset_password=True)
    groups = [env.ref("crm_sync_measures.group_user").id, env.ref("sales_team.group_sale_salesman_all_leads").id]
    holder, *_successors = users.create(
        [
            {
                "name": f"Fault {name}",
                "login": f"fault_{name}",
                "email": f"fault_{name}@example.com",
                "group_ids": [(6, 0, groups)],
                "sync_department_id": department.id,
            }
            for name in ("holder", "first", "second")
        ]
    )
    number = int(customers)
    partners = env["res.partner"].create(
        [
            {"name": f"Fault {n}", "is_company": True, "email": f"fault{n}@example.com", "user_id": holder.id}
            for n in range(number)
        ]
    )
    leads = env["crm.lead"].create(
        [
            {
                "name": f"Fault {p.id}",
                "type": "opportunity",
                "partner_id": p.id,
                "user_id": holder.id,
                "date_open": "2026-01-05",
            }
            for p in partners
        ]
    )
    env["sale.order"].create([{"partner_id": p.id, "user_id": holder.id} for p in partners[: number // 2]])
    lead_model, call = env["ir.model"]._get_id("crm.lead"), env.ref("mail.mail_activity_data_call").id
    env["mail.activity"].create(
        [
            {
                "res_model_id": lead_model,
                "res_id": lead.id,
                "activity_type_id": call,
                "summary": summary,
                "user_id": holder.id,
            }
            for lead in leads
            for summary in ("Call", "Call again")
        ]
    )
    env["calendar.event"].create(
        [
            {
                "name": "Fault visit",
                "user_id": holder.id,
                "start": "2099-03-02 09:00:00",
                "stop": "2099-03-02 10:00:00",
                "partner_ids": [(6, 0, [holder.partner_id.id, p.id])],
            }
            for p in partners[number // 2 :]
        ]
    )


def prepare_handover(env):
    """Everything the seller has is on the list of a handover, with a new owner."""
    holder = env["res.users"].search([("login", "=", "fault_holder")])
    handover = env["crm.sync.handover"].create({"user_id": holder.id, "reason": "leaving"})
    handover.action_gather()
    if not all(line.user_id for line in handover.line_ids):
        raise AssertionError("a matter without a suggestion")


def hand_over(env):
    env["crm.sync.handover"].search([("user_id.login", "=", "fault_holder")], limit=1).action_execute()


def take_back(env):
    env["crm.sync.handover"].search([("user_id.login", "=", "fault_holder")], limit=1).action_undo()


def and_wait(work):
    """The same without an end: killed at the last moment, all is written and nothing committed."""

    def waiting(env):
        work(env)
        env.flush_all()
        time.sleep(600)

    return waiting


WORK = {
    "hand_over_and_wait": and_wait(hand_over),
    "take_back_and_wait": and_wait(take_back),
    "seed_handover": seed_handover,
    "prepare_handover": prepare_handover,
    "hand_over": hand_over,
    "take_back": take_back,
    "seed": seed,
    "expire": expire,
    "remind": remind,
    "prove": prove,
    **activity_work.WORK,
    **care_work.WORK,
    **case_work.WORK,
    **kpi_work.WORK,
    **loop_work.WORK,
    **survey_work.WORK,
}

if __name__ == "__main__":
    main()
