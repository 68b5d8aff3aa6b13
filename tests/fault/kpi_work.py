"""What ``forked.py`` does for the tests of KPIs."""

from odoo.tools import SQL

#: As many months of history as there are documents of one month.
MONTHS = 24


def seed_kpis(env, number, others=""):
    """So many KPIs of a company in Shanghai, and 240 customers who came within the last 24 months, the first in the first.

    All ``others`` are archived, unless they are to stay.
    """
    env = env(context={"tracking_disable": True})
    env.company.partner_id.tz = "Asia/Shanghai"
    if not others:
        env["crm.sync.kpi"].search([]).active = False
    env["crm.sync.kpi"].create(
        [
            {
                "name": f"Fault KPI {n}",
                "code": f"fault_kpi_{n}",
                "company_id": env.company.id,
                "scope_team": True,
                "scope_person": True,
                "backfill_months": MONTHS,
            }
            for n in range(int(number))
        ]
    )
    env["res.partner"].create([{"name": f"Fault counted {n}"} for n in range(240)])
    env.flush_all()
    env.cr.execute(
        """UPDATE res_partner SET create_date = now() AT TIME ZONE 'UTC'
                  - (now() - (now() - interval '24 months')) * (substr(name, 15)::int / 239.0)
            WHERE name LIKE 'Fault counted %'"""
    )


def measure_kpis(env):
    patch_facts(env)
    env["crm.sync.kpi.snapshot"]._cron_snapshot()


def patch_facts(env):
    """These KPIs count the customers above, by when they were made."""
    from odoo.addons.crm_sync_measures.models.kpi.measures import Facts

    own_facts = env.registry["crm.sync.kpi"]._custom_facts

    def facts(kpi, window):
        if not (kpi.code or "").startswith("fault_kpi_"):
            return own_facts(kpi, window)
        return Facts(
            SQL(
                """SELECT %s AS company_id, 'res.partner' AS res_model, id AS res_id, 1 AS numerator, 1 AS denominator,
                          create_date AS at, 1 + mod(id, 2) AS user_id, NULL::int AS team_id
                     FROM res_partner WHERE name LIKE 'Fault counted %%' AND create_date >= %s AND create_date < %s""",
                kpi.company_id.id,
                window.since,
                window.until,
            ),
            dims=("user_id", "team_id"),
        )

    env.registry["crm.sync.kpi"]._custom_facts = facts


def drift_kpis(env):
    """Some customers were made in another month after all, and some are nobody any more."""
    env.cr.execute(
        """UPDATE res_partner SET create_date = create_date - interval '40 days' WHERE name LIKE 'Fault counted %7';
           UPDATE res_partner SET name = 'Fault gone ' || id WHERE name LIKE 'Fault counted %3'"""
    )


def age_talks(env):
    """Every second customer of ``seed_activity`` wrote ten weeks earlier: what the clocks make of it is in months that are final."""
    env.cr.execute(
        """UPDATE mail_message m SET date = m.date - interval '70 days' FROM res_partner p
            WHERE m.model = 'res.partner' AND m.res_id = p.id AND m.body = 'Hello' AND p.name LIKE 'Fault %' AND mod(p.id, 2) = 0"""
    )


WORK = {"seed_kpis": seed_kpis, "measure_kpis": measure_kpis, "drift_kpis": drift_kpis, "age_talks": age_talks}
