"""Something in every room: cases, a wave of surveys, promises, campaigns, figures of all KPIs that come with the addon, subscriptions."""

from __future__ import annotations

import argparse

from . import cases, surveys, tiers
from .generate import first_customer
from .odoo_session import open_registry, session
from .surveys import vacuum

#: A promise to every thirtieth customer, three quarters of them late; leads and orders of 50 campaigns.
DATA = """
    INSERT INTO crm_sync_promise (name, user_id, promised_by_id, department_id, partner_id, commercial_partner_id, company_id, channel, tz, state,
           promised_at, dated_at, due_at, original_due_at, binding_due_at, check_at, create_uid, write_uid, create_date, write_date)
    SELECT 'Promise ' || p.id, u.id, u.id, u.sync_department_id, p.id, p.id, {company}, 'call', 'UTC', 'open', d.made, d.made, d.due, d.due, d.due,
           d.due - interval '1 day', 1, 1, now(), now()
      FROM res_partner p JOIN res_users u ON u.login = 'bench0' || mod(p.id, 10)
     CROSS JOIN LATERAL (SELECT date_trunc('second', now() AT TIME ZONE 'UTC') - interval '20 days' AS made,
                                date_trunc('second', now() AT TIME ZONE 'UTC') + make_interval(hours => (mod(p.id, 400) - 300)::int) AS due) d
     WHERE p.id >= {first} AND p.commercial_partner_id = p.id AND mod(p.id, 30) < 1;
    INSERT INTO utm_campaign (name, title, active, stage_id, user_id, create_uid, write_uid, create_date, write_date)
    SELECT 'bench ' || n, jsonb_build_object('en_US', 'Bench ' || n), TRUE, (SELECT min(id) FROM utm_stage), 2, 1, 1, now(), now()
      FROM generate_series(1, 50) n;
    CREATE TEMP TABLE bench_campaign ON COMMIT DROP AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM utm_campaign WHERE name LIKE 'bench %';
    UPDATE crm_lead l SET campaign_id = c.id FROM bench_campaign c WHERE mod(l.id, 60) = c.number;
    UPDATE sale_order o SET campaign_id = c.id FROM bench_campaign c WHERE mod(o.id, 60) = c.number;
"""
CHANGED = ["crm_sync_promise", "utm_campaign", "crm_lead", "sale_order", "crm_sync_survey_invitation"]


def fill(registry, size: int) -> None:
    """As many cases as there are customers; a tenth as many contacts of a wave, as each mail is Odoo's work of 10 ms."""
    cases.fill(registry, size)
    surveys.fill(registry, size // 10)
    tiers.fill(registry, size)
    with session(registry) as env:
        env["crm.sync.survey.scan"]._cron_scan()
        env.cr.execute(DATA.format(company=env.company.id, first=first_customer(env)))
        env["crm.sync.report.subscription"].create(
            [
                {"user_id": user.id, "report": report, "period_kind": "month"}
                for user in env["res.users"].search([("login", "=like", "bench0%")], limit=3)
                for report in ("sales", "service")
            ]
        )
        env.cr.commit()
    vacuum(registry, CHANGED)


def new_day(registry) -> None:
    """The daily jobs have not begun, and of every hundredth customer it is not known when he was contacted."""
    with session(registry) as env:
        env.cr.execute("DELETE FROM crm_sync_job_period; DELETE FROM crm_sync_customer WHERE mod(partner_id, 100) = 0")
        env.cr.commit()


def forget(registry) -> None:
    """As on the first day: nobody knows who was contacted when, who waits for an answer, and who is to be visited."""
    new_day(registry)
    tables = ["crm_sync_customer", "crm_sync_response", "crm_sync_care_rhythm"]
    with session(registry) as env:
        env.cr.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        env.cr.commit()
    vacuum(registry, tables)


def measure_kpis(registry) -> None:
    with session(registry) as env:
        env["crm.sync.kpi.snapshot"]._cron_snapshot()
        env.cr.commit()
    vacuum(registry, ["crm_sync_kpi_value", "crm_sync_kpi_period", "crm_sync_kpi_evidence"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rooms")
    parser.add_argument("config")
    parser.add_argument("--customers", type=int, default=10_000)
    options = parser.parse_args()
    registry = open_registry(options.config)
    fill(registry, options.customers)
    new_day(registry)


if __name__ == "__main__":
    main()
